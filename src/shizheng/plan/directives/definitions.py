"""The part of a pack that says how overdue directives climb."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from shizheng.packs.pack import Pack
from shizheng.packs.schema import Body, Finding, Key, Part, Whole, Words, kinds
from shizheng.plan.directives.domain.escalation import EscalationRule, Level, Side


class LevelBody(Part):
    """One step: after so many working days overdue, tell this post of the lead or control."""

    id: Key
    after_working_days: Annotated[Whole, Field(ge=1, le=366)]
    to: Words
    side: Side = Side.LEAD


@kinds.register("escalation_rule/1")
class EscalationRuleBody(Body):
    """How overdue directives climb (逾期層報規則), for example after 1, 5 and 10 working days."""

    single = True

    levels: Annotated[tuple[LevelBody, ...], Field(min_length=1, max_length=10)]

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Yield levels that do not rise, and levels named twice."""
        seen: set[str] = set()
        highest = 0
        for position, level in enumerate(self.levels):
            path = ("levels", position)
            if level.id in seen:
                yield Finding((*path, "id"), f"“{level.id}” is used twice.", "unique")
            if level.after_working_days <= highest:
                message = f"must be more than {highest}, the level before it."
                yield Finding((*path, "after_working_days"), message, "rising")
            seen.add(level.id)
            highest = max(highest, level.after_working_days)

    def rule(self) -> EscalationRule:
        """Return the rule for the daily run."""
        levels = tuple(
            Level(level.id, level.after_working_days, dict(level.to), level.side)
            for level in self.levels
        )
        return EscalationRule(self.id, self.version, levels)
