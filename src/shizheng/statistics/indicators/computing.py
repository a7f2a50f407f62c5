"""Figures of one indicator from what was measured: pure but for what the rooms say of measures."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from shizheng.core.measures import measures
from shizheng.statistics.domain.formula.evaluate import evaluate
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.domain.quality import ObservationStatus
from shizheng.statistics.indicators.levels import Level, Wanted, cell_of
from shizheng.statistics.measuring.asking import Ask, MeasuredTable, Number

Tables = Mapping[Ask, MeasuredTable]
NOT_APPLICABLE = ""


@dataclass(frozen=True, slots=True)
class Computed:
    """A figure that was computed: its value or the reason why there is none (計算值)."""

    value: Decimal | None
    rows: int
    status: str
    reason: str = ""
    is_withheld: bool = False
    is_synthetic: bool = False
    counts: tuple[int, ...] = ()
    """Rows behind each input that is a measure; what disclosure control looks at."""


Place = tuple[Period, str]
Figures = dict[Place, Computed]


@dataclass(slots=True)
class _Cell:
    """What is known of one cell, by input and period."""

    values: dict[str, dict[Period, Decimal | None]]
    rows: dict[str, dict[Period, tuple[int, int]]]


def figures_of(
    wanted: Wanted, tables: Tables, others: Mapping[str, Figures], today: date
) -> Figures:
    """Return the figures of an indicator at every level.

    Args:
        tables: the answer to every ask of every level.
        others: figures of the indicators that it reads, computed before.
        today: a period that is not over on this day is provisional.
    """
    found: Figures = {}
    for level in wanted.levels:
        for name, cell in _cells(wanted, level, tables, others).items():
            found |= _figures(wanted, name, cell, today)
    return found


def _cells(
    wanted: Wanted, level: Level, tables: Tables, others: Mapping[str, Figures]
) -> dict[str, _Cell]:
    """Return the cells of a level: those in which anything was ever counted."""
    asks = wanted.asks(level)
    names = {
        cell_of(level, row.keys)
        for ask in asks.values()
        for row in tables[ask]
        if NOT_APPLICABLE not in row.keys
    }
    for given in wanted.body.inputs.values():
        if given.indicator is not None:
            names |= {cell for _, cell in others[str(given.indicator)] if _is_of(cell, level)}
    if not level:
        names = {""}
    cells = {name: _Cell({}, {}) for name in sorted(names)}
    for name, ask in asks.items():
        _put_measured(cells, name, level, tables[ask])
    for name, given in wanted.body.inputs.items():
        if given.indicator is not None:
            _put_figures(cells, name, others[str(given.indicator)])
    return cells


def _is_of(cell: str, level: Level) -> bool:
    return tuple(part.split("=", 1)[0] for part in cell.split(";") if part) == level


def _put_measured(
    cells: Mapping[str, _Cell], name: str, level: Level, table: MeasuredTable
) -> None:
    """Enter what was measured; what has no row is 0 of a count or sum, else missing."""
    measure = measures[table.ask.measure]
    nothing = Decimal(0) if measure.is_additive else None
    frequency = table.ask.frequency
    for cell in cells.values():
        cell.values[name] = dict.fromkeys(table.ask.periods, nothing)
        cell.rows[name] = {}
    for row in table:
        found = cells.get(cell_of(level, row.keys))
        if found is not None:
            period = Period.of(frequency, row.period_start)
            found.values[name][period] = _exact(row.value)
            found.rows[name][period] = (row.rows, row.synthetic_rows)


def _exact(value: Number) -> Decimal | None:
    return None if value is None else Decimal(repr(value) if isinstance(value, float) else value)


def _put_figures(cells: Mapping[str, _Cell], name: str, figures: Figures) -> None:
    for cell in cells.values():
        cell.values[name], cell.rows[name] = {}, {}
    for (period, cell_name), figure in figures.items():
        found = cells.get(cell_name)
        if found is not None:
            found.values[name][period] = figure.value
            found.rows[name][period] = (figure.rows, figure.rows * figure.is_synthetic)


def _figures(wanted: Wanted, name: str, cell: _Cell, today: date) -> Figures:
    body = wanted.body
    results = evaluate(wanted.formula, cell.values, wanted.periods, places=body.places)
    found: Figures = {}
    for period, result in results.items():
        behind = [cell.rows.get(each, {}).get(period, (0, 0)) for each in body.inputs]
        status = ObservationStatus.PROVISIONAL if period.end > today else ObservationStatus.NORMAL
        found[period, name] = Computed(
            value=result.value,
            rows=max((rows for rows, _ in behind), default=0),
            status=str(status if result.value is not None else ObservationStatus.MISSING),
            reason=str(result.reason or ""),
            is_synthetic=any(invented for _, invented in behind),
            counts=tuple(rows for rows, _ in behind),
        )
    return found


def without_counts(figure: Computed) -> Computed:
    """Return a figure as it is kept and compared."""
    return replace(figure, counts=())
