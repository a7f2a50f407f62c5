"""A duplicate goes the way of its master (併案): its clocks stand still, nobody holds it.

It closes with its master, as ``duplicate``: at the master's last state where its own definition
has it as a final one, else at a final state of its own with that outcome, else where it stood.
Taking the two apart puts state, holder and clocks back to what they were, as if the clocks had
never stopped: the mistake was the office's, so it gives nobody more time.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from shizheng.services.actions.run import HOLDERS, Run
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.clocks import ClockValue
from shizheng.services.models import Case
from shizheng.services.schema.flow import Holder, Outcome

DUPLICATE = str(Outcome.DUPLICATE)
SECONDS = tuple(f"{name}_seconds" for name in HOLDERS)


def standing(run: Run) -> dict[str, Any]:
    """Return how a case stands now, as a link keeps it."""
    case = run.case
    return {
        "state": case.state,
        "holder": case.holder,
        "held_since": case.held_since.isoformat(),
        **{name: getattr(case, name) for name in SECONDS},
        "clocks": {
            key: {
                "round": value.round,
                "pauses": [[a.isoformat(), b and b.isoformat(), why] for a, b, why in value.pauses],
            }
            for key, value in run.clocks.values().items()
            if value.is_running
        },
    }


def ride(run: Run) -> None:
    """Let a case wait for its master: nobody holds it and its clocks stand still."""
    run.hold(Holder.NOBODY)
    run.clocks.put(
        [
            value.paused(run.at, DUPLICATE)
            for value in run.clocks.values().values()
            if value.is_running and not value.is_paused
        ]
    )


def close(run: Run, *, master: Case) -> None:
    """Close a duplicate with its master."""
    case, left = run.case, run.case.state
    entered = last_state(run.service, left, master.state)
    run.begin(
        "closed_with_master", left=left, entered=entered, given={"number": master.number},
        visibility="party", by=run.by,
    )  # fmt: skip
    run.put(state=entered, is_open=False, outcome=DUPLICATE, closed_at=run.at)
    if case.holder != Holder.NOBODY:
        run.hold(Holder.NOBODY)
    if entered != left:
        run.clocks.enter(left, entered, run.scope())
    run.clocks.put(
        [
            value.stopped(run.at, is_satisfied=True)
            for value in run.clocks.values().values()
            if value.is_running
        ]
    )
    run.end()


def last_state(definition: Definition, state: str, of_master: str) -> str:
    """Return the state in which a duplicate ends."""
    same = definition.states.get(of_master)
    if same is not None and same.final:
        return of_master
    own = (key for key, each in definition.states.items() if each.outcome == DUPLICATE)
    return next(own, state)


def put_back(run: Run, before: dict[str, Any]) -> None:
    """Put a case back to how it stood before it was linked."""
    run.put(
        state=before["state"],
        holder=before["holder"],
        held_since=datetime.fromisoformat(before["held_since"]),
        is_open=True,
        outcome="",
        closed_at=None,
        **{name: before[name] for name in SECONDS},
    )
    values = run.clocks.values()
    run.clocks.put(
        [
            _as_before(values[key], kept)
            for key, kept in before["clocks"].items()
            if key in values and values[key].round == kept["round"]
        ]
    )


def _as_before(value: ClockValue, kept: dict[str, Any]) -> ClockValue:
    pauses = tuple(
        (datetime.fromisoformat(a), b and datetime.fromisoformat(b), why)
        for a, b, why in kept["pauses"]
    )
    return replace(value, pauses=pauses, satisfied_at=None, is_running=True)
