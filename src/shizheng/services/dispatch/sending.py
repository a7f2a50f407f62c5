"""Sending a crew within an act: the row, the standing of its agency, the urgent notice."""

from datetime import timedelta

from shizheng.core.models import Agency
from shizheng.services.actions.run import Run
from shizheng.services.dispatch.crews import crews_of
from shizheng.services.dispatch.domain.duty import Crew, next_crew, on_duty
from shizheng.services.models import CaseStanding, Dispatch
from shizheng.services.notices.writing import notice_write

OPEN = (Dispatch.Status.SENT, Dispatch.Status.ACKNOWLEDGED)


def crew_send(run: Run) -> Dispatch | None:
    """Send the next crew on duty (派工); one that is still out is stood down.

    Where nobody is on duty, nothing is sent and what the service says of a missed answer follows.
    """
    rule = run.service.dispatch
    assert rule is not None  # noqa: S101 - the linter asks for it
    stand_down(run)
    crew = _next(run, str(rule.roster))
    if crew is None:
        _follow(run, rule.on_missed)
        return None
    agency = Agency.objects.get(code=crew.agency)
    sent = Dispatch.objects.create(
        case=run.case,
        number=Dispatch.objects.filter(case=run.case).count() + 1,
        roster=crew.roster,
        crew=crew.code,
        crew_name=crew.name,
        agency=agency,
        sent_at=run.at,
        answer_by=run.at + timedelta(minutes=rule.acknowledge_minutes),
    )
    run.know([agency.pk], CaseStanding.Reason.CREW)
    if rule.notify:
        occasion = f"dispatch {sent.number}"
        notice_write(run, to="crew", template=str(rule.notify), given={}, occasion=occasion)
    return sent


def stand_down(run: Run) -> int:
    """Tell crews that are out that they are not needed any more (解除派工); return how many."""
    return Dispatch.objects.filter(case=run.case, status__in=OPEN).update(
        status=Dispatch.Status.STOOD_DOWN
    )


def miss(run: Run, row: Dispatch) -> bool:
    """Note that a crew did not answer in time (逾時未確認); whether it had not been noted yet."""
    return bool(
        Dispatch.objects.filter(pk=row.pk, status=Dispatch.Status.SENT).update(
            status=Dispatch.Status.MISSED, missed_at=run.at
        )
    )


def attempts_spent(run: Run) -> bool:
    """Whether as many crews in a row were asked in vain as the service allows."""
    rule = run.service.dispatch
    newest = Dispatch.objects.filter(case=run.case).order_by("-number")
    in_vain = 0
    for status in newest.values_list("status", flat=True):
        if status != Dispatch.Status.MISSED:
            break
        in_vain += 1
    return rule is None or in_vain % rule.attempts == 0


def follow_missed(run: Run) -> None:
    """Let the system take what the service says of a dispatch that nobody answered."""
    _follow(run, run.service.dispatch.on_missed if run.service.dispatch else None)


def _follow(run: Run, action: str | None) -> None:
    if action:
        run.follow.append(action)


def _next(run: Run, roster: str) -> Crew | None:
    case = run.case
    areas = [area.code for area in (case.district, case.village) if area is not None]
    waiting = on_duty(
        crews_of(roster),
        service=run.service.id,
        areas=areas,
        agency=run.agency_code,
        at=run.at.astimezone(run.tz),
    )
    asked = Dispatch.objects.filter(case=case).order_by("number").values_list("crew", flat=True)
    return next_crew(waiting, list(asked))
