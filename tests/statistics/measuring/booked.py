"""What was booked in the small city: kept, cancelled, and without a visitor."""

from datetime import timedelta

from tests.services.conftest import person
from tests.statistics.measuring.works import MADE

from shizheng.places.models import Bookable, Booking


def booked() -> None:
    """Bookings of two places at the border of a day."""
    by = person("booked_by")
    first, second = Bookable.objects.order_by("position", "code")[:2]
    for bookable, hours, state in (
        (first, 0, "booked"), (first, 4, "no_show"), (second, 1, "booked"),
        (second, 2, "cancelled"),
    ):  # fmt: skip
        starts = MADE + timedelta(hours=hours)
        Booking.objects.create(
            bookable=bookable, starts_at=starts, ends_at=starts + timedelta(hours=1), person=by,
            made_at=MADE - timedelta(days=2), state=state,
            ended_at=MADE if state == "cancelled" else None,
        )  # fmt: skip
