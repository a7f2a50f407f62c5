"""What a pack says of warnings: which numbers are watched, when they warn, what people shall do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from shizheng.kernel.errors import DomainError
from shizheng.kernel.expressions import shapes
from shizheng.kernel.expressions.expression import Expression, compile_expression
from shizheng.kernel.expressions.shapes import Kind
from shizheng.packs.schema import (
    AgencyRef,
    Body,
    Finding,
    Flag,
    Key,
    Part,
    Text,
    Whole,
    Words,
    kinds,
)
from shizheng.places.definitions import RegisterRef
from shizheng.sensing.domain.cap import Category, Certainty, Response, Severity, Urgency
from shizheng.sensing.domain.quality import Quality
from shizheng.sensing.domain.warnings import Level, Machine, Rule, Threshold, Window, WindowKind

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Minutes = Annotated[float, Field(ge=0, le=43_200)]
LEVELS = {"advisory": Level.ADVISORY, "warning": Level.WARNING}


PropertyRef = Key
"""Id of an observed property (觀測項目)."""


class WindowOf(Part):
    """A number that the conditions read (時間窗)."""

    of: WindowKind
    minutes: Minutes = 0


class LevelOf(Part):
    """One level (警戒等級): what raises and what clears it, and how it is told."""

    when: Text
    clear: Text
    raise_after_minutes: Minutes = 0
    clear_after_minutes: Minutes = 0
    urgency: Urgency
    severity: Severity
    certainty: Certainty = Certainty.OBSERVED
    response: tuple[Response, ...] = ()
    headline: Words
    instruction: Words
    source: Words


class MissingOf(Part):
    """What silence means (缺資料時)."""

    after_minutes: Annotated[float, Field(gt=0, le=43_200)]
    then: Literal["hold", "clear", "raise"] = "hold"


class EscalationOf(Part):
    """Who is told when nobody has taken it on (逐級通報)."""

    after_minutes: Annotated[float, Field(gt=0, le=10_080)]
    agency: AgencyRef


class ListOf(Part):
    """Things of a register that stand beside a warning (列出周邊設施): roads, pumps, shelters."""

    register_: RegisterRef = Field(alias="register")
    metres: Annotated[Whole, Field(ge=1, le=20_000)]
    most: Annotated[Whole, Field(ge=1, le=20)] = 5


class ExampleOf(Part):
    """Readings as minutes and values, and the level after the last (範例)."""

    readings: tuple[tuple[float, float], ...]
    level: Literal["none", "advisory", "warning"]
    because: Text


@kinds.register("warnings/1")
class WarningBody(Body):
    """When a warning is raised and ended (警戒規則), and what is said.

    ``subject`` is each stream of the property, or all its streams in a district together: then
    conditions read ``sensors``, a list of records with the windows' names. ``outlook`` is asked
    of forecasts instead of readings: windows are ``rain``, ``hours``, ``tide``, ``depth_class``.
    ``boards`` are agencies whose boards show it from the beginning, beside the owner's.
    """

    name: Words
    event: Words
    owner: AgencyRef
    category: tuple[Category, ...]
    observed_property: PropertyRef
    subject: Literal["stream", "district", "outlook"] = "stream"
    windows: Annotated[dict[Key, WindowOf], Field(min_length=1, max_length=12)]
    advisory: LevelOf | None = None
    warning: LevelOf | None = None
    missing: MissingOf
    unusable: tuple[str, ...] = ()
    expires_hours: Annotated[float, Field(gt=0, le=72)] = 3
    acknowledge_minutes: Annotated[Whole, Field(ge=1, le=1_440)] = 10
    boards: tuple[AgencyRef, ...] = ()
    escalation: tuple[EscalationOf, ...] = ()
    lists: tuple[ListOf, ...] = ()
    is_public: Flag = True
    is_sample: Flag = False
    examples: tuple[ExampleOf, ...] = ()

    def provides(self) -> Iterator[tuple[str, str]]:
        """It may be named by its id."""
        yield "warning_rule", self.id

    @property
    def levels(self) -> dict[str, LevelOf]:
        """Levels by name, the lower first."""
        given = {"advisory": self.advisory, "warning": self.warning}
        return {name: level for name, level in given.items() if level is not None}

    def level_of(self, level: int) -> LevelOf:
        """Return what is said at a level; at one that is not declared, what the nearest says."""
        found = self.warning if level == Level.WARNING else self.advisory
        return found or next(iter(self.levels.values()))

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check levels, expressions and flags; run the examples."""
        if not self.levels:
            yield Finding(("advisory",), "neither an advisory nor a warning is declared.", "levels")
        broken = False
        for name, level in self.levels.items():
            for place, source in (("when", level.when), ("clear", level.clear)):
                try:
                    self._compiled(source)
                except DomainError as problem:
                    broken = True
                    yield Finding((name, place), str(problem), "expression")
        known = {flag.name.lower() for flag in Quality if flag.name and flag}
        for number, flag in enumerate(self.unusable):
            if flag not in known:
                message = f"“{flag}” is no flag of quality; known: {', '.join(sorted(known))}."
                yield Finding(("unusable", number), message, "flag")
                broken = True
        if not broken:
            yield from self._examples()

    def _examples(self) -> Iterator[Finding]:
        for place, example in enumerate(self.examples):
            machine = Machine(self.rule(), ["0"])
            for minute, value in example.readings:
                machine.take("0", minute * 60, value)
            found = machine.state.level(machine.rule).name.lower()
            if found != example.level:
                message = f"gives {found}, not {example.level} ({example.because})."
                yield Finding(("examples", place, "level"), message, "example")

    def _compiled(self, source: str) -> Expression:
        return _compiled(source, tuple(self.windows), self.subject == "district")

    def rule(self) -> Rule:
        """Return the rule as the domain carries it out."""
        flags = sum(Quality[name.upper()] for name in self.unusable)
        more = {"unusable": int(flags)} if self.unusable else {}
        return Rule(
            windows={
                name: Window(each.of, each.minutes * 60) for name, each in self.windows.items()
            },
            thresholds=tuple(
                Threshold(
                    LEVELS[name],
                    _asked(self._compiled(level.when)),
                    _asked(self._compiled(level.clear)),
                    level.raise_after_minutes * 60,
                    level.clear_after_minutes * 60,
                )
                for name, level in self.levels.items()
            ),
            missing_after=self.missing.after_minutes * 60,
            when_missing=self.missing.then,
            together=self.subject == "district",
            **more,
        )


@lru_cache(maxsize=256)
def _compiled(source: str, windows: tuple[str, ...], together: bool) -> Expression:
    names: dict[str, shapes.Shape] = dict.fromkeys(windows, shapes.DOUBLE)
    if together:
        sensor = shapes.record({"sensor": shapes.STRING, **names})
        names = {"sensors": shapes.list_of(sensor), "silent_count": shapes.INT}
    return compile_expression(source, names, result=Kind.BOOL)


def _asked(expression: Expression) -> Any:
    def ask(found: Mapping[str, Any]) -> bool:
        return bool(expression.evaluate(found))

    return ask
