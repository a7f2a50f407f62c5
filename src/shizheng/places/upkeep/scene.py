"""The page of a crew on scene (搶救現場): plans and water near, from the device, without a signal.

The page itself holds nothing. Plans come onto the device while there is a signal, each noted in
the journal; whoever opens one on scene is noted too, as soon as there is a signal again.
"""

import json
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import numpy as np
import shapely
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.core.access import Person, found, may
from shizheng.core.downloads import readings
from shizheng.core.files import attachments_of
from shizheng.core.models import User
from shizheng.core.offline import OfflinePage, not_taken, session_of, signed_out
from shizheng.core.ratelimit import limited
from shizheng.core.words import in_language
from shizheng.kernel.errors import N_, DomainError
from shizheng.places.access import EDIT
from shizheng.places.models import Feature, Register, RescueSheet, Thing
from shizheng.places.pages import showing
from shizheng.places.pages.sending import answered
from shizheng.places.selectors.registers import body_of as register_body
from shizheng.places.upkeep.access import RESCUE
from shizheng.places.upkeep.actions.rescuing import sheet_add, sheet_opened, sheets_read
from shizheng.places.upkeep.city import features_on, rescue_body
from shizheng.places.upkeep.definitions import RescueBody
from shizheng.places.upkeep.domain.errors import SentUnreadable
from shizheng.places.upkeep.field import moment_of
from shizheng.places.upkeep.forms import SheetForm
from shizheng.places.upkeep.selectors import Sheet, sheets_seen
from shizheng.places.upkeep.views import crumbs

PAGE = OfflinePage(
    "places:scene", Path(__file__).parents[1] / "static", "places/js/scene",
    N_("Rescue plans"), "places/upkeep/scene.html",
    {"opened": "scene_opened", "session": "scene_session", "worker": "scene_worker",
     "scope": "scene"},
)  # fmt: skip
MOST_AT_ONCE, NEAREST = 200, 6


@readings.register("places.rescuesheet")
def _sheet_opened(person: Person, thing: Model) -> None:
    """Note in the journal that somebody opened the file of a plan."""
    sheets_read(
        sheets=[cast(RescueSheet, thing)], by=cast(User, person), at=timezone.now(),
        why=str(_("Rescue plan opened or kept on a device")),
    )  # fmt: skip


@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """Give the page itself: nothing of any building is in it."""
    return PAGE.shell(request, {"words": _words()})


@require_safe
def session(request: HttpRequest) -> JsonResponse:
    """Say who is signed in; to who may open plans, the buildings with their plans and water."""
    return session_of(request, _told)


def _told(person: User) -> dict[str, Any]:
    declared = rescue_body()
    if declared is None or not may(person, RESCUE):
        return {}
    synced = timezone.localtime().isoformat(timespec="minutes")
    return {"keeps": True, "buildings": _buildings(person, declared), "synced_at": synced}


def _buildings(person: User, declared: RescueBody) -> list[dict[str, Any]]:
    today = timezone.localdate()
    months = {each.id: each.review_months for each in declared.sheets}
    of: dict[UUID, list[Sheet]] = {}
    for sheet in sheets_seen(person, months, on=today):
        of.setdefault(sheet.row.thing_id, []).append(sheet)
    rows = list(
        Feature.objects.filter(pk__in=[
            row.pk
            for register in Register.objects.filter(code=declared.buildings)
            for row in features_on(register, today).filter(thing__in=of)
        ]).select_related("register__current").order_by("key")
    )  # fmt: skip
    near = _water_near(declared, rows)
    return [
        {
            "key": row.key,
            "name": str(row.properties.get(register_body(row.register).title or "") or row.key),
            "facts": _facts(row), "longitude": row.min_x, "latitude": row.min_y,
            "sheets": [_sheet(each, declared) for each in of[row.thing_id]],
            "water": near.get(row.pk, []),
        }
        for row in rows
    ]  # fmt: skip


def _facts(row: Feature) -> list[list[str]]:
    body = register_body(row.register)
    return [
        [in_language(each.name), showing.value_in_words(each, body, row.properties[each.id])]
        for each in body.fields
        if each.id in row.properties and each.id != body.title
    ]


def _sheet(each: Sheet, declared: RescueBody) -> dict[str, Any]:
    kind = declared.sheet(each.row.kind)
    attachment = attachments_of(each.row).first()
    return {
        "id": str(each.row.pk), "kind": in_language(kind.name) if kind else each.row.kind,
        "drawn_on": each.row.drawn_on.isoformat(), "is_old": each.is_old,
        "contents": each.row.contents, "name": each.row.file_name,
        "file": reverse("download", args=[attachment.pk]) if attachment else "",
        "media_type": attachment.file.media_type if attachment else "",
    }  # fmt: skip


def _water_near(declared: RescueBody, buildings: list[Feature]) -> dict[int, list[dict[str, Any]]]:
    """Return the water sources near each building, the nearest first."""
    today = timezone.localdate()
    water = [
        row
        for register in Register.objects.filter(code__in=declared.water)
        for row in features_on(register, today).exclude(metres=None).select_related(
            "register__current"
        )
    ]  # fmt: skip
    placed = [row for row in buildings if row.metres is not None]
    if not water or not placed:
        return {}
    points: Any = shapely.centroid(shapely.from_wkb([bytes(row.metres or b"") for row in water]))
    spots = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
    found: dict[int, list[dict[str, Any]]] = {}
    for row in placed:
        here = shapely.centroid(shapely.from_wkb(bytes(row.metres or b"")))
        away = np.hypot(spots[:, 0] - here.x, spots[:, 1] - here.y)
        nearest = [int(at) for at in np.argsort(away, kind="stable")[:NEAREST]]
        found[row.pk] = [
            _source(water[at], float(away[at])) for at in nearest if away[at] <= declared.near_m
        ]
    return found


def _source(row: Feature, metres: float) -> dict[str, Any]:
    body = register_body(row.register)
    coded = next((each for each in body.fields if each.type == "code"), None)
    kind = showing.value_in_words(coded, body, row.properties.get(coded.id)) if coded else ""
    return {
        "key": row.key, "kind": kind, "state": showing.state_in_words(body, row.state),
        "metres": round(metres), "longitude": row.min_x, "latitude": row.min_y,
    }  # fmt: skip


@require_POST
@limited("120/m")
def opened(request: HttpRequest) -> JsonResponse:
    """Note which plans a device opened without a signal, and when; the same twice is one."""
    person = request.user
    if not isinstance(person, User):
        return signed_out()
    try:
        taken = _openings(request, person)
    except DomainError as refusal:
        return not_taken(refusal)
    return JsonResponse({"taken": taken})


def _openings(request: HttpRequest, person: User) -> list[str]:
    try:
        given = json.loads(request.body[:1_000_000])
        rows = [
            (UUID(str(each["id"])), UUID(str(each["sheet"])), str(each["at"])) for each in given
        ]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise SentUnreadable(part=N_("which plans were opened")) from None
    taken = []
    for number, sheet, at in rows[:MOST_AT_ONCE]:
        row = RescueSheet.objects.visible_to(person).filter(pk=sheet).first()
        if row is not None:
            sheet_opened(
                sheet=row, opening=number, by=person, at=timezone.now(), on_scene=moment_of(at),
                why=_("Opened on scene without a signal ({number})").format(number=number),
            )  # fmt: skip
        taken.append(str(number))
    return taken


@login_required
@require_http_methods(["GET", "POST"])
def sheet_new(request: HttpRequest, code: str, key: str) -> HttpResponseBase:
    """Add a rescue plan to a building."""
    declared, person = rescue_body(), cast(User, request.user)
    if declared is None or declared.buildings != code:
        raise Http404
    thing = found(person, Thing.objects.select_related("register"), EDIT, register__code=code,
                  key=key)  # fmt: skip
    form = SheetForm(request.POST or None, request.FILES or None, body=declared)

    def perform() -> str:
        given = form.cleaned_data
        sheet_add(
            thing=thing, kind=given["kind"], drawn_on=given["drawn_on"], content=given["file"],
            name=given["file"].name or "plan.pdf", contents=given["contents"], by=person,
            at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("The plan is kept; devices have it at the next signal."))
        return reverse("places:thing", args=[code, key])

    def context() -> dict[str, Any]:
        title = _("Add a rescue plan of {key}").format(key=key)
        return {
            "title": title, "about": in_language(thing.register.name), "button": _("Keep it"),
            "back": reverse("places:thing", args=[code, key]), "crumbs": crumbs(title=title),
            "is_upload": True,
        }  # fmt: skip

    return answered(request, form, "places/upkeep/act.html", perform, context)


def _words() -> dict[str, str]:
    """Return the words that the page's scripts show."""
    return {
        "online": _("There is a signal."),
        "offline": _("No signal. You see what is kept on this device."),
        "signed_in": _("Signed in as {name}."),
        "signed_out": _("You are signed out. What this device keeps stays readable until it is "
                        "emptied."),
        "no_right": _("This account may open no rescue plans."),
        "no_store": _("This browser keeps nothing here. Open the page in an ordinary window."),
        "synced": _("Kept on this device as of {moment}: {count} buildings."),
        "none": _("No plan is kept on this device yet. Open this page while there is a signal."),
        "none_near": _("No water source within reach is known."),
        "drawn": _("drawn on {day}, {age} days ago"),
        "old": _("older than it should be"),
        "open": _("Open the plan"), "not_kept": _("not on this device yet"),
        "contents": _("Burns or poisons: {contents}"), "water": _("Water near"),
        "metres": _("{metres} m"), "away": _("{metres} m from here"), "plans": _("Plans"),
        "emptied": _("This device keeps no plans any more."),
    }  # fmt: skip
