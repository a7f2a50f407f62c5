"""Names of what figures are split by: areas, agencies, services, choices, in every language."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Field, JSONField, Model
from django.utils.translation import gettext, override

from shizheng.core.measures import Dimension, DimensionKind, measures
from shizheng.core.models import Area
from shizheng.core.words import language_tag
from shizheng.kernel.errors import N_
from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.models import Indicator
from shizheng.statistics.selectors import definition_by

Words = Mapping[str, str]
Names = Mapping[str, Words]
TOTAL = "_T"
"""The code of the whole in SDMX: the whole city, or all values of a breakdown together."""
TOTAL_WORDS = N_("Total")
TRUTHS = {"true": N_("Yes"), "false": N_("No")}
DIMENSIONS = {
    "district": N_("District"),
    "village": N_("Village"),
    "service": N_("Service"),
    "category": N_("Kind of service"),
    "agency": N_("Agency"),
    "channel": N_("Channel"),
    "outcome": N_("Outcome"),
    "state": N_("State"),
    "reason": N_("Reason"),
    "kind": N_("Kind"),
    "queue": N_("Queue"),
    "method": N_("Method"),
    "age": N_("Age"),
    "sex": N_("Sex"),
}
"""Names of what rooms split by; of any other the code itself is shown."""
DEEPEST = 10


def in_every_language(text: str) -> Words:
    """Return a text of ours in every language of the installation."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            found[language_tag(code)] = gettext(text) if text else ""
    return found


def total_words() -> Words:
    """Return what the whole is called."""
    return in_every_language(TOTAL_WORDS)


def dimension_words(name: str) -> Words:
    """Return what a breakdown is called."""
    return in_every_language(DIMENSIONS.get(name, name.replace("_", " ").capitalize()))


def area_names(codes: Iterable[str]) -> Names:
    """Return the names of areas by code; of one that is not kept any more, the code."""
    wanted = set(codes)
    if not wanted:
        return {}
    found = dict(Area.objects.values_list("code", "name"))
    return {code: found.get(code) or _as_is(code) for code in sorted(wanted)}


def value_names(name: str, body: Definition, codes: Iterable[str]) -> Names:
    """Return the names of the values of a breakdown by code."""
    wanted = sorted(set(codes))
    known = _known(name, body) if wanted else {}
    return {code: known.get(code) or _as_is(code) for code in wanted}


def _as_is(code: str) -> Words:
    return {language_tag(each): code for each, _name in settings.LANGUAGES}


def _known(name: str, body: Definition) -> Names:
    found = _dimension(name, body)
    if found is None:
        return {}
    model, dimension = found
    if dimension.kind == DimensionKind.BOOLEAN:
        return {code: in_every_language(words) for code, words in TRUTHS.items()}
    return _named_rows(model, dimension.column)


def _dimension(name: str, body: Definition, depth: int = 0) -> tuple[type[Model], Dimension] | None:
    """Return the dimension of the first measure that is split by it, through other indicators."""
    for given in body.inputs.values():
        if given.measure is not None and given.measure in measures:
            measure = measures[given.measure]
            if name in measure.dimensions:
                return measure.table, measure.dimensions[name]
        elif given.indicator is not None and depth < DEEPEST:
            row = Indicator.objects.filter(code=str(given.indicator)).first()
            found = _dimension(name, definition_by(row.current_id), depth + 1) if row else None
            if found is not None:
                return found
    return None


def _named_rows(model: type[Model], column: str) -> Names:
    """Return the choices of a column, or the names of the rows that a path of keys leads to."""
    *way, last = column.split(".")
    for part in way:
        model = model._meta.get_field(part).related_model  # type: ignore[assignment] # a foreign key
    field: Field[Any, Any] = model._meta.get_field(last)  # type: ignore[assignment] # a column
    if field.choices:
        return {str(code): in_every_language(str(words)) for code, words in field.choices}
    fields = {each.name: each for each in model._meta.concrete_fields}
    if not way or not isinstance(fields.get("name"), JSONField):
        return {}
    return {str(code): name for code, name in model._default_manager.values_list(last, "name")}
