"""The page that works without signal (離線里政通報), and the door through which it sends."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shizheng.core.access import may
from shizheng.core.models import Area, User
from shizheng.core.offline import OfflinePage, digest_of, not_taken, session_of, signed_out
from shizheng.core.ratelimit import limited
from shizheng.core.words import in_language
from shizheng.kernel.errors import N_, DomainError
from shizheng.services import refusals
from shizheng.services.actions.documents import Upload
from shizheng.services.places import Place
from shizheng.services.villages.actions import (
    KEEP,
    Record,
    Report,
    record_add,
    report_send,
)
from shizheng.services.villages.reportable import services_reportable
from shizheng.services.villages.selectors import reports_of, villages_kept

PAGE = OfflinePage(
    "services:village_field", Path(__file__).parents[1] / "static", "services/js/field",
    N_("Village reports"), "services/villages/field.html",
    {"send": "village_send", "session": "village_session", "worker": "village_worker",
     "scope": "village_field", "mine": "village_mine"},
)  # fmt: skip
REPORT = "report"
MOST_PHOTOS = 5


class SentUnreadable(DomainError):
    """What the device sent cannot be read (內容無法讀取)."""

    code = "services.village_sent_unreadable"
    message = N_("What the device sent cannot be read: {part}.")
    hint = N_("Correct it and send again; load the page again if that does not help.")
    status = 400


@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """Give the page itself: nothing personal is in it, so that the device may keep it."""
    shown = {
        "reportable": services_reportable().values(),
        "words": _words(),
        "today": timezone.localdate(),
    }
    return PAGE.shell(request, shown)


@require_safe
def session(request: HttpRequest) -> JsonResponse:
    """Say who is signed in, which villages they keep, and how far their reports are."""
    return session_of(request, _told)


def _told(person: User) -> dict[str, Any]:
    areas = [{"code": area.code, "name": _full_name(area)} for area in villages_kept(person)[:50]]
    states = {each.report.case.number: in_language(each.state) for each in reports_of(person)}
    return {"keeps": may(person, KEEP), "areas": areas, "states": states}


def _full_name(area: Area) -> str:
    parts = [area.parent.name] if area.parent else []
    return " ".join(in_language(name) for name in (*parts, area.name))


@require_POST
@limited("120/m")
def send(request: HttpRequest) -> JsonResponse:
    """Take in one report or record of a device, once; refusals are words that it can show."""
    person = request.user
    if not isinstance(person, User):
        return signed_out()
    try:
        answer = _take(request, person)
    except DomainError as refusal:
        labels = _labels(request.POST.get("service", ""))
        return not_taken(refusal, refusals.shown(refusal, labels))
    return JsonResponse(answer)


def _labels(code: str) -> dict[str, str]:
    found = services_reportable().get(code)
    fields = found.definition.fields if found else {}
    return {key: in_language(each.label) for key, each in fields.items()}


def _take(request: HttpRequest, person: User) -> dict[str, object]:
    given, now = request.POST, timezone.now()
    offline_id = given.get("offline_id", "")
    area = Area.objects.filter(code=given.get("area", ""), kind="village").first()
    if given.get("kind") == REPORT:
        photos = request.FILES.getlist("photos")[:MOST_PHOTOS]
        sent = report_send(
            given=_report(given, photos, area), offline_id=offline_id,
            sent_digest=digest_of(given, photos), by=person, at=now,
        )  # fmt: skip
        return {"offline_id": offline_id, "number": sent.case.number}
    if area is None:
        raise SentUnreadable(part=_("the village"))
    record = record_add(area=area, given=_record(given), by=person, at=now, offline_id=offline_id)
    return {"offline_id": offline_id, "number": "", "title": record.title}


def _report(given: Mapping[str, str], photos: list[Any], area: Area | None) -> Report:
    taken = _photo_places(given.get("photo_places", ""))
    uploads = [
        Upload(photo.name or "photo.jpg", photo, *_where(taken, number), size=photo.size or 0)
        for number, photo in enumerate(photos)
    ]
    place = Place(
        longitude=_degrees(given.get("longitude", "")),
        latitude=_degrees(given.get("latitude", "")),
        address=given.get("address", "").strip(),
        district=area.parent.code if area and area.parent else "",
        village=area.code if area else "",
    )
    answers = {
        name.removeprefix("answer."): value
        for name, value in given.items()
        if name.startswith("answer.")
    }
    return Report(
        service=given.get("service", ""), description=given.get("description", ""), place=place,
        answers=answers, photos=uploads, noted_at=_moment(given.get("noted_at", "")),
    )  # fmt: skip


def _record(given: Mapping[str, str]) -> Record:
    amount, day = given.get("amount", "").strip(), given.get("on", "")
    if amount and not amount.isdecimal():
        raise SentUnreadable(part=_("the amount"))
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise SentUnreadable(part=_("the date")) from None
    return Record(
        kind=given.get("kind", ""), title=given.get("title", "")[:120], on=on,
        text=given.get("text", "")[:10_000], amount=int(amount) if amount else None,
        is_public=given.get("is_public") == "on",
    )  # fmt: skip


def _photo_places(text: str) -> list[Any]:
    try:
        found = json.loads(text or "[]")
    except ValueError:
        raise SentUnreadable(part=_("the places of the photos")) from None
    return found if isinstance(found, list) else []


def _where(taken: list[Any], number: int) -> tuple[float | None, float | None, datetime | None]:
    row = taken[number] if number < len(taken) and isinstance(taken[number], dict) else {}
    longitude, latitude = _degrees(row.get("longitude")), _degrees(row.get("latitude"))
    return longitude, latitude, _moment(str(row.get("taken_at") or ""))


def _degrees(value: object) -> float | None:
    try:
        found = float(str(value))
    except ValueError:
        return None
    return found if -180 <= found <= 180 else None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _words() -> dict[str, str]:
    """Return the words that the page's scripts show."""
    return {
        "online": _("There is a signal."),
        "offline": _("No signal. What you save is kept on this device and sent later."),
        "saved": _("Saved on this device."),
        "signed_out": _("You are signed out. Nothing is lost: sign in, and it is sent."),
        "no_right": _("This account keeps no village. Sign in as the village chief to send."),
        "other_owner": _("Kept for {name}; it is sent once {name} signs in here."),
        "waiting": _("waiting"),
        "sending": _("being sent"),
        "sent": _("sent"),
        "refused": _("not accepted"),
        "correct": _("Correct"),
        "discard": _("Discard"),
        "discard_sure": _("Discard “{title}”? It was not sent."),
        "none_waiting": _("Nothing waits."),
        "none_sent": _("Nothing was sent from this device yet."),
        "photos": _("{count} photos"),
        "found": _("Your position was found."),
        "not_found": _("Your position cannot be found. Write the address instead."),
        "too_many": _("At most 5 photos."),
        "place_missing": _("Say where: let the phone find you, or write the address."),
        "no_store": _("This browser keeps nothing here. Open the page in an ordinary window."),
        "sending_failed": _("The city does not answer. It is tried again by itself."),
        "signed_in": _("Signed in as {name}."),
    }
