"""Background work of the room: registers counted, and the jobs of its subjects."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import daily, job
from shizheng.places.actions.tallying import register_tally
from shizheng.places.booking import demo as of_bookings
from shizheng.places.booking import tasks as of_booking
from shizheng.places.digging import demo as of_works
from shizheng.places.digging import tasks as of_digging
from shizheng.places.models import Register
from shizheng.places.noticing import tasks as of_notices
from shizheng.places.synthetic import demo
from shizheng.places.tenure import demo as of_property
from shizheng.places.tenure import tasks as of_tenure
from shizheng.places.upkeep import demo as of_repairs
from shizheng.places.upkeep import tasks as of_upkeep

__all__ = [
    "demo", "of_booking", "of_bookings", "of_digging", "of_notices", "of_property", "of_repairs",
    "of_tenure", "of_upkeep", "of_works",
]  # fmt: skip
log = structlog.get_logger()


@daily(at="01:10")
@job("places.tally_registers")
def tally_registers() -> None:
    """Count how complete, how old and how late each register is (登記簿統計)."""
    for register in Register.objects.filter(is_kept=True).select_related("current"):
        log.info(
            "register_tallied", register=register.code,
            rows=register_tally(register=register, at=timezone.now()),
        )  # fmt: skip
