"""What is done with permits, inspections and samples: entered, carried out, released."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import Agency, Area, User
from shizheng.kernel.errors import N_
from shizheng.kernel.text import cleaned
from shizheng.sensing.access import MANAGE
from shizheng.sensing.alerting.access import ANSWER
from shizheng.sensing.domain.river_index import Part, Value, index_of
from shizheng.sensing.models import (
    DischargeLimit,
    DischargePermit,
    Exceedance,
    ObservedProperty,
    SampleResult,
    SampleStep,
    Thing,
    WaterSample,
)
from shizheng.sensing.water.city import declared_emissions, declared_waters
from shizheng.sensing.water.errors import (
    ExceedanceInspected,
    PermitTaken,
    PermitUnfit,
    SampleTaken,
    SampleUnfit,
)
from shizheng.sensing.water.listening import monitored

Step = SampleStep.Kind
BEFORE = {
    Step.HANDED: {Step.TAKEN, Step.HANDED}, Step.RECEIVED: {Step.TAKEN, Step.HANDED},
    Step.ANALYSED: {Step.RECEIVED, Step.ANALYSED}, Step.RELEASED: {Step.ANALYSED},
}  # fmt: skip
"""What a sample's last step must be before another."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a permit allows of one pollutant: property, averaging rule, limit, yearly cap."""

    property: str
    averaging: str
    limit: float
    cap_kg: float | None = None


@transaction.atomic
def permit_record(
    *, number: str, kind: str, holder: str, point: str, valid_from: date, valid_until: date,
    limits: Sequence[Limit], by: User | None, at: datetime, district: Area | None = None,
    thing: Thing | None = None,
) -> DischargePermit:  # fmt: skip
    """Enter a permit to emit or discharge (登錄許可), with what it allows.

    Raises:
        NotPermitted: ``by`` does not keep the things of the agency in charge.
        PermitTaken: there is one of that number.
        PermitUnfit: an unknown rule or pollutant, no limit, or it ends before it begins.
    """
    body, _version = declared_emissions()
    owner = Agency.objects.get(code=body.owner)
    if by is not None:
        require(by, MANAGE, owner)
    number = cleaned(number).strip()
    if DischargePermit.objects.filter(number=number).exists():
        raise PermitTaken(number=number)
    if valid_until < valid_from:
        raise PermitUnfit(reason=N_("it ends before it begins"))
    if not limits:
        raise PermitUnfit(reason=N_("it has no limit"))
    row = DischargePermit.objects.create(
        number=number, kind=kind, holder=cleaned(holder).strip(), point=cleaned(point).strip(),
        owner=owner, district=district, thing=thing, valid_from=valid_from,
        valid_until=valid_until, recorded_by=by, recorded_at=at,
    )  # fmt: skip
    wanted = ObservedProperty.objects.filter(code__in=[each.property for each in limits])
    known = {row.code: row for row in wanted}
    for each in limits:
        emitted = body.emitted(each.property)
        if emitted is None or emitted.kind != kind or each.property not in known:
            raise PermitUnfit(reason=N_("a pollutant is not one of this kind of source"))
        if body.averaging(each.averaging) is None:
            raise PermitUnfit(reason=N_("an averaging rule is not one of the pack"))
        if not 0 < each.limit < float("inf") or (each.cap_kg is not None and each.cap_kg < 0):
            raise PermitUnfit(reason=N_("a limit is above 0, a cap not below it"))
        DischargeLimit.objects.create(
            permit=row, observed_property=known[each.property], averaging=each.averaging,
            limit=each.limit, cap_kg=each.cap_kg,
        )  # fmt: skip
    monitored.forget()
    facts = {"number": number, "limits": [[each.property, each.limit] for each in limits]}
    journal.record("sensing.discharge_permit.recorded", row, by=by, at=at, now=facts)
    return row


@transaction.atomic
def exceedance_inspect(
    *, exceedance: Exceedance, finding: str, note: str, by: User, at: datetime
) -> Exceedance:
    """Write what an inspection found (稽查結果).

    Raises:
        NotPermitted: ``by`` is not of the agency in charge.
        ExceedanceInspected: somebody was quicker.
    """
    require(by, ANSWER, exceedance)
    rows = Exceedance.objects.filter(pk=exceedance.pk, state=Exceedance.State.OPEN)
    changed = rows.update(
        state=Exceedance.State.INSPECTED, finding=finding, note=cleaned(note).strip()[:500],
        inspected_at=at, inspected_by=by,
    )  # fmt: skip
    exceedance.refresh_from_db()
    if not changed:
        raise ExceedanceInspected(number=exceedance.number)
    facts = {"number": exceedance.number, "finding": finding}
    journal.record("sensing.exceedance.inspected", exceedance, by=by, at=at, now=facts)
    outbox.publish("sensing.exceedance.inspected", exceedance, at=at, payload=facts)
    return exceedance


@transaction.atomic
def sample_take(
    *, number: str, basin: str, site: str, taken_at: datetime, by: User | None, at: datetime,
    note: str = "",
) -> WaterSample:  # fmt: skip
    """Enter a sample where it was taken (採樣): the first step of its chain of custody.

    Raises:
        NotPermitted: ``by`` is not of the agency in charge.
        SampleTaken: there is one of that number.
        SampleUnfit: an unknown basin, or a time that has not come.
    """
    body = declared_waters()
    owner = Agency.objects.get(code=body.owner)
    if by is not None:
        require(by, ANSWER, owner)
    number = cleaned(number).strip()
    if WaterSample.objects.filter(number=number).exists():
        raise SampleTaken(number=number)
    found = body.basin(basin)
    if found is None:
        raise SampleUnfit(number=number, reason=N_("there is no such basin in the pack"))
    if taken_at > at:
        raise SampleUnfit(number=number, reason=N_("it was taken at a time that has not come"))
    row = WaterSample.objects.create(
        number=number, kind=found.kind, basin=basin, site=cleaned(site).strip()[:80],
        owner=owner, taken_at=taken_at, taken_by=by,
    )  # fmt: skip
    _stepped(row, Step.TAKEN, taken_at, by, note, at)
    return row


@transaction.atomic
def sample_step(
    *, sample: WaterSample, kind: str, by: User, at: datetime, note: str = ""
) -> SampleStep:
    """Write who has a sample from now on (監管鏈): handed over, received by the laboratory.

    Raises:
        NotPermitted: ``by`` is not of the agency in charge.
        SampleUnfit: that step cannot follow the last one.
    """
    require(by, ANSWER, sample)
    _follows(sample, Step(kind))
    return _stepped(sample, Step(kind), at, by, note, at)


@transaction.atomic
def result_record(
    *, sample: WaterSample, code: str, value: float | None, detection_limit: float,
    method: str, by: User, at: datetime,
) -> SampleResult:  # fmt: skip
    """Write what the laboratory found (檢驗結果); below the detection limit there is no value.

    Args:
        code: id of an observed property of the pack.
        value: None where nothing was detected (ND).

    Raises:
        NotPermitted: ``by`` is not of the agency in charge.
        SampleUnfit: not received yet, released already, an unknown property, found twice, or a
            value below its detection limit.
    """
    require(by, ANSWER, sample)
    _follows(sample, Step.ANALYSED)
    body = declared_waters()
    if code not in body.properties:
        raise SampleUnfit(number=sample.number, reason=N_("the pack does not look for that"))
    if not 0 <= detection_limit < float("inf"):
        raise SampleUnfit(number=sample.number, reason=N_("a detection limit is 0 or more"))
    if value is not None and not detection_limit <= value < float("inf"):
        reason = N_("a value below the detection limit is written as ND")
        raise SampleUnfit(number=sample.number, reason=reason)
    if sample.results.filter(observed_property__code=code).exists():
        raise SampleUnfit(number=sample.number, reason=N_("that was found already"))
    row = SampleResult.objects.create(
        sample=sample, observed_property=ObservedProperty.objects.get(code=code), value=value,
        detection_limit=detection_limit, method=cleaned(method).strip()[:60],
    )  # fmt: skip
    _stepped(sample, Step.ANALYSED, at, by, f"{code}: {method}", at)
    return row


@transaction.atomic
def sample_release(*, sample: WaterSample, by: User, at: datetime) -> WaterSample:
    """Make a sample's results public (公布); of a river its index is computed.

    Raises:
        NotPermitted: ``by`` is not of the agency in charge.
        SampleUnfit: nothing was found yet, or it was released; or ``by`` found it.
    """
    require(by, ANSWER, sample)
    _follows(sample, Step.RELEASED)
    if sample.steps.filter(kind=Step.ANALYSED, by=by).exists():
        reason = N_("who analysed it cannot release it: somebody else looks at it first")
        raise SampleUnfit(number=sample.number, reason=reason)
    sample.released_at = at
    sample.rpi = rpi_of(sample) if sample.kind == WaterSample.Kind.RIVER else None
    sample.save(update_fields=["released_at", "rpi"])
    _stepped(sample, Step.RELEASED, at, by, "", at)
    facts = {"number": sample.number, "basin": sample.basin, "rpi": sample.rpi}
    outbox.publish("sensing.water_sample.released", sample, at=at, payload=facts)
    return sample


def rpi_of(sample: WaterSample) -> float | None:
    """Return the River Pollution Index of a sample; None where it cannot be said."""
    index = declared_waters().index
    names = {getattr(index, part.value): part for part in Part}
    values = {
        names[code]: Value(value, limit)
        for code, value, limit in sample.results.values_list(
            "observed_property__code", "value", "detection_limit"
        )
        if code in names
    }
    return index_of(values)


def _follows(sample: WaterSample, kind: Step) -> None:
    last = sample.steps.order_by("-at", "-id").first()
    if last is None or Step(last.kind) not in BEFORE.get(kind, set()):
        reasons = {
            Step.HANDED: N_("the laboratory has it already"),
            Step.RECEIVED: N_("the laboratory has it already"),
            Step.ANALYSED: N_("the laboratory has not received it, or it was released already"),
            Step.RELEASED: N_("nothing was found in it yet, or it was released already"),
        }
        reason = reasons.get(kind, N_("that step cannot follow"))
        raise SampleUnfit(number=sample.number, reason=reason)


def _stepped(  # noqa: PLR0917 - the parts of one step
    sample: WaterSample, kind: Step, moment: datetime, by: User | None, note: str, at: datetime
) -> SampleStep:
    row = SampleStep.objects.create(
        sample=sample, kind=kind, at=moment, by=by, note=cleaned(note).strip()[:200]
    )
    facts = {"number": sample.number, "step": str(kind)}
    journal.record(f"sensing.water_sample.{kind}", sample, by=by, at=at, now=facts)
    return row
