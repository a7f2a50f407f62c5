"""Taking a file into a register: previewed, then piece by piece, each piece once.

A run that was killed goes on after the last piece that was kept. A file that was taken in before
is not taken in again. All rows of a run are recorded at the moment at which it began.
"""

import hashlib
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.core.parallel import ahead
from shizheng.core.rows import looked_at_anew
from shizheng.core.words import in_language
from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import DomainError
from shizheng.places.access import IMPORT
from shizheng.places.columns import built_columns
from shizheng.places.definitions import RegisterBody, RegisterImport
from shizheng.places.domain.errors import FieldUnreadable, KeyTwice
from shizheng.places.domain.values import EXPECTED, Reader
from shizheng.places.frame import Frame, frame
from shizheng.places.importing.files import Piece, pieces
from shizheng.places.importing.mapping import columns_of
from shizheng.places.importing.writing import Row, rows_write
from shizheng.places.models import Feature, ImportRun, Register
from shizheng.places.selectors.registers import body_of
from shizheng.places.topology import topology_judge

SIZE = 5_000


def file_preview(
    *, register: Register, mapping: RegisterImport, file: Path, by: User | None, on: date,
    most: int = 200,
) -> list[Row]:  # fmt: skip
    """Return the first rows of a file as they would be kept (匯入預覽); nothing is written.

    Raises:
        NotPermitted: ``by`` may not take files into registers of the owner agency.
        FileUnreadable, ColumnMissing: see ``pieces``.
    """
    _may_import(by, register)
    making = _Making.of(register, mapping, on=on, name=file.name)
    rows = next(making.rows(pieces(file, mapping, size=most)), [])
    _judge(register, rows, on=on)
    return rows


def file_take_in(
    *, register: Register, mapping: RegisterImport, file: Path, by: User | None, at: datetime,
    valid_from: date | None = None, again: bool = False,
) -> ImportRun:  # fmt: skip
    """Take a file into a register (匯入), going on where an earlier run of it was cut off.

    Args:
        valid_from: from which day things hold where neither file nor mapping says so.
        again: also where the same file was taken in before.

    Raises:
        NotPermitted, FileUnreadable, ColumnMissing: see ``file_preview``.
    """
    _may_import(by, register)
    run = _begun(register, mapping, file, by=by, at=at, again=again, on=valid_from)
    if run.state == ImportRun.State.DONE:
        return run
    looked_at = run.row_count
    making = _Making.of(register, mapping, on=run.valid_from, name=run.file_name)
    made = making.rows(pieces(file, mapping, skip=run.row_count, size=SIZE))
    with closing(ahead(made)) as all_rows:
        for rows in all_rows:
            _keep(run, rows)
            if run.row_count > 4 * looked_at:
                looked_at = run.row_count
                looked_at_anew(Feature)
    looked_at_anew(Feature)
    return _ended(run, timezone.now())


def rows_take_in(
    *, register: Register, mapping: str, name: str, digest: str, pieces: Iterable[Sequence[Row]],
    at: datetime, valid_from: date,
) -> ImportRun:  # fmt: skip
    """Take rows that no file holds into a register, once; by the system itself.

    Args:
        digest: of all that the rows are made from; what was taken in before stays as it is.
        pieces: nothing is asked of them where there is nothing to do.
    """
    known = ImportRun.objects.filter(register=register, mapping=mapping, digest=digest)
    if (run := known.first()) is None:
        run = ImportRun.objects.create(
            register=register, mapping=mapping, file_name=name[:150], digest=digest,
            valid_from=valid_from, begun_at=at,
        )  # fmt: skip
    if run.state == ImportRun.State.DONE:
        return run
    first = 0
    for rows in pieces:
        if first >= run.row_count:
            _keep_rows(run, first, rows)
        first += len(rows)
    return _ended(run, timezone.now())


@transaction.atomic
def _keep_rows(run: ImportRun, first: int, rows: Sequence[Row]) -> None:
    _settle(run, first, rows, before=run.counts)


def _settle(run: ImportRun, first: int, rows: Sequence[Row], before: Mapping[str, int]) -> None:
    """Write rows, what is to be said of them, and how far the run has come, together."""
    counts = rows_write(run, rows)
    counts.update(before)
    run.row_count, run.counts = first + len(rows), dict(counts)
    ImportRun.objects.filter(pk=run.pk).update(row_count=run.row_count, counts=run.counts)


def _may_import(by: User | None, register: Register) -> None:
    if by is not None:
        require(by, IMPORT, register)


def _begun(
    register: Register, mapping: RegisterImport, file: Path, *, by: User | None, at: datetime,
    again: bool, on: date | None,
) -> ImportRun:  # fmt: skip
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    same = ImportRun.objects.filter(register=register, mapping=mapping.id, digest=digest)
    if (open_run := same.filter(state=ImportRun.State.RUNNING).first()) is not None:
        return open_run
    if not again and (done := same.first()) is not None:
        return done
    return ImportRun.objects.create(
        register=register, mapping=mapping.id, file_name=file.name[:150], digest=digest,
        valid_from=on or mapping.valid_from or timezone.localdate(at), begun_at=at, begun_by=by,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Making:
    """What makes rows of the pieces of a file, without asking the database."""

    body: RegisterBody
    mapping: RegisterImport
    frame: Frame
    on: date
    source: str
    reader: Reader

    @classmethod
    def of(cls, register: Register, mapping: RegisterImport, *, on: date, name: str) -> "_Making":
        """Return what the database and the language of the asker say, read now."""
        body = body_of(register)
        source = f"{in_language(mapping.source)[:140]} ({name[:55]})"
        return cls(body, mapping, frame(on).ready(), on, source, Reader(body))

    def rows(self, some: Iterable[Piece]) -> Generator[list[Row]]:
        """Yield the rows of each piece; how they lie beside others is judged when they are kept."""
        for piece in some:
            given = columns_of(piece, self.mapping, self.source)
            found = built_columns(
                self.body, self.reader, given, frame=self.frame, epsg=self.mapping.epsg
            )
            seen: set[str] = set()
            for each in found:
                if each.key and each.key in seen:
                    each.problems.append(KeyTwice(key=each.key))
                seen.add(each.key)
            numbers = range(piece.first + 1, piece.first + len(found) + 1)
            cells = piece.columns.get(self.mapping.valid_from_column or "")
            days = [_day(cell) for cell in cells or [None] * len(found)]
            yield [
                Row(number, each, day) if isinstance(day, date) else Row(number, each, self.on, day)
                for number, each, day in zip(numbers, found, days, strict=True)
            ]


def _day(cell: object) -> date | DomainError | None:
    text = str(cell or "")[:40]
    if not text:
        return None
    return _day_of(text) or FieldUnreadable(
        field="valid_from", expected=EXPECTED["date"], value=text
    )


def _judge(register: Register, rows: Sequence[Row], *, on: date) -> None:
    """Add what the neighbours say; and last, what is wrong with the day."""
    topology_judge(register, body_of(register), [row.built for row in rows], on=on)
    for row in rows:
        if row.refusal is not None:
            row.built.problems.append(row.refusal)


@lru_cache(maxsize=1_000)
def _day_of(text: str) -> date | None:
    try:
        return parse_date(text)
    except DomainError:
        return None


@transaction.atomic
def _keep(run: ImportRun, rows: Sequence[Row]) -> None:
    """Keep the rows of a piece and how far the run has come, together."""
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    first = rows[0].number - 1
    if locked.row_count != first:
        return  # another process was here before
    _judge(run.register, rows, on=run.valid_from)
    _settle(run, first, rows, before=locked.counts)


@transaction.atomic
def _ended(run: ImportRun, at: datetime) -> ImportRun:
    waiting = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.RUNNING)
    if waiting.update(state=ImportRun.State.DONE, ended_at=at):
        facts = {"register": run.register.code, "mapping": run.mapping, "digest": run.digest,
                 "rows": run.row_count, **run.counts}  # fmt: skip
        journal.record("places.import.done", run, by=run.begun_by, at=at, now=facts)
        outbox.publish("places.import.done", run, at=at, payload=facts)
    run.refresh_from_db()
    return run
