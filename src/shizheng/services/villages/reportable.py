"""Which services a chief may report from the field: reports with a place and plain questions."""

from dataclasses import dataclass

from shizheng.services.definitions import Service as Definition
from shizheng.services.models import Service
from shizheng.services.schema.form import Field, FieldKind
from shizheng.services.schema.service import Channel
from shizheng.services.versions import definition_by

PLAIN = frozenset({FieldKind.BOOL, FieldKind.CHOICE, FieldKind.TEXT, FieldKind.LONG_TEXT})
"""Kinds of question that a page without signal can ask; the server judges the answers."""


@dataclass(frozen=True, slots=True)
class Reportable:
    """A service with the questions that the field page asks."""

    row: Service
    definition: Definition
    questions: tuple[Field, ...]


def services_reportable() -> dict[str, Reportable]:
    """Return the services that can be reported from the field, by code, in their order."""
    rows = Service.objects.filter(is_offered=True, category="report").exclude(current=None)
    found: dict[str, Reportable] = {}
    for row in rows.select_related("owner"):
        assert row.current_id is not None  # noqa: S101 - excluded above
        definition = definition_by(row.current_id)
        if _is_plain(definition):
            asked = (each for each in definition.fields.values() if each.kind in PLAIN)
            questions = tuple(each for each in asked if not each.compute and not each.personal)
            found[row.code] = Reportable(row, definition, questions)
    return found


def _is_plain(definition: Definition) -> bool:
    intake = definition.intake
    has_point = intake.location is not None and "point" in intake.location.geometry
    needs = (each for each in definition.fields.values() if each.required)
    return (
        Channel.WEB in intake.channels and has_point and all(each.kind in PLAIN for each in needs)
    )
