"""Pages of looking after things that staff read: what is due, what is broken, what to renew."""

import csv
import io
from datetime import date
from typing import Any, cast

import numpy as np
import shapely
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from shapely.geometry import mapping

from shizheng.core.access import Viewer, found, may
from shizheng.core.files import attachments_of
from shizheng.core.models import User
from shizheng.core.words import in_language
from shizheng.places.frame import frame
from shizheng.places.models import Inspection, RoundList, Upkeep, WorkOrder
from shizheng.places.upkeep.access import DO, LEAD
from shizheng.places.upkeep.city import body_of, features_on, spots
from shizheng.places.upkeep.definitions import UpkeepBody
from shizheng.places.upkeep.domain.cycles import months_after
from shizheng.places.upkeep.domain.judging import condition_of
from shizheng.places.upkeep.domain.ranking import Ranked
from shizheng.places.upkeep.forms import initial_until
from shizheng.places.upkeep.selectors import (
    checks_due,
    condition_seen,
    inspections_of,
    lists_seen,
    orders_seen,
    renewal_of,
    season_rows,
    standings,
    stock_of,
    upkeeps_seen,
)
from shizheng.places.upkeep.shifts.selectors import standing_of
from shizheng.places.upkeep.shifts.words import standing_in_words
from shizheng.places.upkeep.words import (
    CONDITIONS,
    LIST_STATES,
    SEVERITIES,
    STATES,
)

ROWS, BOARD_ROWS, RENEWAL_ROWS = 50, 200, 200
MOST_BUDGET = 100_000_000_000


def upkeep_found(request: HttpRequest, code: str, permission: str | None = None) -> Upkeep:
    """Return what is looked after, for a page.

    Raises:
        Http404: there is none that the reader may know of.
        NotPermitted: they may not do ``permission`` to it.
    """
    rows = Upkeep.objects.filter(is_kept=True).select_related("agency", "register", "current")
    return found(request.user, rows, permission, code=code)


def crumbs(upkeep: Upkeep | None = None, title: str = "") -> list[tuple[str, str]]:
    """Return the way from the first page of the room to a page."""
    way = [(_("Inspection and maintenance"), reverse("places:upkeeps"))]
    if upkeep is not None:
        way.append((in_language(upkeep.name), reverse("places:upkeep", args=[upkeep.code])))
    if title:
        return [*way, (title, "")]
    return [*way[:-1], (way[-1][0], "")]


def order_row(order: WorkOrder, today: date) -> dict[str, Any]:
    """Return an order in the words of a table."""
    body = body_of(order.upkeep)
    fault = body.fault(order.fault)
    is_waiting = order.state in WorkOrder.WAITING
    return {
        "order": order,
        "fault": in_language(fault.name) if fault else order.fault,
        "severity": SEVERITIES[order.severity],
        "state": STATES[WorkOrder.State(order.state)],
        "age_days": max((today - timezone.localdate(order.opened_at)).days, 0),
        "is_late": is_waiting and order.due_on < today,
    }


@login_required
@require_safe
def upkeeps(request: HttpRequest) -> HttpResponse:
    """List what is looked after, with what is due and broken."""
    shown = {
        "rows": standings(request.user, on=timezone.localdate()),
        "leads": bool(Viewer(request.user).scopes(LEAD)),
        "crumbs": crumbs(),
    }
    return render(request, "places/upkeep/list.html", shown)


@login_required
@require_safe
def upkeep(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is due for a round by a day, and the work lists."""
    row = upkeep_found(request, code)
    body, today = body_of(row), timezone.localdate()
    asked = body.round(request.GET.get("round", "")) or body.rounds[0]
    until = months_after(today, 12) if "all" in request.GET else initial_until(today)["until"]
    checks = checks_due(request.user, row, asked.id, until=until)
    page = Paginator(checks, ROWS).get_page(request.GET.get("page"))
    lists = [
        (each, _round_name(body, each.round), LIST_STATES[RoundList.State(each.state)])
        for each in lists_seen(request.user, row)[:20]
    ]
    shown = {
        "upkeep": row, "body": body, "asked": asked, "until": until, "page": page,
        "rows": [_check_row(body, check, today) for check in page], "lists": lists,
        "may_lead": may(request.user, LEAD, row), "is_all": "all" in request.GET,
        "crumbs": crumbs(row),
    }  # fmt: skip
    return render(request, "places/upkeep/upkeep.html", shown)


def _round_name(body: UpkeepBody, code: str) -> str:
    asked = body.round(code)
    return in_language(asked.name) if asked else code


def _check_row(body: UpkeepBody, check: Any, today: date) -> dict[str, Any]:
    risk = body.risk(check.risk)
    return {
        "check": check,
        "risk": in_language(risk.name) if risk else check.risk,
        "condition": None
        if check.last_score is None
        else CONDITIONS[condition_of(check.last_score)],
        "late_days": max((today - check.due_on).days, 0),
    }


@login_required
@require_safe
def round_list(request: HttpRequest, key: str) -> HttpResponse:
    """Show a work list in the order of its way, beside the map."""
    rows = RoundList.objects.select_related(
        "upkeep__register",
        "upkeep__current",
        "upkeep__agency",
        "assigned_to",
        "agency",
        "crew",
        "district",
    )
    row = found(request.user, rows, pk=key)
    body = body_of(row.upkeep)
    stops = list(row.stops.select_related("thing", "inspection").order_by("position"))
    features = features_on(row.upkeep.register, timezone.localdate()).filter(
        thing__in=[stop.thing_id for stop in stops]
    )
    shown = {
        "list": row, "upkeep": row.upkeep, "round_name": _round_name(body, row.round),
        "state": LIST_STATES[RoundList.State(row.state)],
        "stops": [
            (stop, in_language(risk.name) if (risk := body.risk(stop.risk)) else stop.risk,
             CONDITIONS[condition_of(stop.inspection.score)] if stop.inspection else None)
            for stop in stops
        ],
        "features": _stops_drawn(row, list(features), stops),
        "saved_share": 1 - row.route_m / row.first_come_m if row.first_come_m else None,
        "may_lead": may(request.user, LEAD, row),
        "standing": standing_in_words(standing_of(row.crew, at=timezone.now())),
        "crumbs": crumbs(row.upkeep, _("Work list")),
    }  # fmt: skip
    return render(request, "places/upkeep/round_list.html", shown)


def _stops_drawn(row: RoundList, features: list[Any], stops: list[Any]) -> dict[str, Any]:
    """Return the stops and the way between them as the map takes them."""
    grid = frame(timezone.localdate()).metres
    places = spots(features)
    placed = [stop for stop in stops if stop.thing_id in places]
    points = np.array([shapely.Point(*places[stop.thing_id]) for stop in placed], dtype=object)
    drawn = list(grid.degrees(points)) if placed else []
    colour = {True: "#166534", False: "#0b5cad"}
    told: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "geometry": mapping(point),
            "properties": {
                "id": stop.thing.key,
                "title": f"{stop.position}. {stop.thing.key}",
                "note": "",
                "href": reverse("places:thing", args=[row.upkeep.register.code, stop.thing.key]),
                "colour": colour[stop.inspection_id is not None],
                "width": 3,
            },
        }
        for stop, point in zip(placed, drawn, strict=True)
    ]
    return {"type": "FeatureCollection", "features": told}


@login_required
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """Show the board of work orders, narrowed by the address."""
    today = timezone.localdate()
    wanted = {name: request.GET.get(name, "") for name in ("upkeep", "severity", "mine")}
    wanted["state"] = request.GET.get("state", "waiting")
    rows = orders_seen(request.user, **wanted)
    page = Paginator(rows, BOARD_ROWS).get_page(request.GET.get("page"))
    shown = {
        "page": page, "rows": [order_row(each, today) for each in page], "wanted": wanted,
        "upkeeps": list(upkeeps_seen(request.user)),
        "severities": SEVERITIES.items(),
        "states": [(str(state), words) for state, words in STATES.items()],
        "crumbs": crumbs(title=_("Work orders")),
    }  # fmt: skip
    return render(request, "places/upkeep/orders.html", shown)


@login_required
@require_safe
def season(request: HttpRequest) -> HttpResponse:
    """List what is broken and has to be sound before a season begins."""
    now = timezone.now()
    today = timezone.localdate(now)
    rows = [(each, order_row(each.order, today)) for each in season_rows(request.user, at=now)]
    shown = {
        "rows": rows[:BOARD_ROWS], "count": len(rows),
        "crumbs": crumbs(title=_("Before the season")),
    }  # fmt: skip
    return render(request, "places/upkeep/season.html", shown)


def _budget(request: HttpRequest) -> int | None:
    text = request.GET.get("budget", "").replace(",", "").strip()[:20]
    if not (text.isascii() and text.isdecimal()):
        return None
    return min(int(text), MOST_BUDGET)


@login_required
@require_safe
def renewal(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is to be renewed first, and how far the money goes."""
    row = upkeep_found(request, code, LEAD)
    budget = _budget(request)
    rows = renewal_of(row, on=timezone.localdate(), budget_twd=budget)
    funded = [each for each in rows if each.is_funded]
    query = request.GET.urlencode()
    shown = {
        "upkeep": row, "body": body_of(row), "rows": rows[:RENEWAL_ROWS], "count": len(rows),
        "budget": budget, "funded_count": len(funded) if budget is not None else None,
        "funded_twd": funded[-1].total_twd if funded else 0,
        "whole_twd": rows[-1].total_twd if rows else 0, "query": query,
        "crumbs": crumbs(row, _("What to renew")),
    }  # fmt: skip
    return render(request, "places/upkeep/renewal.html", shown)


@login_required
@require_safe
def renewal_csv(request: HttpRequest, code: str) -> HttpResponse:
    """Send the list of what is to be renewed as a file, all of it."""
    row = upkeep_found(request, code, LEAD)
    rows = renewal_of(row, on=timezone.localdate(), budget_twd=_budget(request))
    content = "\ufeff" + renewal_text(rows)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-renewal.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def renewal_text(rows: list[Ranked]) -> str:
    """Return ranked things as CSV, shares from 0 to 1."""
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow(
        ["rank", "key", "built_on", "age_years", "condition", "consequence", "need", "cost_twd",
         "total_twd", "is_funded"]
    )  # fmt: skip
    for rank, each in enumerate(rows, 1):
        known = each.candidate
        writer.writerow(
            [rank, known.key, known.built_on.isoformat(), f"{each.age_years:.1f}",
             "" if known.score is None else known.score, known.consequence, f"{each.need:.4f}",
             each.cost_twd, each.total_twd, "yes" if each.is_funded else "no"]
        )  # fmt: skip
    return content.getvalue()


@login_required
@require_safe
def inspection(request: HttpRequest, key: str) -> HttpResponse:
    """Show an inspection as it was seen: answers, photos, what followed."""
    rows = Inspection.objects.select_related(
        "upkeep__register", "upkeep__current", "upkeep__agency", "thing", "by"
    )
    row = found(request.user, rows, pk=key)
    body = body_of(row.upkeep)
    shown = {
        "inspection": row, "upkeep": row.upkeep, "round_name": _round_name(body, row.round),
        "answers": answers_in_words(body, row),
        "condition": CONDITIONS[condition_of(row.score)],
        "is_far": row.away_m is not None and row.away_m > body.far_m,
        "photos": photos_of(row),
        "orders": [each.order for each in row.reports.select_related("order__upkeep")],
        "may_see_person": may(request.user, DO, row),
        "crumbs": crumbs(row.upkeep, _("Inspection")),
    }  # fmt: skip
    return render(request, "places/upkeep/inspection.html", shown)


def photos_of(row: Inspection) -> list[tuple[Any, str]]:
    """Return the photos of an inspection with what each shows."""
    asked = body_of(row.upkeep).round(row.round)
    found = []
    for each in attachments_of(row):
        item = asked.item(each.name.rpartition("-")[0]) if asked else None
        found.append((each, in_language(item.name) if item else each.name))
    return found


def answers_in_words(body: UpkeepBody, row: Inspection) -> list[tuple[str, str]]:
    """Return item and answer; of what the declaration does not know any more, its id."""
    asked = body.round(row.round)
    told = []
    for name, value in row.answers.items():
        item = asked.item(name) if asked else None
        words = str(value)
        if item is None or item.kind == "photo":
            if item is not None:
                continue
        elif item.kind == "pass":
            words = str(_("In order") if value else _("Not in order"))
        elif item.kind == "number":
            words = f"{value:g} {item.unit or ''}".strip()
        elif item.kind == "choice":
            option = next((each for each in item.options if each.id == value), None)
            words = in_language(option.name) if option else words
        told.append((in_language(item.name) if item else name, words))
    return told


@login_required
@require_safe
def stock(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is in stock."""
    row = upkeep_found(request, code, DO)
    shown = {
        "upkeep": row, "rows": stock_of(row, at=timezone.now()),
        "may_lead": may(request.user, LEAD, row),
        "crumbs": crumbs(row, _("Spare parts")),
    }  # fmt: skip
    return render(request, "places/upkeep/stock.html", shown)


def of_thing(request: HttpRequest, thing: Any) -> dict[str, Any] | None:
    """Return what a thing's own page says of its upkeep; everybody sees the condition alone."""
    upkeeps = list(
        Upkeep.objects.filter(register=thing.register, is_kept=True).select_related("current")
    )
    if not upkeeps:
        return None
    known = condition_seen(thing)
    told: dict[str, Any] = {
        "condition": CONDITIONS[known.word] if known else None,
        "condition_on": known.on if known else None,
    }
    seen = [each for each in upkeeps_seen(request.user) if each in upkeeps]
    if not seen:
        return told
    today = timezone.localdate()
    rows = WorkOrder.objects.visible_to(cast(User, request.user)).filter(thing=thing)
    rows = rows.select_related("upkeep__current", "upkeep__register", "thing").order_by(
        "-opened_at"
    )
    told["inspections"] = [
        (each, _round_name(body_of(each.upkeep), each.round),
         CONDITIONS[condition_of(each.score)])
        for each in inspections_of(request.user, thing)[:20]
    ]  # fmt: skip
    told["orders"] = [order_row(each, today) for each in rows[:20]]
    told["upkeep"] = seen[0]
    return told
