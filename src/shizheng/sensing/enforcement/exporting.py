"""A violation as a sealed package: pictures, certificate, custody, and the digest of each."""

import io
import json
import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.conf import settings
from django.db import transaction

from shizheng.core import files, journal
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.core.signing_keys import demo_key_file
from shizheng.kernel.errors import N_
from shizheng.sensing.enforcement.access import ISSUE
from shizheng.sensing.enforcement.errors import EvidenceChanged, ViolationMoved
from shizheng.sensing.enforcement.violations import State, evidence_fault, step_add
from shizheng.sensing.models import CustodyEntry, ViolationFile

EPOCH = (1980, 1, 1, 0, 0, 0)
FORMAT = "shizheng violation package 1"


@transaction.atomic
def violation_export(*, violation: ViolationFile, by: User, at: datetime) -> bytes:
    """Return an issued violation as a ZIP file (證據封包).

    ``manifest.json`` names every other file with its size and SHA-256; ``manifest.sig`` is its
    signature by the key of the installation (ECDSA, SHA-256) where that is on an elliptic curve,
    with the certificate in ``signer.pem``. What is exported is the last step of its own custody.

    Raises:
        NotPermitted: ``by`` does not issue for the agency.
        ViolationMoved: it was not issued.
        EvidenceChanged: a part is not what was recorded; nothing is exported.
    """
    require(by, ISSUE, violation)
    if violation.state != State.ISSUED or violation.certificate is None:
        raise ViolationMoved(number=violation.number)
    fault = evidence_fault(violation)
    if fault:
        raise EvidenceChanged(number=violation.number, what=fault)
    step_add(violation, "exported", by=by, at=at, told={"format": FORMAT})
    parts = _parts(violation)
    digests = {name: {"sha256": sha256(content).hexdigest(), "bytes": len(content)}
               for name, content in parts.items()}  # fmt: skip
    manifest = _json({"format": FORMAT, "number": violation.number, "files": digests})
    parts["manifest.json"] = manifest
    parts |= _signed(manifest)
    seal = sha256(manifest).hexdigest()
    journal.record("sensing.violation.exported", violation, by=by, at=at,
                   on_behalf_of=violation.agency,
                   now={"number": violation.number, "manifest_sha256": seal})  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), parts[name])
    return packed.getvalue()


def _parts(row: ViolationFile) -> dict[str, bytes]:
    certificate = row.certificate
    if certificate is None:
        raise EvidenceChanged(number=row.number, what=N_("the certificate"))
    suffix = Path(certificate.file_name).suffix
    parts = {
        "violation.json": _json(_told(row)),
        "custody.json": _json([_step(each) for each in row.custody.order_by("number")]),
        f"certificate{suffix}": files.path_of(certificate.file).read_bytes(),
    }
    for image in row.images.select_related("file").order_by("position"):
        if image.file is None:
            raise EvidenceChanged(number=row.number, what=N_("a picture"))
        content = files.path_of(image.file).read_bytes()
        parts[f"image-{image.position:02d}{Path(image.name).suffix}"] = content
    return parts


def _told(row: ViolationFile) -> dict[str, object]:
    certificate = row.certificate
    return {
        "number": row.number, "kind": row.kind, "plate": row.plate, "place": row.place,
        "device": row.device.code, "device_kind": row.device.kind, "agency": row.agency.code,
        "occurred_at": _utc(row.occurred_at), "entered_at": _utc(row.entered_at),
        "time_source": {
            "name": row.time_source, "offset_ms": row.clock_offset_ms,
            "compared_at": _utc(row.clock_checked_at),
        },
        "speed": {
            "limit_kmh": row.limit_kmh,
            "measured_kmh": None if row.measured_kmh is None else str(row.measured_kmh),
            "counted_kmh": None if row.counted_kmh is None else str(row.counted_kmh),
            "arithmetic": row.arithmetic,
        },
        "certificate": {
            "number": certificate.number if certificate else "",
            "issuer": certificate.issuer if certificate else "",
            "valid_from": certificate.valid_from.isoformat() if certificate else "",
            "valid_until": certificate.valid_until.isoformat() if certificate else "",
            "sha256": row.certificate_sha256,
        },
        "issued_at": _utc(row.decided_at),
    }  # fmt: skip


def _step(step: CustodyEntry) -> dict[str, object]:
    return {
        "number": step.number, "act": step.act, "at": _utc(step.at),
        "by": str(step.by_id) if step.by_id else "", "told": step.told,
        "previous": step.previous, "sha256": step.sha256,
    }  # fmt: skip


def _utc(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else None


def _json(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _signed(manifest: bytes) -> dict[str, bytes]:
    """Return the signature and its certificate; nothing where there is no key for it."""
    try:
        path, password = Path(settings.SIGNING_KEY or ""), settings.SIGNING_PASSWORD
        if not settings.SIGNING_KEY:
            if settings.IS_PRODUCTION:
                return {}
            path, password = demo_key_file(settings.HOME), ""
        loaded = pkcs12.load_pkcs12(path.read_bytes(), password.encode() or None)
    except (OSError, ValueError):
        return {}
    if not isinstance(loaded.key, EllipticCurvePrivateKey) or loaded.cert is None:
        return {}
    return {
        "manifest.sig": loaded.key.sign(manifest, ECDSA(SHA256())),
        "signer.pem": loaded.cert.certificate.public_bytes(Encoding.PEM),
    }
