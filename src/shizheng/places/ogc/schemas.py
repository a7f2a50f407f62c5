"""What can be queried of a register, as JSON Schema (Part 3, 6)."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.core.words import in_language
from shizheng.places.definitions import FieldOf, RegisterBody
from shizheng.places.domain.cql2.checking import Kind
from shizheng.places.selectors.layers import Layer
from shizheng.places.selectors.queryables import Queryable, queryables_of

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TYPES: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string"}, Kind.NUMBER: {"type": "number"},
    Kind.BOOLEAN: {"type": "boolean"}, Kind.DAY: {"type": "string", "format": "date"},
}  # fmt: skip
_SHAPES = {
    "point": "geometry-point-or-multipoint", "line": "geometry-linestring-or-multilinestring",
    "line_3d": "geometry-linestring-or-multilinestring",
    "polygon": "geometry-polygon-or-multipolygon",
}  # fmt: skip


def queryables(request: HttpRequest, layer: Layer) -> dict[str, Any]:
    """Return the properties that whoever asks can query, and nothing of what they do not see."""
    code, known = layer.register.code, queryables_of(layer.sight)
    return {
        "$schema": DRAFT,
        "$id": request.build_absolute_uri(reverse("ogc:queryables", args=[code])),
        "type": "object",
        "title": in_language(layer.register.name),
        "additionalProperties": False,
        "properties": {name: _schema(each, layer) for name, each in known.items()},
    }


def _schema(asked: Queryable, layer: Layer) -> dict[str, Any]:
    body = layer.sight.body
    if asked.kind is Kind.SHAPE:
        shape = _SHAPES[body.geometry.kind] if layer.sight.is_exact else "geometry-point"
        return {"title": _(asked.title), "format": shape, "x-ogc-role": "primary-geometry"}
    if asked.field is not None:
        return _of_field(asked.field, body, dict(_TYPES[asked.kind]))
    found: dict[str, Any] = {"title": _(asked.title), **_TYPES[asked.kind]}
    if asked.name == "key":
        found["x-ogc-role"] = "id"
    if asked.name == "state":
        found["enum"] = [each.id for each in body.states]
    return found


def _of_field(field: FieldOf, body: RegisterBody, found: dict[str, Any]) -> dict[str, Any]:
    told = {"title": in_language(field.name), **found}
    if field.type == "integer":
        told["type"] = "integer"
    if field.type == "link":
        told["format"] = "uri"
    if codes := body.codes_of(field):
        told["enum"] = [*codes]
        told["description"] = "; ".join(f"{code}: {in_language(w)}" for code, w in codes.items())
    if field.unit:
        told["x-ogc-unit"] = field.unit
    bounds = (("minimum", field.min), ("maximum", field.max))
    return told | {name: bound for name, bound in bounds if bound is not None}
