"""What a pack says of enforcement: tolerances, clocks, alcohol limits, retention, crash files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from shizheng.packs.schema import AgencyRef, Body, Finding, Part, Text, Whole, Words, kinds

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Kmh = Annotated[Decimal, Field(ge=0, le=60, decimal_places=1)]
MgL = Annotated[Decimal, Field(gt=0, le=2, decimal_places=2)]


class SpeedOf(Part):
    """What is taken off a measured speed before anybody is fined (測速公差).

    ``minus_kmh`` up to 100 km/h, ``minus_percent`` of it above; ``warn_within_kmh``: so little
    above the limit is no violation to issue. ``clock_ms`` is how far each gate's clock may be off.
    """

    minus_kmh: Kmh
    minus_percent: Annotated[Decimal, Field(ge=0, le=20, decimal_places=1)]
    warn_within_kmh: Kmh
    clock_ms: Annotated[Whole, Field(ge=0, le=5_000)]


class ClockOf(Part):
    """How far off its source a clock may be, and how long ago it may have been compared (校時)."""

    most_offset_ms: Annotated[Whole, Field(ge=0, le=60_000)]
    checked_within_hours: Annotated[Whole, Field(ge=1, le=8_760)]


class ImagesOf(Part):
    """How many pictures a violation needs by its kind (違規影像張數)."""

    red_light: Annotated[Whole, Field(ge=1, le=10)]
    speed: Annotated[Whole, Field(ge=1, le=10)]
    section_speed: Annotated[Whole, Field(ge=1, le=10)]


class AlcoholOf(Part):
    """Limits of alcohol in the breath from a day on, mg per litre (酒精濃度標準).

    At ``fine_mg_l`` driving is forbidden; up to ``warn_over_mg_l`` above it a warning is enough; at
    ``criminal_mg_l`` it is a crime. Whoever did it within ``repeat_years`` before is a repeat
    offender.
    """

    starts: date = Field(alias="from")
    fine_mg_l: MgL
    warn_over_mg_l: Annotated[Decimal, Field(ge=0, le=1, decimal_places=2)]
    criminal_mg_l: MgL
    repeat_years: Annotated[Whole, Field(ge=1, le=50)]


class RetentionOf(Part):
    """After how many days what names a person is erased (保存期限)."""

    dropped_days: Annotated[Whole, Field(ge=1, le=3_660)]
    issued_days: Annotated[Whole, Field(ge=1, le=7_320)]
    sober_days: Annotated[Whole, Field(ge=0, le=3_660)]
    offence_days: Annotated[Whole, Field(ge=1, le=7_320)]


class CrashFileOf(Part):
    """Which columns of a file of accidents hold what (事故檔匯入對照).

    A crash is one with alcohol if ``cause`` holds one of ``alcohol_words``.
    """

    number: Text
    date: Text
    district: Text
    cause: Text
    deaths: Text
    injuries: Text
    alcohol_words: Annotated[tuple[Text, ...], Field(min_length=1)]


@kinds.register("enforcement/1")
class EnforcementBody(Body):
    """Enforcement by devices and at checkpoints (科技執法與酒駕取締)."""

    single = True

    name: Words
    owner: AgencyRef
    source: Words
    speed: SpeedOf
    clock: ClockOf
    images: ImagesOf
    alcohol: Annotated[tuple[AlcoholOf, ...], Field(min_length=1)]
    retention: RetentionOf
    crashes: CrashFileOf | None = None

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check that rules follow each other and limits rise."""
        yield from _ordered(self.alcohol)
        for place, rule in enumerate(self.alcohol):
            if not rule.fine_mg_l + rule.warn_over_mg_l <= rule.criminal_mg_l:
                where = ("alcohol", place, "criminal_mg_l")
                yield Finding(where, "is not below where a warning ends.", "order")
        longest = max(rule.repeat_years for rule in self.alcohol)
        if self.retention.offence_days < longest * 365:
            message = f"is shorter than the {longest} years of a repeat."
            yield Finding(("retention", "offence_days"), message, "repeat")

    def alcohol_on(self, day: date) -> AlcoholOf | None:
        """Return the limits in force on a day; None before the first."""
        known = [rule for rule in self.alcohol if rule.starts <= day]
        return known[-1] if known else None


def _ordered(rules: Sequence[AlcoholOf]) -> Iterator[Finding]:
    for place, rule in enumerate(rules[1:], 1):
        if rule.starts <= rules[place - 1].starts:
            yield Finding(("alcohol", place, "from"), "is after the one before.", "order")
