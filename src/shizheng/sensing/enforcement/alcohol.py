"""Checkpoints planned and held, stops and breath tests, repeat offenders, tickets."""

import hashlib
import hmac
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import Agency, Area, User
from shizheng.kernel.errors import N_
from shizheng.kernel.text import cleaned
from shizheng.sensing.enforcement.access import ENFORCE, ISSUE
from shizheng.sensing.enforcement.devices import (
    Kind,
    certificate_at,
    enforcement_rules,
    said,
    why_of,
)
from shizheng.sensing.enforcement.domain.alcohol import (
    OFFENCES,
    Limits,
    Outcome,
    outcome,
    years_before,
)
from shizheng.sensing.enforcement.errors import (
    CheckpointMoved,
    CheckpointUnfit,
    DeviceUncalibrated,
    NothingToIssue,
    StopUnfit,
)
from shizheng.sensing.models import AlcoholStop, Checkpoint, EnforcementDevice

State = Checkpoint.State
LONGEST = timedelta(hours=24)
MOST_MG_L = Decimal("3")
OUTCOMES = {
    Outcome.SOBER: N_("below the limit"), Outcome.WARNED: N_("warned"),
    Outcome.FINE: N_("fine"), Outcome.CRIMINAL: N_("crime, to the prosecutor"),
    Outcome.REFUSED: N_("refused the test"),
    Outcome.UNUSABLE: N_("cannot be used: the device had no valid certificate"),
}  # fmt: skip


def subjects_of(identity: str) -> list[str]:
    """Return the keyed digests of a national number: by the key in use first, then by older ones.

    The number itself is kept nowhere.
    """
    told = "".join(cleaned(identity).upper().split())
    if not told:
        return []
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [
        hmac.new(f"shizheng.alcohol:{key}".encode(), told.encode(), hashlib.sha256).hexdigest()
        for key in keys
    ]


@transaction.atomic
def checkpoint_plan(
    *, area: Area, place: str, reason: str, starts_at: datetime, ends_at: datetime, by: User,
    at: datetime,
) -> Checkpoint:  # fmt: skip
    """Plan a checkpoint (規劃路檢點) with the reason why there and then.

    Raises:
        NotPermitted: ``by`` does not enforce.
        CheckpointUnfit: what to correct.
    """
    agency = Agency.objects.select_for_update().get(code=enforcement_rules().owner)
    require(by, ENFORCE, agency)
    where, why = said(place, 200), said(reason, 300)
    fault = ""
    if not where or len(why) < 2:
        fault = N_("it needs its place and a reason")
    elif ends_at <= starts_at or ends_at - starts_at > LONGEST:
        fault = N_("it ends before it begins, or lasts more than a day")
    if fault:
        raise CheckpointUnfit(reason=fault)
    year = timezone.localdate(starts_at).year
    count = Checkpoint.objects.filter(number__startswith=f"CP-{year}-").count()
    made = Checkpoint.objects.create(
        number=f"CP-{year}-{count + 1:05d}", agency=agency, area=area, place=where, reason=why,
        starts_at=starts_at, ends_at=ends_at, planned_by=by, planned_at=at,
    )  # fmt: skip
    facts = {"number": made.number, "area": area.code, "starts_at": starts_at.isoformat()}
    journal.record("sensing.checkpoint.planned", made, by=by, at=at, on_behalf_of=agency, now=facts)
    return made


@transaction.atomic
def checkpoint_close(
    *, checkpoint: Checkpoint, by: User, at: datetime, held_from: datetime | None = None,
    held_to: datetime | None = None, stopped_count: int = 0, why_not: str = "",
) -> Checkpoint:  # fmt: skip
    """Say that a checkpoint was held, from when to when and how many were looked at, or why not.

    Raises:
        NotPermitted: ``by`` does not enforce for the agency.
        CheckpointUnfit, ReasonMissing: what to correct.
        CheckpointMoved: it was said before.
    """
    require(by, ENFORCE, checkpoint)
    if held_from is not None and held_to is not None:
        if held_to <= held_from or held_to > at or held_to - held_from > LONGEST:
            raise CheckpointUnfit(reason=N_("it was held backwards, too long, or in the future"))
        tested = checkpoint.stops.count()
        if stopped_count < tested:
            raise CheckpointUnfit(reason=N_("fewer vehicles than drivers who were tested"))
        values: dict[str, object] = {
            "state": State.HELD, "held_from": held_from, "held_to": held_to,
            "stopped_count": stopped_count,
        }  # fmt: skip
    else:
        values = {"state": State.NOT_HELD, "why_not": why_of(why_not)}
    rows = Checkpoint.objects.filter(pk=checkpoint.pk, state=State.PLANNED)
    if not rows.update(**values):
        raise CheckpointMoved(number=checkpoint.number)
    checkpoint.refresh_from_db()
    facts = {"number": checkpoint.number, "state": checkpoint.state,
             "stopped_count": checkpoint.stopped_count}  # fmt: skip
    journal.record(f"sensing.checkpoint.{checkpoint.state}", checkpoint, by=by, at=at,
                   why=checkpoint.why_not, on_behalf_of=checkpoint.agency, now=facts)  # fmt: skip
    return checkpoint


@transaction.atomic
def stop_record(
    *, stopped_at: datetime, place: str, by: User, at: datetime, mg_l: Decimal | None = None,
    device: EnforcementDevice | None = None, checkpoint: Checkpoint | None = None,
    area: Area | None = None, identity: str = "", name: str = "", plate: str = "",
) -> AlcoholStop:  # fmt: skip
    """Record a stop with its breath test (登錄攔查): what follows from it is worked out, not typed.

    Whoever is below the limit is recorded without name, plate or number. A test by a device whose
    certificate did not cover the moment is recorded as unusable and leads to nothing.

    Args:
        mg_l: None where the driver refused the test.
        identity: national number; only its keyed digest is kept.

    Raises:
        NotPermitted: ``by`` does not enforce.
        StopUnfit: what to correct.
    """
    rules = enforcement_rules()
    agency = Agency.objects.select_for_update().get(code=rules.owner)
    require(by, ENFORCE, agency)
    limits = rules.alcohol_on(timezone.localdate(stopped_at))
    where = said(place, 200) or (checkpoint.place if checkpoint else "")
    if limits is None:
        raise StopUnfit(reason=N_("the pack has no limits for that day"))
    _fit(stopped_at, at, where, mg_l, device)
    covering = None
    if device is not None and mg_l is not None:
        covering, _reason = certificate_at(device, stopped_at)
    result = outcome(
        mg_l, Limits(limits.fine_mg_l, limits.warn_over_mg_l, limits.criminal_mg_l),
        is_calibrated=covering is not None,
    )  # fmt: skip
    is_offence = result in OFFENCES
    subjects = subjects_of(identity) if is_offence else []
    if is_offence and not (subjects and said(name, 60)):
        raise StopUnfit(reason=N_("an offence needs name and national number of the driver"))
    days = rules.retention.offence_days if is_offence else rules.retention.sober_days
    count = AlcoholStop.objects.filter(number__startswith=_prefix(stopped_at)).count()
    made = AlcoholStop.objects.create(
        number=f"{_prefix(stopped_at)}{count + 1:06d}", agency=agency, checkpoint=checkpoint,
        area=checkpoint.area if checkpoint else area, place=where, stopped_at=stopped_at,
        device=device, certificate=covering, mg_l=mg_l, outcome=result,
        certificate_sha256=covering.sha256 if covering else "",
        earlier_count=earlier(subjects, stopped_at, limits.repeat_years) if subjects else 0,
        plate=said(plate, 12).upper() if is_offence else "",
        name=said(name, 60) if is_offence else "", subject=subjects[0] if subjects else "",
        recorded_by=by, recorded_at=at,
        erase_on=timezone.localdate(stopped_at) + timedelta(days=days),
    )  # fmt: skip
    facts = {"number": made.number, "outcome": made.outcome, "earlier": made.earlier_count}
    journal.record("sensing.stop.recorded", made, by=by, at=at, on_behalf_of=agency, now=facts)
    return made


def _fit(
    stopped_at: datetime, at: datetime, where: str, mg_l: Decimal | None,
    device: EnforcementDevice | None,
) -> None:  # fmt: skip
    fault = ""
    if stopped_at > at:
        fault = N_("its moment lies in the future")
    elif not where:
        fault = N_("it needs its place")
    elif mg_l is not None and (device is None or device.kind != Kind.BREATH):
        fault = N_("a test needs its breath tester")
    elif mg_l is not None and not 0 <= mg_l <= MOST_MG_L:
        fault = N_("nobody has that much alcohol in the breath")
    if fault:
        raise StopUnfit(reason=fault)


def _prefix(moment: datetime) -> str:
    return f"DS-{timezone.localdate(moment).year}-"


def earlier(subjects: list[str], before: datetime, years: int) -> int:
    """Return how many offences somebody has within the years before a moment (再犯)."""
    local = timezone.localtime(before)
    since = datetime.combine(years_before(local.date(), years), local.timetz())
    return AlcoholStop.objects.filter(
        subject__in=subjects, outcome__in=OFFENCES, stopped_at__gte=since, stopped_at__lt=before
    ).count()


def stop_issue(*, stop: AlcoholStop, by: User, at: datetime) -> AlcoholStop:
    """Issue what follows from a stop (舉發或移送): the certificate is asked once more.

    Raises:
        NotPermitted: ``by`` does not issue for the agency.
        NothingToIssue: it was issued, or leads to nothing.
        DeviceUncalibrated: no certificate covered the moment, or it was revoked since.
    """
    require(by, ISSUE, stop)
    if stop.issued_at is not None:
        raise NothingToIssue(number=stop.number, reason=N_("it was issued before"))
    if stop.outcome == Outcome.UNUSABLE and stop.device is not None:
        raise _uncalibrated(stop, certificate_at(stop.device, stop.stopped_at)[1])
    if stop.outcome not in OFFENCES:
        raise NothingToIssue(number=stop.number, reason=OUTCOMES[Outcome(stop.outcome)])
    if stop.outcome != Outcome.REFUSED and stop.device is not None:
        covering, reason = certificate_at(stop.device, stop.stopped_at)
        if covering is None or covering.pk != stop.certificate_id:
            with transaction.atomic():
                journal.record("sensing.stop.refused", stop, by=by, at=at,
                               on_behalf_of=stop.agency, now={"number": stop.number})  # fmt: skip
            raise _uncalibrated(stop, reason or N_("another certificate holds now"))
    return _issue(stop, by, at)


def _uncalibrated(stop: AlcoholStop, reason: str) -> DeviceUncalibrated:
    shown = timezone.localtime(stop.stopped_at)
    code = stop.device.code if stop.device else stop.number
    return DeviceUncalibrated(device=code, moment=f"{shown:%Y-%m-%d %H:%M}", reason=reason)


@transaction.atomic
def _issue(stop: AlcoholStop, by: User, at: datetime) -> AlcoholStop:
    rows = AlcoholStop.objects.filter(pk=stop.pk, issued_at=None)
    if not rows.update(issued_at=at, issued_by=by):
        raise NothingToIssue(number=stop.number, reason=N_("it was issued before"))
    stop.refresh_from_db()
    facts = {"number": stop.number, "outcome": stop.outcome, "is_repeat": stop.earlier_count > 0,
             "certificate_sha256": stop.certificate_sha256}  # fmt: skip
    journal.record("sensing.stop.issued", stop, by=by, at=at, on_behalf_of=stop.agency, now=facts)
    outbox.publish("sensing.stop.issued", stop, at=at, payload=facts)
    return stop
