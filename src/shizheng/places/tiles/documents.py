"""What OGC API Tiles and TileJSON say of the tiles of a register.

Source: OGC 20-057 (Tiles, Part 1), OGC 17-083r4 (tile set metadata), TileJSON 3.0.0.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.core.words import in_language
from shizheng.places.definitions import FieldOf
from shizheng.places.domain.mercator import DEEPEST, QUAD, QUAD_CRS, QUAD_URI, limits
from shizheng.places.ogc.documents import frame_box, link
from shizheng.places.selectors.layers import Layer
from shizheng.places.tiles.reading import COUNTED, MOST, counts_name

CONFORMS = [
    f"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{name}"
    for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "oas30")
]
MVT, TILEJSON = "application/vnd.mapbox-vector-tile", "application/json"
STYLE = "application/vnd.mapbox.style+json"
REL = "http://www.opengis.net/def/rel/ogc/1.0/"
DIMENSIONS = {"point": 0, "line": 1, "line_3d": 1, "polygon": 2}
SCHEMAS = {"integer": "integer", "decimal": "number", "boolean": "boolean"}


def has_tiles(layer: Layer) -> bool:
    """Whether a viewer sees places of the layer, so that there is something to draw."""
    return layer.sight.precision in ("exact", "grid") and layer.sight.body.geometry.kind != "none"


def dimension(layer: Layer) -> int:
    """Return 0 for points, 1 for lines, 2 for polygons, as the viewer sees them."""
    return DIMENSIONS[layer.sight.body.geometry.kind] if layer.sight.is_exact else 0


def template(request: HttpRequest, code: str, names: tuple[str, str, str]) -> str:
    """Return the address of tiles, with what stands for zoom, row and column."""
    known = reverse("ogc:tile", args=[code, QUAD, "0", "1", "2"])
    head = known.removesuffix("0/1/2")
    found: str = request.build_absolute_uri(head) + "/".join(names)
    query = _state(request)
    return f"{found}?{query}" if query else found


def _state(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("f", None)
    return query.urlencode()


def _here(request: HttpRequest, path: str, **more: str) -> str:
    query = request.GET.copy()
    query.pop("f", None)
    for name, value in more.items():
        query[name] = value
    return f"{path}?{query.urlencode()}" if query else path


def collection_links(request: HttpRequest, layer: Layer) -> list[dict[str, str]]:
    """Return the links of a collection to its tiles and style; none where there are none."""
    if not has_tiles(layer):
        return []
    code = layer.register.code
    return [
        link(request, f"{REL}tilesets-vector", reverse("ogc:tilesets", args=[code])),
        link(request, f"{REL}styles", reverse("ogc:tile_style", args=[code]), STYLE),
    ]


def rule() -> str:
    """Return in a sentence what a tile holds where there is much."""
    return _(
        "A tile holds each thing up to {most} things; where there are more, it holds points with "
        "the number of things around them; of more than {counted} it says that there are more."
    ).format(most=MOST, counted=COUNTED)


def tileset_item(request: HttpRequest, layer: Layer) -> dict[str, Any]:
    """Return a tileset as it stands in the list of those of a register."""
    path = reverse("ogc:tileset", args=[layer.register.code, QUAD])
    return {
        "title": in_language(layer.register.name),
        "dataType": "vector",
        "crs": QUAD_CRS,
        "tileMatrixSetURI": QUAD_URI,
        "links": [
            link(request, "self", _here(request, path)),
            link(request, "alternate", _here(request, path, f="tilejson"), TILEJSON, "TileJSON"),
            link(request, f"{REL}tiling-scheme", reverse("ogc:matrix_set", args=[QUAD])),
        ],
    }


def tileset(request: HttpRequest, layer: Layer) -> dict[str, Any]:
    """Return what a tileset is: how it is cut, what is told of each thing, where the tiles are."""
    found = tileset_item(request, layer)
    names = ("{tileMatrix}", "{tileRow}", "{tileCol}")
    found["links"].append(
        {"rel": "item", "href": template(request, layer.register.code, names), "type": MVT,
         "templated": True}
    )  # fmt: skip
    box = frame_box()
    found |= {"description": rule(), "layers": [_things(layer), _counts(layer)]}
    if box:
        west, south, east, north = box
        found["tileMatrixSetLimits"] = limits((west, south, east, north))
        found["boundingBox"] = {"lowerLeft": [west, south], "upperRight": [east, north]}
    return found


def _things(layer: Layer) -> dict[str, Any]:
    sight = layer.sight
    told: dict[str, Any] = {
        "key": {"title": in_language(sight.body.key.name), "type": "string"},
        "state": {"type": "string", "enum": [each.id for each in sight.body.states]},
        "is_synthetic": {"type": "boolean"},
        **{each.id: _schema(each) for each in sight.fields},
    }
    if not sight.hides:
        told |= {name: {"type": "string", "format": "date"} for name in ("valid_from", "valid_to")}
    if sight.is_exact:
        told["district"] = {"type": "string"}
    return {
        "id": layer.register.code,
        "title": in_language(layer.register.name),
        "dataType": "vector",
        "geometryDimension": dimension(layer),
        "propertiesSchema": {"type": "object", "properties": told},
    }


def _schema(field: FieldOf) -> dict[str, Any]:
    found: dict[str, Any] = {
        "title": in_language(field.name), "type": SCHEMAS.get(field.type, "string")
    }  # fmt: skip
    return {**found, "x-ogc-unit": field.unit} if field.unit else found


def _counts(layer: Layer) -> dict[str, Any]:
    told = {"count": {"type": "integer"}, "more": {"type": "boolean"}}
    return {
        "id": counts_name(layer),
        "dataType": "vector",
        "geometryDimension": 0,
        "propertiesSchema": {"type": "object", "properties": told},
    }


def tilejson(request: HttpRequest, layer: Layer) -> dict[str, Any]:
    """Return the same as TileJSON."""
    code = layer.register.code
    layers = [
        {"id": each["id"], "minzoom": 0, "maxzoom": DEEPEST,
         "fields": {name: schema.get("title", schema["type"])
                    for name, schema in each["propertiesSchema"]["properties"].items()}}
        for each in (_things(layer), _counts(layer))
    ]  # fmt: skip
    found: dict[str, Any] = {
        "tilejson": "3.0.0",
        "name": in_language(layer.register.name),
        "description": f"{in_language(layer.sight.body.summary)} {rule()}",
        "attribution": in_language(layer.register.owner.name),
        "scheme": "xyz",
        "tiles": [template(request, code, ("{z}", "{y}", "{x}"))],
        "vector_layers": layers,
        "minzoom": 0,
        "maxzoom": DEEPEST,
    }
    box = frame_box()
    return {**found, "bounds": box} if box else found


def matrix_sets(request: HttpRequest) -> dict[str, Any]:
    """Return the ways in which tiles are cut: one."""
    self_ = link(request, "self", reverse("ogc:matrix_set", args=[QUAD]))
    return {"tileMatrixSets": [{"id": QUAD, "uri": QUAD_URI, "crs": QUAD_CRS, "links": [self_]}]}
