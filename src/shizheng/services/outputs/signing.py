"""Signs a PDF with the key of the city (電子簽章): PAdES B-B, or B-T where a clock is witness.

ETSI EN 319 142-1. The signature is invisible and certifies the file: a later change of any kind
makes every reader of PDF say so. What a person shall see stands in the template.
"""

import io
from datetime import datetime, timedelta

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

from shizheng.services.outputs.errors import SigningKeyUnusable, TimestampUnavailable
from shizheng.services.outputs.keys import SigningKey, city_key
from shizheng.services.outputs.loops import apart_from_loops

FIELD = "Signature1"
# PDF/A wants every field printable, PDF/UA wants it described unless it lies outside the page.
_FIELD_OFF_THE_PAGE = SigFieldSpec(
    FIELD,
    readable_field_name="電子簽章 Electronic signature",
    invis_sig_settings=InvisSigSettings(
        set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True
    ),
)
TIMESTAMP_SECONDS = 10


def sign(
    pdf: bytes,
    *,
    reason: str,
    at: datetime,
    place: str = "",
    key: SigningKey | None = None,
    timestamper: TimeStamper | None = None,
) -> bytes:
    """Return ``pdf`` with a signature at its end; the bytes before it stay as they were.

    Args:
        reason: why it is signed, such as the name of the decision.
        at: aware moment of signing, as the city says; a timestamp is the authority's own.
        place: the city, where it shall be said.
        key: that of the installation unless given.
        timestamper: that of ``SHIZHENG_TIMESTAMP_URL`` unless given.

    Raises:
        SigningKeyUnusable: no key, a wrong one, or one whose certificate is not valid at ``at``.
        TimestampUnavailable: the authority did not answer.
    """
    key = key or city_key()
    _require_valid(key, at)
    about = PdfSignatureMetadata(
        field_name=FIELD,
        name=key.name,
        reason=reason,
        location=place or None,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    signer = _SignerAt(
        about,
        signer=key.signer,
        timestamper=timestamper or _timestamper(),
        new_field_spec=_FIELD_OFF_THE_PAGE,
    )
    signer.at = at
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        signed: io.BytesIO = apart_from_loops(lambda: signer.sign_pdf(writer))
    except (TimestampRequestError, requests.RequestException) as silence:
        raise TimestampUnavailable from silence
    return signed.getvalue()


class _SignerAt(PdfSigner):
    """Signs at a moment that is passed in, where pyHanko would read the clock."""

    at: datetime

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


def _require_valid(key: SigningKey, at: datetime) -> None:
    begins, ends = key.certificate.not_valid_before, key.certificate.not_valid_after
    if not begins <= at <= ends + timedelta(seconds=1):
        raise SigningKeyUnusable(
            reason=_("the certificate of {holder} is valid from {begins} to {ends}").format(
                holder=key.name, begins=begins.date(), ends=ends.date()
            )
        )


def _timestamper() -> TimeStamper | None:
    if not settings.TIMESTAMP_URL:
        return None
    clock: TimeStamper = RequestsHTTPTimeStamper(  # type: ignore[no-untyped-call]  # pyHanko's
        settings.TIMESTAMP_URL, timeout=TIMESTAMP_SECONDS
    )
    return clock
