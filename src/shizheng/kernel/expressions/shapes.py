"""The kinds of value an expression may hold, and how a context declares its names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Flag, auto


class Kind(Flag):
    """Kinds of value (型別); a set of kinds where several are possible."""

    NULL = auto()
    BOOL = auto()
    INT = auto()  # 64 bits, signed
    DOUBLE = auto()  # decimal, 28 digits: money must not suffer from binary fractions
    STRING = auto()
    DATE = auto()  # local date
    MOMENT = auto()  # aware datetime
    LIST = auto()
    MAP = auto()
    NUMBER = INT | DOUBLE
    ANY = NULL | BOOL | INT | DOUBLE | STRING | DATE | MOMENT | LIST | MAP

    def __str__(self) -> str:
        if self is Kind.ANY:
            return "any"
        return " or ".join(str(kind.name).lower() for kind in self)


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of a value before it is there (形狀): its kinds and what it holds.

    ``element`` is what a list or an open map holds; ``fields`` are the only fields of a record.
    None means that nothing is known.
    """

    kind: Kind
    element: "Shape | None" = None
    fields: "Mapping[str, Shape] | None" = None

    def __or__(self, other: "Shape") -> "Shape":
        if self == other:
            return self
        element = self.element if self.element == other.element else None
        fields = self.fields if self.fields == other.fields else None
        return Shape(self.kind | other.kind, element, fields)

    def __str__(self) -> str:
        return str(self.kind)


ANY = Shape(Kind.ANY)
NULL = Shape(Kind.NULL)
BOOL = Shape(Kind.BOOL)
INT = Shape(Kind.INT)
DOUBLE = Shape(Kind.DOUBLE)
NUMBER = Shape(Kind.NUMBER)
STRING = Shape(Kind.STRING)
DATE = Shape(Kind.DATE)
MOMENT = Shape(Kind.MOMENT)
LIST = Shape(Kind.LIST)
MAP = Shape(Kind.MAP)


def list_of(element: Shape) -> Shape:
    """Return the shape of a list of ``element``."""
    return Shape(Kind.LIST, element)


def map_of(element: Shape) -> Shape:
    """Return the shape of a map with any keys, whose values are ``element``."""
    return Shape(Kind.MAP, element)


def record(fields: Mapping[str, Shape]) -> Shape:
    """Return the shape of a map with exactly the declared ``fields``."""
    return Shape(Kind.MAP, fields=dict(fields))


def maybe(shape: Shape) -> Shape:
    """Return ``shape``, or null."""
    return Shape(shape.kind | Kind.NULL, shape.element, shape.fields)


_KINDS: dict[type, Kind] = {
    type(None): Kind.NULL,
    bool: Kind.BOOL,
    int: Kind.INT,
    Decimal: Kind.DOUBLE,
    str: Kind.STRING,
    date: Kind.DATE,
    datetime: Kind.MOMENT,
    list: Kind.LIST,
    tuple: Kind.LIST,
}


_BITS = {sort: kind.value for sort, kind in _KINDS.items()}
MAP_BIT = Kind.MAP.value


def kind_of(value: object) -> Kind:
    """Return the kind of a value that ``values.admit`` has let in."""
    return _KINDS.get(type(value), Kind.MAP)


def bit_of(value: object) -> int:
    """Return the kind as a bit of ``Kind``: integers compare quicker than flags."""
    return _BITS.get(type(value), MAP_BIT)
