"""What crews and the control room see: open dispatches, danger cases, their three stamps."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from shizheng.core.access import Viewer
from shizheng.core.models import User
from shizheng.services.access import actor_on, staff_cases
from shizheng.services.definitions import Service as Definition
from shizheng.services.dispatch.crews import ACKNOWLEDGE
from shizheng.services.dispatch.domain.stamps import Entry, Stamp, first_entries
from shizheng.services.domain import flow
from shizheng.services.models import Case, CaseClock, CaseEvent, Dispatch, Service
from shizheng.services.schema.common import CREW
from shizheng.services.versions import definition_by

OPEN = (Dispatch.Status.SENT, Dispatch.Status.ACKNOWLEDGED)
MOST_ROWS = 200
Row = tuple[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class CrewTask:
    """One open dispatch as its crew sees it (派工任務)."""

    dispatch: Dispatch
    case: Case
    service: dict[str, str]
    kind: str
    state: dict[str, str]
    acts: list[Row]
    stamps: list[Stamp]

    @property
    def is_waiting(self) -> bool:
        """Whether it still has to be acknowledged."""
        return self.dispatch.status == Dispatch.Status.SENT


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One danger case on the board of the control room."""

    case: Case
    service: dict[str, str]
    state: dict[str, str]
    newest: Dispatch | None
    silent_minutes: int | None
    attempts: int
    stamps: list[Stamp]
    now: datetime

    @property
    def rank(self) -> tuple[int, datetime]:
        """What needs somebody first comes first: nobody answers, waiting, then by time."""
        if self.newest is None or self.newest.status == Dispatch.Status.MISSED:
            return 0, self.case.opened_at
        return (1 if self.silent_minutes is not None else 2), self.case.opened_at

    @property
    def is_urgent(self) -> bool:
        """Whether nobody has answered, or a limit has passed."""
        overdue = any(stamp.is_overdue(self.now) for stamp in self.stamps)
        return self.rank[0] == 0 or overdue


def crew_tasks(person: User, at: datetime) -> list[CrewTask]:
    """Return the open dispatches for which a person answers; those that wait come first."""
    rows: QuerySet[Dispatch] = (
        Dispatch.objects.allowed_to(person, ACKNOWLEDGE, at=at)
        .filter(status__in=OPEN, case__is_open=True)
        .select_related(
            "case__service", "case__agency", "case__district", "case__village", "agency",
            "acknowledged_by",
        )
        .order_by("sent_at", "id")
    )  # fmt: skip
    found = list(rows[:MOST_ROWS])
    stamps = stamps_of([row.case for row in found])
    tasks = [_task(row, person, at, stamps[row.case_id]) for row in found]
    return sorted(tasks, key=lambda task: not task.is_waiting)


def _task(row: Dispatch, person: User, at: datetime, stamps: list[Stamp]) -> CrewTask:
    definition = definition_by(row.case.version_id)
    return CrewTask(
        dispatch=row,
        case=row.case,
        service=dict(definition.name),
        kind=str(row.case.calculated.get("grade") or ""),
        state=dict(definition.states[row.case.state].label),
        acts=crew_acts(row.case, definition, person, at),
        stamps=stamps,
    )


def crew_acts(case: Case, definition: Definition, person: User, at: datetime) -> list[Row]:
    """Return a crew's own acts that are open to this person now: (key, label), stamps first."""
    actor = actor_on(case, Viewer(person, at), None)
    actions, states = definition.actions, definition.states
    found = [
        key for key in flow.actions_open(definition, case.state, actor) if CREW in actions[key].by
    ]
    found.sort(key=lambda key: not states[actions[key].to or case.state].stamp)
    return [(key, dict(actions[key].label)) for key in found]


def stamps_of(cases: Iterable[Case]) -> dict[UUID, list[Stamp]]:
    """Return the stamps that the service of each case knows, in their order (時間戳)."""
    known = list(cases)
    keys = [case.pk for case in known]
    entered: dict[UUID, list[Entry]] = defaultdict(list)
    events = CaseEvent.objects.filter(case__in=keys).order_by("case", "sequence")
    for case_key, left, state, at in events.values_list("case", "from_state", "to_state", "at"):
        if left != state:
            entered[case_key].append(Entry(state, at))
    due: dict[tuple[UUID, str], datetime | None] = {}
    clocks = CaseClock.objects.filter(case__in=keys).order_by("-round")  # the first one counts
    for case_key, key, due_at in clocks.values_list("case", "key", "due_at"):
        due[case_key, key] = due_at
    return {case.pk: _stamps(case, entered[case.pk], due) for case in known}


def _stamps(
    case: Case, entered: Sequence[Entry], due: dict[tuple[UUID, str], datetime | None]
) -> list[Stamp]:
    definition, reached = definition_by(case.version_id), first_entries(entered)
    limits = limits_of(definition)
    return [
        Stamp(key, dict(state.stamp), reached.get(key), due.get((case.pk, limits.get(key, ""))))
        for key, state in definition.states.items()
        if state.stamp
    ]


def limits_of(definition: Definition) -> dict[str, str]:
    """Return for each stamped state the clock that it is the first to stop."""
    found: dict[str, str] = {}
    for key, clock in definition.clocks.items():
        found.setdefault(clock.stop_in[0], key)
    return found


def dispatched_services() -> dict[UUID, Definition]:
    """Return the services that send crews, by key."""
    rows = Service.objects.exclude(current=None).values_list("pk", "current")
    found = {key: definition_by(version) for key, version in rows}
    return {key: definition for key, definition in found.items() if definition.dispatch}


def danger_cases(person: User, at: datetime) -> QuerySet[Case]:
    """Return the cases of services that send crews, as a member of staff may see them."""
    return Case.objects.filter(
        staff_cases(Viewer(person, at)), service__in=list(dispatched_services())
    )


def board(person: User, at: datetime) -> list[BoardRow]:
    """Return the open danger cases for the control room, the most urgent first (值勤看板)."""
    cases = list(
        danger_cases(person, at)
        .filter(is_open=True)
        .select_related("agency", "district", "village")
        .order_by("opened_at", "id")[:MOST_ROWS]
    )
    sent: dict[UUID, list[Dispatch]] = defaultdict(list)
    rows = Dispatch.objects.filter(case__in=cases).select_related("agency", "acknowledged_by")
    for row in rows.order_by("case", "number"):
        sent[row.case_id].append(row)
    stamps = stamps_of(cases)
    found = [_board_row(case, sent[case.pk], stamps[case.pk], at) for case in cases]
    return sorted(found, key=lambda row: row.rank)


def _board_row(case: Case, sent: Sequence[Dispatch], stamps: list[Stamp], at: datetime) -> BoardRow:
    definition = definition_by(case.version_id)
    newest = sent[-1] if sent else None
    silent = None
    if newest is not None and newest.status == Dispatch.Status.SENT:
        silent = int((at - newest.sent_at).total_seconds() // 60)
    return BoardRow(
        case=case,
        service=dict(definition.name),
        state=dict(definition.states[case.state].label),
        newest=newest,
        silent_minutes=silent,
        attempts=len(sent),
        stamps=stamps,
        now=at,
    )
