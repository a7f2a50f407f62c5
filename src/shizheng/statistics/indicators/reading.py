"""How a page reads an indicator: at a moment or vintage, with its revisions, polls and groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.domain.polls import Estimate, stated
from shizheng.statistics.domain.quality import ObservationStatus
from shizheng.statistics.domain.standing import Target
from shizheng.statistics.models import EnteredFigure, Figure, Indicator, Vintage
from shizheng.statistics.selectors import (
    CITY,
    Value,
    _shown,
    definition_by,
    series_at,
    vintages_of,
)

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Told:
    """A figure of the whole city with what stood there before (歷次發布值).

    Args:
        was: the value of the vintage before that was not provisional; None if not revised.
    """

    value: Value
    was: Decimal | None

    @property
    def is_revised(self) -> bool:
        """Whether a figure that had counted as final was replaced by another."""
        return self.was is not None


@dataclass(frozen=True)
class Reading:
    """What one visitor reads of an indicator: as of a moment, up to a vintage (閱覽).

    Args:
        at: figures released by then; with ``embargoed`` those made by then.
        number: no vintage after this one; None for all.
    """

    indicator: Indicator
    at: datetime
    embargoed: bool
    number: int | None
    vintages: tuple[Vintage, ...]

    @property
    def vintage(self) -> Vintage | None:
        """The newest vintage that is read; None while nothing was published."""
        return self.vintages[0] if self.vintages else None

    @property
    def body(self) -> Definition:
        """The definition under which the newest vintage was made, or the one in force."""
        vintage = self.vintage
        key: UUID = vintage.definition_id if vintage else self.indicator.current_id
        return definition_by(key)

    def values(
        self, *, level: Sequence[str] | None = None, cells: Sequence[str] | None = None,
        since: date | None = None,
    ) -> tuple[Value, ...]:  # fmt: skip
        """Return the figures of a level or of some cells."""
        return series_at(
            self.indicator, at=self.at, embargoed=self.embargoed, number=self.number,
            level=level, cells=cells, since=since,
        ).values  # fmt: skip

    def told(self) -> list[Told]:
        """Return the figures of the whole city in order of time, each with its revision."""
        if self.vintage is None:
            return []
        rows = Figure.objects.filter(
            indicator=self.indicator, cell=CITY, number__lte=self.vintage.number
        )
        if not self.embargoed:
            rows = rows.filter(vintage__released_at__lte=self.at)
        by_period: dict[str, list[Figure]] = {}
        for row in rows.order_by("period_start", "number"):
            by_period.setdefault(row.period, []).append(row)
        return [_told(each) for each in by_period.values()]


def read(
    indicator: Indicator, *, at: datetime, embargoed: bool = False, number: int | None = None
) -> Reading:
    """Return the reading of an indicator with its vintages, the newest first."""
    rows = vintages_of(indicator, at=at, embargoed=embargoed).select_related("definition")
    if number is not None:
        rows = rows.filter(number__lte=number)
    return Reading(indicator, at, embargoed, number, tuple(rows))


def _told(rows: Sequence[Figure]) -> Told:
    newest = rows[-1]
    provisional = str(ObservationStatus.PROVISIONAL)
    final = [
        row.value
        for row in rows[:-1]
        if row.status != provisional and row.value is not None and not row.is_withheld
    ]
    is_revised = bool(final) and not newest.is_withheld and final[-1] != newest.value
    return Told(_shown(newest, withheld=False), final[-1] if is_revised else None)


def targets_of(body: Definition) -> list[Target]:
    """Return the targets of a definition."""
    return [Target(each.value, each.from_, each.source) for each in body.targets]


def polls_of(reading: Reading) -> dict[Period, Estimate]:
    """Return the margin of error of each figure of the city that comes from a sample.

    It is that of the entry that was signed when the figure was made.
    """
    if not reading.body.is_entered or reading.vintage is None:
        return {}
    rows = EnteredFigure.objects.filter(
        indicator=reading.indicator, cell=CITY, answers__isnull=False, value__isnull=False,
        signed_at__lte=reading.vintage.made_at,
    )  # fmt: skip
    found: dict[Period, Estimate] = {}
    for row in rows.order_by("signed_at", "id"):
        if row.value is not None and row.answers is not None and 0 <= row.value <= HUNDRED:
            effect = row.design_effect or Decimal(1)
            found[Period.parse(row.period)] = stated(row.value / HUNDRED, row.answers, effect)
    return found


def newest_of(values: Sequence[Value]) -> tuple[Period | None, dict[str, Value]]:
    """Return the newest period in which any cell has a number, and its figures by cell.

    A period that still runs counts only where none is over.
    """
    told = [each for each in values if each.value is not None]
    over = [each for each in told if each.status != str(ObservationStatus.PROVISIONAL)]
    periods = [each.period for each in over or told]
    newest = max(periods, key=lambda period: period.ordinal, default=None)
    return newest, {each.cell: each for each in values if each.period == newest}
