"""Warnings as the world reads them (共通示警協議): CAP 1.2 messages, pure values to bytes of XML.

Source: OASIS Common Alerting Protocol Version 1.2 (2010), which is ITU-T X.1303 bis. A message is
built whole or refused; what the standard leaves to the writer is decided here: times carry their
offset and no fraction, ``-00:00`` is UTC, polygons are closed and read latitude first.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from xml.etree import ElementTree as ET

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
CONTENT_TYPE = "application/cap+xml"
_UNFIT = re.compile(r"[\s,<&]")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Status(StrEnum):
    """Whether people shall act on it (訊息狀態): only on ``Actual``."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class MessageType(StrEnum):
    """What a message does to those before it (訊息類別)."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Scope(StrEnum):
    """Whom it is meant for (發布範圍)."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Category(StrEnum):
    """What kind of event (事件類別)."""

    GEO = "Geo"
    MET = "Met"
    SAFETY = "Safety"
    SECURITY = "Security"
    RESCUE = "Rescue"
    FIRE = "Fire"
    HEALTH = "Health"
    ENV = "Env"
    TRANSPORT = "Transport"
    INFRA = "Infra"
    CBRNE = "CBRNE"
    OTHER = "Other"


class Response(StrEnum):
    """What people should do (建議行動)."""

    SHELTER = "Shelter"
    EVACUATE = "Evacuate"
    PREPARE = "Prepare"
    EXECUTE = "Execute"
    AVOID = "Avoid"
    MONITOR = "Monitor"
    ASSESS = "Assess"
    ALL_CLEAR = "AllClear"
    NONE = "None"


class Urgency(StrEnum):
    """How soon to act (緊急程度)."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(StrEnum):
    """How bad (嚴重程度)."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(StrEnum):
    """How sure (確定程度)."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Area:
    """Where (示警區域): in words, as rings of (longitude, latitude), circles, or codes of areas.

    ``circles`` are (longitude, latitude, radius in kilometres); ``geocodes`` name and value.
    """

    description: str
    polygons: tuple[Ring, ...] = ()
    circles: tuple[tuple[float, float, float], ...] = ()
    geocodes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """A file that goes with it (附件), such as a camera still."""

    description: str
    mime_type: str
    uri: str = ""
    size: int | None = None
    sha1: str = ""


@dataclass(frozen=True, slots=True)
class Info:
    """What is said in one language (示警內容)."""

    language: str
    event: str
    category: tuple[Category, ...]
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    response: tuple[Response, ...] = ()
    audience: str = ""
    event_codes: tuple[tuple[str, str], ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """A CAP message (示警訊息). ``references`` are earlier messages, see :func:`reference`."""

    identifier: str
    sender: str
    sent: datetime
    status: Status
    message_type: MessageType
    scope: Scope = Scope.PUBLIC
    source: str = ""
    restriction: str = ""
    addresses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    infos: tuple[Info, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what the standard refuses.

        Raises:
            ValueError: a rule of section 3.2 is broken; the text says which.
        """
        for name, value in (("identifier", self.identifier), ("sender", self.sender)):
            if not value or _UNFIT.search(value):
                raise ValueError(f"{name} has no spaces, commas, < and &: {value!r}")
        moments = [self.sent, *(each for info in self.infos for each in _moments(info))]
        if any(each.tzinfo is None for each in moments):
            raise ValueError("every time has an offset")
        needs = self.message_type not in {MessageType.ALERT}
        if needs and not self.references:
            raise ValueError(f"{self.message_type} names the messages that it is about")
        if self.scope is Scope.RESTRICTED and not self.restriction:
            raise ValueError("a restricted message says the restriction")
        if self.scope is Scope.PRIVATE and not self.addresses:
            raise ValueError("a private message says its addressees")
        for area in (area for info in self.infos for area in info.areas):
            if any(len(ring) < 3 for ring in area.polygons):
                raise ValueError("a polygon has three corners or more")


def _moments(info: Info) -> Iterator[datetime]:
    yield from (each for each in (info.effective, info.onset, info.expires) if each is not None)


def reference(alert: Alert) -> str:
    """Return how a later message names this one: sender, identifier, sent."""
    return f"{alert.sender},{alert.identifier},{stamp(alert.sent)}"


def following(
    first: Alert, kind: MessageType, *, identifier: str, sent: datetime, infos: tuple[Info, ...],
    note: str = "",
) -> Alert:  # fmt: skip
    """Return the update or cancellation of ``first``, which replaces all it replaced.

    Status, sender and scope stay: an exercise is never updated to an actual warning.
    """
    return replace(
        first,
        identifier=identifier,
        sent=sent,
        message_type=kind,
        references=(*first.references, reference(first)),
        infos=infos,
        note=note,
    )


def stamp(moment: datetime) -> str:
    """Return a time as CAP writes it: seconds and a numeric offset, ``-00:00`` for UTC."""
    if moment.utcoffset() == timedelta(0):
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")
    return moment.replace(microsecond=0).isoformat()


def to_xml(alert: Alert) -> bytes:
    """Return the message as XML in UTF-8, elements in the order of the schema."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(f"{{{NAMESPACE}}}alert")
    _all(
        root,
        ("identifier", alert.identifier), ("sender", alert.sender), ("sent", stamp(alert.sent)),
        ("status", alert.status), ("msgType", alert.message_type), ("source", alert.source),
        ("scope", alert.scope), ("restriction", alert.restriction),
        ("addresses", _listed(alert.addresses)), *(("code", each) for each in alert.codes),
        ("note", alert.note), ("references", " ".join(alert.references)),
        ("incidents", _listed(alert.incidents)),
    )  # fmt: skip
    for info in alert.infos:
        _info(root, info)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _info(root: ET.Element, info: Info) -> None:
    part = _put(root, "info")
    _all(
        part,
        ("language", info.language), *(("category", each) for each in info.category),
        ("event", info.event), *(("responseType", each) for each in info.response),
        ("urgency", info.urgency), ("severity", info.severity), ("certainty", info.certainty),
        ("audience", info.audience),
    )  # fmt: skip
    _named(part, "eventCode", info.event_codes)
    _all(
        part,
        *((name, stamp(moment)) for name, moment in (
            ("effective", info.effective), ("onset", info.onset), ("expires", info.expires),
        ) if moment is not None),
        ("senderName", info.sender_name), ("headline", info.headline),
        ("description", info.description), ("instruction", info.instruction), ("web", info.web),
        ("contact", info.contact),
    )  # fmt: skip
    _named(part, "parameter", info.parameters)
    for resource in info.resources:
        _all(
            _put(part, "resource"),
            ("resourceDesc", resource.description), ("mimeType", resource.mime_type),
            ("size", "" if resource.size is None else str(resource.size)), ("uri", resource.uri),
            ("digest", resource.sha1),
        )  # fmt: skip
    for area in info.areas:
        _area(part, area)


def _area(part: ET.Element, area: Area) -> None:
    place = _put(part, "area")
    _all(
        place,
        ("areaDesc", area.description),
        *(("polygon", _ring(each)) for each in area.polygons),
        *(("circle", f"{_degrees(y, x)} {radius:g}") for x, y, radius in area.circles),
    )
    _named(place, "geocode", area.geocodes)


def _ring(ring: Ring) -> str:
    corners = [_degrees(latitude, longitude) for longitude, latitude in ring]
    return " ".join(corners if corners[0] == corners[-1] else [*corners, corners[0]])


def _degrees(latitude: float, longitude: float) -> str:
    return f"{latitude:.6f},{longitude:.6f}"


def _named(part: ET.Element, name: str, pairs: Sequence[tuple[str, str]]) -> None:
    for key, value in pairs:
        _all(_put(part, name), ("valueName", key), ("value", value))


def _all(part: ET.Element, *pairs: tuple[str, str]) -> None:
    for name, text in pairs:
        if text:
            _put(part, name, text)


def _put(part: ET.Element, name: str, text: str = "") -> ET.Element:
    made = ET.SubElement(part, f"{{{NAMESPACE}}}{name}")
    if text:
        made.text = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
    return made


def _listed(texts: Sequence[str]) -> str:
    """Return texts separated by spaces; one that has spaces itself in double quotes."""
    return " ".join(f'"{each}"' if re.search(r"\s", each) else each for each in texts)
