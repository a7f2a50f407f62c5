"""Making the file of a document: typeset, signed, kept; whatever happens, the case goes on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from shizheng.core.files import store
from shizheng.core.models import City
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.services.actions.documents import Upload, keeper
from shizheng.services.models import Output, PackFile
from shizheng.services.outputs.errors import TemplateLost, TimestampUnavailable
from shizheng.services.outputs.qr import qr_code
from shizheng.services.outputs.typeset import typeset
from shizheng.services.schema.subjects import OutputOf
from shizheng.services.versions import definition_by

BOTH = "both"


def output_make(output: Output, *, at: datetime) -> None:
    """Make the PDF of a document and keep it, or note why that failed.

    What fails does not undo the act that issued it: the document is ``failed``, and an officer
    can have it made again.

    Raises:
        TimestampUnavailable: the time-stamping authority did not answer; trying again can help.
    """
    definition = definition_by(output.case.version_id).outputs[output.key]
    try:
        pdf = _made(output, definition, at)
    except TimestampUnavailable:
        raise
    except DomainError as refusal:
        Output.objects.filter(pk=output.pk).update(
            status=Output.Status.FAILED, problem=str(refusal)[:300]
        )
    else:
        upload = Upload.of_bytes(f"{output.number}.pdf", pdf)
        stored = store(upload.content, name=upload.name, by=keeper(), at=at, attach_to=output)
        Output.objects.filter(pk=output.pk).update(
            status=Output.Status.VALID, digest=stored.digest, problem=""
        )
    output.refresh_from_db(fields=["status", "digest", "problem"])


def _made(output: Output, definition: OutputOf, at: datetime) -> bytes:
    from shizheng.services.outputs.signing import sign  # late: heavy

    template = PackFile.objects.filter(pk=definition.template.sha256).first()
    if template is None:
        raise TemplateLost
    values: Mapping[str, Any] = output.values
    assets = {"qr.svg": qr_code(values["verify"]["address"])}
    whole = at.replace(microsecond=0)  # a PDF has no finer moment
    pdf = typeset(bytes(template.content), values, at=whole, assets=assets)
    return sign(pdf, reason=str(values["title"]), at=whole) if definition.sign else pdf


def values_of(output: Output, definition: OutputOf, own: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the template reads: what every document has, and the values of the service."""
    language = "en" if definition.language == "en" else "zh-Hant"
    agency = output.case.agency.name
    shown = {
        "language": language,
        "title": in_language(definition.label, language),
        "agency": in_language(agency, language),
        "number": output.number,
        "case": output.case.number,
        "issued_on": timezone.localdate(output.issued_at).isoformat(),
        "valid_until": output.expires_on.isoformat() if output.expires_on else "",
        "verify": {"address": address_of(output.code, language), "code": output.code},
        "demo": _is_demonstration(),
        "signer": {"office": in_language(agency, language), "name": ""},
    }
    if definition.language == BOTH:
        shown["title_en"] = in_language(definition.label, "en")
        shown["agency_en"] = in_language(agency, "en")
    return {**shown, **own}


def address_of(code: str, language: str = "zh-Hant") -> str:
    """Return the address under which a document is checked."""
    with override(language.lower()):
        return settings.SITE_URL + reverse("services:verify_code", args=[code])


def _is_demonstration() -> bool:
    """Whether what is issued has no legal effect: by the key, or because the city says so."""
    from shizheng.services.outputs.keys import city_key  # late: heavy

    if settings.IS_PRODUCTION:
        return False
    try:
        return city_key().is_demo
    except DomainError:
        return True


def prefix_of_city() -> str:
    """Return the prefix of numbers of the city (機關字軌)."""
    city = City.objects.only("code", "manifest").first()
    return str(city.manifest.get("number_prefix") or city.code[:2]).upper() if city else ""
