"""Answers of the Open311 interface in JSON and XML, refusals included.

The JSON is the Spark mapping of the XML: lists lose the name of their items, the root its name.
Source: GeoReport v2, Format Support and Errors.
"""

import re
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpRequest, HttpResponse, JsonResponse

from shizheng.core.words import language_tag, said
from shizheng.kernel.errors import DomainError
from shizheng.services.domain.errors import AnswersWrong

PREFIX = "/open311/"
XML_TYPE, JSON_TYPE = "text/xml; charset=utf-8", "application/json; charset=utf-8"
ITEMS = {
    "services": "service",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "notes": "note",
}
"""What an item of a list is called in XML, by the name of the list."""
KEPT = frozenset({403, 404, 405, 409, 429, 500, 503, 507})
"""Statuses answered as they are; 401 becomes 403, all others 400 (GeoReport v2, Errors)."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Value = Mapping[str, object] | Sequence[object] | str | float | int | bool | None


def wants_xml(request: HttpRequest) -> bool:
    """Tell whether XML is asked for: by the ending of the address, else by ``Accept``."""
    path = request.path.lower()
    if path.endswith((".xml", ".json")):
        return path.endswith(".xml")
    accepted = request.headers.get("Accept", "")
    return "xml" in accepted and "json" not in accepted and "html" not in accepted


def answer(request: HttpRequest, root: str, value: Value, *, status: int = 200) -> HttpResponse:
    """Return ``value`` in the format asked for; ``root`` is its name in XML."""
    response: HttpResponse
    if wants_xml(request):
        response = HttpResponse(as_xml(root, value), status=status, content_type=XML_TYPE)
    else:
        options = {"ensure_ascii": False}
        response = JsonResponse(value, safe=False, status=status, json_dumps_params=options)
        response["Content-Type"] = JSON_TYPE
    response["Content-Language"] = language_tag()
    response["Vary"] = "Accept, Accept-Language, Cookie"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer a refusal; of a form that is wrong in several places, one error for each."""
    response = failed(request, status=error.status, sentences=_sentences(error))
    if "retry_after" in error.parameters:
        response["Retry-After"] = str(error.parameters["retry_after"])
    return response


def failed(request: HttpRequest, *, status: int, sentences: Sequence[str]) -> HttpResponse:
    """Answer errors, each a sentence meant to be read by people."""
    status = _status(status)
    rows = [{"code": status, "description": sentence} for sentence in sentences]
    return answer(request, "errors", rows, status=status)


def _status(status: int) -> int:
    if status == 401:
        return 403
    return status if status in KEPT else 400


def _sentences(error: DomainError) -> list[str]:
    if not isinstance(error, AnswersWrong):
        found = said(error)
        return [f"{found.message} {found.hint}".strip()]
    faults = []
    for key, fault in error.faults.items():
        found = said(fault)
        faults.append(f"{key}: {found.message} {found.hint}".strip())
    return faults


def as_xml(root: str, value: Value) -> bytes:
    """Return ``value`` as an XML document without a namespace."""
    element = Element(root)
    _fill(element, value)
    written: bytes = tostring(element, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + written


def _fill(element: Element, value: object) -> None:
    if isinstance(value, Mapping):
        for key, part in value.items():
            _fill(SubElement(element, key), part)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for part in value:
            _fill(SubElement(element, ITEMS.get(element.tag, "item")), part)
    elif value is not None:
        element.text = _NOT_XML.sub("", str(value))
