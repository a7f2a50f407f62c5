"""What publishing a new version does to drafts and open cases of the older ones."""

from collections import Counter
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import QuerySet

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.kernel.errors import DomainError
from shizheng.services.actions.acting import answer_set_add, case_locked, finish
from shizheng.services.actions.run import Run
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain import answers, flow, parsing
from shizheng.services.domain.errors import Fault
from shizheng.services.domain.migration import (
    Moving,
    form_changes,
    moved_answers,
    moving,
    state_after,
)
from shizheng.services.models import Case, Draft, MigrationReport, Service, ServiceVersion
from shizheng.services.versions import definition_by

MOST_LISTED = 200
log = structlog.get_logger()


@dataclass(slots=True)
class Preview:
    """What publishing would do (發布預覽): counts of drafts and cases, and what cannot move."""

    drafts: int = 0
    drafts_fate: str = "stay"
    open_cases: int = 0
    cases_fate: str = "stay"
    by_state: dict[str, int] = field(default_factory=dict)
    moves: dict[str, str] = field(default_factory=dict)
    unmapped: dict[str, int] = field(default_factory=dict)
    dropped_answers: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules of another version say of a case (新規則判斷).

    ``faults``: by field what is wrong with its answer; ``calculated``: values as they would be;
    ``dropped``: fields whose answers have no place any more.
    """

    state: str
    faults: Mapping[str, Fault]
    calculated: Mapping[str, Any]
    dropped: tuple[str, ...]


def preview(service: Service, new: Definition) -> Preview:
    """Return what publishing ``new`` would do to the drafts and open cases; nothing is written."""
    found = Preview(drafts_fate=new.in_flight.drafts, cases_fate=new.in_flight.cases)
    found.drafts = _drafts(service).exclude(version__number=new.version).count()
    rows = Case.objects.filter(service=service, is_open=True).exclude(version__number=new.version)
    for key, version, given in rows.values_list("state", "version", "answers").iterator():
        plan = moving(definition_by(version), new)
        found.open_cases += 1
        found.by_state[key] = found.by_state.get(key, 0) + 1
        if new.in_flight.cases != "migrate":
            continue
        if key in plan.states:
            found.moves[key] = plan.states[key]
        else:
            found.unmapped[key] = found.unmapped.get(key, 0) + 1
        for gone in set(given) & set(plan.dropped):
            found.dropped_answers[gone] = found.dropped_answers.get(gone, 0) + 1
    return found


def carry_over(
    service: Service, *, before: ServiceVersion, after: ServiceVersion, by: User | None,
    at: datetime,
) -> None:  # fmt: skip
    """Carry drafts over at once, and queue the open cases, as the new version declares."""
    from shizheng.services.publishing.tasks import migrate_cases

    new = definition_by(after.pk)
    drafts_carry(service, after=after, at=at)
    report = MigrationReport.objects.create(
        service=service, before=before, after=after, started_at=at, started_by=by,
        fate=new.in_flight.cases,
    )  # fmt: skip
    if new.in_flight.cases == "migrate":
        migrate_cases.enqueue(key=str(after.pk), report=str(report.pk))
    else:
        report.stayed = Case.objects.filter(service=service, is_open=True).count()
        report.finished_at = at
        report.save()


def _drafts(service: Service) -> QuerySet[Draft]:
    return Draft.objects.filter(service=service, sent_case=None, corrects=None)


@transaction.atomic
def drafts_carry(service: Service, *, after: ServiceVersion, at: datetime) -> int:
    """Fast-forward, keep or discard the drafts of older versions; return how many were touched.

    A person who comes back sees what changed (``changed_note``).
    """
    new = definition_by(after.pk)
    fate, count = new.in_flight.drafts, 0
    for draft in _drafts(service).exclude(version=after).iterator():
        old = definition_by(draft.version_id)
        plan = moving(old, new)
        note = form_changes(old, new, plan)
        if fate == "fast_forward":
            draft.answers, draft.version = moved_answers(draft.answers, plan), after
        elif fate == "discard":
            draft.expires_at, note = at, [{"kind": "discarded"}, *note]
        else:
            continue
        draft.changed_note = note
        draft.save(update_fields=["answers", "version", "expires_at", "changed_note"])
        count += 1
    return count


def cases_migrate(report: MigrationReport, *, at: datetime) -> MigrationReport:
    """Move every open case of older versions, each in its own transaction (案件移轉).

    Those that cannot move stay where they are and are listed with the reason. Begun again, it
    goes on with those that are left.
    """
    outcome: Counter[str] = Counter()
    left: list[dict[str, str]] = []
    for key in _older(report.service_id, report.after_id):
        try:
            case_migrate(case=key, to=report.after, by=None, at=at)
            outcome["moved"] += 1
        except DomainError as refusal:
            outcome["left"] += 1
            if len(left) < MOST_LISTED:
                number = Case.objects.values_list("number", flat=True).get(pk=key)
                left.append({"number": number, "reason": str(refusal)})
        except Exception as error:  # the outermost edge of one case's own move
            log.exception("case_migration_failed", case=str(key))
            outcome["left"] += 1
            left.append({"number": str(key), "reason": type(error).__name__})
    report.moved += outcome["moved"]
    report.stayed, report.left, report.finished_at = outcome["left"], left, at
    report.save()
    return report


def _older(service: UUID, version: UUID) -> Iterator[UUID]:
    rows = Case.objects.filter(service=service, is_open=True).exclude(version=version)
    yield from list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def case_migrate(
    *, case: UUID, to: ServiceVersion, by: User | None, at: datetime, is_judged: bool = False,
    revision: int | None = None,
) -> Case:  # fmt: skip
    """Move one open case to another version; its answers are taken as they were given.

    Args:
        is_judged: an officer decided that the rules of the new version are to be applied to the
            answers; what they say is noted, nothing is refused.
        revision: the state of the case that the officer saw.

    Raises:
        ChangedMeanwhile: it is not at ``revision`` any more.
        NotPermitted: ``by`` may not.
        StateUnmapped: the new version has no state for it.
    """
    locked = case_locked(Case(pk=case), revision)
    if by is not None:
        require(by, "services.publish_service", locked, at=at)
    old, new = definition_by(locked.version_id), definition_by(to.pk)
    plan = moving(old, new)
    left, entered = locked.state, state_after(locked.state, old, new, plan)
    personal = moved_answers(Run(locked, at=at, by=by).personal_answers(), plan)
    locked.version = to
    run = Run(locked, at=at, by=by)
    run.personal = personal
    told = {"from": old.version, "to": new.version, "judged": is_judged}
    run.begin("migrated", left=left, entered=entered, given=told, by=by)
    run.put(version=to, state=entered, answers=moved_answers(locked.answers, plan))
    holder = str(flow.holder_of(new, entered))
    if holder != locked.holder:
        run.hold(holder)
    _clocks(run, plan, left, entered)
    if is_judged and run.event is not None:
        run.event.given["faults"] = judged(run)
    answer_set_add(run)
    run.end()
    finish(run)
    return locked


def _clocks(run: Run, plan: Moving, left: str, entered: str) -> None:
    values = run.clocks.values()
    gone = [values[key] for key in plan.clocks_gone if key in values]
    run.clocks.put([clock.stopped(run.at, is_satisfied=False) for clock in gone])
    if left != entered:
        run.clocks.enter(left, entered, run.scope())


def judged(run: Run) -> list[str]:
    """Return the fields whose answers the version in force would not take; computes anew."""
    faults, calculated = _read_anew(run)
    run.put(calculated=calculated)
    return sorted(faults)


def verdict_before(case: Case, to: ServiceVersion, *, at: datetime) -> Verdict:
    """Return what the rules of another version say of a case; nothing is written.

    Raises:
        StateUnmapped: the other version has no state for it.
    """
    old, new = definition_by(case.version_id), definition_by(to.pk)
    plan = moving(old, new)
    trial = copy(case)
    trial.state = state_after(case.state, old, new, plan)
    trial.answers = moved_answers(case.answers, plan)
    personal = Run(case, at=at, by=None).personal_answers()
    dropped = tuple(key for key in plan.dropped if key in case.answers or key in personal)
    trial.version = to
    run = Run(trial, at=at, by=None)
    run.personal = moved_answers(personal, plan)
    faults, calculated = _read_anew(run)
    return Verdict(trial.state, faults, calculated, dropped)


def _read_anew(run: Run) -> tuple[Mapping[str, Fault], dict[str, Any]]:
    stored = {**run.case.answers, **run.personal_answers()}
    files = {key: len(value) for key, value in stored.items() if isinstance(value, list)}
    form = answers.read_form(
        run.service.pages, stored, vocabulary=run.service.vocabulary, facts=run.facts(),
        files=files,
    )  # fmt: skip
    found = answers.calculate(run.service, run.service.vocabulary, run.facts())
    return form.faults, parsing.stored(found)


def report_of(after: ServiceVersion) -> MigrationReport | None:
    """Return the report of what publishing a version did, if it replaced another."""
    return MigrationReport.objects.filter(after=after).order_by("-started_at").first()


def noted(report: MigrationReport, *, at: datetime) -> None:
    """Enter the end of a migration into the journal."""
    with transaction.atomic():
        now = {"moved": report.moved, "left": report.stayed}
        journal.record("services.cases.migrated", report, by=report.started_by, at=at, now=now)
