"""One act on many cases (批次作業): each in a transaction of its own, with a report of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from shizheng.core import journal
from shizheng.core.access import Viewer, require
from shizheng.core.jobs import report_progress
from shizheng.core.models import User
from shizheng.kernel.errors import DomainError
from shizheng.services.access import staff_cases
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.desk.actions import case_assign
from shizheng.services.desk.errors import NotAColleague, NotForMany, NothingChosen
from shizheng.services.domain.answers import Choosable
from shizheng.services.domain.errors import ActUnknown
from shizheng.services.models import BulkAct, Case
from shizheng.services.refusals import shown
from shizheng.services.schema.flow import Action
from shizheng.services.versions import definition_by

AT_ONCE = 100
AT_MOST = 1_000
ASSIGN = "assign"
TOLD_EVERY = 10


@dataclass(frozen=True, slots=True)
class BulkChoice:
    """An act that some of the chosen cases take (可批次之作為), and how many of them."""

    key: str
    label: dict[str, str]
    count: int


def bulk_choices(cases: Iterable[Case]) -> list[BulkChoice]:
    """Return the acts that may be done to many: those that the definitions mark, by their key."""
    found: dict[str, BulkChoice] = {}
    for case in cases:
        for key, action in definition_by(case.version_id).actions.items():
            if is_for_many(action) and case.state in action.from_:
                before = found.get(key)
                count = before.count + 1 if before else 1
                found[key] = BulkChoice(key, dict(action.label), count)
    return list(found.values())


def is_for_many(action: Action) -> bool:
    """Whether an act may be done to many cases: marked so, by one person, nothing to fill in."""
    return action.is_bulk and not action.two_person and not any(f.required for f in action.fields)


@transaction.atomic
def bulk_begin(
    *, cases: Sequence[Case], action: str, by: User, at: datetime, note: str = "", person: str = ""
) -> BulkAct:
    """Note an act on many cases; up to 100 are done at once by the caller, more by a job.

    Args:
        action: key of an action, or ``assign``, with ``person`` (an account name).

    Raises:
        NothingChosen, NotForMany: why not.
    """
    if not cases:
        raise NothingChosen
    if action != ASSIGN and action not in {each.key for each in bulk_choices(cases)}:
        raise NotForMany(act=action[:60])
    given = {"person": person} if action == ASSIGN else {}
    if action == ASSIGN:
        require(by, "services.assign_case")
        if not User.objects.filter(username=person, is_active=True).exists():
            raise NotAColleague(person=person[:60], number=cases[0].number)
    bulk = BulkAct.objects.create(
        by=by, action=action, given=given, note=note.strip(), asked_at=at,
        cases=[[str(case.pk), case.revision] for case in cases[:AT_MOST]],
    )  # fmt: skip
    journal.record(
        "services.bulk.asked", bulk, by=by, at=at, now={"action": action, "count": len(bulk.cases)}
    )
    if len(bulk.cases) > AT_ONCE:
        from shizheng.services.desk.tasks import bulk_run

        bulk_run.enqueue(key=str(bulk.pk), bulk=str(bulk.pk))
    return bulk


def bulk_do(bulk: BulkAct, *, at: datetime) -> BulkAct:
    """Do what is left of an act on many cases; each result is kept with its act."""
    viewer = Viewer(bulk.by, at)
    for key, revision in bulk.cases[len(bulk.results) :]:
        _do_one(bulk, viewer, key, revision)
        if len(bulk.results) % TOLD_EVERY == 0:
            report_progress(len(bulk.results) / len(bulk.cases))
    BulkAct.objects.filter(pk=bulk.pk).update(finished_at=at)
    bulk.finished_at = at
    return bulk


def _do_one(bulk: BulkAct, viewer: Viewer, key: str, revision: int) -> None:
    """Act on one case and keep its number, and code and words of what was refused."""
    case = (
        Case.objects.filter(staff_cases(viewer), pk=key).select_related("service", "agency").first()
    )
    if case is None:
        _keep(bulk, [key[:8], "services.case_unknown", ""])
        return
    try:
        with transaction.atomic():
            _act(bulk, case, viewer.at, revision)
            _keep(bulk, [case.number, "", ""])
    except DomainError as refusal:
        said = shown(refusal)
        bulk.results = bulk.results[: _done(bulk)]
        _keep(bulk, [case.number, said.code, f"{said.message} {said.hint}".strip()])


def _done(bulk: BulkAct) -> int:
    return len(BulkAct.objects.values_list("results", flat=True).get(pk=bulk.pk))


def _keep(bulk: BulkAct, result: list[str]) -> None:
    bulk.results = [*bulk.results, result]
    BulkAct.objects.filter(pk=bulk.pk).update(results=bulk.results)


def _act(bulk: BulkAct, case: Case, at: datetime, revision: int) -> None:
    if bulk.action == ASSIGN:
        person = User.objects.filter(username=bulk.given["person"], is_active=True).first()
        if person is None:
            raise NotAColleague(person=bulk.given["person"], number=case.number)
        case_assign(case=case, person=person, by=bulk.by, at=at, revision=revision, note=bulk.note)
        return
    action = definition_by(case.version_id).actions.get(bulk.action)
    if action is None:
        raise ActUnknown(service=Choosable(case.service.name), act=bulk.action)
    if not is_for_many(action):
        raise NotForMany(act=Choosable(action.label))
    case_act(
        case=case, action=bulk.action, by=bulk.by, at=at, revision=revision,
        given=Given(note=bulk.note),
    )  # fmt: skip
