"""What can be asked of a measure, and the table that is the answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from shizheng.core.measures import measures
from shizheng.statistics.domain.periods import Frequency, Period, periods_between
from shizheng.statistics.measuring.errors import (
    DimensionNotPublic,
    DimensionUnknown,
    MeasureNotPublic,
)

Number = Decimal | int | float | None


@dataclass(frozen=True, slots=True)
class Ask:
    """One table of one measure (查詢): its periods, what it is split by, what is left out.

    Args:
        measure: code of the measure.
        start, end: first day of the first period, and first day after the last one.
        by: dimensions, in the order of the keys of the answer.
        where: dimension to the values of which a row must have one.
        is_public: whether only what everybody may see counts.

    Raises:
        ValueError: no period begins on ``start`` or ``end``, or a dimension is named twice.
    """

    measure: str
    frequency: Frequency
    start: date
    end: date
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    is_public: bool = False

    def __post_init__(self) -> None:
        for day in (self.start, self.end):
            if Period.of(self.frequency, day).start != day:
                raise ValueError(f"no {self.frequency.name.lower()} begins on {day}")
        if self.start >= self.end:
            raise ValueError(f"the end must be after the start, got {self.start} to {self.end}")
        for names in (self.by, tuple(name for name, _values in self.where)):
            if len(set(names)) != len(names):
                raise ValueError(f"a dimension is named twice: {', '.join(names)}")

    @property
    def periods(self) -> list[Period]:
        """The periods that are asked for, in order."""
        first = Period.of(self.frequency, self.start)
        return periods_between(first, Period.of(self.frequency, self.end).previous())

    def check(self) -> None:
        """Refuse what the measure does not publish.

        Raises:
            UnknownKey: no such measure; the error lists the known ones.
            DimensionUnknown: the measure cannot be split by it.
            MeasureNotPublic, DimensionNotPublic: not for everybody.
        """
        measure = measures[self.measure]
        if self.is_public and measure.public is None:
            raise MeasureNotPublic(measure=self.measure)
        for name in (*self.by, *(name for name, _values in self.where)):
            dimension = measure.dimensions.get(name)
            if dimension is None:
                known = ", ".join(measure.dimensions) or "-"
                raise DimensionUnknown(measure=self.measure, dimension=name, known=known)
            if self.is_public and not dimension.is_public:
                raise DimensionNotPublic(measure=self.measure, dimension=name)


class MeasuredRow(NamedTuple):
    """One number: of which period, of which values of the dimensions, from how many rows.

    ``synthetic_rows`` of the rows are invented (示範資料). A value that does not apply is empty.
    """

    period_start: date
    keys: tuple[str, ...]
    value: Number
    rows: int
    synthetic_rows: int = 0


@dataclass(frozen=True, slots=True)
class MeasuredTable:
    """The answer to one ask, as things stood ``at`` a moment (衡量結果).

    Ordered by period and keys. What has no row has no line: its count or sum is 0.
    """

    ask: Ask
    at: datetime
    rows: tuple[MeasuredRow, ...]

    def __iter__(self) -> Iterator[MeasuredRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def is_synthetic(self) -> bool:
        """Whether any row behind it is invented."""
        return any(row.synthetic_rows for row in self.rows)

    def value(self, period_start: date, *keys: str) -> Number:
        """Return one number: 0 or None, as the measure is, where there is no row."""
        for row in self.rows:
            if row.period_start == period_start and row.keys == keys:
                return row.value
        return 0 if measures[self.ask.measure].is_additive else None
