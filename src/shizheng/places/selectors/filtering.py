"""A filter asked of a register: what the database narrows, and what is judged thing by thing.

The meaning of a filter is ``domain.cql2.evaluating``. The database is asked for what may fit; where
it knows exactly what does, nothing is judged again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import shapely
from django.db import connection
from django.db.models import F, Q, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Collate
from django.db.models.lookups import (
    Contains,
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
)
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from shizheng.core.models import Area
from shizheng.places.boxes import in_box
from shizheng.places.domain.cql2.checking import SPATIAL, Kind, Terms, checked
from shizheng.places.domain.cql2.evaluating import judge_of
from shizheng.places.domain.cql2.nodes import Geometry, Instant, Literal, Node, Op, Property, walk
from shizheng.places.selectors.queryables import Queryable, queryables_of, values_of
from shizheng.places.selectors.showing import Shown, Sight

NOTHING, EVERYTHING = Q(pk__in=()), Q()
FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "<>": "<>"}
_OPPOSITE = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "=": "<>", "<>": "="}
_LOOKUPS: dict[str, Any] = {
    "<": LessThan, ">": GreaterThan, "<=": LessThanOrEqual, ">=": GreaterThanOrEqual, "=": Exact,
}  # fmt: skip
_NAMES = {"<": "__lt", ">": "__gt", "<=": "__lte", ">=": "__gte", "=": ""}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A condition that every thing meets that is meant; ``is_exact`` where no other does."""

    q: Q
    is_exact: bool = True


@dataclass(frozen=True)
class Filter:
    """A filter as one viewer asks it of a register (篩選條件).

    ``tree`` is checked: it names nothing that they do not see.
    """

    sight: Sight
    tree: Node

    @classmethod
    def of(
        cls, sight: Sight, tree: Node, placed: Callable[[BaseGeometry], BaseGeometry]
    ) -> "Filter":
        """Return a filter that fits a register.

        Args:
            placed: a shape of the filter's system in longitude and latitude.

        Raises:
            PropertyUnknown, FilterUnfit: see ``checked``.
        """
        kinds = {name: each.kind for name, each in queryables_of(sight).items()}
        return cls(sight, checked(tree, Terms(kinds, _day_of, placed)))

    @cached_property
    def names(self) -> dict[str, Queryable]:
        """What the filter names."""
        known = queryables_of(self.sight)
        used = {node.name for node, _ in walk(self.tree) if isinstance(node, Property)}
        return {name: each for name, each in known.items() if name in used}

    @cached_property
    def terms(self) -> int:
        """How many parts it has: what judging one thing costs."""
        return sum(1 for _ in walk(self.tree))

    @cached_property
    def narrowing(self) -> Narrowing:
        """What the database is asked."""
        return self._narrowed(self.tree, is_wanted=True)

    @cached_property
    def keeps(self) -> Callable[[Shown], bool]:
        """What says of a state as it is seen whether the filter is true of it."""
        has_area = {"district", "village"} & {*self.names}
        codes = dict(Area.objects.values_list("pk", "code")) if has_area else {}
        judge, values = judge_of(self.tree), values_of(self.names, codes)
        return lambda shown: judge(values(shown)) is True

    def _narrowed(self, node: Node, *, is_wanted: bool) -> Narrowing:
        """Return what things may meet of which a node is true, or false where that is wanted."""
        if isinstance(node, Literal):
            return Narrowing(EVERYTHING if node.value is is_wanted else NOTHING)
        if isinstance(node, Property):
            return self._compared("=", self.names[node.name], is_wanted)
        if not isinstance(node, Op):
            return Narrowing(EVERYTHING, is_exact=False)
        if node.name == "not":
            return self._narrowed(node.args[0], is_wanted=not is_wanted)
        if node.name in ("and", "or"):
            return self._joined(node, is_wanted)
        return self._leaf(node, is_wanted) or Narrowing(EVERYTHING, is_exact=False)

    def _joined(self, node: Op, is_wanted: bool) -> Narrowing:
        parts = [self._narrowed(each, is_wanted=is_wanted) for each in node.args]
        q = parts[0].q
        is_all = (node.name == "and") is is_wanted
        for part in parts[1:]:
            q = q & part.q if is_all else _either(q, part.q)
        return Narrowing(q, all(part.is_exact for part in parts))

    def _leaf(self, node: Op, is_wanted: bool) -> Narrowing | None:
        if node.name in SPATIAL:
            return self._spatial(node, is_wanted)
        first, *rest = node.args
        if node.name == "isnull" and isinstance(first, Property):
            return Narrowing(self._has(self.names[first.name], not is_wanted))
        if node.name in _OPPOSITE and isinstance(rest[0], Property):
            node = Op(FLIPPED[node.name], (rest[0], first))
            first, *rest = node.args
        if not isinstance(first, Property):
            return None
        values = [each.value for each in rest if isinstance(each, Literal | Instant)]
        if len(values) < len(rest):
            return None
        return self._held(node.name, self.names[first.name], values, is_wanted)

    def _held(
        self, name: str, asked: Queryable, values: list[Any], is_wanted: bool
    ) -> Narrowing | None:
        """Return the narrowing of a property beside plain values."""
        if name in _OPPOSITE:
            return self._compared(name if is_wanted else _OPPOSITE[name], asked, values[0])
        if name == "between":
            signs = (">=", "<=") if is_wanted else ("<", ">")
            low, high = (
                self._compared(sign, asked, value).q
                for sign, value in zip(signs, values, strict=True)
            )
            return Narrowing(low & high if is_wanted else low | high)
        if name == "in":
            q = self._compared("=" if is_wanted else "<>", asked, values[0]).q
            for value in values[1:]:
                other = self._compared("=" if is_wanted else "<>", asked, value).q
                q = q | other if is_wanted else q & other
            return Narrowing(q)
        if name == "like" and is_wanted:
            return self._alike(asked, str(values[0]))
        return None

    def _compared(self, sign: str, asked: Queryable, value: Any) -> Narrowing:
        if asked.kind is Kind.BOOLEAN:
            return Narrowing(Q(**{f"properties__{asked.name}": (sign == "=") is value}))
        if sign == "<>":
            less, more = (self._compared(each, asked, value).q for each in "<>")
            return Narrowing(less | more)
        if asked.kind is Kind.TEXT or (asked.kind is Kind.DAY and not asked.column):
            text = value.isoformat() if isinstance(value, date) else str(value)
            return Narrowing(Q(_LOOKUPS[sign](_text(asked), Value(text, TextField()))))
        column = asked.column or f"properties__{asked.name}"
        return Narrowing(Q(**{f"{column}{_NAMES[sign]}": value}))

    def _alike(self, asked: Queryable, pattern: str) -> Narrowing:
        """The longest plain part of a pattern is in the text; SQLite looks past small and large."""
        plain = max(_plain_parts(pattern), key=len)
        if not plain:
            return Narrowing(self._has(asked, True), is_exact=False)
        return Narrowing(Q(Contains(_text(asked), Value(plain, TextField()))), is_exact=False)

    def _has(self, asked: Queryable, is_there: bool) -> Q:
        if asked.kind is Kind.SHAPE:
            column = "shape" if self.sight.is_exact else "cell_x"
            return Q(**{f"{column}__isnull": not is_there})
        if asked.column:
            return Q(**{f"{asked.column}__isnull": not is_there})
        has = Q(properties__has_key=asked.name)
        return has if is_there else ~has

    def _spatial(self, node: Op, is_wanted: bool) -> Narrowing | None:
        one, other = node.args
        literal = one if isinstance(one, Geometry) else other
        named = other if isinstance(one, Geometry) else one
        if not isinstance(literal, Geometry) or not isinstance(named, Property):
            return None
        if (node.name == "s_disjoint") is is_wanted:
            return Narrowing(self._has(self.names[named.name], True), is_exact=False)
        west, south, east, north = literal.shape.bounds
        q = in_box((west, south, east, north), is_exact=self.sight.is_exact)
        are_points = not self.sight.is_exact or self.sight.body.geometry.kind == "point"
        is_box = literal.shape.geom_type == "Polygon" and literal.shape.equals(
            shapely.box(west, south, east, north)
        )
        touches = node.name in ("s_intersects", "s_disjoint")
        return Narrowing(q, is_exact=are_points and is_box and touches)


def _day_of(moment: datetime) -> date:
    return timezone.localdate(moment)


def _text(asked: Queryable) -> Any:
    """Return the text of a row, compared sign by sign as Python does."""
    found: Any = F(asked.column) if asked.column else KeyTextTransform(asked.name, "properties")
    return Collate(found, "C") if connection.vendor == "postgresql" else found


def _either(one: Q, other: Q) -> Q:
    return Q() if not one or not other else one | other


def _plain_parts(pattern: str) -> list[str]:
    parts, signs = [""], iter(pattern)
    for sign in signs:
        if sign in "%_":
            parts.append("")
        else:
            parts[-1] += next(signs, sign) if sign == "\\" else sign
    return parts
