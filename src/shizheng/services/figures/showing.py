"""Figures as pages and files show them: names, cells, small drawings beside the tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import dates
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from shizheng.core.showing import number
from shizheng.core.words import in_language
from shizheng.services.figures.defined import MEASURES, Aggregate, Measure
from shizheng.services.figures.evaluating import MONTH
from shizheng.services.figures.load import Month
from shizheng.services.figures.published import TOTAL, Published, Row, members

COLUMNS = (
    "received", "closed", "on_time",
    "office_days_median", "office_days_p90", "applicant_days_median", "applicant_days_p90",
    "agency_days_median", "agency_days_p90", "reopened", "handed_wrongly", "satisfaction", "rated",
)  # fmt: skip
LANGUAGES = {"zh-Hant": "zh-hant", "en": "en"}
WIDTH, HEIGHT = 600, 120
"""Units of the drawing of a year; a share of 1 is at the top."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One number as it is written; ``bar`` is the share that a bar draws, in percent."""

    text: str
    is_withheld: bool = False
    bar: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: its name, where it leads, its cells in order of ``COLUMNS``."""

    name: str
    address: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shares of months as a line (折線): points of an SVG, and the sentence that says the same."""

    name: str
    points: tuple[tuple[float, float], ...]
    label: str

    @property
    def path(self) -> str:
        """Return the points as ``polyline`` takes them."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)


def lines(found: Published) -> list[Line]:
    """Return the rows that have something to say; one of nothing but zeros is left out."""
    names = names_of(found)
    return [
        Line(names.get(row.code, row.code), _address(found, row), cells_of(row))
        for row in found.rows
        if row.withheld or row.numbers["received"] or row.numbers["closed"]
    ]


def names_of(found: Published) -> dict[str, str]:
    """Return code to name of the rows, in the language of the moment."""
    if found.asked.by == MONTH:
        return {row.code: month_name(row.code) for row in found.rows}
    names = {code: in_language(name) for code, name in members(found.asked.by).items()}
    return names | {"": pgettext("services", "Without a place")}


def month_name(code: str) -> str:
    """Return the name of a month like ``2020-02``."""
    return str(dates.MONTHS[int(code[5:])])


def _address(found: Published, row: Row) -> str:
    """Return where a row leads: to its months, a district to its villages."""
    asked = found.asked
    if asked.by not in ("service", "agency", "district") or not row.code:
        return ""
    return f"?year={asked.year}&by={MONTH}&{asked.by}={row.code}"


def cells_of(row: Row) -> tuple[Cell, ...]:
    """Return the cells of a row in order of the columns."""
    return tuple(_cell(MEASURES[name], row) for name in COLUMNS)


def _cell(measure: Measure, row: Row) -> Cell:
    value = row.numbers[measure.id]
    if measure.id in row.withheld:
        return Cell("", is_withheld=True)
    return Cell(
        written(measure, value),
        bar=100 * value if measure.id == "on_time" and value is not None else None,
    )


def written(measure: Measure, value: Any) -> str:
    """Return a number as people read it: a share in percent, a time with one decimal."""
    if value is None:
        return "–"
    if measure.aggregate == Aggregate.SHARE:
        return percent(value)
    return number(value, 0) if measure.aggregate == Aggregate.COUNT else number(round(value, 1), 1)


def percent(share: float | None) -> str:
    """Return a share in percent with one decimal."""
    return "–" if share is None else f"{number(round(100 * share, 1), 1)} %"


def drawing_of(found: Published) -> Drawing | None:
    """Return the on-time share of the months of a year as a line; nothing of fewer than two."""
    if found.asked.by != MONTH:
        return None
    shares = [(month_name(row.code), row.numbers["on_time"]) for row in found.rows]
    return _drawn(shares, 12, _("On time by month"))


def late_drawing(months: Sequence[Month]) -> Drawing | None:
    """Return the late share of some months as a line; nothing of fewer than two."""
    shares = [(month_name(f"{each.first:%Y-%m}"), each.late_share) for each in months]
    return _drawn(shares, len(months), _("Late by month"))


def _drawn(shares: Sequence[tuple[str, float | None]], most: int, name: str) -> Drawing | None:
    told = [(n, month, share) for n, (month, share) in enumerate(shares) if share is not None]
    if len(told) < 2:
        return None
    step = WIDTH / max(1, most - 1)
    points = tuple((round(n * step, 1), round(HEIGHT * (1 - share), 1)) for n, _m, share in told)
    said = ", ".join(f"{month} {percent(share)}" for _n, month, share in told)
    return Drawing(name, points, f"{name}: {said}")


def as_row(found: Published, row: Row, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a row for a program: every measure by its id, null where withheld or nothing."""
    return {
        found.asked.by: row.code,
        "name": _("All together") if row.code == TOTAL else names.get(row.code, row.code),
        **row.numbers,
        "withheld": sorted(row.withheld),
    }


def in_both(text: str) -> dict[str, str]:
    """Return a text of the room in every language of its pages."""
    found = {}
    for tag, code in LANGUAGES.items():
        with override(code):
            found[tag] = _(text)
    return found


def described(measure: Measure) -> dict[str, Any]:
    """Return a measure as a program reads it."""
    return {
        "id": measure.id,
        "name": in_both(measure.name),
        "meaning": in_both(measure.meaning),
        "unit": in_both(measure.unit),
        "aggregate": str(measure.aggregate),
        "table": measure.table,
        "time": measure.time,
        "of": measure.of,
        "dimensions": [*(name for name in measure.dimensions if name != "category"), MONTH],
    }
