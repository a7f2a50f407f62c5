"""The form of a service as JSON Schema (draft 2020-12), for programs that build a form of it."""

from typing import Any

from shizheng.core.words import in_language
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.answers import choices_of
from shizheng.services.domain.names import Vocabulary
from shizheng.services.domain.parsing import LONGEST
from shizheng.services.schema.form import Field, FieldKind

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
PLAIN: dict[FieldKind, Schema] = {
    FieldKind.INTEGER: {"type": "integer"},
    FieldKind.DECIMAL: {"type": ["number", "string"]},
    FieldKind.MONEY: {"type": "integer", "minimum": 0},
    FieldKind.DATE: {"type": "string", "format": "date"},
    FieldKind.TIME: {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"},
    FieldKind.MOMENT: {"type": "string", "format": "date-time"},
    FieldKind.BOOL: {"type": "boolean"},
    FieldKind.EMAIL: {"type": "string", "format": "email", "maxLength": 254},
    FieldKind.FILE: {"type": "array", "items": {"type": "string"}},
    FieldKind.POINT: {"type": "object", "title": "GeoJSON Point"},
    FieldKind.LINE: {"type": "object", "title": "GeoJSON LineString"},
    FieldKind.POLYGON: {"type": "object", "title": "GeoJSON Polygon"},
}
"""Kinds that are not texts; conditions of the definition are judged by the server alone."""


def form_schema(definition: Definition) -> Schema:
    """Return the schema of ``answers``: every field that somebody answers.

    ``required`` are those that are asked for whatever else is answered.
    """
    asked: list[tuple[Field, bool]] = []
    for page in definition.pages:
        for field in page.fields:
            if not field.compute:
                always = field.required and not page.show_if and not field.show_if
                asked.append((field, always))
    return {
        "$schema": DIALECT,
        "title": in_language(definition.name),
        "type": "object",
        "properties": {field.id: _field(field, definition.vocabulary) for field, _ in asked},
        "required": [field.id for field, always in asked if always],
        "additionalProperties": False,
    }


def _field(field: Field, vocabulary: Vocabulary) -> Schema:
    words = {"title": in_language(field.label)}
    if field.help:
        words["description"] = in_language(field.help)
    return {**words, **_shape(field, vocabulary)}


def _shape(field: Field, vocabulary: Vocabulary) -> Schema:
    if field.kind is FieldKind.CHOICE:
        return {"type": "string", "oneOf": _choices(field, vocabulary)}
    if field.kind is FieldKind.CHOICES:
        items = {"type": "string", "oneOf": _choices(field, vocabulary)}
        return {"type": "array", "items": items, "uniqueItems": True}
    if field.kind is FieldKind.TABLE:
        columns = {column.id: _field(column, vocabulary) for column in field.columns}
        needed = [column.id for column in field.columns if column.required]
        row = {"type": "object", "properties": columns, "required": needed}
        return {"type": "array", "items": row, "maxItems": field.max_rows}
    if field.kind in PLAIN:
        return {**PLAIN[field.kind], **_bounds(field)}
    return {"type": "string", "maxLength": field.max_length or LONGEST.get(field.kind, 300)}


def _choices(field: Field, vocabulary: Vocabulary) -> list[Schema]:
    chosen = choices_of(field, vocabulary).items()
    return [{"const": key, "title": in_language(words)} for key, words in chosen]


def _bounds(field: Field) -> Schema:
    bounds: Schema = {}
    if field.min is not None:
        bounds["minimum"] = float(field.min)
    if field.max is not None:
        bounds["maximum"] = float(field.max)
    return bounds
