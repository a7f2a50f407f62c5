"""The sweep over all clocks: warnings, lateness and what follows, each service by itself.

A case that fails stops nobody else: it is left as it was, its service is named, and the run fails
once all others are done.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import TypeVar
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from shizheng.core.journal import Entry, Thing, record_many
from shizheng.core.parallel import each
from shizheng.core.rows import put_values
from shizheng.kernel.errors import N_, DomainError
from shizheng.services.actions.acting import finish_many, placed
from shizheng.services.actions.run import Holders, Run, effects
from shizheng.services.clocks.counting import Counter, RunningClock, running
from shizheng.services.clocks.keeping import put_value, reckoned, value_of
from shizheng.services.domain import clocks as timing
from shizheng.services.models import Case, CaseClock, CaseLink, CaseParty
from shizheng.services.notices.writing import notice_write

BATCH = 1_000
"""So many cases are locked together, for as long as it takes to look after them."""
Row = TypeVar("Row")
Due = tuple[RunningClock, timing.Reckoning, Sequence[timing.Step]]
"""A clock, what the calendar makes of it, and which of its steps are reached and not done."""
log = structlog.get_logger()


class SweepFailed(DomainError):
    """Some services could not be swept (部分服務稽催失敗)."""

    code = "services.sweep_failed"
    message = N_("Clocks of these services could not be looked after: {services}. {reason}")
    hint = N_("The others were. Correct the definition and run the job again.")
    status = 500


@dataclass(slots=True)
class SweepRun:
    """What one sweep did."""

    looked_at: int = 0
    warned: int = 0
    became_late: int = 0
    acted: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    holders: Holders = field(default_factory=dict, repr=False)

    def add(self, other: "SweepRun") -> None:
        """Add what was done to some more clocks."""
        self.looked_at += other.looked_at
        self.warned += other.warned
        self.became_late += other.became_late
        self.acted += other.acted
        self.failed |= other.failed

    def raise_failures(self) -> None:
        """Make failures seen by whoever called.

        Raises:
            SweepFailed: a service failed.
        """
        if self.failed:
            reason = next(iter(self.failed.values()))
            raise SweepFailed(services=", ".join(sorted(self.failed)), reason=reason)


def clocks_sweep(*, at: datetime, batch: int = BATCH) -> SweepRun:
    """Carry out every warning and consequence that is due by ``at``, once each (稽催)."""
    run, counter = SweepRun(), Counter()
    broken: set[str] = set()

    def sweep(part: tuple[str, Sequence[UUID]]) -> SweepRun:
        code, keys = part
        found = SweepRun(holders=run.holders)
        if code in broken or _swept(code, keys, at, found, counter):
            return found
        if not _swept_singly(code, keys, at, found, counter):
            broken.add(code)  # nothing of this service can be done: its definition is to blame
        return found

    due = sorted(_due(at).items())
    for found in each(sweep, ((code, some) for code, keys in due for some in batches(keys, batch))):
        run.add(found)
    return run


def _swept(code: str, keys: Sequence[UUID], at: datetime, run: SweepRun, counter: Counter) -> bool:
    """Sweep some clocks of a service; tell whether it went well, and note it if not."""
    try:
        run.add(_sweep(keys, at, run.holders, counter))
    except Exception as error:  # the outermost edge of one service's own work
        log.exception("service_sweep_failed", service=code, clocks=len(keys))
        run.failed[code] = str(error) or type(error).__name__
        return False
    return True


def _swept_singly(
    code: str, keys: Sequence[UUID], at: datetime, run: SweepRun, counter: Counter
) -> bool:
    """Sweep clocks one by one after they failed together; tell whether any went well."""
    return sum(_swept(code, (key,), at, run, counter) for key in keys) > 0


def batches(rows: Iterable[Row], size: int) -> Iterator[tuple[Row, ...]]:
    """Yield ``rows`` so many at a time."""
    waiting = iter(rows)
    while some := tuple(islice(waiting, size)):
        yield some


def _due(at: datetime) -> dict[str, list[UUID]]:
    rows = CaseClock.objects.filter(is_running=True, next_at__lte=at, case__is_open=True)
    found: dict[str, list[UUID]] = defaultdict(list)
    for code, key in rows.order_by("next_at", "id").values_list("case__service__code", "pk"):
        found[code].append(key)
    return found


@transaction.atomic
def _sweep(keys: Sequence[UUID], at: datetime, holders: Holders, counter: Counter) -> SweepRun:
    """Look after some clocks of one service, all or none.

    What only marks a clock as late is noted on the clock; steps that tell somebody or act are
    events of the case. Cases on which somebody acts at this moment are left to the next sweep.
    """
    run = SweepRun(holders=holders)
    due: list[Due] = []
    for row in running(_locked(CaseClock.objects.filter(pk__among=keys, is_running=True))):
        found = counter.reckoned(row)
        due.append((row, found, found.reached(at, row.done)))
    run.looked_at += len(due)
    acting = {row.case_id for row, _, steps in due if any(step.id != timing.DUE for step in steps)}
    _mark([each for each in due if each[0].case_id not in acting], at, run)
    works = [_run_on(case, rows, at) for case, rows in _with_clocks(acting)]
    _carry_out(works, frozenset(keys), at, run)
    return run


def _locked(rows: QuerySet[CaseClock], *, waits: bool = False) -> QuerySet[CaseClock]:
    """Return the clocks whose open cases could be locked; ``waits`` for those in use."""
    cases = Case.objects.select_for_update(skip_locked=not waits)
    cases = cases.filter(pk__in=rows.values("case"), is_open=True)
    return rows.filter(case__among=list(cases.order_by("pk").values_list("pk", flat=True)))


def _with_clocks(keys: Collection[UUID]) -> Iterator[tuple[Case, list[CaseClock]]]:
    """Yield cases, each with the newest rounds of all its clocks."""
    if not keys:
        return
    known = {case.pk: placed(case) for case in Case.objects.filter(pk__among=keys).order_by("pk")}
    newest: dict[UUID, dict[str, CaseClock]] = defaultdict(dict)
    for row in CaseClock.objects.filter(case__among=keys).order_by("round"):
        row.case = known[row.case_id]
        newest[row.case_id][row.key] = row
    for key, case in known.items():
        yield case, list(newest[key].values())


def _run_on(case: Case, rows: Iterable[CaseClock], at: datetime) -> Run:
    run = Run(case, at=at, by=None)
    run.clocks.know(rows)
    return run


def _mark(marked: Iterable[Due], at: datetime, run: SweepRun) -> None:
    """Note that clocks ran out, where nothing else follows from it now."""
    entries, late, values = [], [], []
    for row, found, steps in marked:
        row.done = [*row.done, *(step.id for step in steps)]
        if steps:
            row.breached_at = row.breached_at or row.due_at
            entries.append(_entry("services.clock.ran_out", row))
            if row.is_main:
                late.append(row.case_id)
            run.became_late += 1
        values.append((row.pk, row.done, found.next_at(row.done), row.breached_at))
    put_values(CaseClock, ("done", "next_at", "breached_at"), values)
    Case.objects.filter(pk__among=late).update(is_late=True)
    record_many(entries, at=at)


def _entry(action: str, row: RunningClock) -> Entry:
    now = {"number": row.number, "clock": row.key, "due_at": row.due_at}
    return Entry(action, Thing(Case, row.case_id), by=None, now=now)


def _carry_out(works: Sequence[Run], keys: frozenset[UUID], at: datetime, run: SweepRun) -> None:
    """Carry out the steps of clocks: tell, act, and note it on their cases."""
    if not works:
        return
    _read_people(works, run.holders)
    for work in works:
        for row in [row for row in work.clocks.rows.values() if row.pk in keys]:
            if not row.is_running or not work.case.is_open:
                continue
            for step in reckoned(row).reached(at, row.done):
                value = value_of(row)
                put_value(row, replace(value, done=(*value.done, step.id)))
                work.clocks.touch(row)
                _step(work, row, step, run)
            row.next_at = reckoned(row).next_at(row.done) if row.is_running else None
    finish_many(works)


def _read_people(works: Sequence[Run], holders: Holders) -> None:
    """Read who has a part in the cases, and their links, for all together."""
    cases = {work.case.pk: work for work in works}
    for work in works:
        work.parties, work.links, work.holders = [], [], holders
    parties = CaseParty.objects.filter(case__in=list(cases), ended_at=None)
    for party in parties.select_related("person"):
        cases[party.case_id].parties.append(party)
    links = CaseLink.objects.filter(Q(case__in=list(cases)) | Q(to__in=list(cases)))
    for link in links.filter(undone_at=None).order_by("made_at", "pk"):
        for key in {link.case_id, link.to_id} & cases.keys():
            cases[key].links.append(link)


def _step(work: Run, row: CaseClock, step: timing.Step, run: SweepRun) -> None:
    definition = work.service.clocks.get(row.key)
    kind, _, number = step.id.partition(":")
    if kind == timing.DUE:
        row.breached_at = row.breached_at or row.due_at
        run.became_late += 1
        _note(work, row, "clock_ran_out")
        work.end()
    elif definition and kind == "warn":
        warning = definition.warn[int(number)]
        run.warned += 1
        _note(work, row, "clock_warned")
        if warning.template:
            to = str(warning.to)
            notice_write(work, to=to, template=str(warning.template), given={})
        work.end()
    elif definition and kind == "breach":
        run.acted += 1
        _note(work, row, "clock_breached")
        for effect in definition.breach[int(number)].do:
            effects[effect.name](work, effect.value, {})
        work.end()


def _note(work: Run, row: CaseClock, action: str) -> None:
    state = work.case.state
    due = row.due_at.isoformat() if row.due_at else None
    work.begin(action, left=state, entered=state, given={"clock": row.key, "due_at": due})


def clocks_recompute(*, at: datetime, batch: int = BATCH) -> tuple[int, int]:
    """Count every open clock anew, after the calendar changed (行事曆變更後重算).

    Returns:
        How many were counted, and how many end otherwise now.
    """
    rows = CaseClock.objects.filter(is_running=True, case__is_open=True).order_by("case", "pk")
    counter = Counter()
    parts = batches(rows.values_list("pk", flat=True).iterator(), batch)
    done = list(each(lambda keys: _recompute(keys, at, counter), parts))
    return sum(looked_at for looked_at, _ in done), sum(moved for _, moved in done)


@transaction.atomic
def _recompute(keys: Sequence[UUID], at: datetime, counter: Counter) -> tuple[int, int]:
    changed, cases, entries = [], [], []
    wanted = CaseClock.objects.filter(pk__among=keys, is_running=True)
    rows = list(running(_locked(wanted, waits=True)))
    for row in rows:
        found = counter.reckoned(row)
        has_moved = found.due_at != row.due_at
        if not has_moved and found.calendar == row.calendar:
            continue
        done = list(timing.pending(row.done, found, at))
        changed.append(
            (row.pk, done, found.due_at, found.calendar[:120], found.is_provisional,
             found.next_at(done))
        )  # fmt: skip
        if not has_moved:
            continue
        row.due_at = found.due_at
        if row.is_main:
            cases.append((row.case_id, found.due_at))
        entries.append(_entry("services.clock.counted_anew", row))
    put_values(CaseClock, ("done", "due_at", "calendar", "is_provisional", "next_at"), changed)
    put_values(Case, ("due_at",), cases)
    record_many(entries, at=at)
    return len(rows), len(entries)
