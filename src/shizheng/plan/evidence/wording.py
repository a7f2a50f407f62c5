"""Why a light has its colour, as a sentence with its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shizheng.core.showing import city_date
from shizheng.core.words import in_language
from shizheng.plan.evidence.figures import awaited_of, body_of
from shizheng.plan.evidence.values import written
from shizheng.plan.models import EvidenceBinding, EvidenceSnapshot
from shizheng.plan.register.words import SOURCES

SENTENCES = {
    "no_evidence": _(
        "There is no dated evidence. A promise without evidence is grey, never green."
    ),
    "evidence": _("The newest evidence is a {source} of {day}."),
    "stale": _("The newest evidence, a {source} of {day}, is too old to count as fresh."),
    "overdue": _("The {source} due on {day} has not been shown to be done."),
    "due_soon": _("The {source} is due on {day}."),
    "no_work_shown": _("Money or progress is stated, but nothing of the work itself is shown."),
    "contradiction": _(
        "{side} says {value} ({day}), {other_side} says {against} ({other_day}): {gap} points lie "
        "between, and both cannot be right."
    ),
    "money_gap": _(
        "{side} says {value} ({day}), {other_side} says {against} ({other_day}): {gap} points lie "
        "between money and work."
    ),
}
OF_FIGURES = {
    "evidence": _("{name}: {value} ({day}, from {rows} rows)."),
    "stale": _("{name}: {value} of {day} is too old to count as fresh."),
    "empty": _("{name}: {rows} rows by {day}, and fewer than {least} say nothing."),
    "none": _("{name}: there is no figure yet."),
    "partial": _("{name} shows only a part of this promise."),
    "below_floor": _("{name}: {value} ({day}) is beyond the floor of {against}, by {gap}."),
    "off_target": _("{name}: {value} ({day}) misses the target of {against} by {gap}."),
    "lagging": _(
        "{name}: {value} ({day}) is {gap} off the {against} planned for then, {percent} % of it."
    ),
    "behind": _(
        "{name}: {value} ({day}) is far off the {against} planned for then: by {gap}, "
        "{percent} % of it."
    ),
    "trend": _("{name} grew worse period after period: from {against} to {value} ({day})."),
}
SIDES = {
    "reported": _("the department's report"),
    "money": _("the money paid"),
    "actual": _("the work itself"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """A source of figures as people know it: its name and the name of its unit."""

    name: Mapping[str, str]
    unit_name: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReasonShown:
    """A reason in words; ``commitment`` is where on the page its figure stands, 0 for none."""

    code: str
    text: str
    source: str
    reference: str
    commitment: int


def names_of(
    bindings: Mapping[EvidenceBinding, EvidenceSnapshot | None],
) -> dict[tuple[str, str], Named]:
    """Return by kind and reference how people know the sources of bindings."""
    return {
        (binding.source, binding.reference): Named(
            name_of(binding), snapshot.unit_name if snapshot else {}
        )
        for binding, snapshot in bindings.items()
    }


def name_of(binding: EvidenceBinding) -> Mapping[str, str]:
    """Return the name of what a binding shows, or would show."""
    return awaited_of(binding).name if binding.is_awaited else body_of(binding).name


def reason_shown(reason: Mapping[str, Any], names: Mapping[tuple[str, str], Named]) -> ReasonShown:
    """Return a reason of a light, as it was kept, in the language of the page."""
    code, place = reason["code"], (reason["source"], reason["reference"])
    is_figure = place in names or reason.get("unit", "") or code in ("empty", "partial")
    named = names.get(place, Named({"en": reason["reference"], "zh-Hant": reason["reference"]}))
    is_said = bool(reason.get("side"))
    sentences = OF_FIGURES if is_figure and not is_said and code in OF_FIGURES else SENTENCES
    if code == "empty" and reason.get("value") is None:
        code = "none"
    unit = {"en": "%", "zh-Hant": "%"} if is_said else named.unit_name
    text = gettext(str(sentences[code])).format(
        source=SOURCES.get(reason["source"], reason["source"]),
        name=in_language(named.name),
        day=_day(reason.get("on")),
        rows=reason.get("rows", 0),
        value=written(_number(reason, "value"), unit),
        against=written(_number(reason, "against"), unit),
        least=written(_number(reason, "against")),
        gap=_gap_written(reason, {} if is_said else unit),
        percent=written(_number(reason, "percent"), places=1),
        side=SIDES.get(reason.get("side", ""), ""),
        other_side=SIDES.get(reason.get("other_side", ""), ""),
        other_day=_day(reason.get("other_on")),
    )
    return ReasonShown(
        reason["code"], text, reason["source"], reason["reference"], reason.get("commitment", 0)
    )


def _day(value: str | None) -> str:
    return city_date(date.fromisoformat(value)) if value else ""


def _number(reason: Mapping[str, Any], name: str) -> Decimal | None:
    value = reason.get(name)
    return None if value is None else Decimal(value)


def _gap_written(reason: Mapping[str, Any], unit: Mapping[str, str]) -> str:
    """Return what lies between two numbers; between two percentages it is points."""
    gap = _number(reason, "gap")
    size = None if gap is None else abs(gap)
    if size is not None and unit and reason.get("unit") == "percent":
        return gettext("{number} points").format(number=written(size))
    return written(size, unit)
