"""The Air Quality Index (空氣品質指標): from hourly values by averaging rules and breakpoints.

Sources: Ministry of Environment (環境部), 空氣品質指標, table in force since 2025-01-01 after the
standards of 2024-09-30 (airtw.moenv.gov.tw/cht/Information/Standard/AirQualityIndicator.aspx), and
the one of the Environmental Protection Administration from 2016-12-01; averaging: 即時空氣品質指標
計算方式 of the same office.

How far this was checked: the table of 2025 gives each of the 8,110 indices that the ministry
published for one city in July 2026 (a test holds it), and its rows for O3 and particles were
compared with a transcription of the page above. Of the table of 2016 the rows for PM2.5 and O3 were
compared with what newspapers and programs quoted from it, those for CO, SO2 and NO2 are the ones
of the U.S. table that it followed, and PM10 breaks at 125, the standard of its day; the page itself
was not to be had, and whether another table held between 2020 and 2024 was not found out.

That concentrations are cut, not rounded, to the digits of the table, that halves go to the even
number, and that there is no index without particles or ozone is not in the table: the index
published hour by hour shows it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from math import isfinite

LIMIT = 100


class Pollutant(StrEnum):
    """What the index is made of (指標污染物), with the unit of its table."""

    PM25 = "pm2_5"
    PM10 = "pm10"
    O3_8H = "o3_8hr"
    O3 = "o3"
    CO = "co_8hr"
    SO2 = "so2"
    NO2 = "no2"


Row = tuple[str, str] | None

INDEX = ((0, 50), (51, 100), (101, 150), (151, 200), (201, 300), (301, 400), (401, 500))
DIGITS = {
    Pollutant.PM25: 1, Pollutant.PM10: 0, Pollutant.O3_8H: 0, Pollutant.O3: 0, Pollutant.CO: 1,
    Pollutant.SO2: 0, Pollutant.NO2: 0,
}  # fmt: skip


NEEDED = {Pollutant.PM25, Pollutant.PM10, Pollutant.O3_8H, Pollutant.O3}


def _table(**rows: str) -> Mapping[Pollutant, tuple[Row, ...]]:
    """Read rows such as ``0-12.4 12.5-30.4``; ``-`` where the index does not use them."""
    return {
        Pollutant[name]: tuple(
            None if each == "-" else (each.partition("-")[0], each.partition("-")[2])
            for each in text.split()
        )
        for name, text in rows.items()
    }


@dataclass(frozen=True, slots=True)
class Breakpoints:
    """A table of concentrations by level of the index (副指標對照表), and since when it holds."""

    since: date
    source: str
    rows: Mapping[Pollutant, tuple[Row, ...]]


TABLES = (
    Breakpoints(
        date(2016, 12, 1),
        "行政院環境保護署 空氣品質指標 2016-12-01",
        _table(
            PM25="0-15.4 15.5-35.4 35.5-54.4 54.5-150.4 150.5-250.4 250.5-350.4 350.5-500.4",
            PM10="0-54 55-125 126-254 255-354 355-424 425-504 505-604",
            O3_8H="0-54 55-70 71-85 86-105 106-200",
            O3="- - 125-164 165-204 205-404 405-504 505-604",
            CO="0-4.4 4.5-9.4 9.5-12.4 12.5-15.4 15.5-30.4 30.5-40.4 40.5-50.4",
            SO2="0-35 36-75 76-185 186-304 305-604 605-804 805-1004",
            NO2="0-53 54-100 101-360 361-649 650-1249 1250-1649 1650-2049",
        ),
    ),
    Breakpoints(
        date(2025, 1, 1),
        "環境部 空氣品質指標 2025-01-01",
        _table(
            PM25="0-12.4 12.5-30.4 30.5-50.4 50.5-125.4 125.5-225.4 225.5-325.4 325.5-500.4",
            PM10="0-30 31-75 76-190 191-354 355-424 425-504 505-604",
            O3_8H="0-54 55-70 71-85 86-105 106-200",
            O3="- - 101-134 135-204 205-404 405-504 505-604",
            CO="0-4.4 4.5-9.4 9.5-12.4 12.5-15.4 15.5-30.4 30.5-40.4 40.5-50.4",
            SO2="0-8 9-65 66-160 161-304 305-604 605-804 805-1004",
            NO2="0-21 22-100 101-360 361-649 650-1249 1250-1649 1650-2049",
        ),
    ),
)


def table_on(day: date) -> Breakpoints:
    """Return the table in force on a local date.

    Raises:
        ValueError: the index did not exist then.
    """
    held = [each for each in TABLES if each.since <= day]
    if not held:
        raise ValueError(f"there was no Air Quality Index on {day}")
    return held[-1]


def sub_index(pollutant: Pollutant, value: float, table: Breakpoints) -> int | None:
    """Return the sub-index of a concentration; None where the table has no row for it.

    Args:
        value: micrograms per cubic metre, ppb, or ppm for CO; below 0 counts as 0.
    """
    if not isfinite(value):
        return None
    step = Decimal(1).scaleb(-DIGITS[pollutant])
    cut = max(Decimal(repr(value)).quantize(step, ROUND_FLOOR), Decimal(0))
    rows = table.rows[pollutant]
    for (low, high), row in zip(INDEX, rows, strict=False):
        if row is None or cut > Decimal(row[1]):
            continue
        begin, end = Decimal(row[0]), Decimal(row[1])
        if cut < begin:
            return None
        share = (cut - begin) / (end - begin)
        return int((low + share * (high - low)).quantize(Decimal(1), ROUND_HALF_EVEN))
    # above the table the index stays 500, but ozone of eight hours is not used there
    return None if pollutant is Pollutant.O3_8H else INDEX[-1][1]


@dataclass(frozen=True, slots=True)
class Index:
    """The index of a station in an hour (測站即時指標) and the pollutant that makes it."""

    value: int
    pollutant: Pollutant
    parts: Mapping[Pollutant, int]

    @property
    def band(self) -> int:
        """0 good to 6 hazardous, by the rows of the table."""
        return next(place for place, (_low, high) in enumerate(INDEX) if self.value <= high)


def index_of(averages: Mapping[Pollutant, float], table: Breakpoints) -> Index | None:
    """Return the index: the highest sub-index; None without particles and ozone."""
    parts = {
        each: part
        for each, value in averages.items()
        if (part := sub_index(each, value, table)) is not None
    }
    if not parts.keys() & NEEDED:
        return None
    worst = max(parts, key=lambda each: parts[each])
    return Index(parts[worst], worst, parts)


Hours = Sequence[float | None]


def averaged(hours: Mapping[str, Hours]) -> dict[Pollutant, float]:
    """Return the concentrations that the index uses, from hourly values, the newest last.

    Particles: half the mean of 12 hours (6 valid at least) and half that of 4 (2 valid at least).
    O3 and CO: mean of 8 hours, 6 valid at least. O3, SO2 and NO2 also as they are.

    Args:
        hours: ``pm2_5``, ``pm10``, ``o3``, ``co``, ``so2``, ``no2``; None where an hour is missing.
    """
    found: dict[Pollutant, float | None] = {
        Pollutant.PM25: _particles(hours.get("pm2_5", ())),
        Pollutant.PM10: _particles(hours.get("pm10", ())),
        Pollutant.O3_8H: _mean(hours.get("o3", ()), 8, least=6),
        Pollutant.CO: _mean(hours.get("co", ()), 8, least=6),
    }
    for each in (Pollutant.O3, Pollutant.SO2, Pollutant.NO2):
        values = hours.get(each.value, ())
        found[each] = values[-1] if values else None
    return {each: value for each, value in found.items() if value is not None}


def _particles(values: Hours) -> float | None:
    long, short = _mean(values, 12, least=6), _mean(values, 4, least=2)
    return None if long is None or short is None else 0.5 * long + 0.5 * short


def _mean(values: Hours, count: int, *, least: int) -> float | None:
    valid = [each for each in values[-count:] if each is not None and isfinite(each)]
    return sum(valid) / len(valid) if len(valid) >= least else None


HOURS = 24
LEAST_HOURS = 16


def index_of_day(hours: Mapping[str, Hours], table: Breakpoints) -> Index | None:
    """Return the index of a day (日空氣品質指標); None where too many hours are missing.

    Particles by the mean of the day, O3 by its highest mean of eight hours and highest hour, CO
    by its highest mean of eight hours, SO2 and NO2 by their highest hour. A pollutant counts with
    16 valid hours of 24.

    Args:
        hours: as for :func:`averaged`, the 24 hours of a local day.
    """
    valid = {
        name: values
        for name, values in hours.items()
        if sum(each is not None for each in values) >= LEAST_HOURS
    }
    eights = {name: _eights(valid.get(name, ())) for name in ("o3", "co")}
    highest = {
        Pollutant.PM25: _mean(valid.get("pm2_5", ()), HOURS, least=LEAST_HOURS),
        Pollutant.PM10: _mean(valid.get("pm10", ()), HOURS, least=LEAST_HOURS),
        Pollutant.O3_8H: max(eights["o3"], default=None),
        Pollutant.CO: max(eights["co"], default=None),
        **{
            each: max((one for one in valid.get(each.value, ()) if one is not None), default=None)
            for each in (Pollutant.O3, Pollutant.SO2, Pollutant.NO2)
        },
    }
    known = {each: value for each, value in highest.items() if value is not None}
    return index_of(known, table)


def _eights(values: Hours) -> list[float]:
    means = (_mean(values[:end], 8, least=6) for end in range(8, len(values) + 1))
    return [each for each in means if each is not None]


def missing_hours(hours: Mapping[str, Hours]) -> int:
    """Return how many of the hours have neither particles nor ozone."""
    needed = [hours.get(name, ()) for name in ("pm2_5", "pm10", "o3")]
    heard = sum(
        any(place < len(values) and values[place] is not None for values in needed)
        for place in range(HOURS)
    )
    return HOURS - heard


@dataclass(frozen=True, slots=True)
class GoodDays:
    """Station days with an index below 100 (空氣品質指標小於 100 之站日), and what is missing.

    A day without an index is neither good nor bad: it is counted as a day that is not known.
    Source: plan item 22-1.
    """

    good_count: int = 0
    counted_count: int = 0
    day_count: int = 0
    missing_hour_count: int = 0

    @property
    def share(self) -> float | None:
        """Share of the days with an index that are good, 0 to 1; None where there is none."""
        return self.good_count / self.counted_count if self.counted_count else None

    @property
    def percent(self) -> float | None:
        """The share in percent."""
        return None if self.share is None else self.share * 100

    @property
    def unknown_count(self) -> int:
        """Days without an index."""
        return self.day_count - self.counted_count

    def __add__(self, other: "GoodDays") -> "GoodDays":
        return GoodDays(
            self.good_count + other.good_count,
            self.counted_count + other.counted_count,
            self.day_count + other.day_count,
            self.missing_hour_count + other.missing_hour_count,
        )


def good_days(days: Iterable[tuple[Mapping[str, Hours], Breakpoints]]) -> GoodDays:
    """Return how many station days are good."""
    found = GoodDays()
    for hours, table in days:
        index = index_of_day(hours, table)
        is_good = index is not None and index.value < LIMIT
        found += GoodDays(int(is_good), int(index is not None), 1, missing_hours(hours))
    return found
