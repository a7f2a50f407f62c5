"""The doors of SDMX: REST 1.5 for SDMX 2.1, REST 2.1 for SDMX 3.0; reading alone."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from shizheng.core.words import language_tag, said
from shizheng.kernel.errors import DomainError
from shizheng.statistics.models import Indicator
from shizheng.statistics.published.delivery import A_MINUTE, Content, opened, sent, speaking
from shizheng.statistics.published.formats.plain_json import dumped
from shizheng.statistics.published.sdmx import formats
from shizheng.statistics.published.sdmx.asking import query_of
from shizheng.statistics.published.sdmx.availability import available
from shizheng.statistics.published.sdmx.csv_data import as_csv
from shizheng.statistics.published.sdmx.cubes import Cube, cube_of
from shizheng.statistics.published.sdmx.errors import (
    NoResults,
    NotSupported,
    QueryUnreadable,
    number_of,
)
from shizheng.statistics.published.sdmx.json_data import as_json
from shizheng.statistics.published.sdmx.json_structures import structures as json_structures
from shizheng.statistics.published.sdmx.ml_data import generic, structure_specific
from shizheng.statistics.published.sdmx.ml_structures import StructureWriter
from shizheng.statistics.published.sdmx.naming import Standard, maintainer
from shizheng.statistics.published.sdmx.selecting import NEWEST, selected, selection
from shizheng.statistics.published.sdmx.structures import Structures, flow_id
from shizheng.statistics.published.sdmx.xml import error_message

MOST_PARTS = 8
RESOURCES = ("data", "availableconstraint", "dataflow", "datastructure", "codelist")
Door = Callable[[HttpRequest, list[str], Standard], HttpResponse]


@require_safe
def door(request: HttpRequest, rest: str, standard: Standard) -> HttpResponse:
    """Answer an address of the standard; a refusal is a message of the standard too."""
    with speaking(request):
        try:
            response = _answered(request, _parts(rest), standard)
        except DomainError as error:
            response = _refused(request, error, standard)
    patch_vary_headers(response, ("Accept", "Accept-Language", "Accept-Encoding", "Cookie"))
    return opened(response)


def _parts(rest: str) -> list[str]:
    parts = rest.strip("/").split("/")
    if len(parts) > MOST_PARTS:
        raise QueryUnreadable(value=rest[:60], name="address", expected=", ".join(RESOURCES))
    return parts


def _answered(request: HttpRequest, parts: list[str], standard: Standard) -> HttpResponse:
    head = parts[0]
    if standard is Standard.V21:
        if head == "data":
            return _data(request, _flow_21(parts), _part(parts, 2), standard)
        if head == "availableconstraint":
            flow, key, component = _flow_21(parts), _part(parts, 2), _part(parts, 4)
            return _availability(request, flow, key, component, standard)
        return _structures(request, parts, standard)
    if head == "data":
        return _data(request, _flow_30(parts), _part(parts, 5), standard)
    if head == "availability":
        flow, key, component = _flow_30(parts), _part(parts, 5), _part(parts, 6)
        return _availability(request, flow, key, component, standard)
    if head == "structure" and len(parts) > 1:
        parts = ["structure" if parts[1] == "*" else parts[1], *parts[2:]]
        return _structures(request, parts, standard)
    expected = "data/…, availability/…, structure/…"
    raise QueryUnreadable(value=head[:60], name="address", expected=expected)


def _part(parts: list[str], place: int) -> str:
    return parts[place] if len(parts) > place else ""


def _flow_21(parts: list[str]) -> Indicator:
    """Return what ``ID``, ``AGENCY,ID`` or ``AGENCY,ID,VERSION`` names."""
    given = _part(parts, 1).split(",")
    if len(given) == 1:
        given = ["all", *given]
    agency, name, version = (*given, "latest")[:3]
    return _flow(agency, name, version, Standard.V21)


def _flow_30(parts: list[str]) -> Indicator:
    context = _part(parts, 1)
    if context not in ("dataflow", "*"):
        raise NotSupported(value=context[:60], name="context", known="dataflow")
    version = _part(parts, 4) or "latest"
    return _flow(_part(parts, 2) or "*", _part(parts, 3), version, Standard.V30)


def _flow(agency: str, name: str, version: str, standard: Standard) -> Indicator:
    """Return the indicator of a dataflow.

    Raises:
        NoResults: there is no such flow, or not of this version.
    """
    structures = Structures(timezone.now())
    row = structures.indicators().filter(code=name.lower()[:50]).first()
    is_ours = agency in ("all", "*", maintainer())
    if row is None or not is_ours or flow_id(row.code) != name:
        raise NoResults(kind="dataflow", name=name[:60])
    if version not in {*NEWEST, standard.version(structures.dataflow(row).version)}:
        raise NoResults(kind="dataflow", name=f"{name}({version[:20]})")
    return row


def _data(request: HttpRequest, row: Indicator, key: str, standard: Standard) -> HttpResponse:
    format_ = formats.chosen(request, formats.DATA[standard])
    now = timezone.now()
    cube = cube_of(row, query_of(request.GET, key, standard, now=now), now=now)
    writers: dict[formats.Answer, Callable[[Cube], bytes]] = {
        formats.GENERIC: generic,
        formats.SPECIFIC: partial(structure_specific, standard=Standard.V21),
        formats.XML_3: partial(structure_specific, standard=Standard.V30),
        formats.JSON_1: partial(as_json, standard=Standard.V21),
        formats.JSON_2: partial(as_json, standard=Standard.V30),
        formats.CSV_1: partial(as_csv, standard=Standard.V21, has_labels=format_.has_labels),
        formats.CSV_2: partial(as_csv, standard=Standard.V30, has_labels=format_.has_labels),
    }
    changed_at = cube.slices[-1].valid_from
    body = writers[format_.answer](cube)
    return _sent(request, Content(body, format_.answer.content_type, changed_at, A_MINUTE))


def _availability(
    request: HttpRequest, row: Indicator, key: str, component: str, standard: Standard
) -> HttpResponse:
    format_ = formats.chosen(request, formats.AVAILABILITY[standard])
    given = request.GET.copy()
    for name in ("mode", "references"):
        given.pop(name, None)
    now = timezone.now()
    cube = cube_of(row, query_of(given, key, standard, now=now), now=now)
    body = available(cube, component, standard, at=cube.prepared_at)
    changed_at = cube.slices[-1].valid_from
    return _sent(request, Content(body, format_.answer.content_type, changed_at, A_MINUTE))


def _structures(request: HttpRequest, parts: list[str], standard: Standard) -> HttpResponse:
    format_ = formats.chosen(request, formats.STRUCTURE[standard])
    asked = selection(parts, request.GET)
    now = timezone.now()
    found, changed_at = selected(asked, standard, at=now), Structures(now).changed_at
    if format_.answer is formats.STRUCTURE_JSON:
        body = json_structures(found, at=changed_at, is_stub=asked.is_stub)
    else:
        body = StructureWriter(standard, is_stub=asked.is_stub).written(found, at=changed_at)
    return _sent(request, Content(body, format_.answer.content_type, changed_at, A_MINUTE))


def _sent(request: HttpRequest, content: Content) -> HttpResponse:
    response = sent(request, content)
    response["Content-Language"] = language_tag()
    return response


def _refused(request: HttpRequest, error: DomainError, standard: Standard) -> HttpResponse:
    found = said(error)
    sentence = f"{found.message} {found.hint}".strip()
    number, language = number_of(error), language_tag()
    accepted = request.headers.get("Accept", "")
    if "json" in accepted and "xml" not in accepted:
        errors = [{"code": number, "title": sentence, "titles": {language: sentence}}]
        body, media_type = dumped({"errors": errors}), "application/vnd.sdmx.data+json"
    else:
        body = error_message(number, sentence, language, standard)
        media_type = "application/vnd.sdmx.error+xml"
    response = HttpResponse(body, status=error.status, content_type=media_type)
    response["Content-Language"] = language
    return response
