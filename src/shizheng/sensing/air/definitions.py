"""What a pack says of air: what its index is made of, and what a forecast of bad air starts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from shizheng.packs.schema import AgencyRef, Body, Finding, Key, Part, Text, Whole, Words, kinds
from shizheng.sensing.definitions import ObservedPropertyRef

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

IndexValue = Annotated[Whole, Field(ge=0, le=500)]


class PollutantOf(Part):
    """An observed property, what the index calls it, how long a calibration of it holds."""

    property: ObservedPropertyRef
    counts_as: Literal["pm2_5", "pm10", "o3", "co", "so2", "no2"]
    calibration_days: Annotated[Whole, Field(ge=1, le=3_660)] | None = None


class MobileOf(Part):
    """How a station that moves is told from one that stands (行動測站): a property of the thing."""

    property: Key
    value: Text


class AirMeasureOf(Part):
    """A measure against bad air (應變措施): above which index, who does it, within how long."""

    id: Key
    name: Words
    owner: AgencyRef
    above: IndexValue
    within_hours: Annotated[Whole, Field(ge=1, le=72)]


class AirExample(Part):
    """An expected index and the measures that it starts; run when the pack is checked."""

    index: IndexValue
    starts: tuple[Key, ...]
    because: Text | None = None


@kinds.register("air_quality/1")
class AirBody(Body):
    """Air of the city (空氣品質): its index, its measures and their owners.

    ``index`` is the observed property under which the index of each station is kept.
    """

    owner: AgencyRef
    index: ObservedPropertyRef
    pollutants: Annotated[tuple[PollutantOf, ...], Field(min_length=1)]
    mobile: MobileOf | None = None
    measures: tuple[AirMeasureOf, ...] = ()
    source: Words
    examples: tuple[AirExample, ...] = ()

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check that there is one such file and that ids are once; run the examples."""
        if any(each.id < self.id for each in pack.bodies(AirBody)):
            yield Finding(("id",), "the pack says what its air is in another file already.", "once")
        for name in ("pollutants", "measures"):
            seen: set[str] = set()
            for place, each in enumerate(getattr(self, name)):
                one = each.property if isinstance(each, PollutantOf) else each.id
                if one in seen:
                    yield Finding((name, place), f"“{one}” stands here twice.", "twice")
                seen.add(one)
        for place, example in enumerate(self.examples):
            found = tuple(each.id for each in self.started(example.index))
            if found != example.starts:
                message = f"an index of {example.index} starts {', '.join(found) or 'nothing'}."
                yield Finding(("examples", place, "starts"), message, "example")

    def started(self, index: int) -> list[AirMeasureOf]:
        """Return the measures that an expected index starts."""
        return [each for each in self.measures if index > each.above]
