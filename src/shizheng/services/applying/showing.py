"""Answers as people read them: labels and words in their language, dates in the city's years."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from shizheng.core.models import Area
from shizheng.core.showing import city_date, city_datetime, number
from shizheng.core.words import in_language
from shizheng.services.applying.filling import Filling
from shizheng.services.applying.forms import KeptFile
from shizheng.services.domain.answers import choices_of
from shizheng.services.domain.names import Vocabulary
from shizheng.services.schema.form import Calculation, Field, FieldKind

Shown = str | SafeString


@dataclass(frozen=True, slots=True)
class Row:
    """One answer with its question."""

    label: str
    value: Shown


def answer_shown(
    field: Field, value: Any, vocabulary: Vocabulary, *, files: Sequence[KeptFile] = ()
) -> Shown:
    """Return an answer as people read it (答案); nothing where there is none.

    Args:
        value: as ``domain.answers`` read it, or as it is stored.
        files: those of a file field, with their addresses.
    """
    if field.kind is FieldKind.FILE:
        return _files(value, files)
    if field.kind is FieldKind.BOOL:
        return gettext("Yes") if value else gettext("No")
    if value in (None, "", ()):
        return ""
    if field.kind is FieldKind.TABLE:
        return _table(field, value, vocabulary)
    if field.kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        words = {key: in_language(each) for key, each in choices_of(field, vocabulary).items()}
        many = value if isinstance(value, list | tuple) else [value]
        return gettext(", ").join(words.get(each, str(each)) for each in many)
    return _plain(field, value)


def _plain(field: Field, value: Any) -> str:
    if field.kind in (FieldKind.DATE, FieldKind.MOMENT):
        return _day(value)
    if field.kind in (FieldKind.INTEGER, FieldKind.DECIMAL, FieldKind.MONEY):
        unit = in_language(field.unit) or (gettext("NTD") if field.kind is FieldKind.MONEY else "")
        return f"{number(value)} {unit}".strip() if not isinstance(value, str) else value
    if field.kind is FieldKind.AREA:
        area = Area.objects.select_related("parent").filter(code=value).first()
        return in_language(area.name) if area else str(value)
    if isinstance(value, Mapping):
        return _shape(value)
    return str(value)


def _day(value: Any) -> str:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
        except ValueError:
            return str(value)
    if isinstance(value, datetime):
        return city_datetime(value)
    return city_date(value)


def _shape(value: Mapping[str, Any]) -> str:
    points = value.get("coordinates") or []
    if value.get("type") == "Point":
        return f"{points[0]:.5f}, {points[1]:.5f}"
    ring = points[0] if value.get("type") == "Polygon" else points
    return gettext("Drawn on the map, {count} points").format(count=len(ring))


def _files(names: Any, files: Sequence[KeptFile]) -> Shown:
    if files:
        return format_html_join(
            SafeString("<br>"), '<a href="{}">{}</a>', ((f.address, f.name) for f in files)
        )
    return gettext(", ").join(str(name) for name in names or ())


def _table(field: Field, rows: Any, vocabulary: Vocabulary) -> SafeString:
    head = format_html_join(
        "", '<th scope="col">{}</th>', ((in_language(c.label),) for c in field.columns)
    )
    body = format_html_join(
        "",
        "<tr>{}</tr>",
        (
            (
                format_html_join(
                    "",
                    "<td>{}</td>",
                    ((answer_shown(c, row.get(c.id), vocabulary),) for c in field.columns),
                ),
            )
            for row in rows
        ),
    )
    return format_html(
        '<table class="table"><caption class="govuk-visually-hidden">{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
        in_language(field.label), head, body,
    )  # fmt: skip


def answer_rows(
    fields: Sequence[Field],
    values: Mapping[str, Any],
    vocabulary: Vocabulary,
    *,
    files: Mapping[str, Sequence[KeptFile]] | None = None,
) -> list[Row]:
    """Return the answers to some fields, those that were never asked left out."""
    files = files or {}
    return [
        Row(
            in_language(each.label),
            answer_shown(
                each, values.get(each.id), vocabulary, files=files.get(each.id, ())
            ) or gettext("No answer"),
        )
        for each in fields
        if each.id in values or each.id in files
    ]  # fmt: skip


def calculated_rows(filling: Filling) -> list[tuple[str, object]]:
    """Return (name, value) of what is computed from the answers and has a name, such as a fee."""
    scope = filling.scope()
    return [
        (in_language(each.label), _calculated(each, scope["calc"].get(each.id)))
        for each in filling.definition.calc
        if each.label and scope["calc"].get(each.id) is not None
    ]


def _calculated(each: Calculation, value: Any) -> str:
    unit = in_language(each.unit) or (gettext("NTD") if each.kind == "money" else "")
    if each.kind == "bool":
        return gettext("Yes") if value else gettext("No")
    if each.kind == "date":
        return _day(value)
    return f"{number(value) if each.kind != 'text' else value} {unit}".strip()
