"""Devices and their certificates: entered, asked whether they cover a moment, revoked."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from shizheng.core import files, journal
from shizheng.core.access import require
from shizheng.core.declared import body_of, newest_key
from shizheng.core.filetypes import media_type
from shizheng.core.models import Agency, User
from shizheng.kernel.errors import N_
from shizheng.kernel.text import cleaned
from shizheng.sensing.enforcement.access import DEVICES
from shizheng.sensing.enforcement.definitions import EnforcementBody
from shizheng.sensing.enforcement.errors import (
    CertificateUnfit,
    DeviceUnfit,
    EnforcementUnset,
    ReasonMissing,
)
from shizheng.sensing.models import CalibrationCertificate, EnforcementDevice, ViolationFile

Kind = EnforcementDevice.Kind
KINDS = {
    Kind.GANTRY: N_("Gantry (red light)"), Kind.SECTION: N_("Average speed over a section"),
    Kind.RADAR: N_("Fixed speed measurement"), Kind.BREATH: N_("Breath tester"),
}  # fmt: skip
MOST_BYTES = 20 * 2**20


def enforcement_rules() -> EnforcementBody:
    """Return what the loaded city says of enforcement.

    Raises:
        EnforcementUnset: nothing.
    """
    key = newest_key("enforcement")
    if key is None:
        raise EnforcementUnset
    return body_of(EnforcementBody, key)


def said(text: str, most: int) -> str:
    """Return what somebody wrote, cleaned and not too long."""
    return cleaned(text).strip()[:most]


def why_of(text: str) -> str:
    """Return a reason.

    Raises:
        ReasonMissing: there is none.
    """
    reason = said(text, 300)
    if len(reason) < 2:
        raise ReasonMissing
    return reason


@transaction.atomic
def device_add(
    *, code: str, kind: str, place: str, by: User, at: datetime, limit_kmh: int | None = None,
    distance_m: Decimal | None = None, distance_tolerance_m: Decimal = Decimal(0),
    longitude: float | None = None, latitude: float | None = None,
) -> EnforcementDevice:  # fmt: skip
    """Enter a device (登錄設備); without a certificate it cannot issue anything.

    Args:
        distance_m: of a section alone, the shortest way between its gates as declared.
        distance_tolerance_m: by how much it may be shorter.

    Raises:
        NotPermitted: ``by`` keeps no devices.
        DeviceUnfit: what to correct.
    """
    agency = Agency.objects.get(code=enforcement_rules().owner)
    require(by, DEVICES, agency)
    name = said(code, 60)
    reason = ""
    if not name or kind not in Kind.values:
        reason = N_("it needs a number and a kind")
    elif EnforcementDevice.objects.filter(code=name).exists():
        reason = N_("there is a device of this number")
    elif kind == Kind.SECTION and not (distance_m and limit_kmh):
        reason = N_("average speed needs the length of the section and its limit")
    elif distance_m is not None and not 0 <= distance_tolerance_m < distance_m:
        reason = N_("the tolerance is not between 0 and the length of the section")
    elif kind == Kind.RADAR and not limit_kmh:
        reason = N_("it needs the speed limit of its place")
    if reason:
        raise DeviceUnfit(reason=reason)
    made = EnforcementDevice.objects.create(
        code=name, kind=kind, agency=agency, place=said(place, 200), limit_kmh=limit_kmh,
        distance_m=distance_m, distance_tolerance_m=distance_tolerance_m, longitude=longitude,
        latitude=latitude, made_by=by, made_at=at,
    )  # fmt: skip
    told = {"code": name, "kind": kind, "distance_m": str(distance_m) if distance_m else None,
            "tolerance_m": str(distance_tolerance_m), "limit_kmh": limit_kmh}  # fmt: skip
    journal.record("sensing.device.entered", made, by=by, at=at, on_behalf_of=agency, now=told)
    return made


@transaction.atomic
def certificate_add(
    *, device: EnforcementDevice, number: str, issuer: str, content: files.Readable, name: str,
    valid_from: date, valid_until: date, by: User, at: datetime,
) -> CalibrationCertificate:  # fmt: skip
    """Enter a certificate with its file (登錄檢定證書); its digest goes into every file it covers.

    Raises:
        NotPermitted: ``by`` keeps no devices of the agency.
        CertificateUnfit, TypeNotAllowed, NotWhatItSays, FileTooLarge, FileEmpty: what to correct.
    """
    require(by, DEVICES, device)
    told, from_whom = said(number, 60), said(issuer, 120)
    reason = ""
    if not told or not from_whom:
        reason = N_("it needs its number and who issued it")
    elif valid_until < valid_from:
        reason = N_("it ends before it begins")
    elif device.certificates.filter(number=told).exists():
        reason = N_("this device has a certificate of this number")
    if reason:
        raise CertificateUnfit(reason=reason)
    stored = files.keep(content, name=name, at=at, limit=MOST_BYTES, kind_of=media_type)
    made = CalibrationCertificate.objects.create(
        device=device, number=told, issuer=from_whom, file=stored,
        file_name=files.clean_name(name), sha256=stored.digest, valid_from=valid_from,
        valid_until=valid_until, added_by=by, added_at=at,
    )  # fmt: skip
    facts = {
        "device": device.code, "number": told, "sha256": stored.digest,
        "valid_from": valid_from.isoformat(), "valid_until": valid_until.isoformat(),
    }  # fmt: skip
    journal.record("sensing.certificate.entered", made, by=by, at=at,
                   on_behalf_of=device.agency, now=facts)  # fmt: skip
    return made


@transaction.atomic
def certificate_revoke(
    *, certificate: CalibrationCertificate, since: datetime, why: str, by: User, at: datetime
) -> list[str]:
    """Revoke a certificate from a moment on (撤銷檢定證書), also one that lies in the past.

    Returns:
        Numbers of violations after that moment that were issued by it and have to be looked at.

    Raises:
        NotPermitted: ``by`` keeps no devices of the agency.
        ReasonMissing, CertificateUnfit: no reason is given; it was revoked before.
    """
    require(by, DEVICES, certificate.device)
    reason = why_of(why)
    rows = CalibrationCertificate.objects.filter(pk=certificate.pk, revoked_at=None)
    if not rows.update(revoked_at=at, revoked_from=since, revoked_by=by, revoked_why=reason):
        raise CertificateUnfit(reason=N_("it was revoked before"))
    certificate.refresh_from_db()
    touched = list(issued_after(certificate).values_list("number", flat=True))
    facts = {"device": certificate.device.code, "number": certificate.number,
             "since": since.isoformat(), "issued_after": touched}  # fmt: skip
    journal.record("sensing.certificate.revoked", certificate, by=by, at=at, why=reason,
                   on_behalf_of=certificate.device.agency, now=facts)  # fmt: skip
    return touched


def issued_after(certificate: CalibrationCertificate) -> QuerySet[ViolationFile]:
    """Return what was issued by a certificate after the moment from which it does not hold."""
    rows = ViolationFile.objects.filter(certificate=certificate, state=ViolationFile.State.ISSUED)
    if certificate.revoked_from is None:
        return rows.none()
    return rows.filter(occurred_at__gte=certificate.revoked_from).order_by("occurred_at", "number")


def certificate_at(
    device: EnforcementDevice, moment: datetime
) -> tuple[CalibrationCertificate | None, str]:
    """Return the certificate that covers a moment, or why none does, as words to translate.

    A certificate holds on its days by the city's calendar, unless it was revoked from that moment
    or an earlier one; when that became known does not matter.
    """
    rows: Sequence[CalibrationCertificate] = list(
        device.certificates.select_related("file").order_by("-valid_from", "-added_at", "pk")
    )
    if not rows:
        return None, N_("it had no certificate")
    day = timezone.localdate(moment)
    on_day = [row for row in rows if row.valid_from <= day <= row.valid_until]
    holding = [row for row in on_day if row.revoked_from is None or moment < row.revoked_from]
    if holding:
        return holding[0], ""
    if on_day:
        return None, N_("its certificate was revoked")
    if any(row.valid_until < day for row in rows):
        return None, N_("its certificate had expired")
    return None, N_("its certificate was not in force yet")


def calibration_now(device: EnforcementDevice, at: datetime) -> dict[str, object]:
    """Return how a device stands: its certificate, the days left, or why it cannot issue."""
    row, reason = certificate_at(device, at)
    left = (row.valid_until - timezone.localdate(at)).days if row else None
    return {"certificate": row, "reason": reason, "days_left": left}
