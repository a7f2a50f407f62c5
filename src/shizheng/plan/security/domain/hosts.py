"""Hosts in the cloud machine room (雲端機房): monthly figures from a file, and what they save."""

import csv
import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from shizheng.kernel.errors import N_, DomainError

COLUMNS = ("host", "month", "utilisation_percent", "availability_percent", "kwh")
MOST_BYTES = 2**20
MOST_ROWS = 5_000
MOST_KWH = Decimal(1_000_000)
HUNDRED = Decimal(100)


class FileUnfit(DomainError):
    """Not a file of monthly figures (檔案格式不符)."""

    code = "plan.security.file_unfit"
    message = N_("The file cannot be read as monthly figures of hosts.")
    hint = N_("Send CSV in UTF-8, at most 1 MiB and 5000 rows, with the columns {columns}.")


@dataclass(frozen=True, slots=True)
class HostFigures:
    """Figures of a host in a month.

    Args:
        line: where it stood in the file.
        month: first day of it.
        utilisation, availability: per cent, 0 to 100.
        kwh: energy used in the month.
    """

    line: int
    host: str
    month: date
    utilisation: Decimal
    availability: Decimal
    kwh: Decimal


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be taken: its line, the column, and what was there."""

    line: int
    column: str
    value: str


def figures_in(
    content: bytes, *, hosts: Collection[str], today: date
) -> tuple[list[HostFigures], list[Refused]]:
    """Return what the rows say and the rows that say nothing; empty lines are left out.

    A month must have begun and may stand once for each host.

    Args:
        hosts: names of the hosts that the sender may report on.

    Raises:
        FileUnfit: no table of these columns.
    """
    rows = _rows(content)
    taken: list[HostFigures] = []
    refused: list[Refused] = []
    seen: set[tuple[str, date]] = set()
    for line, row in rows:
        figures = _figures(line, row, hosts=hosts, today=today)
        if isinstance(figures, HostFigures) and (figures.host, figures.month) in seen:
            figures = Refused(line, "month", row["month"][:40])
        if isinstance(figures, Refused):
            refused.append(figures)
        else:
            seen.add((figures.host, figures.month))
            taken.append(figures)
    return taken, refused


def _rows(content: bytes) -> list[tuple[int, dict[str, str]]]:
    if len(content) > MOST_BYTES:
        raise FileUnfit(columns=", ".join(COLUMNS))
    try:
        text = content.decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        names = tuple((name or "").strip().lower() for name in reader.fieldnames or ())
        reader.fieldnames = list(names)
        rows = [
            (reader.line_num, {name: (row.get(name) or "").strip() for name in COLUMNS})
            for row in reader
        ]
    except (UnicodeDecodeError, csv.Error):
        raise FileUnfit(columns=", ".join(COLUMNS)) from None
    kept = [(line, row) for line, row in rows if any(row.values())]
    if set(COLUMNS) - set(names) or not kept or len(kept) > MOST_ROWS:
        raise FileUnfit(columns=", ".join(COLUMNS))
    return kept


def _figures(
    line: int, row: dict[str, str], *, hosts: Collection[str], today: date
) -> HostFigures | Refused:
    if row["host"] not in hosts:
        return Refused(line, "host", row["host"][:40])
    month = _month(row["month"])
    if month is None or month > today:
        return Refused(line, "month", row["month"][:40])
    numbers: list[Decimal] = []
    for column, most in (
        ("utilisation_percent", HUNDRED), ("availability_percent", HUNDRED), ("kwh", MOST_KWH),
    ):  # fmt: skip
        number = _number(row[column], most)
        if number is None:
            return Refused(line, column, row[column][:40])
        numbers.append(number)
    return HostFigures(line, row["host"], month, *numbers)


def _month(text: str) -> date | None:
    """Return the first day of ``2020-03``, or of ``109-03`` in years of the Republic."""
    year, dash, month = text.partition("-")
    if not (dash and year.isdecimal() and month.isdecimal() and len(year) <= 4 and len(month) <= 2):
        return None
    number = int(year) + (1911 if len(year) < 4 else 0)
    if not (1990 <= number <= 9998 and 1 <= int(month) <= 12):
        return None
    return date(number, int(month), 1)


def _number(text: str, most: Decimal) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 <= number <= most:
        return None
    return number.quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True)
class RoomMonth:
    """The machine room in a month: how much its hosts used, and what they used before.

    Args:
        before: kWh in a month that the same hosts used before they moved.
        kwh: kWh they used in this month.
    """

    month: date
    hosts: int
    utilisation: Decimal
    availability: Decimal
    before: Decimal
    kwh: Decimal

    @property
    def saved(self) -> Decimal:
        """KWh less than before; below zero when it is more."""
        return self.before - self.kwh

    @property
    def saved_share(self) -> Decimal | None:
        """Per cent of the energy before; None if that is not known."""
        return (self.saved * 100 / self.before).quantize(Decimal("0.1")) if self.before else None


def months_of(rows: Iterable[tuple[date, Decimal, Decimal, Decimal, Decimal]]) -> list[RoomMonth]:
    """Return the room month by month; means are of the hosts that reported, each alike.

    Args:
        rows: month, utilisation, availability, kWh before, kWh of each host and month.
    """
    by_month: dict[date, list[tuple[Decimal, Decimal, Decimal, Decimal]]] = {}
    for month, *figures in rows:
        by_month.setdefault(month, []).append((figures[0], figures[1], figures[2], figures[3]))
    found = []
    for month, hosts in sorted(by_month.items()):
        columns = list(zip(*hosts, strict=True))
        count = len(hosts)
        found.append(
            RoomMonth(
                month=month,
                hosts=count,
                utilisation=(sum(columns[0], Decimal(0)) / count).quantize(Decimal("0.1")),
                availability=(sum(columns[1], Decimal(0)) / count).quantize(Decimal("0.01")),
                before=sum(columns[2], Decimal(0)),
                kwh=sum(columns[3], Decimal(0)),
            )
        )
    return found
