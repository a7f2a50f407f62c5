"""Answers, moments and happenings in the words of a page."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shizheng.core.forms import writes_roc_years
from shizheng.core.models import Area
from shizheng.core.words import in_language
from shizheng.kernel import dates
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.answers import choices_of
from shizheng.services.models import Case
from shizheng.services.schema.form import Calculation, Field, FieldKind

Row = tuple[str, str]
GEOMETRY = frozenset({FieldKind.POINT, FieldKind.LINE, FieldKind.POLYGON})


def address_of(name: str, *args: object) -> str:
    """Return the address of a page of this room, empty where there is no such page."""
    try:
        return reverse(f"services:{name}", args=args)
    except NoReverseMatch:
        return ""


def day_words(moment: date | datetime) -> str:
    """Return a day as the city writes it: ``109年3月2日``, ``2 March 2020``."""
    day = moment
    if isinstance(moment, datetime):
        day = timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()
    if not (get_language() or "").startswith("zh"):
        return dates.format_en(day)
    if day >= dates.FIRST_ROC_DAY and writes_roc_years():
        return dates.format_roc(day)
    return f"{day.year}年{day.month}月{day.day}日"


def moment_words(moment: datetime) -> str:
    """Return the local day and time of day."""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return f"{day_words(local)} {local:%H:%M}"


def state_words(definition: Definition, state: str) -> str:
    """Return what the public calls a state."""
    found = definition.states[state]
    return in_language(found.public_label or found.label)


def holder_words(case: Case) -> str:
    """Say in whose hands the case is."""
    return {
        Case.Holder.OFFICE: _("With us"),
        Case.Holder.APPLICANT: _("With the applicant"),
        Case.Holder.AGENCY: _("With another agency"),
    }.get(Case.Holder(case.holder), "")


def answer_words(field: Field, value: Any, definition: Definition) -> str:
    """Return one stored answer in words; empty where nothing can be said in words."""
    kind = field.kind
    if value in (None, "", []):
        return ""
    if kind is FieldKind.BOOL:
        return _("Yes") if value else _("No")
    if kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        return _chosen(field, value, definition)
    if kind in GEOMETRY:
        return _("on the map")
    if kind is FieldKind.TABLE:
        return "\n".join(_cells(field, row, definition) for row in value)
    return _plain(field, value)


def _chosen(field: Field, value: Any, definition: Definition) -> str:
    labels = choices_of(field, definition.vocabulary)
    keys = value if isinstance(value, list | tuple) else [value]
    return _(", ").join(in_language(labels[key]) if key in labels else str(key) for key in keys)


def _cells(field: Field, row: Mapping[str, Any], definition: Definition) -> str:
    parts = (
        (in_language(column.label), answer_words(column, row.get(column.id), definition))
        for column in field.columns
    )
    return _("; ").join(f"{label} {words}" for label, words in parts if words)


def _plain(field: Field, value: Any) -> str:
    kind = field.kind
    if kind is FieldKind.FILE:
        return "\n".join(map(str, value))
    if kind is FieldKind.DATE:
        return day_words(date.fromisoformat(str(value)))
    if kind is FieldKind.MOMENT:
        return moment_words(datetime.fromisoformat(str(value)))
    if kind is FieldKind.AREA:
        area = Area.objects.filter(code=value).only("name").first()
        return in_language(area.name) if area else str(value)
    if kind in (FieldKind.INTEGER, FieldKind.DECIMAL, FieldKind.MONEY):
        return _amount(value, kind is FieldKind.MONEY, in_language(field.unit))
    return str(value)


def _amount(value: Any, is_money: bool, unit: str) -> str:
    shown = str(number_format(value, use_l10n=True, force_grouping=True))
    return _("NT${amount}").format(amount=shown) if is_money else f"{shown} {unit}".strip()


def calculated_words(each: Calculation, value: Any) -> str:
    """Return a calculated value in words."""
    if value is None:
        return ""
    if each.kind == "bool":
        return _("Yes") if value else _("No")
    if each.kind == "date":
        return day_words(date.fromisoformat(str(value)))
    if each.kind == "text":
        return str(value)
    return _amount(value, each.kind == "money", in_language(each.unit))


def answer_rows(
    definition: Definition, answers: Mapping[str, Any], *, only_public: bool
) -> Iterator[Row]:
    """Yield (question, answer) in the order of the form; files stand elsewhere."""
    for key, field in definition.fields.items():
        is_left_out = field.kind is FieldKind.FILE or (
            only_public and (field.personal or not field.public)
        )
        words = "" if is_left_out else answer_words(field, answers.get(key), definition)
        if words:
            yield in_language(field.label), words


def calculated_rows(definition: Definition, calculated: Mapping[str, Any]) -> Iterator[Row]:
    """Yield (name, value) of the calculations that everybody may see."""
    for each in definition.calc:
        words = calculated_words(each, calculated.get(each.id)) if each.public else ""
        if words:
            yield in_language(each.label) or each.id, words
