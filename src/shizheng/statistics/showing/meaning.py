"""What an indicator means in words: its formula, its inputs, the names of its groups (定義說明)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.core.measures import DimensionKind, Measure, measures
from shizheng.core.models import Agency, Area
from shizheng.core.showing import number
from shizheng.core.words import in_language
from shizheng.kernel.expressions import nodes
from shizheng.kernel.expressions.nodes import Node
from shizheng.kernel.expressions.parse import parse
from shizheng.services.models import Case
from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.domain.formula.parts import dotted
from shizheng.statistics.models import Indicator
from shizheng.statistics.showing.words import joined

DIMENSIONS = {
    "district": gettext_lazy("district"), "village": gettext_lazy("village"),
    "service": gettext_lazy("service"), "category": gettext_lazy("kind of case"),
    "agency": gettext_lazy("agency"), "channel": gettext_lazy("channel"),
}  # fmt: skip
CATEGORIES = {
    "report": gettext_lazy("reports"), "apply": gettext_lazy("applications"),
    "complain": gettext_lazy("complaints"), "ask": gettext_lazy("questions"),
    "book": gettext_lazy("bookings"), "internal": gettext_lazy("internal work"),
}  # fmt: skip
SIGNS = {
    "+": gettext_lazy("{one} plus {other}"), "-": gettext_lazy("{one} less {other}"),
    "*": gettext_lazy("{one} times {other}"), "/": gettext_lazy("{one} divided by {other}"),
}  # fmt: skip
CALLS = {
    "share": gettext_lazy("{one} as a share of {other}, in per cent"),
    "rate": gettext_lazy("{one} for every {third} of {other}"),
    "change year": gettext_lazy("the change of {one} from a year before, in per cent"),
    "change": gettext_lazy("the change of {one} from the period before, in per cent"),
    "difference year": gettext_lazy("{one} less the same of a year before"),
    "difference": gettext_lazy("{one} less the same of the period before"),
    "rolling sum": gettext_lazy("the sum of {one} over the last {other} periods"),
    "rolling": gettext_lazy("the mean of {one} over the last {other} periods"),
    "cumulative": gettext_lazy("the sum of {one} since the beginning of the year"),
    "min": gettext_lazy("the lowest of {every}"),
    "max": gettext_lazy("the highest of {every}"),
    "coalesce": gettext_lazy("{one}, or {other} where there is none"),
    "convert": gettext_lazy("{one} in the unit {other}"),
}
"""Functions of formulas in words; after a blank the last argument that chooses the sentence."""
NARROWED = ("service", "district", "agency", "channel")
"""Filters that the list of cases has too."""


@dataclass(frozen=True, slots=True)
class Input:
    """What a formula reads under a name: a measure with its filter, or another indicator.

    Args:
        code: of the measure or indicator.
        href: page of the indicator; empty for a measure.
        where: the filter in words.
        rows: where those who work on the cases see them; empty for what is no case.
    """

    key: str
    code: str
    name: str
    description: str
    unit: str
    href: str
    where: str = ""
    rows: str = ""


def inputs_of(body: Definition) -> list[Input]:
    """Return the inputs of an indicator in the order of its definition."""
    codes = [str(each.indicator) for each in body.inputs.values() if each.indicator is not None]
    others = {row.code: row for row in Indicator.objects.filter(code__in=codes)} if codes else {}
    names = _names_of_filters(body)
    found = []
    for key, given in body.inputs.items():
        if given.indicator is not None:
            other = others.get(str(given.indicator))
            found.append(Input(
                key, str(given.indicator), in_language(other.name) if other else "", "",
                in_language(other.unit_name) if other else "",
                reverse("statistics:indicator", args=[given.indicator]),
            ))  # fmt: skip
            continue
        measure = measures[str(given.measure)]
        where = [
            _("{dimension}: {values}").format(
                dimension=dimension_name(name),
                values=joined([names[name].get(each, each) for each in values]),
            )
            for name, values in given.where.items()
        ]
        found.append(Input(
            key, measure.code, _(measure.name), _(measure.description), measure.unit,
            "", joined(where), _rows_of(measure, given.where),
        ))  # fmt: skip
    return found


def _names_of_filters(body: Definition) -> dict[str, dict[str, str]]:
    codes: dict[str, set[str]] = {}
    for given in body.inputs.values():
        for name, values in given.where.items():
            codes.setdefault(name, set()).update(values)
    return {name: names_of(body, name, some) for name, some in codes.items()}


def _rows_of(measure: Measure, where: Mapping[str, Sequence[str]]) -> str:
    """Return the list of cases that a measure counts, as far as the desk can narrow it."""
    if measure.table is not Case:
        return ""
    narrow = [("view", "all"), ("status", "any")]
    narrow += [
        (name, values[0]) for name, values in where.items() if name in NARROWED and len(values) == 1
    ]
    query = "&".join(f"{name}={value}" for name, value in narrow)
    return f"{reverse('services:desk')}?{query}"


def dimension_name(name: str) -> str:
    """Return what a dimension is called."""
    return str(DIMENSIONS.get(name, name.replace("_", " ")))


def names_of(body: Definition, dimension: str, codes: Iterable[str]) -> dict[str, str]:
    """Return what the groups of a dimension are called; a code without a name stays itself."""
    wanted = set(codes)
    measure = _measure_with(body, dimension)
    kind = measure.dimensions[dimension].kind if measure else DimensionKind.CATEGORY
    if kind == DimensionKind.AREA or dimension in ("district", "village"):
        found = _named(Area.objects.filter(code__in=wanted), wanted)
    elif kind == DimensionKind.AGENCY:
        found = _named(Agency.objects.filter(code__in=wanted), wanted)
    elif kind == DimensionKind.BOOLEAN:
        found = {code: _("yes") if code == "true" else _("no") for code in wanted}
    elif dimension == "category" or measure is None:
        found = {code: str(CATEGORIES.get(code, code)) for code in wanted}
    else:
        found = _of_column(measure, measure.dimensions[dimension].column, wanted)
    return found


def _measure_with(body: Definition, dimension: str) -> Measure | None:
    for given in body.inputs.values():
        measure = measures[str(given.measure)] if given.measure else None
        if measure is not None and dimension in measure.dimensions:
            return measure
    return None


def _of_column(measure: Measure, column: str, wanted: set[str]) -> dict[str, str]:
    """Return names from the table that a column leads to, or from the choices of the column."""
    *way, last = column.split(".")
    model: Any = measure.table
    try:
        for step in way:
            model = model._meta.get_field(step).related_model
        field: Field[Any, Any] = model._meta.get_field(last)
        if last == "code" and model._meta.get_field("name"):
            return _named(model.objects.filter(code__in=wanted), wanted)
    except FieldDoesNotExist:
        return {code: code for code in wanted}
    choices = dict(field.flatchoices or [])
    return {code: str(choices.get(code, code)) for code in wanted}


def _named(rows: Any, wanted: set[str]) -> dict[str, str]:
    names = {code: in_language(name) for code, name in rows.values_list("code", "name")}
    return {code: names.get(code) or code for code in wanted}


def formula_words(body: Definition, inputs: Sequence[Input]) -> str:
    """Return a formula as a sentence without its full stop; empty where figures are entered."""
    if body.formula is None:
        return ""
    names = {each.key: f"{each.name} ({each.where})" if each.where else each.name
             for each in inputs}  # fmt: skip
    return _said(parse(body.formula), names)


def _said(node: Node, names: Mapping[str, str]) -> str:
    said = "…"
    match node:
        case nodes.Name() | nodes.Field():
            name = dotted(node)
            said = _("“{name}”").format(name=names.get(name, name))
        case nodes.Literal(value=Decimal() | int() as value):
            said = number(Decimal(value))
        case nodes.Literal():
            said = str(node.value)
        case nodes.Unary():
            said = _("minus {one}").format(one=_said(node.operand, names))
        case nodes.Binary():
            one, other = _inner(node.left, names), _inner(node.right, names)
            said = str(SIGNS[node.operator]).format(one=one, other=other)
        case nodes.Call():
            said = _called(node.name, [_said(part, names) for part in node.arguments])
    return said


def _inner(node: Node, names: Mapping[str, str]) -> str:
    said = _said(node, names)
    return f"({said})" if isinstance(node, nodes.Binary) else said


def _called(name: str, parts: Sequence[str]) -> str:
    """Return a call in words; the last argument may choose between two sentences."""
    words = CALLS.get(f"{name} {parts[-1]}") or CALLS.get(name)
    if words is None:
        return f"{name}({', '.join(parts)})"
    one, other, third = (*parts, "", "")[:3]
    return str(words).format(one=one, other=other, third=third, every=joined(list(parts)))
