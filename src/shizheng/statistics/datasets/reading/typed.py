"""Which reading every column has: guessed from a sample, proved on all rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shizheng.statistics.datasets.domain.columns import Column, Declared, Reading
from shizheng.statistics.datasets.domain.findings import Finding, Problem
from shizheng.statistics.datasets.domain.limits import EXAMPLES
from shizheng.statistics.datasets.domain.typing import (
    EXACT_DIGITS,
    EXPONENT,
    LEADING_ZERO,
    candidates,
    fits,
    looks_serial,
    nearest,
)
from shizheng.statistics.datasets.reading import expressions as sql
from shizheng.statistics.datasets.reading.workshop import cell, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAMPLE_CELLS = 200_000
FEWEST_ROWS, MOST_ROWS = 200, 5_000
SLICES = 5
WHOLE_DIGITS = 18
"""A whole number of more digits is a code, unless declared otherwise."""
NEAR = 0.5
"""If half of the cells are numbers or dates, those that are not are told."""
DECIMALS = frozenset({Reading.DECIMAL, Reading.GROUPED})


@dataclass(slots=True)
class Work:
    """A column while its reading is sought."""

    place: int
    name: str
    declared: Declared
    sample: list[str]
    left: list[tuple[Reading, bool]] = field(default_factory=list)
    found: Column | None = None

    @property
    def empty(self) -> str:
        """The condition that a cell of it has no value."""
        return sql.is_empty(cell(self.place), self.declared.missing)


def columns_find(
    connection: "DuckDBPyConnection", names: Sequence[str], declared: Sequence[Declared], rows: int
) -> tuple[list[Column], list[Problem]]:
    """Return the columns of the view ``seen`` in order, and what kept some from their type.

    Args:
        declared: of every column, by place; its reading is None where nothing is declared.
    """
    samples = _sampled(connection, len(names), rows)
    works = [
        Work(place, name, said, [c for c in sample if c not in said.missing])
        for place, (name, said, sample) in enumerate(zip(names, declared, samples, strict=True))
    ]
    for work in works:
        stated = work.declared.reading
        work.left = [(stated, False), (stated, True)] if stated else candidates(work.sample)
    problems = _proved(connection, works)
    _measured(connection, works)
    columns = [work.found for work in works if work.found]
    problems += [found for work in works for found in _doubts(connection, work)]
    return columns, problems


def _sampled(connection: "DuckDBPyConnection", width: int, rows: int) -> list[list[str]]:
    """Return cells of rows from all parts of the table, column by column."""
    wanted = min(MOST_ROWS, max(FEWEST_ROWS, SAMPLE_CELLS // max(1, width)))
    part = max(1, wanted // SLICES)
    starts = sorted({rows * number // SLICES for number in range(SLICES)})
    among = " OR ".join(f"r BETWEEN {start + 1} AND {start + part}" for start in starts)
    cells = ", ".join(cell(place) for place in range(width))
    taken = connection.execute(f"SELECT {cells} FROM seen WHERE {among}").fetchall()
    return [[row[place] or "" for row in taken] for place in range(width)]


def _proved(connection: "DuckDBPyConnection", works: list[Work]) -> list[Problem]:
    """Give every column the first reading that all of its cells fit."""
    problems: list[Problem] = []
    open_ = list(works)
    while open_:
        asked = [work for work in open_ if work.left[0][0] not in sql.KEPT_AS_TEXT]
        failing = dict(zip([w.place for w in asked], _misfits(connection, asked), strict=True))
        for work in list(open_):
            reading, wide = work.left[0]
            if failing.get(work.place, 0):
                work.left = work.left[1:]
                if not work.left:  # declared, and not so
                    problems.append(_problem(connection, work, Finding.NOT_AS_DECLARED, reading))
                    work.left = [(Reading.TEXT, False)]
                continue
            open_.remove(work)
            work.found = Column(
                work.name, reading, is_full_width=wide, is_declared=bool(work.declared.reading)
            )
    return problems


def _misfit(work: Work, reading: Reading, wide: bool) -> str:
    fits = sql.fits(reading, cell(work.place), is_full_width=wide)
    return f"NOT {work.empty} AND NOT {fits}"


def _misfits(connection: "DuckDBPyConnection", works: Sequence[Work]) -> list[int]:
    if not works:
        return []
    counts = ", ".join(f"count(*) FILTER ({_misfit(w, *w.left[0])})" for w in works)
    return list(connection.execute(f"SELECT {counts} FROM seen").fetchall()[0])


def _measured(connection: "DuckDBPyConnection", works: Sequence[Work]) -> None:
    """Count digits of decimals and empty cells; a decimal that cannot be kept exactly is text."""
    asked = []
    for work in works:
        is_wide = work.found is not None and work.found.is_full_width
        given = sql.plain(cell(work.place), is_full_width=is_wide)
        is_decimal = work.found is not None and work.found.reading in DECIMALS
        whole = f"max(strlen(ltrim(replace(split_part({given}, '.', 1), ',', ''), '-')))"
        part = f"max(strlen(split_part({given}, '.', 2)))"
        among = f"FILTER (NOT {work.empty})"
        asked += [
            f"count(*) FILTER ({work.empty})",
            f"coalesce({whole} {among}, 0)" if is_decimal else "0",
            f"coalesce({part} {among}, 0)" if is_decimal else "0",
        ]
    counted = connection.execute(f"SELECT {', '.join(asked)} FROM seen").fetchall()[0]
    for work, start in zip(works, range(0, len(counted), 3), strict=True):
        empty, whole, scale = counted[start : start + 3]
        column = work.found
        if column is None:
            continue
        reading = column.reading
        is_code = not scale and whole > WHOLE_DIGITS and not column.is_declared
        if whole + scale > EXACT_DIGITS or is_code:
            reading = Reading.TEXT
        work.found = Column(
            column.name, reading, digits=whole + scale, scale=scale,
            is_full_width=column.is_full_width, is_nullable=bool(empty),
            is_declared=column.is_declared,
        )  # fmt: skip


def _doubts(connection: "DuckDBPyConnection", work: Work) -> list[Problem]:
    """Return what speaks against a reading that was found."""
    found = work.found
    if found is None or found.is_declared:
        return []
    if found.reading == Reading.INTEGER and looks_serial(work.name, work.sample):
        return [_counted(connection, work, Finding.SERIAL_DATE, f"NOT {work.empty}")]
    return _in_text(connection, work) if found.reading == Reading.TEXT else []


def _in_text(connection: "DuckDBPyConnection", work: Work) -> list[Problem]:
    """Return what kept a column of text from being numbers or dates; codes are text by right."""
    values = [plain for each in work.sample if (plain := each.strip())]
    given = sql.plain(cell(work.place))
    near = nearest(values, NEAR)
    if near is None:
        if not values or sum(map(_has_exponent, values)) < NEAR * len(values):
            return []
        condition = f"regexp_full_match({given}, {text(EXPONENT.pattern)})"
        return [_counted(connection, work, Finding.EXPONENT, condition)]
    others = [each for each in values if not fits(near, each)]
    if others and all(map(LEADING_ZERO.fullmatch, others)):
        return []
    problems = []
    if near in (Reading.ISO_DATE, Reading.ROC_DATE):
        serial = f"regexp_full_match({given}, '[2-5][0-9]{{4}}')"
        problems.append(_counted(connection, work, Finding.SERIAL_DATE, serial))
    problems.append(_problem(connection, work, Finding.NEARLY_TYPED, near))
    return [each for each in problems if each.count]


def _has_exponent(cell_: str) -> bool:
    return EXPONENT.fullmatch(cell_) is not None


def _problem(
    connection: "DuckDBPyConnection", work: Work, finding: Finding, reading: Reading
) -> Problem:
    return _counted(connection, work, finding, _misfit(work, reading, wide=False))


def _counted(
    connection: "DuckDBPyConnection", work: Work, finding: Finding, condition: str
) -> Problem:
    count, rows = rows_where(connection, condition)
    return Problem(finding, work.name, count, rows)


def rows_where(connection: "DuckDBPyConnection", condition: str) -> tuple[int, tuple[int, ...]]:
    """Return how many rows of ``seen`` meet a condition, and the numbers of the first of them."""
    count = connection.execute(f"SELECT count(*) FROM seen WHERE {condition}").fetchall()[0][0]
    if not count:
        return 0, ()
    rows = connection.execute(
        f"SELECT r FROM seen WHERE {condition} ORDER BY r LIMIT {EXAMPLES}"
    ).fetchall()
    return count, tuple(row[0] for row in rows)
