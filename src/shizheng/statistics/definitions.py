"""What a pack says of figures: indicators with their formula, release and disclosure."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from shizheng.kernel.errors import DomainError
from shizheng.packs.schema import (
    AgencyRef,
    Body,
    Finding,
    Flag,
    Key,
    Part,
    Ref,
    Text,
    Whole,
    Words,
    kinds,
)
from shizheng.statistics.domain.formula.check import check
from shizheng.statistics.domain.formula.compiled import Formula
from shizheng.statistics.domain.formula.evaluate import evaluate
from shizheng.statistics.domain.formula.order import order
from shizheng.statistics.domain.periods import Frequency, Period
from shizheng.statistics.domain.units import STANDARD, Unit, Units

if TYPE_CHECKING:
    from shizheng.core.measures import Measure
    from shizheng.packs.pack import Pack

MeasureCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")]
Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
FREQUENCIES = {
    "year": Frequency.YEAR, "half": Frequency.HALF, "quarter": Frequency.QUARTER,
    "month": Frequency.MONTH, "week": Frequency.WEEK, "day": Frequency.DAY,
}  # fmt: skip
THING = re.compile("[a-z][a-z_]*")
ENTERED = "entered"
"""The input of an indicator whose figures people enter."""


class IndicatorRef(Ref):
    """Id of an indicator (指標)."""

    namespace = "indicator"


class InputOf(Part):
    """What a formula reads under a name: a measure of a room, filtered, or another indicator."""

    measure: MeasureCode | None = None
    indicator: IndicatorRef | None = None
    where: Mapping[Key, tuple[Text, ...]] = {}

    @model_validator(mode="after")
    def _is_one_of_both(self) -> "InputOf":
        if (self.measure is None) == (self.indicator is None):
            raise PydanticCustomError("input", "needs either `measure` or `indicator`")
        if self.indicator is not None and self.where:
            raise PydanticCustomError("input", "`where` filters a measure, not an indicator")
        return self


class ReleaseOf(Part):
    """When figures become public (發布時間).

    ``live``: as soon as they are computed, those of a running period as provisional. ``calendar``:
    so many days after the end of a period, at an hour; until then nobody outside sees them.
    """

    kind: Literal["live", "calendar"] = "live"
    after_days: Annotated[Whole, Field(ge=0, le=400)] = 0
    at: Clock = "10:00"


class DisclosureOf(Part):
    """Counts below the threshold are not published, nor what would give them away (保密規則)."""

    threshold: Annotated[Whole, Field(ge=2, le=100)] = 5


class TargetOf(Part):
    """A value to reach (目標值), from a day on."""

    value: Annotated[Decimal, Field(max_digits=20, decimal_places=6)]
    from_: date = Field(alias="from")
    source: Text


class ExampleOf(Part):
    """Inputs of one period and the figure that must come out; run as a test."""

    inputs: Mapping[Key, Decimal | None]
    value: Decimal | None


@kinds.register("indicator/1")
class Indicator(Body):
    """A figure that the city publishes (指標): what it means and how it is made.

    Source: ISO/IEC 11179 for the parts of a definition; SDMX for frequency and status.
    """

    name: Words
    concept: Words
    unit: Text
    unit_name: Words
    places: Annotated[Whole, Field(ge=0, le=6)] = 1
    inputs: Mapping[Key, InputOf] = {}
    formula: Text | None = None
    frequency: Literal["year", "half", "quarter", "month", "week", "day"] = "month"
    direction: Literal["higher", "lower", "neither"] = "neither"
    areas: tuple[Literal["district", "village"], ...] = ()
    breakdowns: tuple[Key, ...] = ()
    owner: AgencyRef
    source: Words
    release: ReleaseOf = ReleaseOf()
    disclosure: DisclosureOf | None = None
    targets: tuple[TargetOf, ...] = ()
    is_public: Flag = True
    valid_from: date
    valid_to: date | None = None
    examples: tuple[ExampleOf, ...] = ()

    def provides(self) -> Iterator[tuple[str, str]]:
        """An indicator may be named by its id."""
        yield "indicator", self.id

    @property
    def is_entered(self) -> bool:
        """Whether people enter the figures, by form or file, instead of a formula."""
        return self.formula is None

    @property
    def every(self) -> Frequency:
        """How often there is a figure."""
        return FREQUENCIES[self.frequency]

    def unit_of(self) -> Unit:
        """Return the unit as an algebraic value.

        Raises:
            DomainError: no such unit.
        """
        return known_units().parse(self.unit)

    def compiled(self, units: Mapping[str, Unit]) -> Formula:
        """Return the checked formula.

        Args:
            units: by name of an input, its unit.

        Raises:
            DomainError: the formula or the units do not fit.
        """
        return check(self.formula or ENTERED, units, self.unit_of(), units=known_units())

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check inputs, formula, units, cycles and examples."""
        others = {each.id: each for each in pack.bodies(Indicator)}
        if self.is_entered:
            for name in ("inputs", "areas", "breakdowns", "examples"):
                if name in ("inputs", "examples") and getattr(self, name):
                    yield Finding((name,), "there is no formula that would read it.", "formula")
            yield from self._unit_findings()
            return
        wrong = [*self._input_findings(others)]
        yield from wrong
        if not wrong:
            yield from self._formula_findings(others)

    def _unit_findings(self) -> Iterator[Finding]:
        try:
            self.unit_of()
        except DomainError as refusal:
            yield Finding(("unit",), str(refusal), "unit", str(refusal.hint))

    def _input_findings(self, others: Mapping[str, "Indicator"]) -> Iterator[Finding]:
        known = _measures()
        for name, given in self.inputs.items():
            path = ("inputs", name)
            if given.indicator is not None:
                other = others.get(str(given.indicator))
                if other is not None and other.frequency != self.frequency:
                    message = f"is made every {other.frequency}, this one every {self.frequency}."
                    yield Finding((*path, "indicator"), message, "frequency")
                continue
            measure = known.get(str(given.measure))
            if measure is None:
                near = ", ".join(sorted(known)[:40])
                message = f"no room publishes the measure “{given.measure}”."
                yield Finding((*path, "measure"), message, "measure", f"There are: {near}.")
                continue
            for dimension in (*given.where, *self.areas, *self.breakdowns):
                if dimension not in measure.dimensions:
                    message = f"{measure.code} cannot be split by “{dimension}”."
                    hint = f"It can be split by: {', '.join(measure.dimensions)}."
                    yield Finding(path, message, "dimension", hint)

    def _formula_findings(self, others: Mapping[str, "Indicator"]) -> Iterator[Finding]:
        try:
            formula = self.compiled(units_of(self, others))
            order({code: _indicators_in(each) for code, each in others.items()})
        except DomainError as refusal:
            yield Finding(("formula",), str(refusal), "formula", str(refusal.hint))
            return
        for name in self.inputs:
            if name not in formula.inputs:
                yield Finding(("inputs", name), "the formula does not read it.", "inputs")
        at = Period.of(self.every, self.valid_from)
        for number, example in enumerate(self.examples):
            series = {name: {at: value} for name, value in example.inputs.items()}
            found = evaluate(formula, series, [at], places=self.places)[at].value
            if found != example.value:
                message = f"must be {example.value}, the formula gives {found}."
                yield Finding(("examples", number, "value"), message, "example")


def units_of(body: Indicator, others: Mapping[str, Indicator]) -> dict[str, Unit]:
    """Return the unit of each input of an indicator by name."""
    known = _measures()
    return {
        name: (
            others[str(given.indicator)].unit_of()
            if given.indicator is not None
            else known_units().parse(known[str(given.measure)].unit)
        )
        for name, given in body.inputs.items()
    }


def known_units() -> Units:
    """Return the standard units and every thing that a room counts."""
    things = {measure.unit for measure in _measures().values()} - STANDARD.known.keys()
    return STANDARD.with_things(thing for thing in things if THING.fullmatch(thing))


def _indicators_in(body: Indicator) -> list[str]:
    return [str(given.indicator) for given in body.inputs.values() if given.indicator is not None]


def _measures() -> Mapping[str, "Measure"]:
    """Return what the rooms publish; their tables need Django, which a check may not have begun."""
    import os

    import django
    from django.apps import apps

    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shizheng.settings")
        django.setup()
    from shizheng.core.measures import measures

    return {code: measures[code] for code in measures}
