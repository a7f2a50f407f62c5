"""Issuing a document inside an act: number, code, frozen values, and the file."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from shizheng.core import journal, outbox
from shizheng.core.models import User
from shizheng.kernel.time.amounts import Amount
from shizheng.kernel.time.period import due as period_due
from shizheng.services.actions.run import Run
from shizheng.services.domain import parsing
from shizheng.services.domain.names import blank
from shizheng.services.models import Output
from shizheng.services.outputs.numbers import check_code, output_number
from shizheng.services.schema.subjects import OutputOf

REPLACED = "replaced"
"""Reason of a document that a later one of the same kind took the place of."""


def output_issue(run: Run, key: str, given: Mapping[str, Any]) -> Output:
    """Issue a document (核發): its values are computed now and never again.

    The file is made at once, so that who pays receives; where a time-stamping authority must be
    asked, by a job right after the commit, so that nobody waits for it with the case locked.
    """
    # Signing and typesetting take a second to import: not at every start of a process.
    from shizheng.services.outputs.making import output_make, prefix_of_city, values_of

    definition = run.service.outputs[key]
    for earlier in Output.objects.filter(case=run.case, key=key, status__in=IN_FORCE):
        output_end(earlier, reason=REPLACED, by=run.by, at=run.at)
    on = timezone.localdate(run.at)
    output = Output(
        case=run.case,
        key=key,
        number=output_number(
            definition.number, prefix=prefix_of_city(), case=run.case.number, on=on
        ),
        code=check_code(),
        label=dict(definition.label),
        agency=dict(run.case.agency.name),
        issued_at=run.at,
        expires_on=_expiry(run, definition),
    )  # fmt: skip
    output.values = values_of(output, definition, _own_values(run, key, definition, given))
    output.save(force_insert=True)
    output_tell("issued", output, at=run.at, by=run.by)
    if settings.TIMESTAMP_URL:
        run.after.append(lambda: _prepare(output))
        return output
    output_make(output, at=run.at)
    follow = definition.on_made if output.status == Output.Status.VALID else definition.on_failed
    if follow:
        run.follow.append(follow)
    return output


IN_FORCE = (Output.Status.PREPARING, Output.Status.VALID)


def _prepare(output: Output) -> None:
    from shizheng.services.outputs.tasks import make_output

    make_output.enqueue(key=str(output.pk), output=str(output.pk))


def output_end(output: Output, *, reason: str, by: User | None, at: datetime) -> bool:
    """Take a document out of force (撤銷); return whether it was in force."""
    standing = Output.objects.filter(pk=output.pk, status__in=(*IN_FORCE, Output.Status.EXPIRED))
    ended = standing.update(
        status=Output.Status.REVOKED, revoked_at=at, revoked_reason=reason[:200]
    )
    if ended:
        output_tell("revoked", output, at=at, by=by, why=reason)
    return bool(ended)


def output_tell(what: str, output: Output, *, at: datetime, by: User | None, why: str = "") -> None:
    """Write to the journal and the outbox what happened to a document; no value of it."""
    facts = {
        "case": output.case.number,
        "output": output.key,
        "number": output.number,
        "digest": output.digest,
    }
    journal.record(f"services.output.{what}", output, by=by, at=at, now=facts, why=why)
    outbox.publish(f"city.output.{what}", output, at=at, payload=facts)


def _own_values(
    run: Run, key: str, definition: OutputOf, given: Mapping[str, Any]
) -> dict[str, Any]:
    fields = run.service.issuing_fields(key)
    told = {each.id: given.get(each.id, blank(each)) for each in fields}
    scope = run.scope(told)
    vocabulary = run.service.vocabulary
    return {
        name: parsing.stored(vocabulary.value(source, scope, given=fields))
        for name, source in definition.values.items()
    }


def _expiry(run: Run, definition: OutputOf) -> Any:
    if definition.valid_for is None:
        return None
    start = run.at.astimezone(run.tz)
    return period_due(
        start, Amount.parse(definition.valid_for), run.clocks.calendar, tz=run.tz
    ).counted_to
