"""The map of the city's things: layers, what is here, how long and large, a sheet to print."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.core import words
from shizheng.core.locations.choices import district_choices
from shizheng.core.locations.located import located
from shizheng.core.locations.shapes import Kind, read_shape
from shizheng.core.showing import number
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.geodesy import area_m2, length_m
from shizheng.kernel.text import cleaned
from shizheng.places.domain.errors import QuestionUnfit
from shizheng.places.maps.asking import Asked, At, asked_of
from shizheng.places.maps.drawing import drawing_of
from shizheng.places.maps.layers import Entry, drawings_of, entries_of, groups_of
from shizheng.places.maps.sections import Piece, layers_with_depth, measure_of, pieces_along
from shizheng.places.maps.spatial import HEADINGS, spatial_of
from shizheng.places.maps.table import ROWS, Table, rows_of
from shizheng.places.pages.asking import day_of
from shizheng.places.pages.views import home_crumb
from shizheng.places.selectors.layers import Question

REACH_PX = 14
"""So many pixels around a finger or a pointer count as here."""
MOST_HERE = 20
MOST_REACH_M = 100
SCALES = (500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000)
PAPERS = {"portrait": N_("A4 upright"), "landscape": N_("A4 across")}


def _read(request: HttpRequest) -> tuple[Asked, Any]:
    """Return what the address asks for, and what is wrong with it."""
    try:
        return asked_of(request.GET), None
    except DomainError as problem:
        return Asked((), timezone.localdate()), words.said(problem)


def _shown(request: HttpRequest, asked: Asked, entries: list[Entry]) -> dict[str, Any]:
    table = Table(entries, asked)
    query = request.GET.copy()
    for name in ("part", "page", "bbox"):
        query.pop(name, None)
    return {
        "asked": asked,
        "mark": asked.mark,
        "sought": cleaned(request.GET.get("q", "")).strip()[:200],
        "page": Paginator(table, ROWS).get_page(request.GET.get("page")),
        "table": table,
        "is_chosen": any(each.is_chosen for each in entries),
        "is_today": asked.on == timezone.localdate(),
        "query": query.urlencode(),
    }


@require_safe
def map_(request: HttpRequest) -> HttpResponse:
    """Show the map with its layers and table; of the table alone with ``part=things``."""
    asked, refusal = _read(request)
    entries = entries_of(request.user, asked.layers)
    shown = _shown(request, asked, entries)
    status = 400 if refusal else 200
    if request.GET.get("part") == "things":
        return render(request, "places/map/_things.html", shown, status=status)
    shown |= {
        "groups": groups_of(entries),
        "drawings": {"layers": drawings_of(entries, asked.on)},
        "districts": district_choices(),
        "has_depth": any(measure_of(each.layer) for each in entries),
        "refusal": refusal,
        "bounds": asked.bounds or shown["table"].bounds,
        "crumbs": [home_crumb(), (_("Map"), "")],
    }
    return render(request, "places/map/map.html", shown, status=status)


@require_safe
def here(request: HttpRequest) -> HttpResponse:
    """Tell which things of the chosen layers lie at a point, the nearest first."""
    asked, refusal = _read(request)
    entries = [each for each in entries_of(request.user, asked.layers) if each.is_chosen]
    shown: dict[str, Any] = {"asked": asked, "refusal": refusal, "is_chosen": bool(entries)}
    if asked.at is not None:
        rows = [row for each in entries for row in _near(each, asked.at, asked)]
        rows.sort(key=lambda row: (row.distance_m or 0.0, row.layer, row.key))
        place = located(asked.at.longitude, asked.at.latitude, on=timezone.localdate())
        shown |= {"rows": rows[:MOST_HERE], "is_more": len(rows) > MOST_HERE,
                  "sentence": place.sentence()}  # fmt: skip
    template = "_here" if request.GET.get("part") == "here" else "here"
    shown["crumbs"] = [home_crumb(), (_("Map"), ""), (_("What is here"), "")]
    return render(request, f"places/map/{template}.html", shown, status=400 if refusal else 200)


def _near(entry: Entry, at: At, asked: Asked) -> list[Any]:
    import shapely  # late: a page of the map without a question needs no shapes

    reach = at.metres_per_px * REACH_PX
    spot = shapely.Point(at.longitude, at.latitude)
    try:
        found = entry.layer.within_m(spot, reach, Question(on=asked.on))
    except DomainError:
        return []  # too many to be told apart: the map shows their number there
    return rows_of(
        entry, [each for _m, each in found], asked.on, [metres for metres, _each in found]
    )


@require_safe
def measure(request: HttpRequest) -> HttpResponse:
    """Say how long a line is, or how large the ground in a ring, in metres of TWD97."""
    is_area = request.GET.get("kind") == "area"
    text = cleaned(request.GET.get("points", ""))[:20_000].replace(";", "\n")
    try:
        points = read_shape(text, Kind.POLYGON if is_area else Kind.LINE)
    except DomainError as refusal:
        said = words.said(refusal)
        return JsonResponse({"said": f"{said.message} {said.hint}"}, status=refusal.status)
    around = [*points, points[0]] if is_area else list(points)
    length = length_m(around)
    if not is_area:
        sentence = _("Length: {length} m").format(length=number(length, 1))
    else:
        sentence = _("Area: {area} m² · border {length} m").format(
            area=number(area_m2(points), 1), length=number(length, 1)
        )
    return JsonResponse({"said": sentence}, json_dumps_params={"ensure_ascii": False})


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """Show a sheet to print: the map at a scale, with its day, sources and address."""
    asked, refusal = _read(request)
    paper, scale = request.GET.get("paper", "portrait"), request.GET.get("scale", "5000")
    try:
        if not (scale.isascii() and scale.isdecimal() and 100 <= int(scale[:9]) <= 1_000_000):
            raise QuestionUnfit(
                part="scale", value=scale[:20], expected=N_("a number from 100 to 1,000,000")
            )
    except DomainError as problem:
        refusal, scale = words.said(problem), "5000"
    entries = entries_of(request.user, asked.layers)
    chosen = [each for each in entries if each.is_chosen]
    query = request.GET.copy()
    for name in ("scale", "paper", "title"):
        query.pop(name, None)
    shown = {
        "asked": asked,
        "mark": asked.mark,
        "refusal": refusal,
        "chosen": chosen,
        "drawings": {"layers": drawings_of(chosen, asked.on)},
        "scale": int(scale[:9]),
        "scales": SCALES,
        "paper": paper if paper in PAPERS else "portrait",
        "papers": [(code, _(name)) for code, name in PAPERS.items()],
        "title": cleaned(request.GET.get("title", "")).strip()[:80],
        "kept": [(name, value) for name, values in query.lists() for value in values],
        "query": query.urlencode(),
        "bar": round(int(scale[:9]) / 20),
        "address": request.build_absolute_uri(f"{reverse('places:map')}?{query.urlencode()}"),
        "today": timezone.localdate(),
        "crumbs": [home_crumb(), (_("Map"), ""), (_("Sheet to print"), "")],
    }
    return render(request, "places/map/sheet.html", shown, status=400 if refusal else 200)


@require_safe
def section(request: HttpRequest) -> HttpResponse:
    """Show pipes along a line with their heights and depths, to those who may see these."""
    layers = layers_with_depth(request.user)
    text = cleaned(request.GET.get("points", ""))[:2_000].strip()
    reach = request.GET.get("reach", "10")
    heading = _heading(request.GET.get("look", ""))
    shown: dict[str, Any] = {
        "layers": layers, "points": text, "reach": reach, "panels": [],
        "direction": _(HEADINGS[heading]), "on": request.GET.get("on", ""),
        "turns": [((heading - 45) % 360, _("Turn to the left")),
                  ((heading + 45) % 360, _("Turn to the right"))],
    }  # fmt: skip
    status = 200
    if layers and text:
        try:
            shown["panels"] = _panels(layers, text, reach, request.GET.get("on", ""), heading)
        except DomainError as problem:
            shown["refusal"], status = words.said(problem), 400
    shown["crumbs"] = [home_crumb(), (_("Map"), reverse("places:map")), (_("Section"), "")]
    return render(request, "places/map/section.html", shown, status=status)


def _heading(text: str) -> int:
    """Return where one looks to; north where the address says nothing that is known."""
    known = {str(each): each for each in HEADINGS}
    return known.get(text, 0)


def _panels(
    layers: list[Entry], text: str, reach: str, on: str, heading: int
) -> list[tuple[str, Any, Any, Any]]:
    import shapely  # late: a page of the map without a question needs no shapes

    if not (reach.isascii() and reach.isdecimal() and 1 <= int(reach[:4]) <= MOST_REACH_M):
        raise QuestionUnfit(part="reach", value=reach[:10], expected=N_("1 to 100 metres"))
    points = read_shape(text.replace(";", "\n"), Kind.LINE)
    line = shapely.LineString(points)
    pieces = pieces_along(layers, line, reach_m=float(reach), on=day_of(on))
    found = []
    for measure in ("height", "depth"):
        some = [piece for piece in pieces if piece.measure == measure]
        if some:
            drawings = drawing_of(some, length_m(points)), spatial_of(some, heading)
            found.append((measure, *drawings, [_row(p) for p in some]))
    return found


def _row(piece: Piece) -> dict[str, Any]:
    (row,) = rows_of(piece.entry, [piece.shown], timezone.localdate())
    along = [metres for run in piece.runs for metres, _level in run]
    low, high = piece.levels
    return {"href": row.href, "title": row.title, "layer": row.layer, "size": piece.size,
            "begin": min(along), "end": max(along), "low": low, "high": high}  # fmt: skip
