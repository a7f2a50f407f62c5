"""Background work of property: rent that falls due, reminders, recalls, plots nobody checked."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import daily, job
from shizheng.places.tenure.actions.idle import uses_turn
from shizheng.places.tenure.actions.industry import plots_turn
from shizheng.places.tenure.actions.leases import leases_turn, rents_announce
from shizheng.places.tenure.actions.sales import sales_remind
from shizheng.places.tenure.city import tenure
from shizheng.places.tenure.domain.errors import TenureUnset

log = structlog.get_logger()


@daily(at="00:40")
@job("places.turn_tenure")
def turn_tenure() -> None:
    """Do what a new day brings to contracts, sales, temporary uses and the land bank."""
    try:
        rules = tenure()
    except TenureUnset:
        return
    now = timezone.now()
    changed, due = leases_turn(at=now), rents_announce(at=now)
    reminded = sales_remind(at=now) if rules.sales else 0
    recalled, ended = uses_turn(at=now) if rules.idle else (0, 0)
    unverified = plots_turn(at=now) if rules.industry else 0
    log.info(
        "tenure_turned", rents=due, leases=changed, reminded=reminded, recalled=recalled,
        ended=ended, unverified=unverified,
    )  # fmt: skip
