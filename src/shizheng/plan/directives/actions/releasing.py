"""Letting go of a directive: proposed by the lead agency, decided by the control unit."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.plan.directives.actions.moving import moved, told, written
from shizheng.plan.directives.domain import release
from shizheng.plan.directives.domain.due import ReopeningDuePast
from shizheng.plan.directives.domain.flow import Act
from shizheng.plan.directives.selectors import facts
from shizheng.plan.models import DecisionKind, Directive, DirectiveDecision, ReleaseRequest


@transaction.atomic
def release_request(*, directive: Directive, by: User, at: datetime, reason: str) -> ReleaseRequest:
    """Ask the control unit to let go (申請解除列管), after a final report with evidence.

    Raises:
        NotPermitted: ``by`` may not report for the lead agency.
        WordsMissing, FinalReportMissing, ActNotPossible, ChangedMeanwhile: why not.
    """
    require(by, "plan.report_progress", directive, at=at)
    reason = written(reason)
    if not facts.final_reports_standing(directive).exists():
        raise release.FinalReportMissing(number=directive.number)
    moved(directive, Act.REQUEST_RELEASE)
    request = ReleaseRequest.objects.create(
        directive=directive, reason=reason, requested_by=by, requested_at=at
    )
    told(directive, "release_requested", by=by, at=at, on_behalf_of=directive.lead, why=reason)
    return request


@transaction.atomic
def directive_release(
    *,
    directive: Directive,
    by: User,
    at: datetime,
    text: str,
    decided_on: date,
    reference: str = "",
) -> DirectiveDecision:
    """Release a directive by a decision (解除列管), asked for or not.

    Raises:
        NotPermitted: ``by`` may not release for the control unit.
        OwnReport: ``by`` filed one of its reports.
        FinalReportMissing, ExtensionUndecided, DecisionDateWrong, WordsMissing: why not.
        ActNotPossible, ChangedMeanwhile: not any more.
    """
    require(by, "plan.release_directive", directive, at=at)
    text = written(text)
    release.check_release(
        by.pk,
        facts.report_facts(directive),
        term=directive.term,
        has_pending_extension=facts.has_pending_extension(directive),
        number=directive.number,
    )
    _check_date(directive, decided_on, at)
    moved(directive, Act.RELEASE, released_on=decided_on)
    decision = _decided(
        directive, DecisionKind.RELEASED, by=by, at=at, text=text,
        reference=reference, decided_on=decided_on,
    )  # fmt: skip
    directive.release_requests.filter(decision=None).update(decision=decision)
    told(
        directive, "released", by=by, at=at, on_behalf_of=directive.control,
        why=text, now={"decision": decision.number, "decided_on": decided_on},
    )  # fmt: skip
    return decision


@transaction.atomic
def release_refuse(
    *, directive: Directive, by: User, at: datetime, reason: str
) -> DirectiveDecision:
    """Refuse to let go (不同意解除列管); the lead agency carries on.

    Raises:
        NotPermitted, WordsMissing, ActNotPossible, ChangedMeanwhile: why not.
    """
    require(by, "plan.release_directive", directive, at=at)
    reason = written(reason)
    moved(directive, Act.REFUSE_RELEASE)
    decision = _decided(
        directive, DecisionKind.RELEASE_REFUSED, by=by, at=at, text=reason,
        decided_on=timezone.localdate(at),
    )  # fmt: skip
    directive.release_requests.filter(decision=None).update(decision=decision)
    told(
        directive, "release_refused", by=by, at=at, on_behalf_of=directive.control,
        why=reason, now={"decision": decision.number},
    )  # fmt: skip
    return decision


@transaction.atomic
def directive_reopen(
    *,
    directive: Directive,
    by: User,
    at: datetime,
    text: str,
    decided_on: date,
    due_on: date,
    reference: str = "",
) -> DirectiveDecision:
    """Follow a released directive again by a new decision (重新列管); number and history stay.

    A new term begins: it needs its own final report, and starts from 0 %.

    Raises:
        NotPermitted, WordsMissing, DecisionDateWrong, ReopeningDuePast: why not.
        ActNotPossible, ChangedMeanwhile: not any more.
    """
    require(by, "plan.reopen_directive", directive, at=at)
    text = written(text)
    _check_date(directive, decided_on, at)
    if due_on < decided_on:
        raise ReopeningDuePast(due_on=due_on, decided_on=decided_on)
    was = {"due_on": directive.due_on, "released_on": directive.released_on}
    moved(
        directive, Act.REOPEN, released_on=None, due_on=due_on, percent=0,
        term=directive.term + 1,
    )  # fmt: skip
    decision = _decided(
        directive, DecisionKind.REOPENED, by=by, at=at, text=text,
        reference=reference, decided_on=decided_on, due_on=due_on,
    )  # fmt: skip
    told(
        directive, "reopened", by=by, at=at, on_behalf_of=directive.control, why=text,
        was=was, now={"decision": decision.number, "decided_on": decided_on, "due_on": due_on},
    )  # fmt: skip
    return decision


def _check_date(directive: Directive, decided_on: date, at: datetime) -> None:
    earliest = directive.released_on or directive.issued_on
    release.check_decision_date(decided_on, earliest=earliest, latest=timezone.localdate(at))


def _decided(
    directive: Directive,
    kind: DecisionKind,
    *,
    by: User,
    at: datetime,
    text: str,
    decided_on: date,
    reference: str = "",
    due_on: date | None = None,
) -> DirectiveDecision:
    return DirectiveDecision.objects.create(
        directive=directive,
        number=directive.decisions.count() + 1,
        kind=kind,
        text=text,
        reference=reference.strip(),
        decided_on=decided_on,
        due_on=due_on,
        decided_by=by,
        decided_at=at,
    )
