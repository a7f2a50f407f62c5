"""A CSV file as numbered lines of named cells; every wrong line is told (逐列檢核)."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from io import StringIO
from typing import Generic, TypeVar

from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.text import normalise
from shizheng.services.batch.reading import decoded
from shizheng.statistics.indicators.entering import why_not
from shizheng.statistics.indicators.importing import Problem
from shizheng.statistics.polls.errors import TableUnfit

MOST_ROWS = 5_000
Cells = Mapping[str, str]
Row = TypeVar("Row")


@dataclass(slots=True)
class Taken(Generic[Row]):
    """The rows of a file, or every line that stopped it."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def taken(
    content: bytes, encoding: str, *, columns: Sequence[str], needed: Sequence[str],
    row: Callable[[Cells], Row],
) -> Taken[Row]:  # fmt: skip
    """Read a file; ``row`` makes a row of a line or refuses it.

    Raises:
        FileTooLong, EncodingUnknown, FileUnreadable, TableUnfit: nothing of it can be used.
    """
    found: Taken[Row] = Taken()
    for number, cells in _lines(decoded(content, encoding), columns, needed):
        try:
            found.rows.append(row(cells))
        except DomainError as refusal:
            found.problems.append(Problem(number, why_not(refusal)))
    if not found.rows and not found.problems:
        raise _unfit(columns, N_("it has no line of figures"))
    return found


def _lines(text: str, columns: Sequence[str], needed: Sequence[str]) -> Iterator[tuple[int, Cells]]:
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        head = [normalise(name).strip() for name in next(reader, [])]
        wrong = [name for name in head if name not in columns or head.count(name) > 1]
        if wrong or not all(name in head for name in needed):
            raise _unfit(columns, N_("its columns are missing, unknown or there twice"))
        for count, cells in enumerate(reader):
            if count >= MOST_ROWS:
                raise _unfit(columns, N_("it has more than 5,000 lines"))
            if len(cells) > len(head):
                raise _unfit(columns, N_("a line has more cells than there are columns"))
            if any(cell.strip() for cell in cells):
                given = dict.fromkeys(columns, "") | dict(
                    zip(head, (normalise(cell).strip() for cell in cells), strict=False)
                )
                yield reader.line_num, given
    except csv.Error:
        raise _unfit(columns, N_("it is not CSV")) from None


def _unfit(columns: Sequence[str], reason: str) -> TableUnfit:
    return TableUnfit(reason=reason, columns=", ".join(columns))


def decimal_of(text: str) -> Decimal | None:
    """Return a finite number without letters, or None."""
    plain = text.replace(",", "").removesuffix("%").strip()
    try:
        value = Decimal("nan" if "_" in plain else plain)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < 10**18 else None


def day_of(text: str) -> date | None:
    """Return a day as people write it, or None."""
    try:
        return parse_date(text)
    except DomainError:
        return None
