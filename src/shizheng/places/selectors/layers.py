"""Reading a register: the layer as of a day as known at a moment, narrowed and in order.

What a viewer may not see plays no part in any answer: not in filters, order, counts or
rectangles. Where places are seen as cells of a grid, every question of place is asked of the
middles of the cells; where they are not seen at all, it finds nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from shapely.geometry.base import BaseGeometry

from shizheng.core.access import Person
from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.text import cleaned
from shizheng.places.access import level_of
from shizheng.places.boxes import Bounds, cells_in_box, features_in_box
from shizheng.places.domain.errors import FieldUnknown, QuestionUnfit
from shizheng.places.domain.rules import MEASURED
from shizheng.places.domain.values import read
from shizheng.places.frame import frame
from shizheng.places.models import Feature, Register, Thing
from shizheng.places.selectors.filtering import Filter
from shizheng.places.selectors.registers import body_of
from shizheng.places.selectors.showing import COLUMNS, Shown, Sight

COUNTED = 10_000
"""So many are counted exactly; of more it is only said that there are more."""
FOUND_NEAR = 20_000
JUDGED = 100_000
"""Things one by one, times parts of a filter."""
OWN = ("key", "state", "valid_from")
DAYS = ("valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a layer (查詢條件). Nothing given narrows nothing.

    Args:
        on: the day that is meant.
        known_at: what was believed at that moment; None for now.
        until: with it, whatever holds on any day of ``on <= day < until``.
        bounds: west, south, east, north in degrees.
        within: a polygon or any shape, longitude and latitude, that things touch.
        values: by name of a field, or state, district, village, key: what it is.
        words: part of the key or of any text.
        order: name of a field, with a minus for the largest first; then by key.
        filter: what must be true of a thing, checked for the same viewer.
    """

    on: date
    known_at: datetime | None = None
    until: date | None = None
    bounds: Bounds | None = None
    within: BaseGeometry | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    order: str = ""
    filter: Filter | None = None


def as_of(register: Register, asked: Question) -> QuerySet[Feature]:
    """Return the states of things of a register that answer the days of a question."""
    rows = Feature.objects.filter(register=register)
    if asked.known_at is None:
        rows = rows.filter(recorded_to=None)
    else:
        rows = rows.filter(
            Q(recorded_to=None) | Q(recorded_to__gt=asked.known_at),
            recorded_from__lte=asked.known_at,
        )
    begun = Q(valid_from__lte=asked.on) if asked.until is None else Q(valid_from__lt=asked.until)
    return rows.filter(begun, Q(valid_to=None) | Q(valid_to__gt=asked.on))


@dataclass(frozen=True)
class Layer:
    """A register as one viewer reads it (圖層)."""

    register: Register
    sight: Sight

    @classmethod
    def of(cls, register: Register, viewer: Person) -> "Layer":
        """Return the layer that ``viewer`` reads; the register was found among what they see."""
        return cls(register, Sight(body_of(register), level_of(viewer, register)))

    def rows(self, asked: Question) -> QuerySet[Feature]:
        """Return the states that answer a question, in order to the last tie.

        Raises:
            FieldUnknown: a field that the register does not have, or not for this viewer.
            QuestionUnfit: a value that the field cannot have.
        """
        found = as_of(self.register, asked)
        for name, value in asked.values.items():
            found = found.filter(self._condition(name, value))
        if asked.words:
            found = found.filter(self._words(asked.words))
        if asked.bounds is not None:
            found = self._in_box(found, asked.bounds)
        if asked.within is not None:
            found = self._touching(found, asked.within)
        if asked.filter is not None:
            found = self._filtered(found, asked.filter)
        return self._ordered(found, asked.order)

    def _condition(self, name: str, value: str) -> Q:
        if name == "key":
            return Q(key=value)
        if name == "state":
            if self.sight.body.state(value) is None:
                self._refuse(name, value, N_("the register has no such state"))
            return Q(state=value)
        if name in ("district", "village"):
            allowed = ("exact", "district") if name == "district" else ("exact",)
            if self.sight.precision not in allowed:
                raise self._unknown(name)
            return Q(**{f"{name}__code": value})
        if name in DAYS or name in MEASURED:
            return self._own_is(name, value)
        return self._field_is(name, value)

    def _own_is(self, name: str, value: str) -> Q:
        """Return the condition of a day or measure that every register has."""
        if self.sight.hides if name in DAYS else not self.sight.is_exact:
            raise self._unknown(name)
        try:
            return Q(**{name: parse_date(value) if name in DAYS else float(value)})
        except (DomainError, ValueError):
            self._refuse(name, value, N_("it is not of the field's type"))
        return Q()

    def _field_is(self, name: str, value: str) -> Q:
        asked = next((each for each in self.sight.fields if each.id == name), None)
        if asked is None:
            raise self._unknown(name)
        try:
            plain = asked.model_copy(update={"required": False, "min": None, "max": None})
            wanted = read(plain, self.sight.body, value)
        except DomainError:
            self._refuse(name, value, N_("it is not of the field's type"))
        if wanted is None:
            return ~Q(properties__has_key=name)
        return Q(**{f"properties__{name}": wanted})

    def _words(self, words: str) -> Q:
        sought = cleaned(words).strip()[:100]
        found = Q(key__icontains=sought)
        for each in self.sight.fields:
            if each.type in ("text", "link"):
                found |= Q(**{f"properties__{each.id}__icontains": sought})
        return found

    def _in_box(self, rows: QuerySet[Feature], bounds: Bounds) -> QuerySet[Feature]:
        if self.sight.is_exact:
            return features_in_box(rows, bounds)
        if self.sight.precision == "grid":
            return cells_in_box(rows, bounds)
        return rows.none()

    def _touching(self, rows: QuerySet[Feature], shape: BaseGeometry) -> QuerySet[Feature]:
        """Narrow to what touches a shape: the index first, then each shape itself."""
        near = self._in_box(rows, tuple(shapely.bounds(shape).tolist()))
        keys, shapes = self._shapes(near, in_metres=False)
        if not keys:
            return rows.none()
        hit = shapely.intersects(shapes, shape)
        return rows.filter(pk__in=[key for key, is_hit in zip(keys, hit, strict=True) if is_hit])

    def _filtered(self, rows: QuerySet[Feature], wish: Filter) -> QuerySet[Feature]:
        """Narrow to what a filter is true of: by the database, then one by one where it must be.

        Raises:
            QuestionUnfit: too many would have to be judged one by one.
        """
        near = rows.filter(wish.narrowing.q)
        if wish.narrowing.is_exact:
            return near
        some = list(near.order_by("pk").values_list("pk", *COLUMNS)[: JUDGED // wish.terms + 1])
        if len(some) > JUDGED // wish.terms:
            self._refuse("filter", f"> {JUDGED // wish.terms}", N_("ask for a smaller place"))
        seen = self.sight.all([row[1:] for row in some])
        kept = [row[0] for row, each in zip(some, seen, strict=True) if wish.keeps(each)]
        return rows.filter(pk__among=kept)

    def _shapes(self, near: QuerySet[Feature], *, in_metres: bool) -> tuple[list[int], Any]:
        """Return keys and geometries as the viewer sees them, of at most ``FOUND_NEAR`` rows.

        Raises:
            QuestionUnfit: there are more.
        """
        if self.sight.is_exact:
            name = "metres" if in_metres else "shape"
            rows = list(
                near.exclude(shape=None).order_by("pk").values_list("pk", name)[: FOUND_NEAR + 1]
            )
            self._refuse_many(len(rows))
            shapes = shapely.from_wkb([bytes(shape) for _, shape in rows])
            return [pk for pk, _ in rows], np.asarray(shapes, dtype=object)
        cells = list(
            near.exclude(cell_x=None)
            .order_by("pk")
            .values_list("pk", "cell_x", "cell_y")[: FOUND_NEAR + 1]
        )
        self._refuse_many(len(cells))
        spots = np.array([(x, y) for _, x, y in cells], dtype=np.float64).reshape(-1, 2)
        points: Any = np.asarray(shapely.points(spots), dtype=object)
        if in_metres and len(points):
            points = self.metres.of(points)
        return [pk for pk, _, _ in cells], points

    def _refuse_many(self, count: int) -> None:
        if count > FOUND_NEAR:
            self._refuse("place", f"> {FOUND_NEAR}", N_("ask for a smaller place"))

    @cached_property
    def metres(self) -> Any:
        """The grid in which the city is measured."""
        return frame(date.today()).metres

    def _ordered(self, rows: QuerySet[Feature], order: str) -> QuerySet[Feature]:
        name, down = order.removeprefix("-"), order.startswith("-")
        if name == "valid_from" and self.sight.hides:
            raise self._unknown(name)
        if not name or name in OWN:
            first = name or "key"
            return rows.order_by(f"-{first}" if down else first, "key", "pk")
        asked = next((each for each in self.sight.fields if each.id == name), None)
        if asked is None:
            raise self._unknown(name)
        is_text = asked.type in ("text", "code", "date", "link")
        value = (KeyTextTransform if is_text else KeyTransform)(name, "properties")
        by = value.desc(nulls_last=True) if down else value.asc(nulls_last=True)
        return rows.order_by(by, "key", "pk")

    def _unknown(self, name: str) -> FieldUnknown:
        known = ", ".join((*OWN, *(each.id for each in self.sight.fields)))
        return FieldUnknown(field=name[:60], known=known)

    def _refuse(self, name: str, value: str, expected: str) -> None:
        raise QuestionUnfit(part=name, value=value[:60], expected=expected)

    def shown(self, rows: QuerySet[Feature]) -> list[Shown]:
        """Return what the viewer sees of rows; notes and sources are not read."""
        return self.sight.all(list(rows.values_list(*COLUMNS)))

    def key_after(self, key: str, count: int) -> str:
        """Return the key of the thing that comes so many after ``key``; nothing if none does.

        Things count, whatever was once believed of them.
        """
        things = Thing.objects.filter(register=self.register, key__gt=key).order_by("key")
        return next(iter(things.values_list("key", flat=True)[count - 1 : count]), "")

    def count(self, asked: Question, most: int = COUNTED) -> tuple[int, bool]:
        """Return how many answer a question, and whether that is all of them."""
        found = self.rows(asked).order_by().values("pk")[: most + 1].count()
        return min(found, most), found <= most

    def within_m(
        self, shape: BaseGeometry, metres: float, asked: Question
    ) -> list[tuple[float, Shown]]:
        """Return what lies within so many metres of a shape, the nearest first (環域).

        Args:
            shape: longitude and latitude; a point, a line to walk along, a polygon.
            metres: on the ground, in the city's grid (TWD97).
        """
        measured = self.metres.of(np.array([shape], dtype=object))[0]
        around = self.metres.degrees(
            np.array([shapely.box(*shapely.bounds(measured)).buffer(metres + 1)], dtype=object)
        )[0]
        bounds: Bounds = tuple(shapely.bounds(around).tolist())
        near = self.rows(replace(asked, bounds=bounds))
        keys, shapes = self._shapes(near, in_metres=True)
        if not keys:
            return []
        away = shapely.distance(shapes, measured)
        reached = {pk: float(m) for pk, m in zip(keys, away, strict=True) if m <= metres}
        rows = Feature.objects.filter(pk__in=reached).in_bulk()
        order = sorted(reached.items(), key=lambda found: (found[1], rows[found[0]].key))
        return [(m, self.sight.of(rows[pk])) for pk, m in order]

    def nearest(
        self, longitude: float, latitude: float, asked: Question, *, most: int = 5,
        farthest_m: float = 20_000,
    ) -> list[tuple[float, Shown]]:  # fmt: skip
        """Return the nearest things to a point with their distances in metres, the nearest first.

        The circle grows until it holds enough, so that few shapes are measured in a dense town.
        """
        reach, spot = 50.0, shapely.Point(longitude, latitude)
        while True:
            found = self.within_m(spot, min(reach, farthest_m), asked)
            if len(found) >= most or reach >= farthest_m:
                return found[:most]
            reach *= 4
