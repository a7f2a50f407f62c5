"""Taking in a file of cases (批次匯入): every row checked, all or nothing, the same row once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.core.words import said
from shizheng.kernel.errors import DomainError
from shizheng.services.actions.opening import case_open
from shizheng.services.batch.reading import Row, decoded, districts_by_name, intake_of, rows_read
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.intake import check_intake
from shizheng.services.models import ImportedRow, Service
from shizheng.services.schema.service import Channel
from shizheng.services.versions import offered

PERMISSION = "services.take_intake"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: a case number, or why not."""

    line: int
    number: str = ""
    is_known: bool = False
    code: str = ""
    reason: str = ""


@dataclass(slots=True)
class Report:
    """What became of a file; ``is_kept`` is false if nothing of it was taken in."""

    rows: list[Outcome] = field(default_factory=list)
    is_kept: bool = True

    @property
    def opened(self) -> int:
        """How many cases were made."""
        return sum(bool(row.number) and not row.is_known for row in self.rows)

    @property
    def known(self) -> int:
        """How many rows were taken in before."""
        return sum(row.is_known for row in self.rows)

    @property
    def refused(self) -> list[Outcome]:
        """Rows that cannot be taken in."""
        return [row for row in self.rows if row.code]


def file_import(
    *,
    service: str,
    content: bytes,
    by: User | None,
    at: datetime,
    encoding: str = "utf-8",
    partial: bool = False,
) -> Report:
    """Take in a CSV file of cases; every row is checked, and by default one bad row stops all.

    Args:
        service: its code.
        by: who brings it; None for the operator at the command line.
        partial: keep the good rows although others are refused.

    Raises:
        NotPermitted: ``by`` takes nothing in for others.
        ServiceClosed, ChannelClosed, OutsideWindow: the service takes no files in now.
        ColumnsWrong, EncodingUnknown, FileBroken, FileEmpty, FileTooLong, FileUnreadable:
            nothing of the file can be used.
    """
    if by is not None:
        require(by, PERMISSION, at=at)
    row, definition = offered(service)
    check_intake(definition, channel=Channel.BATCH, on=timezone.localdate(at))
    rows = rows_read(decoded(content, encoding), definition)
    return rows_import(service=row, definition=definition, rows=rows, by=by, at=at, partial=partial)


def rows_import(
    *,
    service: Service,
    definition: Definition,
    rows: Sequence[Row],
    by: User | None,
    at: datetime,
    partial: bool,
) -> Report:
    """Take in rows that were read, in one transaction; see ``file_import``."""
    report, districts = Report(), districts_by_name()
    known = dict(
        ImportedRow.objects.filter(
            service=service, key__in=[row.key for row in rows if row.key]
        ).values_list("key", "case__number")
    )
    with transaction.atomic():
        for row in rows:
            if row.fault is None and row.key in known:
                report.rows.append(Outcome(row.line, known[row.key], is_known=True))
                continue
            made = _one(row, service, definition, districts=districts, by=by, at=at)
            report.rows.append(made)
        if report.refused and not partial:
            transaction.set_rollback(True)
            report.is_kept = False
        elif report.opened:
            now = {"opened": report.opened, "known": report.known, "refused": len(report.refused)}
            journal.record("services.batch.imported", service, by=by, at=at, now=now)
    if not report.is_kept:
        report.rows = [
            row if row.code or row.is_known else Outcome(row.line) for row in report.rows
        ]
    return report


def _one(
    row: Row, service: Service, definition: Definition, *, districts: dict[str, str],
    by: User | None, at: datetime,
) -> Outcome:  # fmt: skip
    try:
        if row.fault is not None:
            raise row.fault
        with transaction.atomic():
            given = intake_of(row, definition, districts)
            case = case_open(service=service, given=given, by=by, at=at).case
            ImportedRow.objects.create(service=service, key=row.key, case=case, imported_at=at)
    except DomainError as refusal:
        words = said(refusal)
        reason = f"{words.message} {words.hint}".strip()
        return Outcome(row.line, code=words.code, reason=reason)
    return Outcome(row.line, case.number)
