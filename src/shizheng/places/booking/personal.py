"""What booking holds of a person: their bookings and places on waiting lists."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import User
from shizheng.core.personal import Holding, Record, holdings
from shizheng.core.words import in_language
from shizheng.places.models import Booking, Waiting


def bookings_of(person: User) -> Iterator[Record]:
    """Yield one's bookings and waits, the newest first."""
    rows = Booking.objects.filter(person=person).select_related("bookable__owner")
    for row in rows.order_by("-made_at", "-pk"):
        yield Record(
            key=str(row.pk), title=in_language(row.bookable.name), at=row.made_at,
            agency=row.bookable.owner,
            facts={
                "starts_at": row.starts_at, "ends_at": row.ends_at, "purpose": row.purpose,
                "state": row.state, "fee_twd": row.fee_twd, "why": row.why,
            },
            things=((Booking._meta.label_lower, str(row.pk)),),
            address=reverse("places:booking", args=[row.pk]),
        )  # fmt: skip
    waits = Waiting.objects.filter(person=person).select_related("bookable__owner")
    for wait in waits.order_by("-asked_at", "-pk"):
        yield Record(
            key=str(wait.pk), title=in_language(wait.bookable.name), at=wait.asked_at,
            agency=wait.bookable.owner,
            facts={"starts_at": wait.starts_at, "purpose": wait.purpose, "state": wait.state},
            things=((Waiting._meta.label_lower, str(wait.pk)),),
            address=reverse("places:bookings"),
        )  # fmt: skip


holdings.register("places.bookings")(
    Holding(
        title=_("Bookings of places"),
        purpose=_("To keep a slot for you and to tell you when something changes."),
        ground=_("Personal Data Protection Act art. 15(2): you agreed when you booked."),
        kept=_("As long as the account is there."),
        of=bookings_of,
        covers=frozenset({"places.booking.purpose", "places.waiting.purpose"}),
    )
)
