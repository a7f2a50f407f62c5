"""What a pack says of emissions and of waters: averaging rules, masses, basins, the index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

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
from shizheng.sensing.definitions import Exact, ObservedPropertyRef
from shizheng.sensing.domain.emissions import Averaging, averages, exceeding

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Hours = Annotated[Whole, Field(ge=1, le=744)]


class AveragingOf(Part):
    """How hourly values are averaged before they are held to a limit (平均規則)."""

    id: Key
    name: Words
    hours: Hours
    least: Hours
    in_blocks: Flag = False

    def rule(self) -> Averaging:
        """Return it as the domain carries it out."""
        return Averaging(self.hours, self.least, self.in_blocks)


class EmittedOf(Part):
    """A pollutant that is weighed (排放量): value times flow times ``kg`` is kilograms an hour."""

    property: ObservedPropertyRef
    kind: Literal["stack", "outfall"]
    flow: ObservedPropertyRef | None = None
    kg: Exact | None = None
    source: Words


class EmissionExample(Part):
    """Hourly values, a rule and a limit, and how many averages exceed; run at every check."""

    averaging: Key
    limit: float
    hours: tuple[float | None, ...]
    exceeding: Whole
    because: Text | None = None


@kinds.register("emissions/1")
class EmissionBody(Body):
    """Emissions under permit (固定污染源與放流水監控): rules, masses, until when one inspects."""

    owner: AgencyRef
    averagings: Annotated[tuple[AveragingOf, ...], Field(min_length=1)]
    pollutants: Annotated[tuple[EmittedOf, ...], Field(min_length=1)]
    inspect_hours: Annotated[Whole, Field(ge=1, le=720)]
    source: Words
    examples: tuple[EmissionExample, ...] = ()

    def averaging(self, name: str) -> AveragingOf | None:
        """Return a rule by its id."""
        return next((each for each in self.averagings if each.id == name), None)

    def emitted(self, code: str) -> EmittedOf | None:
        """Return how a pollutant is weighed."""
        return next((each for each in self.pollutants if each.property == code), None)

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check that there is one such file, rules and flows; run the examples."""
        if any(each.id < self.id for each in pack.bodies(EmissionBody)):
            yield Finding(("id",), "the pack has its emissions in another file already.", "once")
        for place, rule in enumerate(self.averagings):
            if rule.least > rule.hours:
                yield Finding(("averagings", place, "least"), "is more than hours.", "least")
                return
        for place, each in enumerate(self.pollutants):
            if (each.flow is None) != (each.kg is None):
                yield Finding(("pollutants", place, "kg"), "flow and kg go together.", "mass")
        yield from self._examples()

    def _examples(self) -> Iterator[Finding]:
        for place, example in enumerate(self.examples):
            rule = self.averaging(example.averaging)
            if rule is None:
                known = ", ".join(each.id for each in self.averagings)
                message = f"“{example.averaging}” is no rule here; known: {known}."
                yield Finding(("examples", place, "averaging"), message, "unknown")
                continue
            hours = {hour: value for hour, value in enumerate(example.hours) if value is not None}
            found = len(exceeding(averages(hours, rule.rule()), example.limit))
            if found != example.exceeding:
                message = f"{found} averages exceed, not {example.exceeding}."
                yield Finding(("examples", place, "exceeding"), message, "example")


class BasinOf(Part):
    """A basin or a stretch of sea or groundwater (流域); ``published`` is the thing with an index.

    ``published`` is the code of a thing whose stream of the yearly index others published.
    """

    id: Key
    name: Words
    kind: Literal["river", "sea", "groundwater"]
    published: Text | None = None


class RiverIndexOf(Part):
    """Which observed properties the River Pollution Index is made of (河川污染指數)."""

    dissolved_oxygen: ObservedPropertyRef
    bod5: ObservedPropertyRef
    suspended_solids: ObservedPropertyRef
    ammonia: ObservedPropertyRef
    yearly: ObservedPropertyRef


@kinds.register("water_quality/1")
class WaterBody(Body):
    """Waters that are sampled (水質監測): basins, what is looked for, the index of rivers."""

    owner: AgencyRef
    basins: Annotated[tuple[BasinOf, ...], Field(min_length=1)]
    properties: Annotated[tuple[ObservedPropertyRef, ...], Field(min_length=1)]
    index: RiverIndexOf
    source: Words

    def basin(self, name: str) -> BasinOf | None:
        """Return a basin by its id."""
        return next((each for each in self.basins if each.id == name), None)

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check that there is one such file and that ids are once."""
        if any(each.id < self.id for each in pack.bodies(WaterBody)):
            yield Finding(("id",), "the pack has its waters in another file already.", "once")
        seen: set[str] = set()
        for place, each in enumerate(self.basins):
            if each.id in seen:
                yield Finding(("basins", place), f"“{each.id}” stands here twice.", "twice")
            seen.add(each.id)
