"""Violations: recorded with pictures and clock, issued only if everything holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shizheng.core import files, journal, outbox
from shizheng.core.access import require
from shizheng.core.filetypes import Sample, media_type
from shizheng.core.models import User
from shizheng.kernel.errors import N_
from shizheng.sensing.enforcement.access import ENFORCE, ISSUE
from shizheng.sensing.enforcement.devices import (
    Kind,
    certificate_at,
    enforcement_rules,
    said,
    why_of,
)
from shizheng.sensing.enforcement.domain import custody
from shizheng.sensing.enforcement.domain.speed import counted, excess, section_speed
from shizheng.sensing.enforcement.errors import (
    ClockUnfit,
    DeviceUncalibrated,
    EvidenceChanged,
    NoViolation,
    ViolationMoved,
    ViolationUnfit,
)
from shizheng.sensing.models import (
    CalibrationCertificate,
    CustodyEntry,
    EnforcementDevice,
    ViolationFile,
    ViolationImage,
)

State = ViolationFile.State
OF_DEVICE = {
    Kind.GANTRY: ViolationFile.Kind.RED_LIGHT, Kind.RADAR: ViolationFile.Kind.SPEED,
    Kind.SECTION: ViolationFile.Kind.SECTION_SPEED,
}  # fmt: skip
MOST_BYTES, MOST_IMAGES = 20 * 2**20, 10


class Upload(files.Readable, Protocol):
    """An uploaded picture."""

    name: str | None


@dataclass(frozen=True, slots=True)
class Clock:
    """What set a device's clock, how far off it was, and when that was compared (時間來源)."""

    source: str
    offset_ms: int
    checked_at: datetime


def _picture(sample: Sample) -> str:
    kind = media_type(sample)
    if not kind.startswith("image/"):
        raise ViolationUnfit(reason=N_("a file is no picture"))
    return kind


@transaction.atomic
def violation_record(
    *, device: EnforcementDevice, occurred_at: datetime, plate: str, clock: Clock,
    images: Sequence[Upload], by: User, at: datetime, entered_at: datetime | None = None,
    measured_kmh: Decimal | None = None, place: str = "",
) -> ViolationFile:  # fmt: skip
    """Record what a device saw (登錄違規): it is not issued yet, whatever its certificate.

    Args:
        occurred_at: of a section, the moment at its last gate.
        entered_at: of a section alone, the moment at its first gate.
        measured_kmh: of a fixed measurement alone; a section's speed is computed.

    Raises:
        NotPermitted: ``by`` does not enforce for the agency.
        ViolationUnfit, and what files refuse: what to correct.
    """
    require(by, ENFORCE, device)
    rules = enforcement_rules()
    kind = OF_DEVICE.get(Kind(device.kind))
    number_plate = said(plate, 12).upper()
    reason = ""
    if kind is None:
        reason = N_("a breath tester records stops, not violations")
    elif not number_plate or not said(clock.source, 80):
        reason = N_("it needs the plate and what set the clock")
    elif occurred_at > at or clock.checked_at > occurred_at:
        reason = N_("its moment lies in the future, or before the clock was compared")
    elif kind == ViolationFile.Kind.SECTION_SPEED and (
        entered_at is None or entered_at >= occurred_at
    ):
        reason = N_("average speed needs both gates, the first before the last")
    elif kind == ViolationFile.Kind.SPEED and measured_kmh is None:
        reason = N_("it needs the speed that was measured")
    elif kind is not None and not _least(kind) <= len(images) <= MOST_IMAGES:
        reason = N_("it has too few or too many pictures")
    if reason or kind is None:
        raise ViolationUnfit(reason=reason)
    made = ViolationFile.objects.create(
        number=_number(device, at), device=device, agency=device.agency, kind=kind,
        occurred_at=occurred_at, entered_at=entered_at, place=said(place, 200) or device.place,
        plate=number_plate, time_source=said(clock.source, 80), clock_offset_ms=clock.offset_ms,
        clock_checked_at=clock.checked_at, limit_kmh=device.limit_kmh,
        recorded_by=by, recorded_at=at,
        erase_on=timezone.localdate(at) + timedelta(days=rules.retention.dropped_days),
        **_speeds(device, kind, occurred_at, entered_at, measured_kmh),
    )  # fmt: skip
    _images_keep(made, images, at)
    step_add(made, "received", by=by, at=at, told=_facts(made))
    journal.record("sensing.violation.recorded", made, by=by, at=at, on_behalf_of=made.agency,
                   now={"number": made.number, "device": device.code, "kind": kind})  # fmt: skip
    return made


def _least(kind: str) -> int:
    return int(getattr(enforcement_rules().images, kind))


def _number(device: EnforcementDevice, at: datetime) -> str:
    EnforcementDevice.objects.select_for_update().get(pk=device.pk)  # one number at a time
    year = timezone.localdate(at).year
    start = f"V-{device.code}-{year}-"[:24]
    return f"{start}{ViolationFile.objects.filter(number__startswith=start).count() + 1:05d}"


def _speeds(
    device: EnforcementDevice, kind: str, left_at: datetime, entered_at: datetime | None,
    measured_kmh: Decimal | None,
) -> dict[str, object]:  # fmt: skip
    """Return the speeds of a violation with their arithmetic; nothing of a red light."""
    rules = enforcement_rules().speed
    if kind == ViolationFile.Kind.RED_LIGHT:
        return {}
    facts: dict[str, object] = {}
    speed = measured_kmh
    if kind == ViolationFile.Kind.SECTION_SPEED and entered_at and device.distance_m:
        try:
            found = section_speed(
                device.distance_m, device.distance_tolerance_m, entered_at, left_at, rules.clock_ms
            )
        except ValueError as error:
            raise ViolationUnfit(reason=N_("the gates and their distance do not fit")) from error
        measured_kmh, speed = found.measured_kmh, found.least_kmh
        facts = {
            "distance_m": str(device.distance_m), "tolerance_m": str(device.distance_tolerance_m),
            "seconds": str(found.seconds), "clock_ms": rules.clock_ms,
            "least_kmh": str(found.least_kmh),
        }  # fmt: skip
    if measured_kmh is None or speed is None or not 0 < measured_kmh < 1_000:
        raise ViolationUnfit(reason=N_("no car drives at that speed"))
    result = counted(speed, rules.minus_kmh, rules.minus_percent)
    facts |= {"minus_kmh": str(rules.minus_kmh), "minus_percent": str(rules.minus_percent)}
    return {"measured_kmh": measured_kmh, "counted_kmh": result, "arithmetic": facts}


def _images_keep(made: ViolationFile, images: Sequence[Upload], at: datetime) -> None:
    for position, image in enumerate(images, 1):
        name = files.clean_name(image.name or f"{position}.jpg")
        stored = files.keep(image, name=name, at=at, limit=MOST_BYTES, kind_of=_picture)
        ViolationImage.objects.create(
            violation=made, position=position, name=name, file=stored, sha256=stored.digest,
            media_type=stored.media_type,
        )  # fmt: skip


def _facts(row: ViolationFile) -> dict[str, object]:
    """Return what the chain of custody holds of a violation; the plate as part of a digest only."""
    return {
        "number": row.number, "device": row.device.code, "kind": row.kind,
        "occurred_at": row.occurred_at.isoformat(),
        "entered_at": row.entered_at.isoformat() if row.entered_at else None,
        "time_source": row.time_source, "clock_offset_ms": row.clock_offset_ms,
        "clock_checked_at": row.clock_checked_at.isoformat(),
        "measured_kmh": str(row.measured_kmh) if row.measured_kmh is not None else None,
        "counted_kmh": str(row.counted_kmh) if row.counted_kmh is not None else None,
        "images": [each.sha256 for each in row.images.order_by("position")],
    }  # fmt: skip


def step_add(
    row: ViolationFile, act: str, *, by: User | None, at: datetime, told: Mapping[str, object]
) -> CustodyEntry:
    """Append a step to the chain of custody, in the transaction of the act."""
    ViolationFile.objects.select_for_update().get(pk=row.pk)  # steps take turns
    last = row.custody.order_by("-number").first()
    number = last.number + 1 if last else 1
    previous = last.sha256 if last else custody.GENESIS
    text = custody.canonical(told)
    key = str(by.pk) if by else ""
    return CustodyEntry.objects.create(
        violation=row, number=number, act=act, at=at, by=by, told=text, previous=previous,
        sha256=custody.link(previous, number, act, at=at, by=key, told=text),
    )  # fmt: skip


def chain_broken_at(row: ViolationFile) -> int | None:
    """Return the number of the first step that does not hold; None if the chain is whole."""
    steps = row.custody.order_by("number")
    return custody.broken_at((step, str(step.by_id) if step.by_id else "") for step in steps)


def evidence_fault(row: ViolationFile) -> str:
    """Return which part of the evidence is not what was recorded, in words; empty if none is."""
    if chain_broken_at(row) is not None:
        return N_("the chain of custody")
    for image in row.images.select_related("file").order_by("position"):
        if image.file is None or digest_there(image.file) != image.sha256:
            return N_("a picture")
    if row.certificate is not None and (
        digest_there(row.certificate.file) != row.certificate_sha256
    ):
        return N_("the certificate")
    return ""


def digest_there(stored: object) -> str:
    """Return the SHA-256 of the bytes as they lie in the store; empty where none do."""
    from hashlib import file_digest

    try:
        with files.path_of(stored).open("rb") as opened:  # type: ignore[arg-type]  # a StoredFile
            return file_digest(opened, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def violation_issue(*, violation: ViolationFile, by: User, at: datetime) -> ViolationFile:
    """Issue a violation (舉發): only if device, clock, speed and evidence hold at that moment.

    What is refused is counted and journaled, and may be tried again when it is put right.

    Raises:
        NotPermitted: ``by`` does not issue for the agency.
        ViolationMoved: it was decided.
        DeviceUncalibrated, ClockUnfit, NoViolation, EvidenceChanged: why it cannot be issued.
    """
    require(by, ISSUE, violation)
    if violation.state != State.RECORDED:
        raise ViolationMoved(number=violation.number)
    try:
        return _issued(violation, by, at)
    except (DeviceUncalibrated, ClockUnfit, NoViolation, EvidenceChanged) as refusal:
        with transaction.atomic():
            ViolationFile.objects.filter(pk=violation.pk).update(
                refused_count=F("refused_count") + 1
            )
            journal.record(
                "sensing.violation.refused", violation, by=by, at=at,
                on_behalf_of=violation.agency,
                now={"number": violation.number, "refusal": refusal.code},
            )  # fmt: skip
        raise


@transaction.atomic
def _issued(violation: ViolationFile, by: User, at: datetime) -> ViolationFile:
    row = ViolationFile.objects.select_for_update().get(pk=violation.pk)
    covering = _checked(row)
    fault = evidence_fault(row)
    if not fault and digest_there(covering.file) != covering.sha256:
        fault = N_("the certificate")
    if fault:
        raise EvidenceChanged(number=row.number, what=fault)
    keep = enforcement_rules().retention.issued_days
    rows = ViolationFile.objects.filter(pk=row.pk, state=State.RECORDED)
    if not rows.update(
        state=State.ISSUED, certificate=covering, certificate_sha256=covering.sha256,
        decided_by=by, decided_at=at, erase_on=timezone.localdate(at) + timedelta(days=keep),
    ):  # fmt: skip
        raise ViolationMoved(number=row.number)
    violation.refresh_from_db()
    told = {"certificate": covering.number, "certificate_sha256": covering.sha256}
    step_add(violation, "issued", by=by, at=at, told=told)
    facts = {"number": violation.number, "device": violation.device.code, **told}
    journal.record("sensing.violation.issued", violation, by=by, at=at,
                   on_behalf_of=violation.agency, now=facts)  # fmt: skip
    outbox.publish("sensing.violation.issued", violation, at=at, payload=facts)
    return violation


def _checked(row: ViolationFile) -> CalibrationCertificate:
    """Return the certificate that covers a violation whose clock and speed allow to issue it.

    Raises:
        DeviceUncalibrated, ClockUnfit, NoViolation: why not.
    """
    rules = enforcement_rules()
    moments = [each for each in (row.entered_at, row.occurred_at) if each is not None]
    covering = None
    for moment in moments:
        covering, reason = certificate_at(row.device, moment)
        if covering is None:
            shown = timezone.localtime(moment)
            raise DeviceUncalibrated(
                device=row.device.code, moment=f"{shown:%Y-%m-%d %H:%M}", reason=reason
            )
    if covering is None:
        raise ValueError("a violation has a moment")
    if abs(row.clock_offset_ms) > rules.clock.most_offset_ms:
        raise ClockUnfit(number=row.number, reason=N_("its clock was too far off its source"))
    if row.occurred_at - row.clock_checked_at > timedelta(hours=rules.clock.checked_within_hours):
        raise ClockUnfit(number=row.number, reason=N_("its clock was not compared in time"))
    if row.counted_kmh is not None and row.limit_kmh is not None:
        within = rules.speed.warn_within_kmh
        if excess(row.counted_kmh, row.limit_kmh) <= within:
            raise NoViolation(
                number=row.number, counted=row.counted_kmh, limit=row.limit_kmh, within=within
            )
    return covering


@transaction.atomic
def violation_drop(*, violation: ViolationFile, by: User, at: datetime, why: str) -> ViolationFile:
    """Give a violation up (不予舉發), with the reason.

    Raises:
        NotPermitted, ReasonMissing, ViolationMoved: why not.
    """
    require(by, ISSUE, violation)
    reason = why_of(why)
    rows = ViolationFile.objects.filter(pk=violation.pk, state=State.RECORDED)
    if not rows.update(state=State.DROPPED, decided_by=by, decided_at=at, why=reason):
        raise ViolationMoved(number=violation.number)
    violation.refresh_from_db()
    step_add(violation, "dropped", by=by, at=at, told={"why": reason})
    journal.record("sensing.violation.dropped", violation, by=by, at=at, why=reason,
                   on_behalf_of=violation.agency, now={"number": violation.number})  # fmt: skip
    return violation


@transaction.atomic
def violation_open(*, violation: ViolationFile, by: User, at: datetime) -> None:
    """Note that somebody reads a violation with its plate and pictures (調閱紀錄)."""
    step_add(violation, "opened", by=by, at=at, told={"number": violation.number})
    journal.read(violation, ["plate", "images"], by=by, at=at, why=violation.number)
