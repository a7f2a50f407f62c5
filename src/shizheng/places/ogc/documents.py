"""What OGC API Features answers: landing page, collections, items, the description of itself."""

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from shizheng.core import city
from shizheng.core.words import in_language
from shizheng.places.exporting import FORMATS
from shizheng.places.frame import frame
from shizheng.places.ogc.asking import LANGUAGES, LIMIT, MOST, Asked, Items
from shizheng.places.ogc.systems import CRS84, SYSTEMS
from shizheng.places.selectors.layers import Layer
from shizheng.places.selectors.paging import encode

CONFORMS = [
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}"
    for name in ("core", "geojson", "oas30")
] + ["http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs"]
CONFORMS += [
    f"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/{name}"
    for name in ("filter", "features-filter", "queryables", "queryables-query-parameters")
]
CONFORMS += [
    f"http://www.opengis.net/spec/cql2/1.0/conf/{name}"
    for name in (
        "cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators",
        "case-insensitive-comparison", "accent-insensitive-comparison", "basic-spatial-functions",
        "basic-spatial-functions-plus", "spatial-functions", "temporal-functions",
        "property-property", "arithmetic",
    )
]  # fmt: skip
GEOJSON, JSON = "application/geo+json", "application/json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
FILES = {name: each for name, each in FORMATS.items() if name != "geojson"}
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"


def link(
    request: HttpRequest, rel: str, path: str, type_: str = JSON, title: str = ""
) -> dict[str, str]:
    """Return one link."""
    found = {"rel": rel, "href": request.build_absolute_uri(path), "type": type_}
    return {**found, "title": title} if title else found


def landing(request: HttpRequest) -> dict[str, Any]:
    """Return the landing page (Part 1, 7.2)."""
    known = city.current()
    name = in_language(known.name) if known else ""
    return {
        "title": name,
        "description": "Registers of things",
        "links": [
            link(request, "self", reverse("ogc:landing")),
            link(request, "service-desc", reverse("ogc:api"), OPENAPI),
            link(request, "conformance", reverse("ogc:conformance")),
            link(request, "data", reverse("ogc:collections")),
            link(request, "alternate", reverse("places:list"), "text/html"),
        ],
    }


def collection(request: HttpRequest, layer: Layer) -> dict[str, Any]:
    """Return what a register is (Part 1, 7.13)."""
    register, body = layer.register, layer.sight.body
    items = reverse("ogc:items", args=[register.code])
    found: dict[str, Any] = {
        "id": register.code,
        "title": in_language(register.name),
        "description": in_language(body.summary),
        "itemType": "feature",
        "crs": list(SYSTEMS),
        "storageCrs": CRS84,
        "links": [
            link(request, "self", reverse("ogc:collection", args=[register.code])),
            link(request, "items", items, GEOJSON),
            link(request, QUERYABLES, reverse("ogc:queryables", args=[register.code]), SCHEMA),
            link(
                request, "alternate", reverse("places:register", args=[register.code]), "text/html"
            ),
        ],
    }
    boxes = frame_box()
    if boxes:
        found["extent"] = {"spatial": {"bbox": [boxes], "crs": CRS84}}
    return found


def frame_box() -> list[float]:
    """Return the rectangle of the city: that of the things would tell where hidden ones lie."""
    boxes = frame(timezone.localdate()).boxes
    if not boxes:
        return []
    return [
        min(box.west for box in boxes), min(box.south for box in boxes),
        max(box.east for box in boxes), max(box.north for box in boxes),
    ]  # fmt: skip


def collection_of(
    request: HttpRequest, layer: Layer, asked: Asked, found: Items, stamp: str
) -> str:  # fmt: skip
    """Return the text of a page of items with the link to the next (Part 1, 7.16)."""
    items, page, collection_ = _paths(layer.register.code, get_language() or "")
    site = request.build_absolute_uri("/").removesuffix("/")
    links = [
        {"rel": "self", "href": site + request.get_full_path(), "type": GEOJSON},
        {"rel": "alternate", "href": site + page, "type": "text/html"},
        {"rel": "collection", "href": site + collection_, "type": JSON},
        *_files(request, site + items),
    ]
    if found.after:
        query = _query(request, "after", after=found.after)
        links.append({"rel": "next", "href": f"{site}{items}?{query}", "type": GEOJSON})
    told: dict[str, Any] = {
        "links": links,
        "timeStamp": stamp,
        "numberReturned": len(found.texts),
    }
    if found.matched is not None:
        told["numberMatched"] = found.matched
    things = ",\n".join(found.texts)
    return f'{{"type": "FeatureCollection", "features": [{things}], {encode(told)[1:]}'


@lru_cache(maxsize=1_000)
def _paths(code: str, language: str) -> tuple[str, str, str]:
    """Return where a register has its items, its page in a language, its description."""
    return (
        reverse("ogc:items", args=[code]),
        reverse("places:register", args=[code]),
        reverse("ogc:collection", args=[code]),
    )


def _query(request: HttpRequest, *without: str, **more: str) -> str:
    """Return what was asked for but for some parameters, and what else is to be asked for."""
    asked = [
        (name, value)
        for name, values in request.GET.lists()
        if name not in without
        for value in values
    ]
    return urlencode([*asked, *more.items()])


def _files(request: HttpRequest, items: str) -> list[dict[str, str]]:
    """Return the links to the same things as files, all of them at once."""
    query = _query(request, "limit", "after", "f")
    address = f"{items}?{query}&f=" if query else f"{items}?f="
    return [
        {"rel": "enclosure", "href": f"{address}{name}", "type": each.media_type}
        for name, each in FILES.items()
    ]


def description(request: HttpRequest) -> dict[str, Any]:
    """Return the OpenAPI 3.0 description of what is answered here."""

    def get(summary: str, *parameters: dict[str, Any]) -> dict[str, Any]:
        said = {"200": {"description": "OK"}, "400": {"description": "A parameter is wrong."},
                "404": {"description": "There is no such thing."}}  # fmt: skip
        return {"get": {"summary": summary, "parameters": list(parameters), "responses": said}}

    def parameter(name: str, schema: dict[str, Any], place: str = "query") -> dict[str, Any]:
        more = {"required": True} if place == "path" else {"style": "form", "explode": False}
        return {"name": name, "in": place, "schema": schema, **more}

    text = {"type": "string"}
    register = parameter("collectionId", text, "path")
    box = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}
    items = [register, parameter("bbox", box), parameter("limit", limit)]
    items += [parameter(name, text) for name in ("datetime", "crs", "bbox-crs", "after", "f")]
    languages = {"type": "string", "enum": [*LANGUAGES], "default": "cql2-text"}
    items += [parameter("filter", text), parameter("filter-lang", languages)]
    items += [parameter("filter-crs", {"type": "string", "format": "uri", "default": CRS84})]
    root = request.build_absolute_uri(reverse("ogc:landing")).rstrip("/")
    one = [register, parameter("featureId", text, "path"), parameter("crs", text)]
    return {
        "openapi": "3.0.3",
        "info": {"title": "OGC API Features", "version": "1.0.0"},
        "servers": [{"url": root}],
        "paths": {
            "/": get("Landing page"),
            "/conformance": get("Conformance classes"),
            "/collections": get("Registers"),
            "/collections/{collectionId}": get("A register", register),
            "/collections/{collectionId}/queryables": get("What can be queried", register),
            "/collections/{collectionId}/items": get("Things of a register", *items),
            "/collections/{collectionId}/items/{featureId}": get("A thing", *one),
        },
    }
