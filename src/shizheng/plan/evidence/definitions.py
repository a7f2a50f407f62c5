"""The pack's table of evidence: which source shows that which commitment is kept."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from shizheng.core.evidence import EvidenceKind, evidence_kinds
from shizheng.kernel.errors import DomainError
from shizheng.packs.schema import (
    Body,
    Finding,
    Flag,
    Key,
    OutlineRef,
    Part,
    PlanItemRef,
    Text,
    Whole,
    Words,
    kinds,
)
from shizheng.plan.definitions import Commitments
from shizheng.plan.domain.progress import Way
from shizheng.plan.register.definitions import LightRuleBody
from shizheng.statistics.definitions import known_units

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Number = Annotated[Decimal, Field(max_digits=20, decimal_places=6)]
Cadence = Literal["year", "half", "quarter", "month", "week", "day"]


class GoalOf(Part):
    """A value to reach or to keep (目標值、底線), from a day on; one of the text has its source."""

    value: Number
    unit: Text
    direction: Way = Way.AT_LEAST
    from_: date = Field(alias="from")
    is_proposed: Flag = True
    source: Text | None = None


class PlannedOf(Part):
    """A point of the planned curve (計畫曲線)."""

    on: date
    value: Number


class BoundOf(Part):
    """A source that shows that a commitment is kept (證據連結).

    ``fresh_days``: for how long a figure counts, the rule has the last word. ``least_rows``: fewer
    rows of the work say nothing. ``weight``: a figure that shows a part of the promise makes no
    light green, and ``doubt`` says which part is missing. ``by_milestones``: the curve to the
    target rises with the dated milestones of the commitment.
    """

    item: PlanItemRef
    number: Annotated[Whole, Field(ge=1)] = 1
    source: Key = "indicator"
    reference: Text
    name: Words
    cadence: Cadence = "month"
    fresh_days: Annotated[Whole, Field(ge=1, le=3660)] | None = None
    least_rows: Annotated[Whole, Field(ge=0)] = 1
    weight: Literal["full", "partial"] = "full"
    doubt: Words | None = None
    target: GoalOf | None = None
    floor: GoalOf | None = None
    plan: tuple[PlannedOf, ...] = ()
    by_milestones: Flag = False


class AwaitedOf(Part):
    """What would show it once a room brings it (待接資料); until then the light is grey."""

    item: PlanItemRef
    number: Annotated[Whole, Field(ge=1)] = 1
    name: Words
    cadence: Cadence = "year"
    better: Literal["higher", "lower", "neither"] = "higher"
    is_proposed: Flag = True


@kinds.register("evidence/1")
class EvidenceTable(Body):
    """Evidence for the commitments of an outline (證據對照表): bound, or awaiting its source.

    Who answers for a figure is who answers for the commitment.
    """

    outline: OutlineRef
    source: Text
    bound: tuple[BoundOf, ...] = ()
    awaited: tuple[AwaitedOf, ...] = ()

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check sources, units, goals, doubts, and that no commitment is left without any."""
        units = {name: kind.units_in(pack) for name, kind in _kinds().items()}
        rule = next(iter(pack.bodies(LightRuleBody)), None)
        longest = rule.progress.longest_fresh_days if rule and rule.progress else None
        for index, each in enumerate(self.bound):
            path = ("bound", index)
            yield from _source_findings(each, path, units)
            yield from _goal_findings(each, path)
            if longest is not None and (each.fresh_days or 0) > longest:
                message = f"must be {longest} or less, got {each.fresh_days}: the rule allows that."
                yield Finding((*path, "fresh_days"), message, "fresh_days")
        yield from self._coverage_findings(pack)

    def _rows(self) -> Iterator[tuple[str, int, BoundOf | AwaitedOf]]:
        """Yield each row with where it stands."""
        for index, bound in enumerate(self.bound):
            yield "bound", index, bound
        for index, awaited in enumerate(self.awaited):
            yield "awaited", index, awaited

    def _coverage_findings(self, pack: "Pack") -> Iterator[Finding]:
        """Report evidence of commitments that are not there, and commitments without evidence."""
        there = {
            (str(each.item), each.number)
            for table in pack.bodies(Commitments)
            if table.outline == self.outline
            for each in table.all
        }
        named: Counter[tuple[str, int, str]] = Counter()
        for key, index, row in self._rows():
            if (str(row.item), row.number) not in there:
                message = f"{row.item} has no commitment {row.number}."
                yield Finding((key, index, "number"), message, "number")
            what = row.reference if isinstance(row, BoundOf) else row.name["zh-Hant"]
            named[str(row.item), row.number, what] += 1
            if named[str(row.item), row.number, what] == 2:
                message = f"“{what}” stands twice for commitment {row.number} of {row.item}."
                yield Finding((key, index), message, "twice")
        left_out = there - {(item, number) for item, number, _ in named}
        for item, number in sorted(left_out):
            message = f"commitment {number} of {item} has no evidence, not even awaited."
            hint = "Add a row to `awaited` that names what would show it."
            yield Finding(("awaited",), message, "left_out", hint)


def _source_findings(
    each: BoundOf, path: tuple[str | int, ...], units: Mapping[str, Mapping[str, str]]
) -> Iterator[Finding]:
    """Report a source that no room provides, and one that the pack does not hold."""
    if each.source not in units:
        message = f"no room provides evidence of the kind “{each.source}”."
        hint = f"Known kinds: {', '.join(sorted(units))}. Else name it under `awaited`."
        yield Finding((*path, "source"), message, "source", hint)
        return
    if each.reference not in units[each.source]:
        message = f"the pack holds no public {each.source} “{each.reference}”."
        hint = f"There are: {', '.join(sorted(units[each.source])) or '-'}."
        yield Finding((*path, "reference"), message, "reference", hint)
        return
    unit, known = units[each.source][each.reference], known_units()
    for key in ("target", "floor"):
        goal: GoalOf | None = getattr(each, key)
        if goal is None:
            continue
        try:
            is_same = known.parse(goal.unit) == known.parse(unit)
        except DomainError as refusal:
            yield Finding((*path, key, "unit"), str(refusal), "unit", refusal.refusal().hint)
            continue
        if not is_same:
            message = f"must be {unit}, the unit of “{each.reference}”, got {goal.unit}."
            yield Finding((*path, key, "unit"), message, "unit")


def _goal_findings(each: BoundOf, path: tuple[str | int, ...]) -> Iterator[Finding]:
    """Report goals without source, on the wrong side of each other, and doubts left unsaid."""
    for key in ("target", "floor"):
        goal: GoalOf | None = getattr(each, key)
        if goal is not None and not goal.is_proposed and goal.source is None:
            message = "is not proposed, so it needs the `source` that sets it."
            yield Finding((*path, key, "source"), message, "source")
    target, floor = each.target, each.floor
    if target and floor:
        if target.direction != floor.direction:
            message = f"must be {target.direction.value}, as the target is."
            yield Finding((*path, "floor", "direction"), message, "direction")
        elif (floor.value - target.value) * (-1 if target.direction == Way.AT_MOST else 1) > 0:
            message = f"{floor.value} is better than the target {target.value}."
            yield Finding((*path, "floor", "value"), message, "floor")
    if (each.weight == "partial") != (each.doubt is not None):
        message = "a partial figure says in `doubt` what it does not show, and no other has one."
        yield Finding((*path, "doubt"), message, "doubt")
    days = [point.on for point in each.plan]
    if days != sorted(set(days)):
        yield Finding((*path, "plan"), "its days must rise.", "plan")
    if each.plan and each.by_milestones:
        message = "the curve has points of its own, or those of the milestones, not both."
        yield Finding((*path, "by_milestones"), message, "plan")
    if (each.plan or each.by_milestones) and target is None:
        message = "a planned curve leads to a `target`, which says which way it goes."
        yield Finding((*path, "plan"), message, "plan")


def _kinds() -> Mapping[str, EvidenceKind]:
    """Return the kinds that rooms entered; they need Django, which a check may not have begun."""
    import django
    from django.apps import apps

    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shizheng.settings")
        django.setup()
    return evidence_kinds
