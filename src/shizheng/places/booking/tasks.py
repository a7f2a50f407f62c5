"""Background work of booking: how the slots of the days that are over were used."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import daily, job
from shizheng.places.booking.tallying import slots_tally
from shizheng.places.models import Bookable

log = structlog.get_logger()


@daily(at="01:20")
@job("places.tally_slots")
def tally_slots() -> None:
    """Count the slots of the last days of each place."""
    for bookable in Bookable.objects.filter(is_kept=True).select_related("current"):
        days = slots_tally(bookable=bookable, at=timezone.now())
        log.info("slots_tallied", bookable=bookable.code, days=days)
