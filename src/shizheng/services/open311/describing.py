"""Services as Open311 lists and defines them, from their definitions."""

from collections.abc import Iterator

from django.utils.translation import gettext

from shizheng.core.words import in_language
from shizheng.services import city
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.answers import choices_of
from shizheng.services.models import Service
from shizheng.services.open311.errors import ServiceCodeMissing, ServiceCodeUnknown
from shizheng.services.schema.form import Field, FieldKind
from shizheng.services.versions import definition_by

DATATYPES = {
    FieldKind.LONG_TEXT: "text",
    FieldKind.INTEGER: "number",
    FieldKind.DECIMAL: "number",
    FieldKind.MONEY: "number",
    FieldKind.DATE: "datetime",
    FieldKind.MOMENT: "datetime",
    FieldKind.BOOL: "singlevaluelist",
    FieldKind.CHOICE: "singlevaluelist",
    FieldKind.CHOICES: "multivaluelist",
    FieldKind.POINT: "text",
    FieldKind.LINE: "text",
    FieldKind.POLYGON: "text",
    FieldKind.TABLE: "text",
}
"""Datatypes of GeoReport v2 by kind of field; all other kinds are a ``string``."""
AS_JSON = frozenset({FieldKind.POINT, FieldKind.LINE, FieldKind.POLYGON, FieldKind.TABLE})


def is_listed(definition: Definition) -> bool:
    """Tell whether a service takes reports by this interface: never personal or signed-in ones."""
    intake = definition.intake
    return (
        intake.open311
        and "api" in intake.channels
        and intake.sign_in != "required"
        and definition.access.class_ == "normal"
        and definition.category != "internal"
    )


def services_listed() -> Iterator[tuple[Service, Definition]]:
    """Yield the services that may be reported here, in their order."""
    rows = Service.objects.filter(is_offered=True).exclude(current=None)
    for row in rows:
        definition = definition_by(row.current_id) if row.current_id else None
        if definition is not None and is_listed(definition):
            yield row, definition


def service_found(code: str) -> tuple[Service, Definition]:
    """Return a service by its code.

    Raises:
        ServiceCodeMissing, ServiceCodeUnknown: none was named, or none of this interface.
    """
    if not code:
        raise ServiceCodeMissing
    row = city.services(city.loaded_at()).get(code)
    if row is None or not row.is_offered or row.current_id is None:
        raise ServiceCodeUnknown(code=code[:60])
    definition = definition_by(row.current_id)
    if not is_listed(definition):
        raise ServiceCodeUnknown(code=code[:60])
    return row, definition


def service_row(definition: Definition) -> dict[str, object]:
    """Return a service as the list shows it; every key is always there."""
    return {
        "service_code": definition.id,
        "service_name": in_language(definition.name),
        "description": in_language(definition.summary),
        "metadata": any(True for _ in _asked(definition)),
        "type": "realtime",
        "keywords": ", ".join(definition.keywords),
        "group": in_language(definition.intake.group or definition.name),
    }


def definition_row(definition: Definition) -> dict[str, object]:
    """Return the attributes of a service: the fields of its form that somebody answers."""
    rows = [_attribute(definition, field, n) for n, field in enumerate(_asked(definition), 1)]
    return {"service_code": definition.id, "attributes": rows}


def _asked(definition: Definition) -> Iterator[Field]:
    for field in definition.fields.values():
        if not field.compute:
            yield field


def _attribute(definition: Definition, field: Field, order: int) -> dict[str, object]:
    page_is_always_shown = any(
        field in page.fields and not page.show_if for page in definition.pages
    )
    is_always_asked = page_is_always_shown and not field.show_if
    row: dict[str, object] = {
        "variable": True,
        "code": field.id,
        "datatype": DATATYPES.get(field.kind, "string"),
        "required": field.required and is_always_asked,
        "datatype_description": _datatype_words(field),
        "order": order,
        "description": in_language(field.label),
    }
    if field.kind is FieldKind.BOOL:
        words = {"true": gettext("Yes"), "false": gettext("No")}
        row["values"] = [{"key": key, "name": name} for key, name in words.items()]
    elif field.kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        chosen = choices_of(field, definition.vocabulary)
        row["values"] = [{"key": key, "name": in_language(words)} for key, words in chosen.items()]
    else:
        row["values"] = []
    return row


def _datatype_words(field: Field) -> str | None:
    """Return how to answer, where the datatype alone does not say it."""
    help_words = in_language(field.help) if field.help else ""
    if field.kind is FieldKind.FILE:
        words = gettext("A file, as a part of multipart/form-data: {kinds}.")
        return words.format(kinds=", ".join(field.accept))
    if field.kind is FieldKind.TABLE:
        columns = ", ".join(column.id for column in field.columns)
        return gettext("A JSON list of rows with {columns}.").format(columns=columns)
    if field.kind in AS_JSON:
        return gettext("A GeoJSON geometry in longitude and latitude.")
    if field.kind is FieldKind.DATE:
        return help_words or gettext("A date such as 2020-03-02.")
    return help_words or None
