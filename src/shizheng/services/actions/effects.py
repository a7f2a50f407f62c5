"""The effects that the engine itself brings: clocks, routing, assignment, follow-up acts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from shizheng.core.models import Agency, User
from shizheng.services.actions.run import Run, effects
from shizheng.services.domain import clocks as timing
from shizheng.services.domain import routing
from shizheng.services.domain.errors import AgencyUnknown, AssigneeUnknown
from shizheng.services.models import CaseStanding
from shizheng.services.schema.flow import Escalate, Route

Given = Mapping[str, Any]


@effects.register("pause")
def pause(run: Run, key: str, given: Given) -> None:
    """Let a clock stand still (停止計算)."""
    _change(run, key, lambda clock: clock.paused(run.at, "pause"))


@effects.register("resume")
def resume(run: Run, key: str, given: Given) -> None:
    """Let a clock run again (繼續計算)."""
    _change(run, key, lambda clock: clock.resumed(run.at))


@effects.register("stop")
def stop(run: Run, key: str, given: Given) -> None:
    """End a clock as kept (期限履行)."""
    _change(run, key, lambda clock: clock.stopped(run.at, is_satisfied=True))


@effects.register("restart")
def restart(run: Run, key: str, given: Given) -> None:
    """Let a clock begin anew (重新起算)."""
    clock = run.clocks.values().get(key)
    if clock is not None:
        run.clocks.put(timing.restarted(run.service, clock, run.at, run.scope(given)))


def _change(run: Run, key: str, change: Any) -> None:
    clock = run.clocks.values().get(key)
    if clock is not None and clock.is_running:
        run.clocks.put([change(clock)])


@effects.register("extend")
def extend(run: Run, key: str, given: Given) -> None:
    """Give a clock more time (展延): ``given.amount`` with ``given.reason``; the applicant is told.

    Raises:
        ExtensionSpent, ExtensionTooLong, ExtensionTooLate: why not.
    """
    row = run.clocks.rows.get(key)
    if row is None:
        return
    definition = run.service.clocks[key]
    longer = timing.extended(
        run.clocks.values()[key],
        definition,
        amount=str(given.get("amount") or ""),
        reason=str(given.get("reason") or ""),
        due_at=row.due_at,
        at=run.at,
    )
    run.clocks.put([replace(longer)])
    if definition.extend and definition.extend.notify:
        from shizheng.services.notices.writing import notice_write

        notice_write(run, to="applicant", template=str(definition.extend.notify), given=given)


@effects.register("route")
def route(run: Run, value: Route, given: Given) -> None:
    """Send the case to an agency (改分): the one named, the one chosen, or by the rules.

    Raises:
        AgencyUnknown: no agency has the code that was chosen.
    """
    chosen = str(value.agency or given.get("agency") or "")
    code = chosen or routing.route(run.service, run.scope(given), run.place())
    agency = Agency.objects.filter(code=code).first()
    if agency is None:
        raise AgencyUnknown(agency=code[:60])
    case = run.case
    if agency.pk == case.agency_id:
        return
    before = case.agency_id
    fields: dict[str, Any] = {"agency": agency, "assignee": None}
    if value.is_wrong_handoff:
        fields["wrong_handoff_count"] = case.wrong_handoff_count + 1
    run.put(**fields)
    run.know([before], CaseStanding.Reason.FORMER)


@effects.register("assign")
def assign(run: Run, value: str, given: Given) -> None:
    """Give the case to a person (指派): who acts, the one chosen, or nobody.

    Raises:
        AssigneeUnknown: nobody has the account that was chosen.
    """
    person: User | None = None
    if value == "actor":
        person = run.by
    elif value == "chosen":
        name = str(given.get("person") or "")
        person = User.objects.filter(username=name, is_active=True).first()
        if person is None:
            raise AssigneeUnknown(person=name[:60])
    if run.case.assignee_id != (person.pk if person else None):
        run.put(assignee=person)


@effects.register("act")
def act(run: Run, key: str, given: Given) -> None:
    """Let the system take a further act afterwards."""
    run.follow.append(key)


@effects.register("escalate")
def escalate(run: Run, value: Escalate, given: Given) -> None:
    """Tell the next chief (層報)."""
    from shizheng.services.notices.writing import notice_write

    if value.template:
        notice_write(run, to=str(value.to), template=str(value.template), given=given)
