"""Periods of statistics (統計期), from the day to the year, as SDMX writes them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from enum import StrEnum

from shizheng.kernel.dates import format_en, format_roc, roc_year
from shizheng.statistics.domain.errors import PeriodUnreadable

FIRST_YEAR, LAST_YEAR = 1800, 2999
_SHAPE = re.compile(
    r"(?P<year>[0-9]{4})"
    r"(?:-(?:A1|S(?P<half>[12])|Q(?P<quarter>[1-4])|W(?P<week>[0-9]{2})"
    r"|M?(?P<month>[0-9]{2})|(?P<of>[0-9]{2})-(?P<day>[0-9]{2})))?"
)


class Frequency(StrEnum):
    """How often a figure is made (頻率); codes of the SDMX list CL_FREQ."""

    YEAR = "A"
    HALF = "S"
    QUARTER = "Q"
    MONTH = "M"
    WEEK = "W"
    DAY = "D"

    @property
    def in_a_year(self) -> int | None:
        """Periods in a year: 1, 2, 4 or 12; None for weeks and days, which vary."""
        return _IN_A_YEAR.get(self)

    def is_coarser_than(self, other: "Frequency") -> bool:
        """Whether its periods are longer than those of ``other``."""
        order = list(Frequency)
        return order.index(self) < order.index(other)


_IN_A_YEAR = {Frequency.YEAR: 1, Frequency.HALF: 2, Frequency.QUARTER: 4, Frequency.MONTH: 12}


@dataclass(frozen=True, slots=True, repr=False)
class Period:
    """One period of a frequency (統計期), a half-open span of days.

    ``ordinal`` counts periods of this frequency since the beginning of the calendar; neighbours
    differ by 1. Weeks are those of ISO 8601 and begin on Monday. Only periods of one frequency
    can be compared.

    Raises:
        ValueError: the period lies outside the years 1 to 9998.

    Source: SDMX 3.0, section 6, 4.2.1 (time period); ISO 8601-1:2019.
    """

    frequency: Frequency
    ordinal: int

    def __post_init__(self) -> None:
        first, last = _REACH[self.frequency]
        if not first <= self.ordinal <= last:
            raise ValueError(f"a period lies in the years 1 to 9998, got {self.ordinal}")

    @classmethod
    def of(cls, frequency: Frequency, day: date) -> "Period":
        """Return the period of ``frequency`` that holds ``day``."""
        if count := frequency.in_a_year:
            return cls(frequency, day.year * count + (day.month - 1) * count // 12)
        if frequency == Frequency.WEEK:
            return cls(frequency, (day.toordinal() - 1) // 7)
        return cls(frequency, day.toordinal())

    @classmethod
    def parse(cls, code: str) -> "Period":
        """Read ``2020``, ``2020-S1``, ``2020-Q1``, ``2020-03``, ``2020-W10`` or ``2020-03-02``.

        The reporting forms ``2020-A1`` and ``2020-M03`` are read as the year and the month.

        Raises:
            PeriodUnreadable: another shape, no such day or week, or a year outside 1800 to 2999.
        """
        found = _SHAPE.fullmatch(code)
        if not found or not FIRST_YEAR <= int(found["year"]) <= LAST_YEAR:
            raise PeriodUnreadable(text=code[:40])
        year = int(found["year"])
        try:
            for name, (frequency, first) in _FIRST_DAYS.items():
                if found[name]:
                    return cls.of(frequency, first(year, int(found[name])))
            if found["day"]:
                return cls.of(Frequency.DAY, date(year, int(found["of"]), int(found["day"])))
        except ValueError:
            raise PeriodUnreadable(text=code[:40]) from None
        return cls.of(Frequency.YEAR, date(year, 1, 1))

    def __hash__(self) -> int:
        return self.ordinal

    def __lt__(self, other: "Period") -> bool:
        return self.ordinal < self._alike(other).ordinal

    def __le__(self, other: "Period") -> bool:
        return self.ordinal <= self._alike(other).ordinal

    def __add__(self, count: int) -> "Period":
        return Period(self.frequency, self.ordinal + count)

    def __sub__(self, count: int) -> "Period":
        return Period(self.frequency, self.ordinal - count)

    def __str__(self) -> str:
        return self.code

    def __repr__(self) -> str:
        return f"Period({self.code})"

    @property
    def year(self) -> int:
        """The common year; for a week that of ISO 8601, which holds its Thursday."""
        if count := self.frequency.in_a_year:
            return self.ordinal // count
        if self.frequency == Frequency.WEEK:
            return date.fromordinal(self.ordinal * 7 + 4).year
        return date.fromordinal(self.ordinal).year

    @property
    def number(self) -> int:
        """Which one of its year it is, from 1: the quarter, the month, the week, the day."""
        if count := self.frequency.in_a_year:
            return self.ordinal % count + 1
        if self.frequency == Frequency.WEEK:
            return self.start.isocalendar().week
        return self.start.timetuple().tm_yday

    @property
    def start(self) -> date:
        """The first day."""
        return _first_day(self.frequency, self.ordinal)

    @property
    def end(self) -> date:
        """The first day after it."""
        return _first_day(self.frequency, self.ordinal + 1)

    @property
    def last_day(self) -> date:
        """The last day in it."""
        return self.end - timedelta(days=1)

    @property
    def code(self) -> str:
        """The period as SDMX writes it; ``parse`` reads it back."""
        return _CODES[self.frequency](self)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def next(self) -> "Period":
        """Return the period that follows."""
        return self + 1

    def previous(self) -> "Period":
        """Return the period before."""
        return self - 1

    def a_year_before(self) -> "Period | None":
        """Return the same period of the year before (上年同期).

        None where that year has none: for 29 February and for week 53.
        """
        if count := self.frequency.in_a_year:
            return self - count
        year = self.year - 1
        try:
            if self.frequency == Frequency.WEEK:
                return Period.of(Frequency.WEEK, date.fromisocalendar(year, self.number, 1))
            return Period.of(Frequency.DAY, self.start.replace(year=year))
        except ValueError:
            return None

    def within(self, frequency: Frequency) -> "Period":
        """Return the period of a coarser ``frequency`` that this one belongs to.

        A week belongs where its Thursday lies, as in ISO 8601, so weeks do not add up to months.

        Raises:
            ValueError: ``frequency`` is finer than this period's.
        """
        if self.frequency.is_coarser_than(frequency):
            raise ValueError(f"{self.code} does not lie within one period of {frequency.name}")
        if self.frequency == Frequency.WEEK and frequency != Frequency.WEEK:
            return Period.of(frequency, self.start + timedelta(days=3))
        return Period.of(frequency, self.start)

    def parts(self, frequency: Frequency) -> "list[Period]":
        """Return the periods of a finer ``frequency`` that belong to this one, in order.

        Raises:
            ValueError: ``frequency`` is coarser.
        """
        if frequency.is_coarser_than(self.frequency):
            raise ValueError(f"{self.code} has no parts of {frequency.name}")
        around = periods_between(
            Period.of(frequency, self.start), Period.of(frequency, self.last_day)
        )
        return [part for part in around if part.within(self.frequency) == self]

    def label_roc(self) -> str:
        """Return ``109年``, ``109年上半年``, ``109年第1季``, ``109年3月``, ``109年第10週``.

        Raises:
            DateBeforeRoc: the period begins before 1912.
        """
        if self.frequency == Frequency.DAY:
            return format_roc(self.start)
        return self._label_zh(roc_year(date(self.year, 12, 31)))

    def label_common(self) -> str:
        """Return the same with the common year: ``2020年第1季``."""
        if self.frequency == Frequency.DAY:
            return f"{self.year}年{self.start.month}月{self.start.day}日"
        return self._label_zh(self.year)

    def label_en(self) -> str:
        """Return ``first half of 2020``, ``Q1 2020``, ``March 2020``, ``week 10 of 2020``."""
        year, number = self.year, self.number
        match self.frequency:
            case Frequency.YEAR:
                return str(year)
            case Frequency.HALF:
                return f"{('first', 'second')[number - 1]} half of {year}"
            case Frequency.QUARTER:
                return f"Q{number} {year}"
            case Frequency.MONTH:
                return format_en(self.start).partition(" ")[2]
            case Frequency.WEEK:
                return f"week {number} of {year}"
        return format_en(self.start)

    def _label_zh(self, year: int) -> str:
        number = self.number
        tail = {
            Frequency.YEAR: "",
            Frequency.HALF: "上下"[number > 1] + "半年",
            Frequency.QUARTER: f"第{number}季",
            Frequency.MONTH: f"{number}月",
            Frequency.WEEK: f"第{number}週",
        }[self.frequency]
        return f"{year}年{tail}"

    def _alike(self, other: "Period") -> "Period":
        if self.frequency != other.frequency:
            raise TypeError(f"{self.code} and {other.code} are of different frequency")
        return other


def periods_between(first: Period, last: Period) -> list[Period]:
    """Return the periods from ``first`` to ``last``, both included; none if ``last`` is earlier.

    Raises:
        TypeError: the two are of different frequency.
    """
    if last < first:
        return []
    return [Period(first.frequency, at) for at in range(first.ordinal, last.ordinal + 1)]


def _first_day(frequency: Frequency, ordinal: int) -> date:
    if count := frequency.in_a_year:
        return date(ordinal // count, ordinal % count * (12 // count) + 1, 1)
    return date.fromordinal(ordinal * 7 + 1 if frequency == Frequency.WEEK else ordinal)


_REACH = {
    **{each: (count, MAXYEAR * count - 1) for each, count in _IN_A_YEAR.items()},
    Frequency.WEEK: (0, (date(MAXYEAR - 1, 12, 28).toordinal() - 1) // 7),
    Frequency.DAY: (1, date(MAXYEAR - 1, 12, 31).toordinal()),
}
_FIRST_DAYS: dict[str, tuple[Frequency, Callable[[int, int], date]]] = {
    "half": (Frequency.HALF, lambda year, half: date(year, half * 6 - 5, 1)),
    "quarter": (Frequency.QUARTER, lambda year, quarter: date(year, quarter * 3 - 2, 1)),
    "week": (Frequency.WEEK, lambda year, week: date.fromisocalendar(year, week, 1)),
    "month": (Frequency.MONTH, lambda year, month: date(year, month, 1)),
}
_CODES: dict[Frequency, Callable[[Period], str]] = {
    Frequency.YEAR: lambda period: f"{period.year:04d}",
    Frequency.HALF: lambda period: f"{period.year:04d}-S{period.number}",
    Frequency.QUARTER: lambda period: f"{period.year:04d}-Q{period.number}",
    Frequency.MONTH: lambda period: f"{period.year:04d}-{period.number:02d}",
    Frequency.WEEK: lambda period: f"{period.year:04d}-W{period.number:02d}",
    Frequency.DAY: lambda period: period.start.isoformat(),
}
