"""Being warned of a place (訂閱示警): agreed to, ended at will, told once for each message."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from shizheng.core import journal
from shizheng.core.doors import Telling, people_tell
from shizheng.core.models import Area, User
from shizheng.core.words import language_tag
from shizheng.sensing.alerting.channels import Told, channels
from shizheng.sensing.alerting.errors import ConsentMissing, PlaceMissing
from shizheng.sensing.alerting.issuing import headline
from shizheng.sensing.alerting.selectors import body_of
from shizheng.sensing.models import Alert, AlertMessage, Subscription


@transaction.atomic
def subscription_make(
    *, person: User, agrees: bool, at: datetime, area: Area | None = None,
    point: tuple[float, float] | None = None, radius_m: int = 1_000, by_email: bool = True,
) -> Subscription:  # fmt: skip
    """Subscribe to the warnings of a village, a district or the surroundings of a point.

    Raises:
        ConsentMissing: the person did not agree that we keep the place.
        PlaceMissing: neither an area nor a point is given.
    """
    if not agrees:
        raise ConsentMissing
    if area is None and point is None:
        raise PlaceMissing
    longitude, latitude = point or (None, None)
    made = Subscription.objects.create(
        person=person, area=area, longitude=longitude, latitude=latitude, radius_m=radius_m,
        by_email=by_email, consented_at=at,
    )  # fmt: skip
    facts = {"area": area.code if area else None, "radius_m": radius_m, "by_email": by_email}
    journal.record("sensing.subscription.made", made, by=person, at=at, now=facts)
    return made


@transaction.atomic
def subscription_end(*, subscription: Subscription, by: User, at: datetime) -> None:
    """End one's subscription; the place is forgotten. A second time changes nothing."""
    rows = Subscription.objects.filter(pk=subscription.pk, person=by, ended_at=None)
    if rows.update(ended_at=at):
        journal.record("sensing.subscription.ended", subscription, by=by, at=at)


def subscribers_tell(*, message: AlertMessage, now: Callable[[], datetime]) -> int:
    """Tell those for whom a message is noted and who have not been told; return how many.

    Each person is told once, however many of their places it concerns: on the site, where it stays
    until they read it, and by e-mail where one of the places asks for it. Nothing is sent of a
    drill or a test, even if a notice were there by mistake.
    """
    if message.status != "Actual" or message.alert.is_drill:
        return 0
    rows = list(message.notices.filter(sent_at=None).select_related("subscription__person"))
    people = {row.subscription.person_id: row.subscription.person for row in rows}
    mailed = {row.subscription.person_id for row in rows if row.subscription.by_email}
    mailed -= set(
        message.notices.filter(subscription__by_email=True)
        .exclude(sent_at=None)
        .values_list("subscription__person", flat=True)
    )
    sent = 0
    for key, person in people.items():
        if person.is_active:
            said = _told(message, person)
            people_tell([_telling(message, said, person)], at=now())
            if key in mailed:
                channels["email"](said)
        own = message.notices.filter(subscription__person=person, sent_at=None)
        sent += own.update(sent_at=now())
    return sent


def _telling(message: AlertMessage, said: Told, person: User) -> Telling:
    """Return what stands under one's notices: once for each message."""
    tag = language_tag(person.language or settings.LANGUAGE_CODE)
    return Telling(
        person=person, key=f"sensing.message:{message.pk}:{person.pk}",
        template="sensing.warning", language=tag, subject=said.subject,
        text=said.text.removeprefix(said.subject).strip(), by_email=False,
    )  # fmt: skip


def _told(message: AlertMessage, person: User) -> Told:
    alert = message.alert
    with translation.override(person.language or settings.LANGUAGE_CODE):
        language = "en" if translation.get_language() == "en" else "zh-Hant"
        return Told(person, subject_of(alert, message, language), _text(alert, message, language),
                    message.content)  # fmt: skip


def subject_of(alert: Alert, message: AlertMessage, language: str) -> str:
    """Return a message in one line."""
    level = body_of(alert).level_of(alert.level or alert.highest)
    return headline(alert, level, language, is_over=message.kind == "Cancel")


def _text(alert: Alert, message: AlertMessage, language: str) -> str:
    level = body_of(alert).level_of(alert.level or alert.highest)
    lines = [subject_of(alert, message, language)]
    if message.kind != "Cancel":
        lines.append(level.instruction.get(language, ""))
    page = settings.SITE_URL + reverse("sensing:alert", args=[alert.pk])
    own = settings.SITE_URL + reverse("sensing:subscriptions")
    lines.append(_("More: {address}").format(address=page))
    lines.append(_("You get this because you subscribed. End it: {address}").format(address=own))
    return "\n\n".join(each for each in lines if each)
