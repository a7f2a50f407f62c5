"""Acting on a case: the one door through which its state changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from shizheng.core import journal
from shizheng.core.access import Viewer
from shizheng.core.models import User
from shizheng.kernel.errors import ChangedMeanwhile
from shizheng.services import city
from shizheng.services.access import actor_on
from shizheng.services.actions.documents import Upload, documents_add
from shizheng.services.actions.run import Run, closings, effects, gates
from shizheng.services.actions.writing import acts_put
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain import answers, flow, parsing
from shizheng.services.domain.answers import Choosable
from shizheng.services.domain.errors import ConfirmationOpen, SecondPersonNeeded
from shizheng.services.models import AnswerSet, Case, CaseParty, Confirmation
from shizheng.services.schema.flow import Action
from shizheng.services.versions import definition_by

LONGEST_CHAIN = 12


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody gives with an act: fields of the action, corrected answers, files, a note."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] | None = None
    files: Mapping[str, Sequence[Upload]] = field(default_factory=dict)
    note: str = ""


@transaction.atomic
def case_act(
    *,
    case: Case,
    action: str,
    by: User | None,
    at: datetime,
    given: Given | None = None,
    revision: int | None = None,
    as_party: CaseParty | None = None,
    is_system: bool = False,
) -> Case:
    """Act on a case; return it as it then is.

    Args:
        by: who acts; None for a party without an account, or for the system.
        revision: the one that ``by`` has seen; None for an act that looks at the newest.
        as_party: the party as which ``by`` acts, proven by the follow code.
        is_system: the clock, a payment or a review acts.

    Raises:
        ChangedMeanwhile: somebody else moved the case after it was read.
        ActUnknown, ActNotOpen, NotThisActor, ConditionUnmet: the flow says no.
        AnswersWrong: the form of the action is not right.
        SecondPersonNeeded, ConfirmationOpen: of acts that two persons do.
    """
    locked = case_locked(case, revision)
    run = Run(locked, at=at, by=by, as_party=as_party)
    actor = flow.SYSTEM_ACTOR
    for gate in gates.values():
        gate(run, is_system)
    if not is_system:
        wanted = wanted_parts(run.service, action)
        actor = actor_on(locked, Viewer(by or AnonymousUser(), at), as_party, wanted=wanted)
    perform(run, action, actor, given or Given())
    finish(run)
    return locked


def wanted_parts(service: Definition, action: str) -> frozenset[str]:
    """Return who may take an action, so that only those parts need be looked up."""
    found = service.actions.get(action)
    return frozenset(found.by) if found else frozenset()


def case_locked(case: Case, revision: int | None) -> Case:
    """Return a case locked for this transaction, as it is now.

    Raises:
        ChangedMeanwhile: it is not at ``revision`` any more.
    """
    locked = placed(Case.objects.select_for_update().get(pk=case.pk))
    if revision is not None and locked.revision != revision:
        raise ChangedMeanwhile(thing=locked.number)
    return locked


def placed(case: Case) -> Case:
    """Return a case with its service, agency and areas, as the city is loaded."""
    known = city.by_key(city.loaded_at())
    for name in ("service", "agency", "district", "village"):
        found = known.get(getattr(case, f"{name}_id"))
        if found is not None:
            setattr(case, name, found)
    return case


def perform(
    run: Run, action: str, actor: flow.Actor, given: Given, *, is_confirmed: bool = False
) -> None:
    """Take one action: flow, form, state, clocks, effects; its event is ended."""
    case, service = run.case, run.service
    found = service.actions.get(action)
    values: dict[str, Any] = {}
    if found is not None and case.state in found.from_ and actor.may(found):
        values = _read_fields(run, found, given)
    move = flow.decide(
        service, number=case.number, state=case.state, action=action, actor=actor,
        scope=run.scope(values),
    )  # fmt: skip
    assert found is not None  # noqa: S101 - decided above
    if found.two_person and not is_confirmed:
        _ask_second(run, action, given, values)
        return
    run.begin(
        action, left=move.left, entered=move.entered, given=_told(found, values),
        note=given.note.strip(), visibility=_visibility(found, actor), by=run.by,
    )  # fmt: skip
    if found.edits_form and given.answers is not None:
        answers_correct(run, given)
    _enter(run, move, values)
    if given.files:
        documents_add(run, given.files, fields=(*found.fields, *service.fields.values()))
    for effect in move.effects:
        effects[effect.name](run, effect.value, values)
    run.end()


def _read_fields(run: Run, action: Action, given: Given) -> dict[str, Any]:
    files = {key: len(uploads) for key, uploads in given.files.items()}
    known = {each.id for each in action.fields}
    names = {
        key: [upload.name for upload in uploads]
        for key, uploads in given.files.items()
        if key in known
    }
    form = answers.read_given(
        action.fields, {**given.fields, **names}, vocabulary=run.service.vocabulary,
        facts=run.facts(), files=files,
    )  # fmt: skip
    form.require()
    return form.values


def _told(action: Action, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the event keeps of an action's form: nothing personal."""
    personal = {each.id for each in action.fields if each.personal}
    return {key: value for key, value in values.items() if key not in personal}


def _visibility(action: Action, actor: flow.Actor) -> str:
    if action.public_note:
        return "public"
    if action.party_note:
        return "party"
    return "party" if "applicant" in action.by or "applicant" in actor.parts else "internal"


def _enter(run: Run, move: flow.Move, values: Mapping[str, Any]) -> None:
    """Enter the state that a move leads to, with holder, outcome and clocks."""
    case = run.case
    if not move.changes_state:
        return
    fields: dict[str, Any] = {"state": move.entered}
    if move.is_final:
        fields |= {"is_open": False, "outcome": move.outcome, "closed_at": case.closed_at or run.at}
    elif not case.is_open:
        fields |= {
            "is_open": True, "outcome": "", "closed_at": None,
            "reopened_count": case.reopened_count + 1,
        }  # fmt: skip
    run.put(**fields)
    if move.holder != case.holder:
        run.hold(str(move.holder))
    run.clocks.enter(move.left, move.entered, run.scope(values))


def answers_correct(run: Run, given: Given) -> None:
    """Take corrected answers of the application (補正); the earlier ones stay on record.

    Raises:
        AnswersWrong: a corrected answer is not right.
    """
    assert given.answers is not None  # noqa: S101 - asked by the caller
    service, case = run.service, run.case
    before = {**case.answers, **run.personal_answers()}
    raw = {**before, **given.answers}
    files = {key: len(value) for key, value in before.items() if isinstance(value, list)}
    files |= {key: len(uploads) for key, uploads in given.files.items()}
    form = answers.read_form(
        service.pages, raw, vocabulary=service.vocabulary, facts=run.facts(), files=files
    )
    form.require()
    plain, personal = answers.split_personal(service, form.values)
    run.personal = personal
    run.put(answers=plain)
    run.put(calculated=_calculated(run))
    answer_set_add(run)


def _calculated(run: Run) -> dict[str, Any]:
    found = answers.calculate(run.service, run.service.vocabulary, run.facts())
    stored: dict[str, Any] = parsing.stored(found)
    return stored


def answer_set_add(run: Run) -> None:
    """Keep the answers that stand now as a version of their own."""
    newest = 0 if run.is_new else AnswerSet.objects.filter(case=run.case).count()
    AnswerSet.objects.create(
        case=run.case, number=newest + 1, answers=run.case.answers,
        personal=run.personal_answers(), calculated=run.case.calculated,
        version_id=run.case.version_id, given_by=run.by, given_at=run.at,
    )  # fmt: skip


def finish(run: Run) -> None:
    """Let the system take what follows, then write everything.

    Raises:
        RuntimeError: the definition lets acts follow each other without end.
    """
    finish_many([run])


def finish_many(runs: Sequence[Run]) -> None:
    """Finish runs on as many cases, which are written together.

    Raises:
        RuntimeError: a definition lets acts follow each other without end.
    """
    for run in runs:
        _follow(run)
    acts_put(runs)
    for run in runs:
        run.go_on()
        if run.was_open and not run.case.is_open:
            for closing in closings.values():
                closing(run)


def _follow(run: Run) -> None:
    for _ in range(LONGEST_CHAIN):
        if not run.follow:
            return
        key = run.follow.pop(0)
        if key in flow.actions_open(run.service, run.case.state, flow.SYSTEM_ACTOR, run.scope()):
            perform(run, key, flow.SYSTEM_ACTOR, Given())
    raise RuntimeError(f"acts of {run.service.id} follow each other without end")


def _ask_second(run: Run, action: str, given: Given, values: Mapping[str, Any]) -> None:
    """Note an act that waits for its second person (待覆核)."""
    label = Choosable(run.service.actions[action].label)
    if Confirmation.objects.filter(case=run.case, settled_at=None).exists():
        raise ConfirmationOpen(act=label, number=run.case.number)
    assert run.by is not None  # noqa: S101 - parties and the system have no two-person acts
    Confirmation.objects.create(
        case=run.case, action=action, revision=run.case.revision + 1,
        given=parsing.stored(dict(values)), note=given.note,
        asked_by=run.by, asked_at=run.at,
    )  # fmt: skip
    state, told = run.case.state, _told(run.service.actions[action], values)
    run.begin(f"{action}.asked", left=state, entered=state, given=told, note=given.note, by=run.by)
    run.end()


@transaction.atomic
def confirmation_settle(
    *, confirmation: Confirmation, by: User, at: datetime, is_confirmed: bool, note: str = ""
) -> Case:
    """Confirm or reject an act that waits for a second person (覆核).

    Raises:
        SecondPersonNeeded: the same person asked for it.
        ChangedMeanwhile: it was settled, or the case moved since.
        NotThisActor: ``by`` may not do the act.
    """
    case = case_locked(confirmation.case, None)
    label = Choosable(definition_action(case, confirmation.action).label)
    if confirmation.asked_by_id == by.pk:
        raise SecondPersonNeeded(act=label)
    settled = Confirmation.objects.filter(pk=confirmation.pk, settled_at=None).update(
        settled_at=at, settled_by=by, is_confirmed=is_confirmed
    )
    if not settled or case.revision != confirmation.revision:
        raise ChangedMeanwhile(thing=case.number)
    run = Run(case, at=at, by=by)
    actor = actor_on(case, Viewer(by, at), None)
    if is_confirmed:
        given = Given(fields=confirmation.given, note=note or confirmation.note)
        perform(run, confirmation.action, actor, given, is_confirmed=True)
    else:
        flow.decide(
            run.service, number=case.number, state=case.state, action=confirmation.action,
            actor=actor, scope=run.scope(confirmation.given),
        )  # fmt: skip
        run.begin(
            f"{confirmation.action}.rejected", left=case.state, entered=case.state, note=note, by=by
        )
        run.end()
    finish(run)
    journal.record(
        "services.confirmation.settled", confirmation, by=by, at=at, now={"confirmed": is_confirmed}
    )
    return case


def definition_action(case: Case, key: str) -> Action:
    """Return an action of the version to which a case is pinned."""
    return definition_by(case.version_id).actions[key]
