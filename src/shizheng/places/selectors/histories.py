"""What became of a thing, what a register gained and lost between two days, what belongs together.

Where part of a thing is hidden, changes that touch only that part are not told: two states that
look alike to a viewer are one state to them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import shapely
from django.db.models import Q, QuerySet

from shizheng.core.access import Person
from shizheng.places.models import Feature, Relation, Thing
from shizheng.places.selectors.layers import Layer, Question
from shizheng.places.selectors.showing import Shown


def history(layer: Layer, thing: Thing, known_at: datetime | None = None) -> list[Shown]:
    """Return the states of a thing in the order of days, as they were believed at a moment."""
    rows = Feature.objects.filter(thing=thing)
    if known_at is None:
        rows = rows.filter(recorded_to=None)
    else:
        rows = rows.filter(
            Q(recorded_to=None) | Q(recorded_to__gt=known_at), recorded_from__lte=known_at
        )
    found = [layer.sight.of(row) for row in rows.order_by("valid_from", "pk")]
    return list(_joined(found)) if not layer.sight.is_full else found


def _joined(states: Iterable[Shown]) -> Iterator[Shown]:
    """Join states side by side that look the same."""
    last: Shown | None = None
    for each in states:
        if last is not None and last.valid_to == each.valid_from and looks(last) == looks(each):
            last = replace(last, valid_to=each.valid_to)
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last


def looks(state: Shown) -> tuple[Any, ...]:
    """Return all that a viewer sees of a state but its days."""
    shape = None if state.geometry is None else shapely.to_wkb(state.geometry)
    return (state.state, dict(state.values), shape)


def corrections(layer: Layer, thing: Thing) -> list[Shown]:
    """Return what was believed of a thing and is believed no longer, the newest first.

    For those alone who see everything: the rest would learn that something hidden changed.
    """
    if not layer.sight.is_full:
        return []
    rows = Feature.objects.filter(thing=thing, recorded_to__isnull=False)
    return [layer.sight.of(row) for row in rows.order_by("-recorded_to", "-valid_from", "-pk")]


@dataclass(frozen=True, slots=True)
class Difference:
    """A thing that is not on one day what it is on another; None where it is not there."""

    key: str
    before: Shown | None
    after: Shown | None

    @property
    def verb(self) -> str:
        """``added``, ``ended`` or ``changed``."""
        if self.before is None:
            return "added"
        return "ended" if self.after is None else "changed"


def differences(
    layer: Layer, asked: Question, other: date, *, most: int = 500
) -> tuple[list[Difference], bool]:
    """Return by key what differs between the day asked for and another, and whether that is all.

    Only what changed in between is read: states that hold on one day and not on the other.
    """
    first, last = sorted((asked.on, other))
    earlier = _only(layer, replace(asked, on=first), last, most)
    later = _only(layer, replace(asked, on=last), first, most)
    keys = sorted({*earlier, *later})
    found = [Difference(key, earlier.get(key), later.get(key)) for key in keys]
    told = [
        each
        for each in found
        if each.before is None or each.after is None or looks(each.before) != looks(each.after)
    ]
    is_all = max(len(earlier), len(later)) <= most and len(told) <= most
    return told[:most], is_all


def _only(layer: Layer, asked: Question, other: date, most: int) -> dict[str, Shown]:
    rows = layer.rows(asked).exclude(
        Q(valid_to=None) | Q(valid_to__gt=other), valid_from__lte=other
    )
    return {row.key: layer.sight.of(row) for row in rows[: most + 1]}


def relations_of(thing: Thing, *, viewer: Person, on: date) -> QuerySet[Relation]:
    """Relations of a thing on a day, with those things alone that ``viewer`` may know of."""
    seen = Thing.objects.visible_to(viewer).values("pk")
    return (
        Relation.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=on), Q(thing=thing) | Q(other=thing),
            valid_from__lte=on, recorded_to=None, thing__in=seen, other__in=seen,
        )
        .select_related("thing__register", "other__register")
        .order_by("code", "thing__key", "other__key", "pk")
    )  # fmt: skip
