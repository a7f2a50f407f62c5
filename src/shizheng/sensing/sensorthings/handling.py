"""One request of SensorThings, from its path to its answer; a batch is made of many of these."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from shizheng.kernel.errors import N_, DomainError
from shizheng.sensing.access import Actor
from shizheng.sensing.actions.streams import Stream, may_send, stream_known
from shizheng.sensing.errors import EntityMissing, EntityUnfit, KeyMissing, QueryUnfit
from shizheng.sensing.models import Datastream, Gateway
from shizheng.sensing.sensorthings import recording
from shizheng.sensing.sensorthings.answering import (
    Scope,
    feature_of,
    listed,
    observation_at,
    observations_listed,
    observations_shown,
    shown,
    streams_seen,
)
from shizheng.sensing.sensorthings.asking import Asked, asked_of
from shizheng.sensing.sensorthings.documents import address
from shizheng.sensing.sensorthings.patching import patched
from shizheng.sensing.sensorthings.readings import Reading, Wanted
from shizheng.sensing.sensorthings.sets import SETS, EntitySet
from shizheng.sensing.sensorthings.writing import Writer

JSON, TEXT, PATCH = "application/json", "text/plain", "application/json-patch+json"
_STEP = re.compile(r"([A-Za-z]+)(?:\((.{1,80}?)\))?")
_OBSERVATIONS = re.compile(r"(Multi)?Datastreams\((\d{1,18})\)/Observations")
_ONES = {kind.one: kind.name for kind in SETS.values()}
_REQUIRED = "http://www.opengis.net/spec/iot_sensing/1.1/req"
CONFORMANCE = [
    f"{_REQUIRED}/{name}"
    for name in (
        "datamodel", "resource-path/resource-path-to-entities", "request-data",
        "create-update-delete/create-entity", "create-update-delete/link-to-existing-entities",
        "create-update-delete/deep-insert",
        "create-update-delete/deep-insert-status-code", "create-update-delete/update-entity",
        "create-update-delete/delete-entity",
        "create-update-delete/historical-location-auto-creation",
        "batch-request/batch-request", "multi-datastream", "data-array/data-array",
    )
]  # fmt: skip
BY_MQTT = f"{_REQUIRED}/create-observations-via-mqtt/observations-creation"
UPDATES = f"{_REQUIRED}/receive-updates-via-mqtt/receive-updates"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: by whom, with which method, where below the root, with what body."""

    method: str
    path: str
    query: str
    body: bytes
    kind: str
    actor: Any
    may_write: bool
    root: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: JSON, plain text or nothing, with a status and headers."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Place:
    """Where a path has led: a set, one entity of it, an observation, a property."""

    kind: EntitySet
    rows: Any = None
    row: Any = None
    reading: Reading | None = None
    streams: list[Datastream] | None = None
    wanted: Wanted | None = None
    parent: tuple[str, Any] | None = None

    @property
    def is_one(self) -> bool:
        """Whether it is a single entity."""
        return self.row is not None


def handled(request: Request) -> Answer:
    """Return the answer to a request.

    Raises:
        DomainError: why there is none.
    """
    path = request.path.strip("/")
    if not path:
        if request.method != "GET":
            raise MethodUnfit(method=request.method)
        return Answer(body=_root(request.root))
    scope = Scope(request.actor, request.root)
    if request.method == "GET":
        return _got(scope, request, path)
    if not request.may_write:
        raise KeyMissing
    writer = Writer(_writer(request.actor), request.at)
    if request.method == "POST" and (stream := _own_stream(request.actor, path)) is not None:
        return _recorded(request, writer, stream)
    if path == "CreateObservations" and request.method == "POST":
        told = recording.recorded_arrays(writer, json_of(request.body), request.root)
        return Answer(201, told)
    place, rest = place_of(scope, path)
    if rest not in ([], ["$ref"]):
        raise MethodUnfit(method=request.method)
    if request.method == "POST" and not place.is_one:
        return _posted(request, writer, place)
    if request.method in ("PATCH", "PUT", "DELETE") and place.is_one:
        return _written(request, scope, writer, place)
    raise MethodUnfit(method=request.method)


class MethodUnfit(DomainError):
    """The method does not fit the address (方法不符)."""

    code = "sensing.method_unfit"
    message = N_("{method} is not possible at this address.")
    hint = N_("Post to a set; change or delete one entity.")
    status = 405


def _own_stream(actor: Any, path: str) -> Stream | None:
    """Return the stream of a gateway to whose observations is posted: what is asked most often.

    None where that is not so or not sure; then the path is followed with all its rights.
    """
    found = _OBSERVATIONS.fullmatch(path) if isinstance(actor, Gateway) else None
    known = stream_known(int(found[2])) if found else None
    if known is None or found is None or known.is_multi != bool(found[1]):
        return None
    return known if may_send(actor, known) else None


def _writer(actor: Any) -> Actor:
    return actor if isinstance(actor, Gateway) or getattr(actor, "pk", None) else None


def _root(root: str) -> dict[str, Any]:
    told: dict[str, Any] = {"value": [{"name": name, "url": f"{root}/{name}"} for name in SETS]}
    if not root.endswith("/v1.0"):
        told["serverSettings"] = _server_settings()
    return told


def _server_settings() -> dict[str, Any]:
    """Return what is conformed to; by MQTT wholly at a door of our own, not at a city's broker.

    A broker does not say what its subscribers follow, so only sets and entities are told there.
    """
    if settings.MQTT:
        return {"conformance": [*CONFORMANCE, BY_MQTT]}
    if not settings.MQTT_PORT:
        return {"conformance": CONFORMANCE}
    host = urlsplit(settings.SITE_URL).hostname
    where = {"endpoints": [f"mqtt://{host}:{settings.MQTT_PORT}"]}
    return {"conformance": [*CONFORMANCE, BY_MQTT, UPDATES], BY_MQTT: where, UPDATES: where}


def json_of(body: bytes) -> Any:
    """Return a body read as JSON.

    Raises:
        EntityUnfit: it is none.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise EntityUnfit(entity="JSON", reason=N_("it cannot be read as JSON in UTF-8")) from None


def place_of(scope: Scope, path: str) -> tuple[Place, list[str]]:
    """Follow a path over its entities; what is left of it are properties.

    Raises:
        EntityMissing: there is nothing at the path, or nothing that may be seen.
    """
    first, *steps = [step for step in path.split("/") if step] or [""]
    name, key = _named(first)
    if name not in SETS:
        raise EntityMissing(name=f"“{first[:60]}”")
    kind = SETS[name]
    place = Place(kind, scope.rows(kind) if kind.model else None)
    while True:
        if key is not None and not place.is_one:
            place = _one(scope, place, key, path)
        name, key = _named(steps[0]) if steps else ("", None)
        if not (place.is_one and name in place.kind.links):
            return place, steps
        steps.pop(0)
        place = _followed(scope, place, name)


def _named(step: str) -> tuple[str, str | None]:
    """Return the name and the key of a step of a path."""
    found = _STEP.fullmatch(step)
    return (found[1], found[2]) if found else ("", None)


def _one(scope: Scope, place: Place, key: str, path: str) -> Place:
    if place.kind.name == "Observations":
        stream, reading = observation_at(scope, key)
        if place.streams is not None and stream.pk not in {each.pk for each in place.streams}:
            raise EntityMissing(name=f"“{path[:80]}”")
        return Place(place.kind, row=stream, reading=reading)
    key = key.strip("'")
    row = None
    if key.isascii() and key.isdecimal() and int(key) < 2**63:
        row = place.rows.filter(pk=int(key)).first()
    if row is None:
        raise EntityMissing(name=f"“{path[:80]}”")
    return Place(place.kind, row=row)


def _followed(scope: Scope, place: Place, name: str) -> Place:
    link = place.kind.links[name]
    target = SETS[link.target]
    if place.reading is not None:
        return _from_reading(scope, place, place.reading, name, target)
    if target.name == "Observations":
        if isinstance(place.row, Datastream):
            return Place(target, streams=[place.row], parent=(place.kind.one, place.row))
        wanted = Wanted(None)
        streams = [each for each in streams_seen(scope) if each.feature_id == place.row.pk]
        return Place(target, streams=streams, wanted=wanted)
    rows = scope.rows(target).filter(**{link.back: place.row.pk}).distinct()
    if link.is_many:
        return Place(target, rows, parent=(place.kind.one, place.row))
    row = rows.first()
    if row is None:
        raise EntityMissing(name=f"“{name}”")
    return Place(target, row=row)


def _from_reading(
    scope: Scope, place: Place, reading: Reading, name: str, target: EntitySet
) -> Place:
    row: Any = None
    if name == "FeatureOfInterest":
        row = feature_of(scope, place.row, reading)
    elif place.row.is_multi == (name == "MultiDatastream"):
        row = place.row
    if row is None:
        raise EntityMissing(name=f"“{name}”")
    return Place(target, row=row)


def _got(scope: Scope, request: Request, path: str) -> Answer:
    asked = asked_of(request.query)
    place, rest = place_of(scope, path)
    here = f"{request.root}/{path}"
    if not place.is_one:
        if rest not in ([], ["$ref"]):
            raise EntityMissing(name=f"“{path[:80]}”")
        if rest:
            asked = _only_links(asked)
        page = _page(scope, place, asked, here)
        if rest:
            page["value"] = [{"@iot.selfLink": each["@iot.selfLink"]} for each in page["value"]]
        return Answer(body=page)
    told = _entity(scope, place, asked)
    if not rest:
        return Answer(body=told)
    if rest == ["$ref"]:
        return Answer(body={"@iot.selfLink": told["@iot.selfLink"]})
    return property_of(told, rest, path)


def _only_links(asked: Asked) -> Asked:
    return Asked(asked.filter, asked.order, asked.top, asked.skip, asked.count, text=asked.text)


def _page(scope: Scope, place: Place, asked: Asked, here: str) -> dict[str, Any]:
    if place.kind.name == "Observations":
        streams = streams_seen(scope) if place.streams is None else place.streams
        return observations_listed(scope, streams, asked, here)
    return listed(scope, place.kind, place.rows, asked, here)


def _entity(scope: Scope, place: Place, asked: Asked) -> dict[str, Any]:
    if place.reading is not None:
        one = {place.row.pk: place.row}
        return observations_shown(scope, one, [place.reading], asked)[0]
    return shown(scope, place.kind, [place.row], asked)[0]


def property_of(told: dict[str, Any], rest: list[str], path: str) -> Answer:
    """Return one property, or its bare value (9.2.5, 9.2.6)."""
    is_bare = rest[-1] == "$value"
    names = rest[:-1] if is_bare else rest
    value: Any = {"@iot.id": told["@iot.id"]} if names == ["id"] else told
    for name in names:
        if not isinstance(value, dict) or name not in value or name.endswith("Link"):
            if names == ["id"]:
                break
            raise EntityMissing(name=f"“{path[:80]}”")
        value = value[name]
    if names == ["id"]:
        value = told["@iot.id"]
    if value is None:
        return Answer(204)
    if is_bare:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return Answer(body=text, headers={"Content-Type": f"{TEXT}; charset=utf-8"})
    return Answer(body={names[-1]: value})


def _recorded(request: Request, writer: Writer, stream: Datastream | Stream | None) -> Answer:
    key = recording.recorded_one(writer, json_of(request.body), stream)
    return _made(address(request.root, SETS["Observations"], key), {"@iot.id": key})


def _posted(request: Request, writer: Writer, place: Place) -> Answer:
    if place.kind.name == "Observations":
        stream = place.streams[0] if place.streams and place.parent else None
        return _recorded(request, writer, stream)
    body = json_of(request.body)
    links: dict[str, Any] = {}
    if place.parent is not None:
        name, parent = place.parent
        if name in place.kind.links or place.kind.name == "Locations":
            links[name] = parent
    row = writer.linked(place.kind, body, links)
    if place.parent is not None:
        _tied(writer, place, row, *place.parent)
    return _made(address(request.root, place.kind, row.pk), {"@iot.id": row.pk})


def _tied(writer: Writer, place: Place, row: Any, name: str, parent: Any) -> None:
    """Tie a new entity to the one under whose many it was posted."""
    if (name, place.kind.name) == ("Thing", "Locations"):
        writer.moved(parent, [row])
    elif (name, place.kind.name) == ("Location", "Things"):
        writer.moved(row, [parent])
    elif (name, place.kind.name) == ("HistoricalLocation", "Locations"):
        parent.locations.add(row)


def _made(here: str, told: dict[str, Any]) -> Answer:
    return Answer(201, told | {"@iot.selfLink": here}, {"Location": here})


def _written(request: Request, scope: Scope, writer: Writer, place: Place) -> Answer:
    if request.method == "DELETE":
        if place.reading is not None:
            recording.removed(writer, place.row, place.reading)
        else:
            writer.deleted(place.kind, place.row)
        return Answer(200)
    body = json_of(request.body)
    if request.kind.startswith(PATCH):
        if request.method != "PATCH":
            raise QueryUnfit(option="Content-Type", reason=N_("JSON Patch comes by PATCH"))
        body = patched(_plain(_entity(scope, place, Asked())), body)
    if place.reading is not None:
        recording.corrected(writer, place.row, place.reading, body)
    else:
        writer.changed(place.kind, place.row, body, is_whole=request.method == "PUT")
    return Answer(200, _entity(scope, place_of(scope, request.path.strip("/"))[0], Asked()))


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    """Return an entity without its links and what is computed."""
    computed = ("phenomenonTime", "multiObservationDataTypes", "unitOfMeasurements")
    is_stream = "Sensor@iot.navigationLink" in told
    return {
        name: value
        for name, value in told.items()
        if "@iot." not in name and not (is_stream and name in computed)
    }
