"""The pack's part of the mid-term plan: its period, its goals, and the items that carry them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import StringConstraints

from shizheng.packs.schema import (
    AgencyRef,
    Body,
    Cells,
    Finding,
    Flag,
    Part,
    PlanItemRef,
    Span,
    Words,
    kinds,
)

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

GoalCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,19}$")]


class MidtermGoalOf(Part):
    """A goal of several years (中程目標); ``items``: those of the outlines that carry it."""

    code: GoalCode
    name: Words
    agency: AgencyRef | None = None
    items: Annotated[tuple[PlanItemRef, ...], Cells] = ()
    is_proposed: Flag = True
    source: Annotated[str, StringConstraints(min_length=1, max_length=300)] | None = None


@kinds.register("midterm_plan/1")
class MidtermPlanBody(Body):
    """A plan of several years that the yearly ones serve (中程施政計畫).

    Goals that are not known are left out: the control unit enters them on the plan's page.
    """

    title: Words
    period: Span
    source: Words
    note: Words | None = None
    goals: tuple[MidtermGoalOf, ...] = ()

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check that codes stand once, and each item once under a goal."""
        seen: set[str] = set()
        for index, goal in enumerate(self.goals):
            if goal.code in seen:
                message = f"“{goal.code}” stands twice."
                yield Finding(("goals", index, "code"), message, "code")
            seen.add(goal.code)
            if len({*goal.items}) < len(goal.items):
                message = "an item stands twice."
                yield Finding(("goals", index, "items"), message, "items")
