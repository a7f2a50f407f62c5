"""Which figures of an indicator are withheld, so that small groups stay untold (小格遮蔽).

The counts of every period are protected as a table with its sums: areas inside areas, and a
breakdown by district. Several breakdowns are several tables that share the numbers of districts
and of the city: what one hides, the others hide too, until nothing more is hidden. A figure made
of a hidden count, now or by a lag of its formula, is withheld.

Whoever puts the tables of several breakdowns together may deduce a narrower interval than one
table alone allows (``domain.suppression.suppress``).
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from shizheng.statistics.definitions import Indicator
from shizheng.statistics.domain.formula.compiled import Formula
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.domain.suppression.suppress import DisclosureRule, suppress
from shizheng.statistics.domain.suppression.table import TOTAL, CountTable
from shizheng.statistics.indicators.computing import Computed, Figures

CITY = ""
ELSEWHERE = "elsewhere"
"""What is counted for the city and in no district, or in a district and in no village."""
ALONE = "alone"
"""The one row of a breakdown without districts."""
Counts = Mapping[str, int]
Hidden = set[str]


def protected(
    figures: Figures, body: Indicator, formula: Formula, parents: Mapping[str, str]
) -> Figures:
    """Return the figures with those withheld that the rule of the indicator does not let out.

    Args:
        parents: code of a village to that of its district.

    Raises:
        TableNotProtected: no way of hiding keeps a small count untold.
    """
    if body.disclosure is None:
        return figures
    rule = DisclosureRule(body.disclosure.threshold)
    by_period: dict[Period, dict[str, Computed]] = {}
    for (period, cell), figure in figures.items():
        by_period.setdefault(period, {})[cell] = figure
    hidden = {
        period: set().union(
            *(
                _hidden({cell: each.counts[n] for cell, each in cells.items()}, body, rule, parents)
                for n in range(len(body.inputs))
            )
        )
        for period, cells in by_period.items()
    }
    return {
        (period, cell): replace(figure, is_withheld=_reads(formula, hidden, period, cell))
        for (period, cell), figure in figures.items()
    }


def _reads(formula: Formula, hidden: Mapping[Period, Hidden], period: Period, cell: str) -> bool:
    """Whether the figure of a period is made of a hidden count."""
    first = min(formula.earliest(period).values(), default=period)
    while first <= period:
        if cell in hidden.get(first, ()):
            return True
        first = first.next()
    return False


def _hidden(
    counts: Counts, body: Indicator, rule: DisclosureRule, parents: Mapping[str, str]
) -> Hidden:
    """Return the cells of one period whose count is not told."""
    if not any(rule.is_small(number) for number in counts.values()):
        return set()
    if body.breakdowns:
        tables = [_cross_table(counts, name, body, parents) for name in body.breakdowns]
    else:
        tables = [_area_table(counts, parents)]
    hidden: Hidden = set()
    known = -1
    while len(hidden) != known:
        known = len(hidden)
        for table in tables:
            sensitive = [key for key in table.cells if _cell(key) in hidden]
            found = suppress(table, rule, sensitive=sensitive)
            hidden |= {_cell(key) for key in found.hidden} & counts.keys()
    return hidden


def _area_table(counts: Counts, parents: Mapping[str, str]) -> CountTable:
    """Return villages inside districts inside the city, or as much of it as there is."""
    districts = {cell: n for cell, n in counts.items() if _dimensions(cell) == ("district",)}
    villages = _villages(counts, districts, parents)
    leaves: dict[str, int] = {}
    inside: dict[str, str] = {}
    for row, number in districts.items():
        parts = _parts(row, number, villages.get(row, {}))
        leaves |= parts
        inside |= {part: row for part in parts if part != row}
    outside = counts[CITY] - sum(districts.values())
    leaves |= _parts(ELSEWHERE, max(outside, 0), villages.get(ELSEWHERE, {}))
    return CountTable({(row, TOTAL): number for row, number in leaves.items()}, inside)


def _cross_table(
    counts: Counts, name: str, body: Indicator, parents: Mapping[str, str]
) -> CountTable:
    """Return a breakdown by district with the villages of each, or alone without districts."""
    alone = {cell: n for cell, n in counts.items() if _dimensions(cell) == (name,)}
    alone[ELSEWHERE] = counts[CITY] - sum(alone.values())
    if "district" not in body.areas:
        return CountTable({(ALONE, column): max(n, 0) for column, n in alone.items()}, {})
    leaves = {(ELSEWHERE, column): number for column, number in alone.items()}
    for cell, number in counts.items():
        row, _, column = cell.partition(";")
        if _dimensions(cell) == ("district",):
            column = ELSEWHERE
        elif _dimensions(cell) == ("district", name):
            leaves[row, ELSEWHERE] = leaves.get((row, ELSEWHERE), 0) - number
            leaves[ELSEWHERE, ELSEWHERE] += number
        else:
            continue
        leaves[row, column] = leaves.get((row, column), 0) + number
        leaves[ELSEWHERE, column] = leaves.get((ELSEWHERE, column), 0) - number
    leaves = {key: max(number, 0) for key, number in leaves.items()}
    totals: dict[str, int] = {}
    for (row, _), number in leaves.items():
        totals[row] = totals.get(row, 0) + number
    villages = _villages(counts, totals, parents)
    parts = {row: _parts(row, totals[row], some) for row, some in villages.items()}
    return CountTable(leaves, {}, parts=parts)


def _villages(
    counts: Counts, districts: Collection[str], parents: Mapping[str, str]
) -> dict[str, dict[str, int]]:
    """Return the counts of villages by district; those of none that is told lie elsewhere."""
    found: dict[str, dict[str, int]] = {}
    for cell, number in counts.items():
        if _dimensions(cell) == ("village",):
            row = f"district={parents.get(cell.split('=')[1], '')}"
            found.setdefault(row if row in districts else ELSEWHERE, {})[cell] = number
    return found


def _parts(row: str, total: int, villages: Counts) -> dict[str, int]:
    """Return what makes up a row: its villages and the rest, or the row itself without any."""
    if not villages:
        return {row: total}
    return {**villages, f"{ELSEWHERE} in {row}": max(total - sum(villages.values()), 0)}


def _dimensions(cell: str) -> tuple[str, ...]:
    return tuple(part.partition("=")[0] for part in cell.split(";") if part)


def _cell(key: tuple[str, str]) -> str:
    """Return the cell of the indicator that a cell of a table is; none has a name like the rest."""
    return ";".join(part for part in key if part not in (TOTAL, ALONE))
