"""What is done to documents after they were issued: made again, revoked, run out."""

from datetime import date, datetime

from django.db import transaction

from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.services.actions.acting import case_locked, finish
from shizheng.services.actions.run import Run
from shizheng.services.models import Output
from shizheng.services.outputs.errors import OutputNotFailed, OutputNotValid, ReasonMissing
from shizheng.services.outputs.issuing import IN_FORCE, output_end, output_tell
from shizheng.services.outputs.selectors.documents import is_makeable

MADE, FAILED, REVOKED = "output.made", "output.failed", "output.revoked"
"""Names of the events of a case when one of its documents changes beside the flow."""


@transaction.atomic
def output_prepare(*, output: Output, at: datetime, by: User | None = None) -> Output:
    """Make the file of a document that has none yet, and let the case go on.

    Raises:
        TimestampUnavailable: the time-stamping authority did not answer; nothing changed.
    """
    from shizheng.services.outputs.making import output_make  # late: see issuing

    case = case_locked(output.case, None)
    output = Output.objects.select_for_update().get(pk=output.pk)
    if output.status not in (Output.Status.PREPARING, Output.Status.FAILED):
        return output
    output.case = case
    output_make(output, at=at)
    is_made = output.status == Output.Status.VALID
    run = Run(case, at=at, by=by)
    run.begin(
        MADE if is_made else FAILED, left=case.state, entered=case.state, by=by,
        given={"output": output.key, "number": output.number}, note=output.problem,
    )  # fmt: skip
    run.end()
    definition = run.service.outputs[output.key]
    follow = definition.on_made if is_made else definition.on_failed
    if follow:
        run.follow.append(follow)
    finish(run)
    return output


def output_make_again(*, output: Output, by: User, at: datetime) -> Output:
    """Make a document again that could not be made (重新製作), with the values as issued.

    Raises:
        NotPermitted: ``by`` may not act on the case.
        OutputNotFailed: it did not fail.
        TimestampUnavailable: the time-stamping authority did not answer; nothing changed.
    """
    require(by, "services.act_on_case", output.case)
    output.refresh_from_db()
    if not is_makeable(output):
        raise OutputNotFailed(number=output.number, status=output.get_status_display())
    return output_prepare(output=output, by=by, at=at)


@transaction.atomic
def output_revoke(*, output: Output, reason: str, by: User, at: datetime) -> Output:
    """Revoke a document beside the flow (撤銷), with a reason that stays with the case.

    Raises:
        NotPermitted: ``by`` may not issue and revoke documents of the agency.
        ReasonMissing, OutputNotValid: why not.
    """
    require(by, "services.issue_output", output)
    if not reason.strip():
        raise ReasonMissing
    case = case_locked(output.case, None)
    output = Output.objects.select_for_update().get(pk=output.pk)
    if output.status not in IN_FORCE:
        raise OutputNotValid(number=output.number, status=output.get_status_display())
    output.case = case
    output_end(output, reason=reason.strip(), by=by, at=at)
    run = Run(case, at=at, by=by)
    run.begin(
        REVOKED, left=case.state, entered=case.state, by=by, note=reason.strip(),
        given={"output": output.key, "number": output.number},
    )  # fmt: skip
    run.end()
    finish(run)
    output.refresh_from_db()
    return output


def outputs_expire(*, on: date, at: datetime) -> int:
    """Note the documents whose last day is over (逾期失效); return how many."""
    due = Output.objects.filter(status=Output.Status.VALID, expires_on__lt=on)
    return sum(_expire(output, at) for output in due.select_related("case")[:1_000])


@transaction.atomic
def _expire(output: Output, at: datetime) -> bool:
    valid = Output.objects.filter(pk=output.pk, status=Output.Status.VALID)
    if not valid.update(status=Output.Status.EXPIRED):
        return False
    output_tell("expired", output, at=at, by=None)
    return True
