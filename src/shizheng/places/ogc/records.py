"""The registers as records of a catalogue: what each is, who keeps it, under what terms.

Source: OGC 20-004r1, OGC API Records Part 1 (record core, its query parameters, JSON).
"""

from collections.abc import Mapping
from typing import Any

import shapely
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from shizheng.core import city
from shizheng.core.access import Person
from shizheng.core.words import in_language
from shizheng.kernel.errors import N_
from shizheng.kernel.text import fold
from shizheng.places.domain.errors import QuestionUnfit
from shizheng.places.exporting import FORMATS
from shizheng.places.models import Register
from shizheng.places.ogc import documents
from shizheng.places.ogc.asking import limit_of, span_of
from shizheng.places.ogc.documents import GEOJSON, JSON, link
from shizheng.places.ogc.systems import CRS84, area_of, system_of
from shizheng.places.selectors.layers import Layer
from shizheng.places.selectors.registers import body_of, registers_seen

CATALOGUE = "catalogue"
CONFORMS = [
    f"http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/{name}"
    for name in ("record-core", "record-core-query-parameters", "json")
]
TYPE = "dataset"
PARAMETERS = ("q", "bbox", "datetime", "type", "ids", "limit", "after", "f")


def catalogue(request: HttpRequest) -> dict[str, Any]:
    """Return what the catalogue is, as a collection of records."""
    here = reverse("ogc:collection", args=[CATALOGUE])
    known = city.current()
    found: dict[str, Any] = {
        "id": CATALOGUE, "itemType": "record", "type": "Collection", "crs": [CRS84],
        "title": in_language(known.name) if known else CATALOGUE,
        "description": "Registers of the city, each a record", "conformsTo": CONFORMS,
        "links": [
            link(request, "self", here),
            link(request, "items", reverse("ogc:items", args=[CATALOGUE]), GEOJSON),
            link(request, "alternate", reverse("places:list"), "text/html"),
        ],
    }  # fmt: skip
    if box := documents.frame_box():
        found["extent"] = {"spatial": {"bbox": [box], "crs": CRS84}}
    return found


def records(request: HttpRequest, given: Mapping[str, str], stamp: str) -> dict[str, Any]:
    """Return the records that are asked for among those of registers that one may know of.

    Raises:
        QuestionUnfit: a parameter cannot be what it is, or there is none of that name.
    """
    wanted = [each for each in registers_seen(request.user) if _fits(each, given)]
    limit, after = limit_of(given.get("limit", "")), given.get("after", "")
    rest = [each for each in wanted if each.code > after]
    page = sorted(rest, key=lambda each: each.code)[:limit]
    links = [
        link(request, "self", request.get_full_path(), GEOJSON),
        link(request, "collection", reverse("ogc:collection", args=[CATALOGUE])),
    ]
    if len(rest) > limit:
        query = request.GET.copy()
        query["after"] = page[-1].code
        links.append(link(request, "next", f"{request.path}?{query.urlencode()}", GEOJSON))
    return {
        "type": "FeatureCollection", "features": [record(request, each) for each in page],
        "links": links, "timeStamp": stamp, "numberMatched": len(wanted),
        "numberReturned": len(page),
    }  # fmt: skip


def record(request: HttpRequest, register: Register) -> dict[str, Any]:
    """Return one register as a record."""
    layer = Layer.of(register, request.user)
    body, box, known = layer.sight.body, documents.frame_box(), city.current()
    properties: dict[str, Any] = {
        "type": TYPE,
        "title": in_language(register.name),
        "description": in_language(body.summary),
        "language": {"code": get_language() or "und"},
        "languages": [{"code": code} for code in body.name],
        "keywords": [in_language(each.name) for each in layer.sight.fields],
        "contacts": [
            {"identifier": register.owner.code, "organization": in_language(register.owner.name),
             "roles": ["owner", "pointOfContact"]}
        ],
        "updated": register.current.published_at.isoformat().replace("+00:00", "Z"),
        "formats": [
            {"name": each.driver, "mediaType": each.media_type} for each in FORMATS.values()
        ],
    }  # fmt: skip
    licence = (known.manifest.get("licence") if known else None) or {}
    if licence:
        properties["license"] = in_language(licence)
    if body.source:
        properties["rights"] = in_language(body.source)
    if body.renewed:
        properties["updateFrequency"] = in_language(body.renewed)
    return {
        "id": register.code, "type": "Feature", "conformsTo": CONFORMS[:1], "time": None,
        "geometry": mapping(_box(box)) if box else None, "properties": properties,
        "links": _links(request, register.code),
    }  # fmt: skip


def _box(corners: list[float]) -> BaseGeometry:
    west, south, east, north = corners
    return shapely.box(west, south, east, north)


def _links(request: HttpRequest, code: str) -> list[dict[str, str]]:
    here = reverse("ogc:item", args=[CATALOGUE, code])
    items = reverse("ogc:items", args=[code])
    return [
        link(request, "self", here, GEOJSON),
        link(request, "collection", reverse("ogc:collection", args=[CATALOGUE])),
        link(request, "item", reverse("ogc:collection", args=[code]), JSON, "OGC API Features"),
        link(request, "alternate", reverse("places:register", args=[code]), "text/html"),
        link(request, "enclosure", items, GEOJSON),
        *(
            link(request, "enclosure", f"{items}?f={name}", each.media_type)
            for name, each in documents.FILES.items()
        ),
    ]


def record_of(request: HttpRequest, code: str, person: Person) -> dict[str, Any] | None:
    """Return the record of a register, if one may know of it."""
    register = registers_seen(person).filter(code=code).first()
    return None if register is None else record(request, register)


def _fits(register: Register, given: Mapping[str, str]) -> bool:
    for name, value in given.items():
        if name not in PARAMETERS:
            raise QuestionUnfit(
                part=name[:40], value=value[:40], expected=N_("there is no such parameter")
            )
    span_of(given.get("datetime", ""))  # a register has no end: any time fits, if it is one
    box = documents.frame_box()
    if given.get("bbox"):
        area = area_of(given["bbox"], system_of("bbox", CRS84))
        if not box or not shapely.intersects(area, _box(box)):
            return False
    if given.get("type", TYPE) != TYPE:
        return False
    if given.get("ids") and register.code not in given["ids"].split(","):
        return False
    words = fold(given.get("q", "").replace(",", " ")).split()
    return not words or any(word in _text_of(register) for word in words)


def _text_of(register: Register) -> str:
    body = body_of(register)
    texts = [*body.name.values(), *body.summary.values(), *register.owner.name.values(), body.id]
    seen = [each for each in body.fields if each.seen_by == "public"]
    texts += [text for each in seen for text in each.name.values()]
    return fold(" ".join(texts))
