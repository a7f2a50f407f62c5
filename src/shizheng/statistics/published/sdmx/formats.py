"""In which format an answer is: by ``Accept``, or by ``format`` in the address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from shizheng.statistics.published.sdmx.errors import FormatRefused
from shizheng.statistics.published.sdmx.naming import Standard

SDMX = "application/vnd.sdmx."
VERSION = re.compile(r"^(\d+)(?:\.(\d+))?")


@dataclass(frozen=True, slots=True)
class Answer:
    """A format of answers: short name, media type and its version."""

    id: str
    media_type: str
    version: str
    others: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The media type with its version."""
        return f"{self.media_type};version={self.version}"


GENERIC = Answer("generic", f"{SDMX}genericdata+xml", "2.1", ("application/xml", "text/xml"))
SPECIFIC = Answer("structurespecific", f"{SDMX}structurespecificdata+xml", "2.1")
JSON_1 = Answer("json", f"{SDMX}data+json", "1.0.0", ("application/json",))
CSV_1 = Answer("csv", f"{SDMX}data+csv", "1.0.0", ("text/csv",))
JSON_2 = Answer("json", f"{SDMX}data+json", "2.0.0", ("application/json",))
CSV_2 = Answer("csv", f"{SDMX}data+csv", "2.0.0", ("text/csv",))
XML_3 = Answer("xml", f"{SDMX}data+xml", "3.0.0", ("application/xml", "text/xml"))
STRUCTURE_21 = Answer("xml", f"{SDMX}structure+xml", "2.1", ("application/xml", "text/xml"))
STRUCTURE_30 = Answer("xml", f"{SDMX}structure+xml", "3.0.0", ("application/xml", "text/xml"))
STRUCTURE_JSON = Answer("json", f"{SDMX}structure+json", "2.0.0", ("application/json",))
DATA: Mapping[Standard, tuple[Answer, ...]] = {
    Standard.V21: (GENERIC, SPECIFIC, JSON_1, CSV_1),
    Standard.V30: (JSON_2, XML_3, CSV_2),
}
"""Formats of data, the one that is taken without a wish first."""
STRUCTURE: Mapping[Standard, tuple[Answer, ...]] = {
    Standard.V21: (STRUCTURE_21,),
    Standard.V30: (STRUCTURE_30, STRUCTURE_JSON),
}
AVAILABILITY: Mapping[Standard, tuple[Answer, ...]] = {
    Standard.V21: (STRUCTURE_21,),
    Standard.V30: (STRUCTURE_30,),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The format of an answer, and whether names stand beside codes."""

    answer: Answer
    has_labels: bool = False


def chosen(request: HttpRequest, offered: tuple[Answer, ...]) -> Chosen:
    """Return the format that was asked for.

    Raises:
        FormatRefused: none of those that are asked for is offered.
    """
    known = ", ".join(each.content_type for each in offered)
    if named := request.GET.get("format", ""):
        for each in offered:
            if named in (each.id, each.media_type):
                return Chosen(each)
        raise FormatRefused(format=named[:60], known=known)
    accepted = request.headers.get("Accept", "*/*")
    for part in _by_preference(accepted):
        media_type, parameters = part
        for each in offered:
            if _is_meant(each, media_type, parameters.get("version", "")):
                return Chosen(each, parameters.get("labels") == "both")
    raise FormatRefused(format=accepted[:120], known=known)


def _is_meant(each: Answer, media_type: str, version: str) -> bool:
    if media_type == "*/*" or media_type in each.others:
        return True
    if media_type == "application/*":
        return True
    if media_type != each.media_type:
        return False
    return not version or _main(version) == _main(each.version)


def _main(version: str) -> tuple[str, str]:
    found = VERSION.match(version)
    return (found[1], found[2] or "0") if found else ("", "")


def _by_preference(accepted: str) -> list[tuple[str, dict[str, str]]]:
    found = []
    for place, part in enumerate(accepted.split(",")[:20]):
        media_type, *rest = (each.strip() for each in part.split(";"))
        pairs = (each.partition("=") for each in rest)
        parameters = {name.strip(): value.strip().strip('"') for name, _, value in pairs}
        try:
            weight = float(parameters.get("q", "1"))
        except ValueError:
            weight = 0.0
        found.append((-weight, place, media_type.lower(), parameters))
    return [(media_type, parameters) for _, _, media_type, parameters in sorted(found, key=_order)]


def _order(part: tuple[float, int, str, dict[str, str]]) -> tuple[float, int]:
    return part[0], part[1]
