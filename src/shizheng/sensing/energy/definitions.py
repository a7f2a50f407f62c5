"""What a pack says of its solar sites: their register, what they send, the plan, the value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from shizheng.packs.schema import AgencyRef, Body, Finding, Key, Part, Whole, Words, kinds
from shizheng.sensing.definitions import ObservedPropertyRef
from shizheng.sensing.domain.solar import DeadRule

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class FieldsOf(Part):
    """Which fields of the register hold what (欄位對照)."""

    capacity_kw: Key
    connected_on: Key
    warranty_until: Key | None = None


class DeadOf(Part):
    """When an inverter is dead, and the fault that upkeep calls it (停機判定)."""

    hours: Annotated[Whole, Field(ge=1, le=48)]
    sunny_w_m2: Amount
    below: Share
    fault: Key
    fault_states: tuple[int, ...] = ()


class YearOf(Part):
    """How much is to stand at the end of a year of the plan (年度目標)."""

    ends_on: date
    mw: Amount


class ValueMethod(Part):
    """How the value of green energy is computed (產值計算方式), and what is aimed at."""

    twd_per_kw: Amount
    twd_per_kwh: Amount
    target_twd: Annotated[int, Field(ge=1)]
    method: Words


@kinds.register("solar_sites/1")
class SolarBody(Body):
    """Solar sites of the city (智慧綠能雲): what gateways send and how it is judged.

    A gateway's thing names its site in the property ``site``, the key of the register.
    """

    owner: AgencyRef
    register_: Annotated[Key, Field(alias="register")]
    upkeep: Key
    fields: FieldsOf
    energy: ObservedPropertyRef
    irradiance: ObservedPropertyRef
    state: ObservedPropertyRef | None = None
    performance_ratio: Share
    dead: DeadOf
    years: Annotated[tuple[YearOf, ...], Field(min_length=1, max_length=20)]
    value: ValueMethod
    source: Words

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check that there is one such file, that years rise, and that the names exist."""
        if any(each.id < self.id for each in pack.bodies(SolarBody)):
            yield Finding(("id",), "the pack has its solar sites in another file already.", "once")
        for place, (before, after) in enumerate(pairwise(self.years), 1):
            if after.ends_on <= before.ends_on:
                yield Finding(("years", place, "ends_on"), "years follow on each other.", "order")
        for name, kind in (("register", self.register_), ("upkeep", self.upkeep)):
            if kind not in {each.id for each in pack.definitions(name)}:
                yield Finding((name,), f"the pack has no {name} “{kind}”.", "unknown")

    @property
    def rule(self) -> DeadRule:
        """When an inverter is dead, as the domain carries it out."""
        return DeadRule(self.dead.hours, self.dead.sunny_w_m2, self.dead.below)

    @property
    def rates(self) -> dict[str, float]:
        """Dollars for a kilowatt and a kilowatt-hour."""
        return {"twd_per_kw": self.value.twd_per_kw, "twd_per_kwh": self.value.twd_per_kwh}
