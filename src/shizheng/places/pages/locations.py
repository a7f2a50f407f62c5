"""Finding places: a page for people, and answers in JSON for maps, forms and other programs.

Addresses and lot numbers; the nearest things of a register; things around a shape, in a polygon,
along a road section; the areas that hold a point. Each is asked as the reader may see the register.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from math import isfinite
from typing import Any

import shapely
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from shizheng.core import words
from shizheng.core.access import Person
from shizheng.core.showing import number
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.kernel.text import cleaned
from shizheng.places.domain.address_errors import PositionUnfit
from shizheng.places.pages import showing
from shizheng.places.pages.views import home_crumb, layer_of
from shizheng.places.selectors.layers import Layer, Question
from shizheng.places.selectors.locations import Found, places_named
from shizheng.places.selectors.registers import registers_seen
from shizheng.places.selectors.showing import Shown

ONE_PLACE = 0.0002
"""Degrees, some 20 metres: so near to each other, what was found is one place."""
FARTHEST_M, MOST, LONGEST = 5_000.0, 200, 20_000
Answer = Callable[[HttpRequest], list[dict[str, Any]]]


def _answers(act: Answer) -> Callable[..., HttpResponse]:
    """Send what was found as GeoJSON, and refusals with their code; nothing is kept by others."""

    @require_safe
    @wraps(act)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            told: dict[str, Any] = {"type": "FeatureCollection", "features": act(request)}
            response = JsonResponse(
                told, content_type="application/geo+json", json_dumps_params={"ensure_ascii": False}
            )
        except DomainError as problem:
            said = words.said(problem)
            response = JsonResponse(
                {"code": said.code, "description": f"{said.message} {said.hint}".strip()},
                status=problem.status, json_dumps_params={"ensure_ascii": False},
            )  # fmt: skip
        except Http404:
            response = JsonResponse(
                {"code": "NotFound", "description": _("There is no such thing.")}, status=404
            )
        response["Cache-Control"] = "private, no-store"
        return response

    return answer


@_answers
def find(request: HttpRequest) -> list[dict[str, Any]]:
    """Find an address or a lot number."""
    return [_as_feature(each) for each in _named(request)]


def _named(request: HttpRequest) -> list[Found]:
    return places_named(
        request.GET.get("q", ""), viewer=request.user, on=timezone.localdate(), most=20
    )


def _as_feature(found: Found) -> dict[str, Any]:
    told = {
        "how": found.how, "title": found.title, "said": how_in_words(found),
        "register": found.layer.register.code, "key": found.shown.key,
        "is_synthetic": found.shown.is_synthetic, "english": found.english,
    }  # fmt: skip
    place = {"type": "Point", "coordinates": [found.longitude, found.latitude]}
    return {"type": "Feature", "geometry": place, "properties": told}


def how_in_words(found: Found) -> str:
    """Return how sure a place is."""
    said = {
        "exact": _("As it is recorded."),
        "main": _("There is no such number after the main number; this is the main number."),
        "stretch": _("The stretch (段) was not said; this is one of them."),
        "street": _("A house in the middle of the street."),
    }
    if found.how == "between":
        return _("Not recorded: reckoned between the numbers {first} and {last}.").format(
            first=found.between[0], last=found.between[1]
        )
    return said[found.how]


@_answers
def nearest(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the nearest things of a register to a point."""
    layer, point = _layer(request), _point(request.GET)
    most = int(_measure(request.GET, "most", 5, MOST))
    found = layer.nearest(
        point.x, point.y, _today(), most=max(1, most),
        farthest_m=_measure(request.GET, "metres", FARTHEST_M, FARTHEST_M),
    )  # fmt: skip
    return _measured(layer, found)


@_answers
def around(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the things of a register within so many metres of a point or shape."""
    layer = _layer(request)
    shape = _shape(request.GET) if "shape" in request.GET else _point(request.GET)
    metres = _measure(request.GET, "metres", 50, FARTHEST_M)
    return _measured(layer, layer.within_m(shape, metres, _today())[:MOST])


@_answers
def within(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the things of a register that touch a polygon."""
    layer, shape = _layer(request), _shape(request.GET)
    rows = layer.rows(Question(on=timezone.localdate(), within=shape))[:MOST]
    return [_drawn(layer, each) for each in layer.shown(rows)]


@_answers
def along(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the things of a register within so many metres of a section of road."""
    layer = _layer(request)
    roads = layer_of(request, request.GET.get("sections", "road_sections"))
    asked = Question(on=timezone.localdate(), values={"key": request.GET.get("section", "")})
    section = next(iter(roads.shown(roads.rows(asked)[:1])), None)
    if section is None or section.geometry is None:
        raise Http404
    metres = _measure(request.GET, "metres", 15, FARTHEST_M)
    return _measured(layer, layer.within_m(section.geometry, metres, _today())[:MOST])


@_answers
def areas(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the areas of a register, or of all that have areas, that hold a point."""
    point = _point(request.GET)
    layers = (
        [_layer(request)]
        if request.GET.get("register")
        else [
            Layer.of(each, request.user)
            for each in registers_seen(request.user)
            if each.geometry == "polygon"
        ]
    )
    return [
        _drawn(layer, each, is_shape_told=False)
        for layer in layers
        for each in layer.shown(layer.rows(Question(on=timezone.localdate(), within=point))[:MOST])
    ]


def _today() -> Question:
    return Question(on=timezone.localdate())


def _layer(request: HttpRequest) -> Layer:
    return layer_of(request, request.GET.get("register", ""))


def _point(given: Mapping[str, str]) -> Any:
    lon, lat = (_degrees(given, name, most) for name, most in (("lon", 180), ("lat", 90)))
    return shapely.Point(lon, lat)


def _degrees(given: Mapping[str, str], name: str, most: float) -> float:
    value = _number(given, name, "")
    if abs(value) > most:
        raise PositionUnfit(part=name, value=given.get(name, "")[:40])
    return value


def _measure(given: Mapping[str, str], name: str, otherwise: float, most: float) -> float:
    value = _number(given, name, str(otherwise))
    if not 0 <= value <= most:
        raise PositionUnfit(part=name, value=given.get(name, "")[:40])
    return value


def _number(given: Mapping[str, str], name: str, otherwise: str) -> float:
    text = given.get(name, otherwise)
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise PositionUnfit(part=name, value=text[:40])
    return value


def _shape(given: Mapping[str, str]) -> BaseGeometry:
    text = given.get("shape", "")
    try:
        shape = shapely.from_geojson(text if len(text) <= LONGEST else "")
        fits = shape is not None and not shape.is_empty and shape.is_valid
    except (shapely.errors.GEOSException, TypeError):
        fits = False
    west, south, east, north = shapely.bounds(shape).tolist() if fits else (0, 0, 999, 0)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise PositionUnfit(part="shape", value=text[:40])
    return shape


def _measured(layer: Layer, found: Sequence[tuple[float, Shown]]) -> list[dict[str, Any]]:
    return [_drawn(layer, each, distance_m=round(metres, 2)) for metres, each in found]


def _drawn(
    layer: Layer, shown: Shown, *, is_shape_told: bool = True, **more: Any
) -> dict[str, Any]:
    body = layer.sight.body
    told = {
        "register": body.id, "key": shown.key, "title": showing.title_of(body, shown),
        "state": shown.state, **shown.values, **more,
    }  # fmt: skip
    if shown.is_synthetic:
        told["is_synthetic"] = True
    drawn = shown.geometry if is_shape_told else None
    return {
        "type": "Feature", "id": shown.key,
        "geometry": None if drawn is None else mapping(drawn), "properties": told,
    }  # fmt: skip


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show a box to find a place in, what was found, and what the registers tell of it."""
    query = cleaned(request.GET.get("q", "")).strip()[:200]
    found: list[Found] = []
    refusal, spot = None, None
    try:
        if "lon" in request.GET or "lat" in request.GET:
            spot = _point(request.GET)
        elif query:
            found = _named(request)
            spot = _one_place(found)
    except DomainError as problem:
        refusal = words.said(problem)
    told = _told(request.user, spot) if spot is not None else []
    drawn = [each for section in told for each in section["features"]]
    shown = {
        "query": query,
        "refusal": refusal,
        "spot": spot,
        "found": [(each, how_in_words(each), _address(each)) for each in found],
        "told": told,
        "features": {"type": "FeatureCollection", "features": [*_pin(spot, query), *drawn]},
        "is_invented": any(each.shown.is_synthetic for each in found)
        or any(section["is_invented"] for section in told),
        "crumbs": [home_crumb(), (_("Find a place"), "")],
    }
    return render(request, "places/locations.html", shown, status=400 if refusal else 200)


def _one_place(found: Sequence[Found]) -> Any:
    """Return the place where all that was found lies beside each other, as registers repeat it."""
    points = shapely.MultiPoint([(each.longitude, each.latitude) for each in found])
    west, south, east, north = points.bounds
    return points.geoms[0] if max(east - west, north - south) < ONE_PLACE else None


def _address(found: Found) -> str:
    place = f"lon={found.longitude:.7f}&lat={found.latitude:.7f}"
    return f"{reverse('places:locations')}?{place}"


def _pin(spot: Any, query: str) -> list[dict[str, Any]]:
    if spot is None:
        return []
    told = {"id": "here", "title": query or _("Here"), "note": "", "href": "",
            "colour": "#b91c1c", "width": 4}  # fmt: skip
    return [{"type": "Feature", "geometry": mapping(spot), "properties": told}]


def _told(viewer: Person, spot: Any) -> list[dict[str, Any]]:
    """Return what each register that answers residents tells of a place."""
    sections = []
    for register in registers_seen(viewer):
        layer = Layer.of(register, viewer)
        wish = layer.sight.body.nearby
        if wish is None:
            continue
        near = layer.within_m(spot, wish.metres, _today())[: wish.most]
        things = [each for _metres, each in near]
        sections.append(
            {
                "heading": in_language(wish.words),
                "register": register,
                "takes_proposals": layer.sight.body.proposals_by != "nobody",
                "rows": [
                    (row, number(metres, 0) if wish.metres else "", facts)
                    for row, (metres, _each), facts in zip(
                        showing.rows_of(layer.sight, things),
                        near,
                        _facts(layer, things),
                        strict=True,
                    )
                ],
                "features": showing.features_of(layer.sight, things)["features"],
                "is_invented": any(each.is_synthetic for each in things),
            }
        )
    return sections


def _facts(layer: Layer, things: Sequence[Shown]) -> list[list[tuple[str, str]]]:
    """Return what is known of each thing, without what is empty."""
    body = layer.sight.body
    return [
        [
            (in_language(field.name), showing.value_in_words(field, body, each.values[field.id]))
            for field in layer.sight.fields
            if each.values.get(field.id) is not None and field.id != body.title
        ]
        for each in things
    ]
