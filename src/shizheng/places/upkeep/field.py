"""The page of an inspector that works without signal (離線檢查), and the door it sends through.

The page itself holds nothing of anybody; the lists of who is signed in come with the session and
are kept on the device until they were done.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shizheng.core.access import Person, found, may
from shizheng.core.models import User
from shizheng.core.offline import OfflinePage, digest_of, not_taken, session_of, signed_out
from shizheng.core.ratelimit import limited
from shizheng.core.words import in_language
from shizheng.kernel.errors import N_, DomainError
from shizheng.places.models import Inspection, RoundStop, Thing, Upkeep
from shizheng.places.upkeep.access import DO
from shizheng.places.upkeep.actions.inspecting import (
    MOST_PHOTOS,
    PHOTO_LIMIT,
    Look,
    Photo,
    inspection_record,
)
from shizheng.places.upkeep.city import body_of, features_on
from shizheng.places.upkeep.definitions import ItemOf
from shizheng.places.upkeep.domain.errors import RoundUnknown, SentUnreadable, ThingGone
from shizheng.places.upkeep.domain.judging import condition_of
from shizheng.places.upkeep.selectors import stops_kept, titles_of, upkeeps_seen
from shizheng.places.upkeep.words import CONDITIONS

PAGE = OfflinePage(
    "places:upkeep_field", Path(__file__).parents[1] / "static", "places/js/upkeep",
    N_("Inspections"), "places/upkeep/field.html",
    {"send": "upkeep_send", "session": "upkeep_session", "worker": "upkeep_worker",
     "scope": "upkeep_field"},
)  # fmt: skip


@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """Give the page itself: nothing personal is in it, so that the device may keep it."""
    shown = {"words": _words(), "limit": PHOTO_LIMIT, "most": MOST_PHOTOS}
    return PAGE.shell(request, shown)


@require_safe
def session(request: HttpRequest) -> JsonResponse:
    """Say who is signed in, which stops wait for them, and what is looked at in each round."""
    return session_of(request, _told)


def _told(person: User) -> dict[str, Any]:
    stops = stops_kept(person)
    given = {stop.round_list.upkeep_id for stop in stops}
    mine = [each for each in upkeeps_seen(person) if each.pk in given or may(person, DO, each)]
    return {"keeps": bool(mine), "rounds": _rounds(mine), "stops": _stops(stops)}


def _rounds(upkeeps: list[Upkeep]) -> list[dict[str, Any]]:
    return [
        {
            "upkeep": upkeep.code, "round": asked.id,
            "name": f"{in_language(upkeep.register.name)} · {in_language(asked.name)}",
            "items": [_item(item) for item in asked.items],
        }
        for upkeep in upkeeps for asked in body_of(upkeep).rounds
    ]  # fmt: skip


def _item(item: ItemOf) -> dict[str, Any]:
    return {
        "id": item.id, "name": in_language(item.name), "kind": item.kind, "unit": item.unit or "",
        "low": item.low, "high": item.high,
        "required": item.required and item.kind != "note",
        "options": [[option.id, in_language(option.name)] for option in item.options],
    }  # fmt: skip


def _stops(stops: list[RoundStop]) -> list[dict[str, Any]]:
    today = timezone.localdate()
    places: dict[Any, Any] = {}
    titles: dict[Any, str] = {}
    for upkeep in {stop.round_list.upkeep for stop in stops}:
        things = [stop.thing_id for stop in stops if stop.round_list.upkeep_id == upkeep.pk]
        rows = list(
            features_on(upkeep.register, today)
            .filter(thing__in=things)
            .select_related("register__current")
        )
        titles |= titles_of(upkeep.register.code, rows)
        places |= {row.thing_id: row for row in rows}
    return [
        {
            "upkeep": stop.round_list.upkeep.code, "round": stop.round_list.round,
            "key": stop.thing.key, "title": titles.get(stop.thing_id, stop.thing.key),
            "position": stop.position, "due_on": stop.due_on.isoformat(),
            "is_late": stop.due_on < today, **_spot(places.get(stop.thing_id)),
        }
        for stop in stops
    ]  # fmt: skip


def _spot(row: Any) -> dict[str, float]:
    if row is None or row.min_x is None:
        return {}
    return {"longitude": (row.min_x + row.max_x) / 2, "latitude": (row.min_y + row.max_y) / 2}


@require_POST
@limited("240/m")
def send(request: HttpRequest) -> JsonResponse:
    """Take in one inspection of a device, once; refusals are words that it can show."""
    person = request.user
    if not isinstance(person, User):
        return signed_out()
    try:
        row = _taken(request, person)
    except DomainError as refusal:
        return not_taken(refusal)
    return JsonResponse({"offline_id": row.offline_id, "score": row.score, "said": _outcome(row)})


def _outcome(row: Inspection) -> str:
    """Return what became of an inspection in one sentence or two."""
    word = CONDITIONS[condition_of(row.score)]
    said = _("Taken in: condition {word}.").format(word=word.lower())
    faults = [report.order.number for report in row.reports.select_related("order__upkeep")]
    if faults:
        said += " " + _("Work orders: {numbers}.").format(numbers=", ".join(faults))
    if row.is_clock_wrong:
        said += " " + _("The clock of this device is wrong; the city's time was taken.")
    far = body_of(row.upkeep).far_m
    if row.away_m is not None and row.away_m > far:
        said += " " + _("You were {metres} m away from where it stands in the register.").format(
            metres=round(row.away_m)
        )
    return said


def _taken(request: HttpRequest, person: User) -> Inspection:
    given, now = request.POST, timezone.now()
    upkeep = upkeep_of(person, given.get("upkeep", ""))
    key = given.get("key", "").replace("\0", "").strip()[:80]
    thing = Thing.objects.filter(register=upkeep.register, key=key).first()
    if thing is None:
        raise ThingGone(key=key, day=timezone.localdate(now))
    return inspection_record(
        upkeep=upkeep, thing=thing, given=_look(request, now), by=person, at=now
    )


def upkeep_of(person: Person, code: str) -> Upkeep:
    """Return what a device names; one that is not there any more is told to it.

    Raises:
        RoundUnknown: there is none that the person may know of.
    """
    row = upkeeps_seen(person).filter(code=code[:60].replace("\0", "")).first()
    if row is None:
        raise RoundUnknown(round=code[:60])
    return row


def _look(request: HttpRequest, now: datetime) -> Look:
    given = request.POST
    photos = [
        Photo(name.removeprefix("photo."), each.name or "photo.jpg", each, each.size or 0)
        for name in request.FILES
        for each in request.FILES.getlist(name)
    ]
    answers = {
        name.removeprefix("answer."): str(value).replace("\0", "")
        for name, value in given.items()
        if name.startswith("answer.")
    }
    noted = moment_of(given.get("noted_at", ""))
    digest = digest_of(given, [photo.content for photo in photos], but="sent_at")
    return Look(
        round=given.get("round", ""), answers=answers, photos=photos, noted_at=noted,
        sent_at=moment_of(given.get("sent_at", "")) if given.get("sent_at") else now,
        offline_id=given.get("offline_id", ""), digest=digest,
        longitude=_degrees(given.get("longitude"), 180),
        latitude=_degrees(given.get("latitude"), 90), note=answers.get("remark", ""),
    )  # fmt: skip


def moment_of(text: str) -> datetime:
    """Return when something was, as a device says it with its offset.

    Raises:
        SentUnreadable: it does not say.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SentUnreadable(part=N_("when it was")) from None
    if moment.tzinfo is None:
        raise SentUnreadable(part=N_("when it was"))
    return moment


def _degrees(value: str | None, most: int) -> float | None:
    try:
        degrees = float(value or "")
    except ValueError:
        return None
    return degrees if -most <= degrees <= most else None


def thing_found(request: HttpRequest, upkeep: Upkeep, key: str) -> Thing:
    """Return a thing for a page.

    Raises:
        Http404: there is none that the reader may know of.
    """
    return found(request.user, Thing, register=upkeep.register, key=key)


def _words() -> dict[str, str]:
    """Return the words that the page's scripts show."""
    return {
        "online": _("There is a signal."),
        "offline": _("No signal. What you save is kept on this device and sent later."),
        "sending_failed": _("The city does not answer. It is tried again by itself."),
        "saved": _("Saved on this device."),
        "signed_in": _("Signed in as {name}."),
        "signed_out": _("You are signed out. Nothing is lost: sign in, and it is sent."),
        "no_right": _("This account inspects nothing. Sign in as an inspector."),
        "no_store": _("This browser keeps nothing here. Open the page in an ordinary window."),
        "none": _("No stop waits for you. A list appears here once it is given to you."),
        "none_kept": _("Nothing was saved on this device yet."),
        "waiting": _("waiting"), "sending": _("being sent"), "sent": _("sent"),
        "refused": _("not accepted"), "late": _("overdue since {day}"),
        "due": _("due by {day}"), "metres": _("{metres} m away"),
        "yes": _("In order"), "no": _("Not in order"), "choose": _("Choose"),
        "photo": _("{name} (photo)"), "missing": _("Answer this: {question}."),
        "too_large": _("“{name}” is larger than {limit} MiB. Take it in a smaller size."),
        "too_many": _("At most {most} photos."), "range": _("From {low} to {high}."),
        "found": _("Your position was found."),
        "not_found": _("Your position cannot be found; the inspection is sent without it."),
        "correct": _("Correct"), "discard": _("Discard"),
        "discard_sure": _("Discard “{title}”? It was not sent."),
        "other_owner": _("Kept for {name}; it is sent once {name} signs in here."),
    }  # fmt: skip
