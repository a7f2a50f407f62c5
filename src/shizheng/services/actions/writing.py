"""Writing acts: all that one run, or many together, changed; each table is written once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shizheng.core import journal, outbox, rows
from shizheng.services.clocks.keeping import clocks_put
from shizheng.services.models import Case, CaseEvent
from shizheng.services.notices.waiting import notices_put
from shizheng.services.searchable import SAID_OF_CASES, case_index

if TYPE_CHECKING:
    from shizheng.services.actions.run import Run


def acts_put(runs: Sequence["Run"]) -> None:
    """Write clocks, projections, events, what search and others are told, and the journal.

    The journal comes last, as all acts of the city wait for each other there.
    """
    clocks_put([run.clocks for run in runs])
    _cases_put(runs)
    CaseEvent.objects.bulk_create(event for run in runs for event in run.events)
    for run in runs:
        if run.is_first or not run.written.isdisjoint(SAID_OF_CASES):
            case_index(run.case, is_new=run.is_first)
    said = [(run, event, _facts_of(run, event)) for run in runs for event in run.events]
    for run, event, facts in said:
        run.told.append(_told(run, event, facts))
    told_put(runs)
    entries = (_entry(run, event, facts) for run, event, facts in said)
    journal.record_many(entries, at=runs[0].at)


def told_put(runs: Sequence["Run"]) -> None:
    """Write what people and programs are told so far; it goes out after the commit."""
    outbox.publish_many((each for run in runs for each in run.told), at=runs[0].at)
    notices_put([notice for run in runs for notice in run.notices])
    for run in runs:
        run.told, run.notices = [], []


def _cases_put(runs: Sequence["Run"]) -> None:
    written = {"revision", "updated_at", "due_at", "is_late"}
    for run in runs:
        run.case.updated_at = run.at
        run.case.due_at, run.case.is_late = run.clocks.due_of_case()
        written |= run.written
    Case.objects.bulk_create(run.case for run in runs if run.is_first)
    rows.put([run.case for run in runs if not run.is_first], sorted(written))


def _facts_of(run: "Run", event: CaseEvent) -> dict[str, Any]:
    return {
        "number": run.case.number,
        "service": run.service.id,
        "version": run.service.version,
        "sequence": event.sequence,
        "action": event.action,
        "from": event.from_state,
        "to": event.to_state,
    }


def _kind_of(event: CaseEvent) -> str:
    return "opened" if event.action == "opened" else "acted"


def _entry(run: "Run", event: CaseEvent, facts: dict[str, Any]) -> journal.Entry:
    kind = f"services.case.{_kind_of(event)}"
    return journal.Entry(kind, run.case, event.by, facts, event.on_behalf_of)


def _told(run: "Run", event: CaseEvent, facts: dict[str, Any]) -> outbox.Happening:
    case = run.case
    payload = {
        **facts, "agency": run.agency_code, "is_open": case.is_open, "outcome": case.outcome,
    }  # fmt: skip
    return outbox.Happening(f"city.case.{_kind_of(event)}", case, payload)
