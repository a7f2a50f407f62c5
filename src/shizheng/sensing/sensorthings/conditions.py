"""From a filter to a condition of the database, for every set but that of observations."""

from collections.abc import Callable
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import (
    Cast,
    Ceil,
    Concat,
    ExtractDay,
    ExtractHour,
    ExtractMinute,
    ExtractMonth,
    ExtractSecond,
    ExtractYear,
    Floor,
    Length,
    Lower,
    Round,
    StrIndex,
    Substr,
    Trim,
    Upper,
)
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
)

from shizheng.kernel.errors import N_
from shizheng.sensing.errors import QueryUnfit
from shizheng.sensing.models import Latest
from shizheng.sensing.sensorthings.geometry import ids_where, is_geometric, parts_of
from shizheng.sensing.sensorthings.sets import IDS, SETS, EntitySet
from shizheng.sensing.sensorthings.tree import COMPARISONS, Call, Literal, Node, Path, paths_of

Rows = Callable[[EntitySet], Any]
_TURNED = {"gt": "lt", "lt": "gt", "ge": "le", "le": "ge"}
_LOOKUPS = {"gt": "gt", "ge": "gte", "lt": "lt", "le": "lte"}
_COMPARE: dict[str, Any] = {
    "eq": Exact, "gt": GreaterThan, "ge": GreaterThanOrEqual, "lt": LessThan,
    "le": LessThanOrEqual,
}  # fmt: skip


class Conditions:
    """Makes conditions on one set.

    Args:
        of: the set.
        rows: gives the rows of another set that the asker may see.
    """

    def __init__(self, of: EntitySet, rows: Rows) -> None:
        self.of, self.rows = of, rows

    def where(self, node: Node) -> Q:  # noqa: PLR0911 - one for each kind of node
        """Return a condition.

        Raises:
            QueryUnfit: it names what is not there, or compares what cannot be compared.
        """
        if isinstance(node, Call):
            if node.name in ("and", "or"):
                first, *rest = [self.where(each) for each in node.over]
                for each in rest:
                    first = first & each if node.name == "and" else first | each
                return first
            if node.name == "not":
                return ~self.where(node.over[0])
            if is_geometric(node):
                return self._geometric(node)
            if node.name in COMPARISONS:
                return self._compared(node)
            if node.name in ("substringof", "contains", "startswith", "endswith"):
                return self._told(Q(self._text(node)), node)
        elif isinstance(node, Path):
            return Q(**{self._path(node)[0]: True})
        elif isinstance(node, Literal) and isinstance(node.value, bool):
            return ~Q(pk__in=[]) if node.value else Q(pk__in=[])
        raise QueryUnfit(option="$filter", reason=N_("it says nothing that is true or false"))

    def order(self, node: Node) -> Any:
        """Return what rows are ordered by."""
        if isinstance(node, Path):
            lookup, is_json, _ = self._path(node)
            return F(lookup) if not is_json else self._json(lookup)
        return self._value(node)

    def _path(self, path: Path) -> tuple[str, bool, bool]:
        """Return the lookup of a property, whether it is within JSON, and whether of many."""
        here, lookups, is_many = self.of, [], False
        parts = list(path.parts)
        while parts and parts[0] in here.links:
            link = here.links[parts.pop(0)]
            if not link.lookup:
                reason = N_("conditions on observations would scan everything; ask for them")
                raise QueryUnfit(option=f"“{'/'.join(path.parts)}”", reason=reason)
            lookups.append(link.lookup)
            is_many = is_many or link.is_many
            here = SETS[link.target]
        if not parts or parts[0] in IDS:
            return "__".join([*lookups, "pk"]), False, is_many
        column = here.columns.get(parts[0])
        if column is None or any("__" in part for part in parts):
            reason = N_("there is no such property")
            raise QueryUnfit(option=f"“{'/'.join(path.parts)[:60]}”", reason=reason)
        is_json = len(parts) > 1
        return "__".join([*lookups, column, *parts[1:]]), is_json, is_many

    def _told(self, condition: Q, node: Node) -> Q:
        """Let a condition over many hold where it holds for one of them."""
        if any(self._path(path)[2] for path in paths_of(node)):
            model = self.of.model
            same = model._default_manager.filter(condition, pk=OuterRef("pk"))
            return Q(Exists(same.order_by()))
        return condition

    def _compared(self, node: Call) -> Q:
        left, right, name = *node.over, node.name
        if isinstance(left, Literal) and not isinstance(right, Literal):
            left, right, name = right, left, _TURNED.get(name, name)
        if name == "ne":
            return ~self._compared(Call("eq", (left, right)))
        if isinstance(left, Call) and isinstance(right, Literal) and right.kind == "truth":
            found = self.where(left)
            return found if right.value else ~found
        if isinstance(left, Path) and isinstance(right, Literal):
            return self._told(self._simple(left, right, name), node)
        compared = _COMPARE[name](self._value(left), self._value(right))
        return self._told(Q(compared), node)

    def _simple(self, path: Path, literal: Literal, name: str) -> Q:
        if path.parts[-1] == "phenomenonTime" and len(path.parts) == 1:
            return self._newest(literal, name)
        lookup, is_json, _ = self._path(path)
        value: Any = literal.value
        if lookup == "pk" or lookup.endswith("__pk"):
            try:
                value = int(value)
            except (TypeError, ValueError):
                return Q(pk__in=[])
            if abs(value) >= 2**63:
                return Q(pk__in=[])
        if literal.kind == "null":
            return Q(**{f"{lookup}__isnull": True})
        if literal.kind == "moment":
            from shizheng.sensing.moments import _MICROSECOND, EPOCH

            value = EPOCH + value * _MICROSECOND
        elif literal.kind == "interval":
            raise QueryUnfit(option="$filter", reason=N_("compare with a moment here"))
        elif not is_json and isinstance(value, int | float) and not lookup.endswith("pk"):
            value = str(value)
        return Q(**{lookup if name == "eq" else f"{lookup}__{_LOOKUPS[name]}": value})

    def _newest(self, literal: Literal, name: str) -> Q:
        if self.of.name not in ("Datastreams", "MultiDatastreams") or literal.kind != "moment":
            raise QueryUnfit(option="“phenomenonTime”", reason=N_("there is no such property"))
        column = "first_us" if name in ("lt", "le") else "time_us"
        newest = Subquery(Latest.objects.filter(stream=OuterRef("pk")).values(column))
        return Q(_COMPARE[name](newest, Value(literal.value)))

    def _geometric(self, node: Call) -> Q:
        _function, path, _test = parts_of(node)
        here, lookups = self.of, []
        parts = list(path.parts)
        while parts and parts[0] in here.links and here.links[parts[0]].lookup:
            link = here.links[parts.pop(0)]
            lookups.append(link.lookup)
            here = SETS[link.target]
        if not here.geometry or parts not in ([here.geometry], []):
            reason = N_("it is no property with a geometry, such as Locations/location")
            raise QueryUnfit(option=f"“{'/'.join(path.parts)[:60]}”", reason=reason)
        keys = ids_where(node, self.rows(here))
        if not lookups:
            return Q(pk__among=keys)
        model = self.of.model
        same = model._default_manager.filter(
            **{"__".join([*lookups, "pk__in"]): keys}, pk=OuterRef("pk")
        )
        return Q(Exists(same.order_by()))

    def _value(self, node: Node) -> Any:
        if isinstance(node, Path):
            lookup, is_json, _ = self._path(node)
            return self._json(lookup) if is_json else F(lookup)
        if isinstance(node, Literal):
            return _literal(node)
        make = _CALLS.get(node.name)
        if make is not None:
            return make(*(self._value(each) for each in node.over))
        reason = N_("it cannot be used here")
        raise QueryUnfit(option=f"“{node.name}”", reason=reason)

    def _json(self, lookup: str) -> Any:
        for place, part in enumerate(parts := lookup.split("__")):
            if part in ("properties", "unit", "metadata"):
                name, steps = "__".join(parts[: place + 1]), parts[place + 1 :]
                found: Any = F(name)
                for step in steps[:-1]:
                    found = KeyTransform(step, found)
                return KeyTextTransform(steps[-1], found)
        raise QueryUnfit(option=f"“{lookup}”", reason=N_("there is no such property"))

    def _text(self, node: Call) -> Any:
        first, second = (self._value(each) for each in node.over)
        if node.name == "substringof":
            first, second = second, first
        if node.name in ("substringof", "contains"):
            return GreaterThan(StrIndex(first, second), Value(0))
        if node.name == "startswith":
            return Exact(Substr(first, 1, Length(second)), second)
        start = Length(first) - Length(second) + 1
        return Exact(Substr(first, start, Length(second)), second)


def _number(value: Any) -> Cast:
    return Cast(value, FloatField())


_CALLS: dict[str, Callable[..., Any]] = {
    "tolower": Lower, "toupper": Upper, "trim": Trim, "length": Length,
    "year": ExtractYear, "month": ExtractMonth, "day": ExtractDay, "hour": ExtractHour,
    "minute": ExtractMinute, "second": ExtractSecond,
    "round": lambda value: Round(_number(value)), "floor": lambda value: Floor(_number(value)),
    "ceiling": lambda value: Ceil(_number(value)),
    "add": lambda left, right: _number(left) + _number(right),
    "sub": lambda left, right: _number(left) - _number(right),
    "mul": lambda left, right: _number(left) * _number(right),
    "div": lambda left, right: _number(left) / _number(right),
    "mod": lambda left, right: _number(left) % _number(right),
    "concat": lambda left, right: Concat(left, right, output_field=TextField()),
    "indexof": lambda text, part: StrIndex(text, part) - 1,
    "substring": lambda text, start, *length: Substr(text, start + 1, *length),
}  # fmt: skip


def _literal(node: Literal) -> Any:
    if node.kind == "text":
        return Value(node.value, output_field=TextField())
    if node.kind == "number":
        field = IntegerField() if isinstance(node.value, int) else FloatField()
        return Value(node.value, output_field=field)
    if node.kind == "truth":
        return Value(node.value, output_field=BooleanField())
    raise QueryUnfit(option="$filter", reason=N_("it cannot be compared like this"))
