"""Pages of the registers that everybody may read, each as far as they may."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.core import words
from shizheng.core.access import found, may
from shizheng.core.words import in_language
from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import DomainError, Refusal
from shizheng.kernel.text import cleaned
from shizheng.places.access import DECIDE, EDIT, IMPORT, VIEW
from shizheng.places.exporting import FORMATS, MOST, written
from shizheng.places.models import Feature, Register, Thing, ThingNotice
from shizheng.places.pages import showing
from shizheng.places.pages.asking import choices_of, question_of
from shizheng.places.selectors.histories import (
    corrections,
    differences,
    history,
    relations_of,
)
from shizheng.places.selectors.layers import Layer, Question
from shizheng.places.selectors.registers import body_of, registers_seen
from shizheng.places.selectors.tallies import standing_of
from shizheng.places.upkeep.views import of_thing

ROWS = 50
MOST_LETTERS = 20


def home_crumb() -> tuple[str, str]:
    """Return the crumb of the list."""
    return _("Registers"), reverse("places:list")


def layer_of(request: HttpRequest, code: str, permission: str | None = None) -> Layer:
    """Return the layer of a register as the reader sees it.

    Raises:
        Http404: there is none that they may know of.
    """
    rows = (
        Register.objects.select_related("owner", "current")
        .defer("current__body")  # ``body_of`` keeps what was read of it
        .filter(is_kept=True)
    )
    row = found(request.user, rows, permission, code=code)
    return Layer.of(row, request.user)


@require_safe
def registers(request: HttpRequest) -> HttpResponse:
    """List the registers, with how many things each has today."""
    today = timezone.localdate()
    entries = []
    for each in registers_seen(request.user):
        layer = Layer.of(each, request.user)
        count, is_all = layer.count(Question(on=today))
        entries.append((each, layer.sight.body, count, is_all))
    shown = {
        "entries": entries,
        "may_decide": may(request.user, DECIDE),
        "sees_upkeep": may(request.user, VIEW),
        "crumbs": [(_("Registers"), "")],
    }
    return render(request, "places/list.html", shown)


@require_safe
def register(request: HttpRequest, code: str) -> HttpResponse:
    """Show a register: what it is, its things as of a day, narrowed by the address."""
    layer = layer_of(request, code)
    refusal: Refusal | None = None
    asked = Question(on=timezone.localdate())
    try:
        asked = question_of(request.GET, layer.sight)
        rows = layer.rows(asked)
    except DomainError as problem:
        refusal, rows = words.said(problem), Feature.objects.none()
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    things = [layer.sight.of(row) for row in page]
    query = request.GET.copy()
    query.pop("page", None)
    shown = _frame(request, layer) | {
        "page": page,
        "rows": showing.rows_of(layer.sight, things, asked.on),
        "columns": [in_language(each.name) for each in showing.columns_of(layer.sight)],
        "features": showing.features_of(layer.sight, things),
        "is_invented": any(each.is_synthetic for each in things),
        "choices": choices_of(request.GET, layer.sight),
        "filter_text": cleaned(request.GET.get("filter", ""))[:2000],
        "asked": asked,
        "is_narrowed": bool(asked.values or asked.words or asked.filter),
        "is_today": asked.on == timezone.localdate(),
        "refusal": refusal,
        "query": query.urlencode(),
        "formats": list(FORMATS),
        "crumbs": [home_crumb(), (in_language(layer.register.name), "")],
    }
    return render(request, "places/register.html", shown, status=400 if refusal else 200)


def _frame(request: HttpRequest, layer: Layer) -> dict[str, Any]:
    """Return what every page of a register shows."""
    body = layer.sight.body
    return {
        "register": layer.register,
        "body": body,
        "kind": showing.kind_in_words(body),
        "precision": showing.precision_in_words(layer.sight),
        "standing": standing_of(layer.register, viewer=request.user),
        "may_edit": may(request.user, EDIT, layer.register),
        "may_deliver": may(request.user, IMPORT, layer.register),
        "takes_proposals": body.proposals_by != "nobody",
    }


@require_safe
def register_file(request: HttpRequest, code: str, format_: str) -> HttpResponse:
    """Send the things that the address asks for as a file."""
    layer = layer_of(request, code)
    if format_ not in FORMATS:
        raise Http404
    try:
        rows = layer.rows(question_of(request.GET, layer.sight))[:MOST]
        epsg = request.GET.get("epsg", "4326")
        content = written(
            layer.sight, layer.shown(rows), format_, epsg=int(epsg) if epsg.isdecimal() else 0
        )
    except DomainError as problem:
        said = words.said(problem)
        return HttpResponse(f"{said.message} {said.hint}", status=problem.status)
    kind = FORMATS[format_]
    response = HttpResponse(content, content_type=kind.media_type)
    response["Content-Disposition"] = f'attachment; filename="{code}.{kind.ending}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def thing(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Show a thing: how it is, how it was, what belongs to it."""
    layer = layer_of(request, code)
    row = found(request.user, Thing, register=layer.register, key=key)
    today = timezone.localdate()
    states = history(layer, row)
    now = next((each for each in states if _holds(each, today)), None)
    last = now or (states[-1] if states else None)
    told = [
        (showing.days_in_words(each), showing.state_in_words(layer.sight.body, each.state),
         showing.changes_of(layer.sight, before, each) if before else [])
        for before, each in zip([None, *states], states, strict=False)
    ]  # fmt: skip
    shown = _frame(request, layer) | {
        "thing": row,
        "title": showing.title_of(layer.sight.body, last) if last else key,
        "is_here": now is not None,
        "is_invented": bool(last and last.is_synthetic),
        "facts": showing.facts_of(layer.sight, last) if last else [],
        "notes": showing.notes_in_words(last) if last else [],
        "features": showing.features_of(layer.sight, [last] if last else []),
        "states": told[::-1],
        "corrections": [
            (each.recorded_to, showing.days_in_words(each)) for each in corrections(layer, row)
        ],
        "relations": _relations(request, row, today),
        "upkeep": of_thing(request, row),
        "letters": ThingNotice.objects.visible_to(request.user).filter(thing=row)[:MOST_LETTERS],
        "crumbs": [
            home_crumb(),
            (in_language(layer.register.name), reverse("places:register", args=[code])),
            (key, ""),
        ],
    }
    return render(request, "places/thing.html", shown)


def _holds(state: Any, day: date) -> bool:
    return bool(state.valid_from <= day and (state.valid_to is None or day < state.valid_to))


def _relations(request: HttpRequest, row: Thing, on: date) -> list[tuple[str, str, str]]:
    """Return (relation in words, key of the other thing, its address)."""
    told = []
    for each in relations_of(row, viewer=request.user, on=on):
        declared = next(
            (r for r in body_of(each.thing.register).relations if r.id == each.code), None
        )
        if declared is None:
            continue
        is_from_here = each.thing_id == row.pk
        other = each.other if is_from_here else each.thing
        name = in_language(declared.name if is_from_here else declared.inverse)
        told.append(
            (name, other.key, reverse("places:thing", args=[other.register.code, other.key]))
        )
    return told


@require_safe
def difference(request: HttpRequest, code: str) -> HttpResponse:
    """Show what began, ended and changed in a register between two days."""
    layer = layer_of(request, code)
    today = timezone.localdate()
    first = _day(request.GET, "from", today.replace(day=1))
    last = _day(request.GET, "to", today)
    first, last = sorted((first, last))
    told, is_all = differences(layer, Question(on=first), last)
    entries = [
        (
            each.key,
            reverse("places:thing", args=[code, each.key]),
            each.verb,
            showing.changes_of(layer.sight, each.before, each.after)
            if each.before and each.after
            else [],
        )
        for each in told
    ]
    after = [each.after or each.before for each in told]
    shown = _frame(request, layer) | {
        "entries": entries,
        "is_all": is_all,
        "first": first,
        "last": last,
        "features": showing.features_of(layer.sight, [each for each in after if each]),
        "crumbs": [
            home_crumb(),
            (in_language(layer.register.name), reverse("places:register", args=[code])),
            (_("Difference of two days"), ""),
        ],
    }
    return render(request, "places/difference.html", shown)


def _day(given: Mapping[str, str], name: str, otherwise: date) -> date:
    try:
        return parse_date(cleaned(given.get(name, ""))[:40])
    except DomainError:
        return otherwise
