"""Taking a file into a register: previewed, then piece by piece, each piece once.

A run that was killed goes on after the last piece that was kept. A file that was taken in before
is not taken in again. All rows of a run are recorded at the moment at which it began.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.core.models.keys import new_key
from shizheng.core.rows import add, add_values, looked_at_anew, put_values
from shizheng.core.words import in_language
from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import DomainError
from shizheng.places.access import IMPORT
from shizheng.places.actions.laying import layer_changed
from shizheng.places.building import FIELDS, Built, built_all, copied, values_of
from shizheng.places.definitions import RegisterImport
from shizheng.places.domain.errors import FieldUnreadable, KeyTwice
from shizheng.places.domain.periods import Span, overlaid
from shizheng.places.domain.values import EXPECTED
from shizheng.places.frame import frame
from shizheng.places.importing.files import Piece, pieces
from shizheng.places.importing.mapping import given_of
from shizheng.places.models import Feature, ImportRow, ImportRun, Register, Thing
from shizheng.places.selectors.registers import body_of
from shizheng.places.topology import topology_judge

SIZE = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file as it would be kept, from which day on, or why it would not."""

    number: int
    built: Built
    valid_from: date


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
    piece = next(pieces(file, mapping, size=most), None)
    return [] if piece is None else _rows(register, mapping, piece, on, file.name)


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
    for piece in pieces(file, mapping, skip=run.row_count, size=SIZE):
        _keep(run, mapping, piece)
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
    counts = _write(run, rows)
    _report(run, rows)
    counts.update(run.counts)
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


def _rows(
    register: Register, mapping: RegisterImport, piece: Piece, on: date, name: str
) -> list[Row]:
    given = given_of(piece, mapping, f"{in_language(mapping.source)[:140]} ({name[:55]})")
    body = body_of(register)
    found = built_all(body, given, frame=frame(on), on=on, epsg=mapping.epsg)
    seen: set[str] = set()
    for each in found:
        if each.key and each.key in seen:
            each.problems.append(KeyTwice(key=each.key))
        seen.add(each.key)
    topology_judge(register, body, found, on=on)
    days = piece.columns.get(mapping.valid_from_column or "", [None] * len(found))
    return [
        Row(piece.first + place + 1, each, _day(str(day or "")[:40], each) or on)
        for place, (each, day) in enumerate(zip(found, days, strict=True))
    ]


def _day(text: str, each: Built) -> date | None:
    day = _day_of(text) if text else None
    if text and day is None:
        each.problems.append(
            FieldUnreadable(field="valid_from", expected=EXPECTED["date"], value=text)
        )
    return day


@lru_cache(maxsize=1_000)
def _day_of(text: str) -> date | None:
    try:
        return parse_date(text)
    except DomainError:
        return None


@transaction.atomic
def _keep(run: ImportRun, mapping: RegisterImport, piece: Piece) -> None:
    """Keep a piece and how far the run has come, together."""
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if locked.row_count != piece.first:
        return  # another process was here before
    rows = _rows(run.register, mapping, piece, run.valid_from, run.file_name)
    counts = _write(run, rows)
    _report(run, rows)
    counts.update(locked.counts)
    run.row_count, run.counts = piece.first + len(piece), dict(counts)
    ImportRun.objects.filter(pk=run.pk).update(row_count=run.row_count, counts=run.counts)


def _write(run: ImportRun, rows: Sequence[Row]) -> Counter[str]:
    counts: Counter[str] = Counter()
    register = run.register_id
    things = {
        each.key: each
        for each in Thing.objects.filter(
            register=run.register, key__among=[row.built.key for row in rows]
        )
    }
    believed: dict[Any, list[Feature]] = {}
    for state in Feature.objects.filter(
        thing_id__among=[each.pk for each in things.values()], recorded_to=None
    ):
        believed.setdefault(state.thing_id, []).append(state)
    fresh: list[_New] = []
    added: list[tuple[Any, ...]] = []
    ended: list[tuple[int, datetime]] = []
    touched: list[Any] = []
    for row in rows:
        thing = things.get(row.built.key)
        states = believed.get(thing.pk, []) if thing else []
        verdict = _verdict(run, row, states)
        counts[verdict] += 1
        if verdict in ("refused", "unchanged"):
            continue
        if row.built.notes:
            counts["noted"] += 1
        if thing is None:
            new = _New(new_key(), row.built.key)
            fresh.append(new)
            added.append(_first(run, new, row))
            continue
        touched.append(thing.pk)
        moment = max(run.begun_at, thing.recorded_at)
        over, anew = _laid(run, thing, row, states, moment)
        ended += [(pk, moment) for pk in over]
        added += anew
    add_values(
        Thing, ("id", "register_id", "key", "version", "recorded_at"),
        [(new.pk, register, new.key, 1, run.begun_at) for new in fresh],
    )  # fmt: skip
    put_values(Feature, ["recorded_to"], ended)
    add_values(Feature, FIELDS, added)
    Thing.objects.filter(pk__among=touched).update(
        version=F("version") + 1, recorded_at=run.begun_at
    )
    if added or ended:
        layer_changed(run.register)
    return counts


class _New(NamedTuple):
    """A thing that comes to be."""

    pk: UUID
    key: str


def _first(run: ImportRun, new: _New, row: Row) -> tuple[Any, ...]:
    """Return the first state of a thing."""
    return values_of(
        row.built, register=run.register, thing=new, valid_from=row.valid_from, valid_to=None,
        at=run.begun_at, by=run.begun_by,
    )  # fmt: skip


def _verdict(run: ImportRun, row: Row, states: Sequence[Feature]) -> str:
    if row.built.problems:
        return "refused"
    if any(state.recorded_from == run.begun_at for state in states):
        row.built.problems.append(KeyTwice(key=row.built.key))
        return "refused"
    holding = [
        state for state in states if state.valid_to is None or state.valid_to > row.valid_from
    ]
    is_one = len(holding) == 1 and holding[0].valid_to is None
    if is_one and holding[0].digest == row.built.digest:
        return "unchanged"
    return "changed" if states else "added"


def _laid(
    run: ImportRun, thing: Thing, row: Row, states: Sequence[Feature], moment: datetime
) -> tuple[list[int], list[tuple[Any, ...]]]:
    """Return the keys of the rows that end, and those that are recorded anew."""
    spans: list[Span[Feature | Built]] = [
        Span(state.valid_from, state.valid_to, state) for state in states
    ]
    change = overlaid(spans, row.valid_from, None, row.built)
    over = [span.content.pk for span in change.ended if isinstance(span.content, Feature)]
    anew = [
        copied(span.content, valid_from=span.valid_from, valid_to=span.valid_to, at=moment)
        if isinstance(span.content, Feature)
        else values_of(
            span.content, register=run.register, thing=thing, valid_from=span.valid_from,
            valid_to=span.valid_to, at=moment, by=run.begun_by,
        )
        for span in change.added
    ]  # fmt: skip
    return over, anew


def _report(run: ImportRun, rows: Sequence[Row]) -> None:
    """Keep what was wrong with which row, and what was put right in which."""
    found: list[ImportRow] = []
    for row in rows:
        common = {"run": run, "number": row.number, "key": row.built.key[:80]}
        if row.built.problems:
            found += [
                ImportRow(
                    **common, is_refused=True, code=problem.code,
                    parameters=_kept(problem.parameters),
                )
                for problem in row.built.problems
            ]  # fmt: skip
        else:
            found += [
                ImportRow(**common, is_refused=False, code=note["code"], parameters=_kept(note))
                for note in row.built.notes
            ]
    add(found)


def _kept(parameters: Any) -> dict[str, Any]:
    return {
        name: value if isinstance(value, str | int | float | dict) else str(value)
        for name, value in dict(parameters).items()
    }


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
