"""A file of figures (填報檔): every line checked, all taken in or none, problems by line."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from io import StringIO
from typing import Any

from django.db import transaction
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import Area, User
from shizheng.core.rows import add
from shizheng.core.words import in_language
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.text import fold, normalise
from shizheng.services.batch.reading import decoded
from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.indicators.actions import ENTER, entered
from shizheng.statistics.indicators.entering import (
    Entry,
    area_kinds,
    entry_check,
    levels_of,
    number_read,
    period_read,
    why_not,
)
from shizheng.statistics.indicators.errors import CellUnknown, FigureTwice, FileUnfit, PollUnsaid
from shizheng.statistics.models import Indicator
from shizheng.statistics.selectors import definition_by

MOST_ROWS = 5_000
PLAIN = ("period", "value", "status", "note", "source", "answers", "design_effect")
NEEDED = ("period", "value")
AREAS = ("district", "village")
LONGEST = {"note": 500, "source": 200}
Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that cannot be taken in, and why."""

    line: int
    reason: str


@dataclass(slots=True)
class ImportReport:
    """What became of a file: how many figures, or every line that stopped it."""

    entered: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: Mapping[str, str]


def columns_of(body: Definition) -> list[str]:
    """Return the columns that a file of an indicator may have."""
    dimensions = dict.fromkeys(name for level in levels_of(body) for name in level)
    return [*NEEDED, *dimensions, *(name for name in PLAIN if name not in NEEDED)]


def figures_import(
    *,
    indicator: Indicator,
    content: bytes,
    by: User,
    at: datetime,
    encoding: str = "utf-8",
    is_synthetic: bool = False,
) -> ImportReport:
    """Take in a CSV file of figures; one wrong line stops all, and every wrong line is told.

    Columns: ``period`` and ``value``, one for each dimension (``district`` by code or name), and
    ``status``, ``note``, ``source``, ``answers``, ``design_effect``. They count once signed off.

    Raises:
        NotPermitted: ``by`` enters no figures of the agency that owns the indicator.
        FileTooLong, EncodingUnknown, FileUnreadable, FileUnfit: nothing of it can be used.
    """
    require(by, ENTER, indicator, at=at)
    body = definition_by(indicator.current_id)
    lines = list(_lines(decoded(content, encoding), body))
    report, entries = _read(lines, body, at)
    if report.problems:
        return report
    with transaction.atomic():
        add([
            entered(indicator, each, by=by, at=at, is_synthetic=is_synthetic) for each in entries
        ])  # fmt: skip
        journal.record(
            "statistics.figures.imported", indicator, by=by, at=at, on_behalf_of=indicator.owner,
            now={"indicator": indicator.code, "figures": len(entries)},
        )  # fmt: skip
    report.entered = len(entries)
    return report


def _read(
    lines: Sequence[_Line], body: Definition, at: datetime
) -> tuple[ImportReport, list[Entry]]:
    names = _names(body)
    known = area_kinds(code for level in names.values() for code in level.values())
    report, entries, seen = ImportReport(), list[Entry](), dict[tuple[str, str], int]()
    today = timezone.localdate(at)
    for line in lines:
        try:
            entry = _entry(line.cells, body, names)
            entry_check(body, entry, today=today, areas=known)
            place = entry.period.code, entry.cell
            if place in seen:
                raise FigureTwice(line=seen[place])
            seen[place] = line.number
            entries.append(entry)
        except DomainError as refusal:
            report.problems.append(Problem(line.number, why_not(refusal)))
    return report, entries


def _lines(text: str, body: Definition) -> Iterator[_Line]:
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    columns, count = columns_of(body), 0
    try:
        head = [normalise(name).strip() for name in next(reader, [])]
        wrong = [name for name in head if name not in columns or head.count(name) > 1]
        if wrong or not all(name in head for name in NEEDED):
            raise _unfit(columns, N_("its columns are missing, unknown or there twice"))
        count = 0
        number = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                count += 1
                if count > MOST_ROWS:
                    raise _unfit(columns, N_("it has more than 5,000 lines"))
                if len(cells) > len(head):
                    raise _unfit(columns, N_("a line has more cells than there are columns"))
                given = {
                    name: normalise(cell).strip() for name, cell in zip(head, cells, strict=False)
                }
                yield _Line(number, given)
            number = reader.line_num + 1
    except csv.Error:
        raise _unfit(columns, N_("it is not CSV")) from None
    if not count:
        raise _unfit(columns, N_("it holds no figures"))


def _unfit(columns: Sequence[str], reason: str) -> FileUnfit:
    return FileUnfit(reason=reason, columns=", ".join(columns))


def _names(body: Definition) -> Names:
    """Return for each area dimension of the indicator what its areas may be called."""
    found: dict[str, dict[str, str]] = {}
    for kind in {name for level in levels_of(body) for name in level} & set(AREAS):
        rows = list(Area.objects.filter(kind=kind, valid_to=None).values_list("code", "name"))
        codes = {code: code for code, _ in rows}
        named: dict[str, list[str]] = {}
        for code, name in rows:
            for text in {fold(each) for each in name.values()}:
                named.setdefault(text, []).append(code)
        alone = {text: found_codes[0] for text, found_codes in named.items()
                 if len(found_codes) == 1}  # fmt: skip
        found[kind] = alone | codes
    return found


def _entry(cells: Mapping[str, str], body: Definition, names: Names) -> Entry:
    period = period_read(cells["period"])
    value = number_read(cells.get("value", ""), body)
    status = cells.get("status", "").upper() or "A"
    if any(len(cells.get(name, "")) > most for name, most in LONGEST.items()):
        raise FileUnfit(reason=N_("a note or a source is too long"), columns="")
    return Entry(
        period=period,
        cell=_cell(cells, body, names),
        value=value,
        status=status,
        note=cells.get("note", ""),
        source=cells.get("source", ""),
        answers=_whole(cells.get("answers", "")),
        design_effect=_decimal(cells.get("design_effect", "")),
    )


def _cell(cells: Mapping[str, str], body: Definition, names: Names) -> str:
    given = [
        (name, _code(cells[name], names.get(name), body))
        for name in dict.fromkeys(name for level in levels_of(body) for name in level)
        if cells.get(name)
    ]
    return ";".join(f"{name}={code}" for name, code in given)


def _code(text: str, known: Mapping[str, str] | None, body: Definition) -> str:
    if known is None:
        return text
    code = known.get(text) or known.get(fold(text))
    if code is None:
        some = ", ".join(list(known)[:3])
        raise CellUnknown(indicator=body.name, cell=text[:40], example=some)
    return code


def _whole(text: str) -> int | None:
    plain = text.replace(",", "")
    if not plain:
        return None
    if not plain.isdecimal() or len(plain) > 9:
        raise PollUnsaid
    return int(plain)


def _decimal(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise PollUnsaid from None
    if not value.is_finite() or not 1 <= value < 1000 or value != round(value, 3):
        raise PollUnsaid
    return value


def template_of(body: Definition, period: str) -> list[list[Any]]:
    """Return an empty file to fill in: the columns, and one line as an example."""
    columns = columns_of(body)
    sample = {"period": period, "source": in_language(body.source)}
    return [columns, [sample.get(name, "") for name in columns]]
