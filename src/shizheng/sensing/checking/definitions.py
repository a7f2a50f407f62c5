"""What a pack says is plausible for an observed property (資料品質檢核), with its source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from shizheng.packs.schema import Body, Finding, Words, kinds
from shizheng.sensing.alerting.definitions import PropertyRef
from shizheng.sensing.domain.quality import Limits

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Amount = Annotated[float, Field(ge=0)]


@kinds.register("quality_checks/1")
class QualityBody(Body):
    """Checks of the readings of one observed property (品質檢核); what is left out is not done.

    ``neighbour`` is how far a reading may lie from the median of the posts within
    ``neighbour_metres``, of which ``neighbours_least`` must have a reading of the same time.
    ``drift_seconds_a_day`` is how much a device's clock may run wrong before it is reported.

    ``per_minute``, ``stuck_within``, ``spike`` and ``neighbour`` are in the unit of the property.
    """

    observed_property: PropertyRef
    low: float | None = None
    high: float | None = None
    per_minute: Amount | None = None
    stuck_minutes: Amount | None = None
    stuck_within: Amount = 0
    rest_low: float | None = None
    rest_high: float | None = None
    spike: Amount | None = None
    neighbour: Amount | None = None
    neighbour_metres: Annotated[float, Field(gt=0, le=50_000)] = 1_000
    neighbours_least: Annotated[int, Field(ge=1, le=20)] = 2
    drift_seconds_a_day: Annotated[float, Field(gt=0)] | None = None
    interval_minutes: Amount | None = None
    ahead_seconds: Amount | None = None
    behind_minutes: Amount | None = None
    late_minutes: Amount | None = None
    source: Words

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check that the range is one, and that a property is declared once."""
        if self.low is not None and self.high is not None and self.low >= self.high:
            yield Finding(("high",), f"must be above low, {self.low:g}.", "range")
        others = [
            each.id for each in pack.bodies(QualityBody)
            if each.observed_property == self.observed_property and each.id < self.id
        ]  # fmt: skip
        if others:
            message = f"the checks of this property are declared already, in “{others[0]}”."
            yield Finding(("observed_property",), message, "twice")

    def limits(self) -> Limits:
        """Return the limits as the domain reads them."""
        return Limits(
            low=self.low, high=self.high, per_minute=self.per_minute,
            stuck_s=_seconds(self.stuck_minutes), stuck_within=self.stuck_within,
            rest_low=self.rest_low, rest_high=self.rest_high, spike=self.spike,
            neighbour=self.neighbour, interval_s=_seconds(self.interval_minutes),
            ahead_s=self.ahead_seconds, behind_s=_seconds(self.behind_minutes),
            late_s=_seconds(self.late_minutes),
        )  # fmt: skip


def _seconds(minutes: float | None) -> float | None:
    return None if minutes is None else minutes * 60
