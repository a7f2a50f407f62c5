"""What intake must know of streams and of who may write to them; read for many at once."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from shizheng.core.access import may
from shizheng.core.fresh import Fresh
from shizheng.core.models import User
from shizheng.sensing.access import MANAGE, Actor
from shizheng.sensing.models import Datastream, Gateway
from shizheng.sensing.store.tables import SOME, told

NUMBER, COUNT, TRUTH, CATEGORY = "Measurement", "CountObservation", "TruthObservation", "Category"


class Stream(NamedTuple):
    """What is needed of a datastream to take its readings."""

    pk: int
    owner: object
    block_us: int
    kind: str
    symbol: str
    conversions: Mapping[str, Sequence[str]]
    property: str = ""
    is_multi: bool = False


@Fresh
def stream_known(name: int | str) -> Stream | None:
    """Return what intake needs of a stream, by number or code; believed for a second."""
    return _read([name]).get(name)


def streams_named(names: Iterable[object]) -> dict[object, Stream]:
    """Return the streams of numbers or codes, by what named them; a question for 500 of them."""
    asked: set[Any] = {name for name in names if type(name) in (int, str)}
    found: dict[object, Stream] = {}
    missing = []
    for name in asked:
        known = stream_known.known(name)
        if known is None:
            missing.append(name)
        else:
            found[name] = known
    for first in range(0, len(missing), SOME):
        for name, stream in _read(missing[first : first + SOME]).items():
            stream_known.keep(stream, name)
            found[name] = stream
    return found


def _read(names: Sequence[int | str]) -> dict[int | str, Stream]:
    found: dict[int | str, Stream] = {}
    numbers = [name for name in names if isinstance(name, int) and abs(name) < 2**63]
    codes = [name for name in names if isinstance(name, str) and name and is_text(name)]
    for column, some in (("id", numbers), ("code", codes)):
        if some:
            marks = ", ".join(["%s"] * len(some))
            for code, *row in told(f"{_STREAMS} WHERE stream.{column} IN ({marks})", some):
                stream = _stream(row)
                found[stream.pk if column == "id" else code] = stream
    return found


_STREAMS = (
    "SELECT stream.code, stream.id, thing.owner_id, stream.block_us, stream.observation_type, "
    "stream.unit, stream.is_multi, observed.unit, observed.conversions, observed.code "
    "FROM sensing_datastream stream JOIN sensing_thing thing ON thing.id = stream.thing_id "
    "LEFT JOIN sensing_observedproperty observed ON observed.id = stream.observed_property_id"
)


def _stream(row: Sequence[Any]) -> Stream:
    pk, owner, block_us, type_, unit, is_multi, declared, conversions, code = row
    kind, symbol, same = _measured(type_, unit, declared, conversions)
    if isinstance(owner, str):
        owner = _key_of(owner)
    return Stream(pk, owner, block_us, kind, symbol, same, code or "", bool(is_multi))


_key_of = lru_cache(maxsize=4_096)(UUID)


@lru_cache(maxsize=4_096)
def _measured(
    type_: str, unit: str, declared: str | None, conversions: str | None
) -> tuple[str, str, Mapping[str, Sequence[str]]]:
    """Return kind, unit and conversions; thousands of streams say the same, so it is read once."""
    symbol = _of_json(unit).get("symbol", "")
    kind = type_.rpartition("_")[2]
    kind = CATEGORY if kind.startswith(CATEGORY) else kind
    same = _of_json(conversions) if _of_json(declared).get("symbol") == symbol else {}
    return kind, symbol, same


def is_text(said: str) -> bool:
    """Whether a database can keep it: JSON may name halves of characters, and NUL."""
    return "\0" not in said and not any("\ud800" <= letter <= "\udfff" for letter in said)


def _of_json(said: str | None) -> dict[str, Any]:
    read = json.loads(said) if said is not None else None
    return read if isinstance(read, dict) else {}


def may_send(by: Actor, stream: Stream) -> bool:
    """Whether an actor may write readings to a stream."""
    if by is None:
        return True
    if isinstance(by, Gateway):
        only = gateway_streams(by.pk)
        return by.owner_id == stream.owner and (not only or stream.pk in only)
    return _person_may_send(by, stream)


def barred_from(by: Actor, streams: Iterable[Stream]) -> set[int]:
    """Return to which of these streams an actor may not write readings."""
    if isinstance(by, Gateway):
        only, owner = gateway_streams(by.pk), by.owner_id
        return {
            each.pk for each in streams if each.owner != owner or (only and each.pk not in only)
        }
    return {each.pk for each in streams if not may_send(by, each)}


def _person_may_send(person: User, stream: Stream) -> bool:
    return may(person, MANAGE, Datastream(pk=stream.pk))


@Fresh
def gateway_streams(gateway: UUID) -> frozenset[int]:
    """Return the streams to which alone a gateway may write; none: all of its agency."""
    through = Gateway.streams.through.objects.filter(gateway_id=gateway)
    return frozenset(through.values_list("datastream_id", flat=True))
