"""What changed of entities, told to who follows them by MQTT (OGC 18-088, 14.2).

Every write of an entity leaves an entry in the journal, in their order; who follows reads what is
new there. What may not be seen is not told: the path is followed again each time,
with the rights of who asked.
"""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.db.models import Max

from shizheng.core.models import JournalEntry
from shizheng.kernel.errors import DomainError
from shizheng.sensing.models import Gateway
from shizheng.sensing.sensorthings.answering import Scope, shown
from shizheng.sensing.sensorthings.asking import Asked, asked_of
from shizheng.sensing.sensorthings.handling import Place, place_of, property_of
from shizheng.sensing.sensorthings.sets import SETS

WRITTEN = ("sensing.entity.made", "sensing.entity.changed")
MOST = 1_000
_TOPIC = re.compile(r"v1\.[01]/([^?#+]{1,300})(?:\?(.{1,300}))?")


@dataclass(frozen=True, slots=True)
class Followed:
    """What somebody follows: a set, an entity or a property of it, as their topic names it."""

    topic: str
    path: str
    select: tuple[str, ...] = ()
    gateway: Gateway | None = None


def followed(topic: str, gateway: Gateway | None) -> Followed | None:
    """Return what a topic names, if it is there and ``gateway`` may see it; None otherwise."""
    found = _TOPIC.fullmatch(topic)
    if found is None:
        return None
    try:
        asked = asked_of(unquote(found[2] or ""))
        place, rest = place_of(_scope(gateway), found[1])
        if place.kind.name == "Observations" or (rest and not place.is_one):
            return None
        if asked != Asked(select=asked.select, text=asked.text):
            return None
        one = Followed(topic, found[1], asked.select, gateway)
        if place.is_one:
            _body(one, place, rest, place.row)
    except DomainError:
        return None
    return one


def chosen_of(topic: str) -> tuple[str, tuple[str, ...]] | None:
    """Return a topic without its options, and what they select; None where they say more."""
    bare, _mark, query = topic.partition("?")
    try:
        asked = asked_of(unquote(query))
    except DomainError:
        return None
    return (bare, asked.select) if asked == Asked(select=asked.select, text=query) else None


def _scope(gateway: Gateway | None) -> Scope:
    return Scope(gateway, f"{settings.SITE_URL}/sensorthings/v1.1")


EVERY_SET = tuple(Followed(f"v1.1/{name}", name) for name in SETS if name != "Observations")
"""What is told at a broker, which does not say what its subscribers follow: what is public."""


def topics_at_broker(one: Followed, body: bytes) -> tuple[str, str]:
    """Return under which topics a whole entity is published: of its set, and its own."""
    return one.topic, f"{one.topic}({json.loads(body)['@iot.id']})"


@dataclass(slots=True)
class Changes:
    """Entities that were written since it was asked last; each process has its own.

    Args:
        most: so many entries of the journal are read at once.
    """

    most: int = MOST
    low: int | None = None
    last: dict[Followed, bytes] = field(default_factory=dict)

    def news(self, wanted: Collection[Followed]) -> Iterator[tuple[Followed, bytes]]:
        """Yield what is new of what is followed: a whole entity, or the value of a property."""
        if not wanted:
            self.low, self.last = None, {}
            return
        rows = JournalEntry.objects.all()
        if self.low is None:
            self.low = rows.aggregate(newest=Max("pk"))["newest"] or 0
            self.last = {each: body for each in wanted if (body := _now(each)) is not None}
            return
        fresh = rows.filter(pk__gt=self.low).order_by("pk").values_list(
            "pk", "action", "thing_type", "thing_key"
        )[: self.most]  # fmt: skip
        seen: set[tuple[str, str]] = set()
        for number, action, kind, key in fresh:
            self.low = number
            if action in WRITTEN:
                seen.add((kind, key))
        for kind, key in sorted(seen):
            for each in wanted:
                body = _told(each, kind, key)
                if body is not None and self.last.get(each) != body:
                    if "/" in each.path or "(" in each.path:
                        self.last[each] = body
                    yield each, body


def _told(each: Followed, label: str, key: str) -> bytes | None:
    """Return what is told of a written row; None where it is not what is followed."""
    try:
        place, rest = place_of(_scope(each.gateway), each.path)
        if place.kind.model is None or place.kind.model._meta.label_lower != label:
            return None
        if place.is_one:
            return _body(each, place, rest, place.row) if str(place.row.pk) == key else None
        row = place.rows.filter(pk=int(key)).first()
        return None if row is None else _body(each, place, rest, row)
    except (DomainError, ValueError):
        return None


def _now(each: Followed) -> bytes | None:
    """Return how an entity or property is; None of a set."""
    try:
        place, rest = place_of(_scope(each.gateway), each.path)
        return _body(each, place, rest, place.row) if place.is_one else None
    except DomainError:
        return None


def _body(each: Followed, place: Place, rest: list[str], row: Any) -> bytes:
    told: Any = shown(
        _scope(each.gateway), SETS[place.kind.name], [row], Asked(select=each.select)
    )[0]
    if rest:
        told = property_of(told, rest, each.path).body
    return json.dumps(told, ensure_ascii=False).encode()
