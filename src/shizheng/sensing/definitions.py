"""What a pack declares of sensing: what is observed, in which unit, and how files are read."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from shizheng.packs.schema import (
    AgencyRef,
    Body,
    Finding,
    Key,
    Part,
    Ref,
    Text,
    Whole,
    Words,
    kinds,
)

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Number = Annotated[float, Field(allow_inf_nan=False)]
Exact = Annotated[str, StringConstraints(pattern=r"^-?\d{1,12}(\.\d{1,12})?$")]


class ObservedPropertyRef(Ref):
    """Id of an observed property (觀測項目)."""

    namespace = "observed_property"


class UnitOf(Part):
    """A unit (單位): its name, its sign and where it is defined, as SensorThings has it."""

    name: Text
    symbol: Text
    definition: Text


class ConversionOf(Part):
    """How another unit becomes the declared one: times ``factor``, plus ``offset``; decimals."""

    factor: Exact
    offset: Exact = "0"


class LimitsOf(Part):
    """Between what a value can lie at all; beyond it the device is wrong (合理範圍)."""

    low: Number
    high: Number
    source: Text


class ReadingExample(Part):
    """A value as it is sent, with what it becomes; run when the pack is checked."""

    value: Exact
    unit: Text
    becomes: Number | None = None
    because: Text | None = None


@kinds.register("observed_property/1")
class ObservedPropertyBody(Body):
    """What is observed (觀測項目): its unit, decimals, cycle, limits and known conversions.

    ``keep_days`` is how long readings are kept, ``keep_hourly_days`` how long their hourly
    summary; both for ever where nothing is said.
    """

    name: Words
    summary: Words
    definition: Text
    unit: UnitOf
    decimals: Annotated[Whole, Field(ge=0, le=9)]
    cycle_seconds: Annotated[Whole, Field(ge=1, le=86_400)] | None = None
    limits: LimitsOf | None = None
    conversions: dict[str, ConversionOf] = Field(default_factory=dict)
    keep_days: Annotated[Whole, Field(ge=31)] | None = None
    keep_hourly_days: Annotated[Whole, Field(ge=31)] | None = None
    examples: tuple[ReadingExample, ...] = ()

    def provides(self) -> Iterator[tuple[str, str]]:
        """An observed property may be named by its id."""
        yield "observed_property", self.id

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check limits and conversions; run the examples."""
        if self.limits and self.limits.low >= self.limits.high:
            yield Finding(("limits", "high"), "must be more than low.", "limits")
        if self.unit.symbol in self.conversions:
            message = "the declared unit needs no conversion."
            yield Finding(("conversions", self.unit.symbol), message, "conversions")
        for place, example in enumerate(self.examples):
            found = self.converted(example.value, example.unit)
            if found != example.becomes:
                said = "is not taken" if found is None else f"becomes {found}"
                message = f"{example.value} {example.unit} {said} here."
                yield Finding(("examples", place, "becomes"), message, "example")

    def converted(self, value: str, unit: str) -> float | None:
        """Return a value in the declared unit; None where its unit was never declared."""
        if unit == self.unit.symbol:
            return float(value)
        rule = self.conversions.get(unit)
        if rule is None:
            return None
        try:
            return float(Decimal(value) * Decimal(rule.factor) + Decimal(rule.offset))
        except InvalidOperation:
            return None


class ThingsOf(Part):
    """The file with the things (設備清冊): which columns hold key, name and, if told, place."""

    file: Text
    key: Text
    name: Text
    longitude: Text | None = None
    latitude: Text | None = None
    properties: dict[Key, Text] = Field(default_factory=dict)


class StreamOf(Part):
    """One column of readings: what it observes, and in which unit it is written."""

    property: ObservedPropertyRef
    column: Text
    unit: Text
    missing: tuple[str, ...] = ("",)


class ReadingsOf(Part):
    """The file with readings (觀測檔): whose they are, when, in which zone, what.

    ``time_is`` year: the column holds a year, of which the reading is a summary.
    """

    file: Text
    key: Text
    time: Text
    time_is: Literal["moment", "year"] = "moment"
    zone: Literal["UTC", "Asia/Taipei"]
    streams: Annotated[tuple[StreamOf, ...], Field(min_length=1, max_length=40)]


@kinds.register("observation_import/1")
class ObservationImport(Body):
    """Files of others with things and readings (觀測資料匯入對照), as CSV or JSON."""

    name: Words
    source: Words
    owner: AgencyRef
    seen_by: Literal["public", "internal", "restricted"] = "public"
    authority: Text
    sensor: Text
    things: ThingsOf
    readings: ReadingsOf

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check that a place has both its numbers."""
        if (self.things.longitude is None) != (self.things.latitude is None):
            yield Finding(("things",), "longitude and latitude go together.", "place")
