"""What warnings hold of a person: the places of which they are warned, the notes they wrote."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import User
from shizheng.core.personal import Holding, Record, holdings
from shizheng.core.words import in_language
from shizheng.sensing.models import AlertStep, Subscription


def subscriptions_held(person: User) -> Iterator[Record]:
    """Yield one's places, the newest first."""
    rows = Subscription.objects.filter(person=person).select_related("area")
    for row in rows.order_by("-consented_at", "-pk"):
        yield Record(
            key=str(row.pk), title=in_language(row.area.name) if row.area else str(row.radius_m),
            at=row.consented_at,
            facts={
                "longitude": row.longitude, "latitude": row.latitude, "radius_m": row.radius_m,
                "ended_at": row.ended_at,
            },
            things=((Subscription._meta.label_lower, str(row.pk)),),
            address=reverse("sensing:subscriptions"),
        )  # fmt: skip


def notes_held(person: User) -> Iterator[Record]:
    """Yield the notes that one wrote, the newest first."""
    rows = AlertStep.objects.filter(by=person).exclude(note="").select_related("alert__rule__owner")
    for row in rows.order_by("-at", "-pk"):
        yield Record(
            key=str(row.pk), title=in_language(row.alert.rule.name), at=row.at,
            agency=row.alert.rule.owner, facts={"note": row.note},
            things=((AlertStep._meta.label_lower, str(row.pk)),),
            address=reverse("sensing:alert", args=[row.alert_id]),
        )  # fmt: skip


holdings.register("sensing.subscriptions")(
    Holding(
        title=_("Places of which you are warned"),
        purpose=_("To warn you when water rises or the air gets bad there."),
        ground=_("Personal Data Protection Act art. 15(2): you agreed when you subscribed."),
        kept=_("Until you end it, and a year after."),
        of=subscriptions_held,
        covers=frozenset({"sensing.subscription.longitude", "sensing.subscription.latitude"}),
    )
)
holdings.register("sensing.notes")(
    Holding(
        title=_("Notes on warnings"),
        purpose=_("To account for what was done in a warning."),
        ground=_("Personal Data Protection Act art. 15(1): a duty of the city."),
        kept=_("For ever, with the warning."),
        of=notes_held,
        covers=frozenset({"sensing.alertstep.note"}),
    )
)
