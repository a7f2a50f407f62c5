"""What a pack says of zones of groundwater: where, how much is safe, how much may be pumped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from shizheng.packs.schema import (
    AgencyRef,
    Body,
    DistrictRef,
    Finding,
    Flag,
    Part,
    Whole,
    Words,
    kinds,
)
from shizheng.sensing.definitions import ObservedPropertyRef
from shizheng.sensing.domain.groundwater import Zone, highest_safe, levels_of

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Positive = Annotated[float, Field(gt=0)]
Amount = Annotated[float, Field(ge=0)]


class TrialExample(Part):
    """Pumping for some days, and the level at the end, to a centimetre; run when checked."""

    begins_m: float
    pumping_m3_day: Amount
    days: Annotated[Whole, Field(ge=1, le=3_650)]
    ends_m: float


@kinds.register("groundwater_zone/1")
class GroundwaterZoneBody(Body):
    """A zone of groundwater (地下水分區) and the simple model in which pumping is tried.

    Its wells are the things in its districts that observe ``level``; its meters those that observe
    ``pumping`` in cubic metres a day. ``salt_limit`` is a share of salt from which sea water is
    thought to come in.
    """

    name: Words
    owner: AgencyRef
    districts: Annotated[tuple[DistrictRef, ...], Field(min_length=1)]
    level: ObservedPropertyRef
    pumping: ObservedPropertyRef
    salt: ObservedPropertyRef | None = None
    salt_limit: Amount | None = None
    area_km2: Positive
    storage: Annotated[float, Field(gt=0, le=0.6)]
    reference_m: float
    safe_m: float
    recharge_m3_day: Amount
    leak_m3_day_m: Amount = 0
    permitted_m3_day: Positive
    is_sample: Flag = False
    source: Words
    examples: tuple[TrialExample, ...] = ()

    def zone(self) -> Zone:
        """Return the zone as the domain reckons with it."""
        return Zone(
            self.area_km2, self.storage, self.reference_m, self.safe_m, self.recharge_m3_day,
            self.leak_m3_day_m, self.permitted_m3_day,
        )  # fmt: skip

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check that the safe level is below the reference; run the examples."""
        if self.safe_m >= self.reference_m:
            yield Finding(("safe_m",), f"must be below reference_m, {self.reference_m:g}.", "safe")
        for place, each in enumerate(self.examples):
            ends = levels_of(self.zone(), each.begins_m, each.pumping_m3_day, each.days)[-1]
            if abs(ends - each.ends_m) > 0.005:
                yield Finding(("examples", place, "ends_m"), f"ends at {ends:.2f} m.", "example")


__all__ = ["GroundwaterZoneBody", "highest_safe"]
