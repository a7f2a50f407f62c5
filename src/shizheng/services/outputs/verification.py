"""Says of a PDF whether it is the one that the city signed (簽章驗證)."""

import io
from collections.abc import Sequence

from asn1crypto import cms, x509
from django.conf import settings
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from shizheng.services.outputs.keys import name_of, trusted_certificates
from shizheng.services.outputs.loops import apart_from_loops
from shizheng.services.outputs.verdicts import Finding, Verdict

# What a broken file makes the reader raise; it is anybody's upload.
_BROKEN = (
    PdfError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    NotImplementedError,
    OSError,
)


def verify(pdf: bytes, *, trusted: Sequence[x509.Certificate] | None = None) -> Verdict:
    """Judge a PDF; whatever the bytes are, there is a verdict.

    The certificate is judged at the moment of signing that the signer states, so that a document
    stays genuine when the certificate has run out since.

    Args:
        trusted: certificates that are believed; ours unless given. A document whose signer was
            merely certified by the same authority is not ours.

    Raises:
        SigningKeyUnusable: our own certificates cannot be read.
    """
    believed = trusted_certificates() if trusted is None else tuple(trusted)
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
        if not signatures:
            return Verdict(Finding.UNSIGNED)
        return _judged(signatures[0], pdf, believed)
    except _BROKEN:
        # A mark of a signature in a file that cannot be read any more is a changed file.
        return Verdict(Finding.CHANGED if b"/ByteRange" in pdf else Finding.UNREADABLE)


def _judged(
    signature: EmbeddedPdfSignature, pdf: bytes, believed: tuple[x509.Certificate, ...]
) -> Verdict:
    certificate = signature.signer_cert
    stated = signature.self_reported_timestamp
    then = ValidationContext(trust_roots=believed, moment=stated, allow_fetching=False)
    now = ValidationContext(trust_roots=believed, allow_fetching=False)
    status = apart_from_loops(lambda: validate_pdf_signature(signature, then, now))
    timestamp = status.timestamp_validity
    if timestamp and not (timestamp.intact and timestamp.valid and timestamp.trusted):
        timestamp = None
    finding = Finding.GENUINE
    if not _is_intact(status, signature, pdf):
        finding = Finding.CHANGED
    elif not status.trusted or certificate.sha256 not in {kept.sha256 for kept in believed}:
        finding = Finding.UNKNOWN_SIGNER
    return Verdict(
        finding,
        signer=name_of(certificate),
        signed_at=timestamp.timestamp if timestamp else stated,
        is_timestamped=timestamp is not None,
        is_demo=name_of(certificate) == settings.DEMO_SIGNER,
        reason=str(signature.sig_object.get("/Reason", "")),
    )


def _is_intact(status: PdfSignatureStatus, signature: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """Tell whether every byte of the file is as it left the signer."""
    return bool(
        status.intact
        and status.valid
        and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        and signature.sig_object.get("/SubFilter") == SigSeedSubFilter.PADES.value
        and (status.timestamp_validity is None or status.timestamp_validity.intact)
        and _is_signature_plain(signature.byte_range, pdf)
    )


def _is_signature_plain(byte_range: Sequence[int], pdf: bytes) -> bool:
    """Tell whether the hole for the signature holds what we write there, then zeros, and no more.

    RFC 5652 leaves a few bytes around a signature unprotected, and readers are lenient about them:
    written anew from its parts, the signature must come out the same.
    """
    hole = pdf[byte_range[1] : byte_range[2]]
    held = bytes.fromhex(hole[1:-1].decode("ascii"))
    plain = _written_anew(cms.ContentInfo.load(held)["content"])
    rest = held[len(plain) :]
    written = b"<%s>" % held.hex().upper().encode()
    return hole == written and held.startswith(plain) and not any(rest)


def _written_anew(signed: cms.SignedData) -> bytes:
    (signer,) = signed["signer_infos"]
    algorithm = {"algorithm": signer["digest_algorithm"]["algorithm"].native}
    kept = ["sid", "signed_attrs", "signature_algorithm", "signature"]
    kept += ["unsigned_attrs"] if signer["unsigned_attrs"] else []  # holds the timestamp
    parts = {"version": "v1", "digest_algorithm": algorithm} | {name: signer[name] for name in kept}
    whole = {
        "version": "v1",
        "digest_algorithms": [algorithm],
        "encap_content_info": signed["encap_content_info"],
        "certificates": signed["certificates"],
        "signer_infos": [cms.SignerInfo(parts)],
    }
    content = {"content_type": "signed_data", "content": cms.SignedData(whole)}
    plain: bytes = cms.ContentInfo(content).dump()
    return plain
