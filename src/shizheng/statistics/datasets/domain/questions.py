"""Questions to the rows of a dataset: filters, facets, order, page; read from an address (查詢)."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from shizheng.kernel.errors import N_
from shizheng.statistics.datasets.domain.columns import Column, Type
from shizheng.statistics.datasets.domain.errors import ColumnUnknown, QuestionUnreadable

PAGE, LARGEST_PAGE = 100, 1_000
MOST_FILTERS, MOST_FACETS, MOST_VALUES = 20, 5, 100
FACET, SORT, SIZE, CURSOR, COLUMNS = "_facet", "_sort", "_size", "_cursor", "_columns"
Value = str | int | float | bool | Decimal | date | datetime


class Test(StrEnum):
    """What a filter asks of a cell."""

    EXACT = "exact"
    NOT = "not"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    CONTAINS = "contains"
    IN = "in"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on one column."""

    column: Column
    test: Test
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: behind this value of the order and this row."""

    value: str | None
    row: int


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a table."""

    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    facets: tuple[Column, ...] = ()
    sort: Column | None = None
    is_descending: bool = False
    size: int = PAGE
    after: Place | None = None
    mark: str = ""


def question_of(
    asked: Mapping[str, Sequence[str]], columns: Sequence[Column], version: str
) -> Question:
    """Read the parameters of an address: ``district=三民區&amount__gte=100&_sort=-amount``.

    Args:
        asked: name to values, as they came.
        version: what a cursor belongs to besides filters and order.

    Raises:
        QuestionUnreadable, ColumnUnknown: which parameter is wrong, and how.
    """
    known = {column.name: column for column in columns}
    filters = tuple(
        _filter(name, value, known)
        for name, values in asked.items()
        if name not in OWN
        for value in values
    )
    if len(filters) > MOST_FILTERS:
        raise QuestionUnreadable(name="*", reason=N_("there are too many filters"))
    facets = _columns(asked.get(FACET, ()), known)
    if len(facets) > MOST_FACETS:
        raise QuestionUnreadable(name=FACET, reason=N_("there are too many facets"))
    sort = _last(asked, SORT)
    by = _column(sort.removeprefix("-") if sort not in known else sort, known) if sort else None
    mark = hashlib.sha256(
        repr((version, sort, [(f.column.name, f.test, f.values) for f in filters])).encode()
    ).hexdigest()[:12]
    chosen = _columns([n for each in asked.get(COLUMNS, ()) for n in each.split(",")], known)
    return Question(
        columns=chosen or tuple(columns),
        filters=filters,
        facets=facets,
        sort=by,
        is_descending=sort.startswith("-") and sort not in known,
        size=_size(_last(asked, SIZE)),
        after=_place(_last(asked, CURSOR), mark),
        mark=mark,
    )


OWN = frozenset({FACET, SORT, SIZE, CURSOR, COLUMNS})


def cursor_of(place: Place, mark: str) -> str:
    """Return a place as text for an address; it fits the same question alone."""
    kept = json.dumps([place.value, place.row, mark], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(kept.encode()).decode().rstrip("=")


def cell_value(column: Column, text: str, name: str) -> Value:
    """Return what somebody typed as a value of a column.

    Raises:
        QuestionUnreadable: it is none of its type.
    """
    read = _READ.get(column.type, str)
    try:
        if len(text) > LONGEST_NUMBER and column.type.is_number:
            raise ValueError(text)
        return read(text)
    except (ValueError, KeyError, InvalidOperation) as error:
        raise QuestionUnreadable(name=name, reason=_WANTED[column.type]) from error


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


LONGEST_NUMBER = 60
_READ: Mapping[Type, Callable[[str], Value]] = {
    Type.INTEGER: int,
    Type.DECIMAL: _decimal,
    Type.FLOAT: float,
    Type.BOOLEAN: lambda text: {"true": True, "false": False}[text.lower()],
    Type.DATE: date.fromisoformat,
    Type.DATETIME: lambda text: datetime.fromisoformat(text.removesuffix("Z")),
}
_WANTED = {
    Type.INTEGER: N_("the column holds whole numbers"),
    Type.DECIMAL: N_("the column holds numbers"),
    Type.FLOAT: N_("the column holds numbers"),
    Type.BOOLEAN: N_("the column holds true or false"),
    Type.DATE: N_("the column holds dates such as 2020-03-02"),
    Type.DATETIME: N_("the column holds times such as 2020-03-02T08:00:00"),
}


def _filter(name: str, text: str, known: Mapping[str, Column]) -> Filter:
    stem, mark, ending = name.rpartition("__")
    if mark and stem in known and ending in set(Test):
        column, test = known[stem], Test(ending)
    else:
        column, test = _column(name, known), Test.EXACT
    if "\0" in text:
        raise QuestionUnreadable(name=name[:100], reason=N_("it holds a NUL character"))
    if test == Test.EMPTY:
        if text not in ("true", "false"):
            raise QuestionUnreadable(name=name, reason=N_("it is true or false"))
        return Filter(column, test, (text == "true",))
    if test == Test.CONTAINS:
        if column.type not in (Type.TEXT, Type.MONTH):
            raise QuestionUnreadable(name=name, reason=N_("only text can contain something"))
        return Filter(column, test, (text,))
    texts = text.split(",") if test == Test.IN else [text]
    if len(texts) > MOST_VALUES:
        raise QuestionUnreadable(name=name, reason=N_("there are too many values"))
    return Filter(column, test, tuple(cell_value(column, each, name) for each in texts))


def _last(asked: Mapping[str, Sequence[str]], name: str) -> str:
    values = asked.get(name) or ("",)
    return values[-1]


def _column(name: str, known: Mapping[str, Column]) -> Column:
    if name not in known:
        raise ColumnUnknown(name=name[:100], known=", ".join(known)[:400])
    return known[name]


def _columns(names: Sequence[str], known: Mapping[str, Column]) -> tuple[Column, ...]:
    return tuple(_column(name, known) for name in dict.fromkeys(names) if name)


def _size(text: str) -> int:
    if not text:
        return PAGE
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= LARGEST_PAGE:
        raise QuestionUnreadable(name=SIZE, reason=N_("it is a number from 1 to 1000"))
    return int(text)


def _place(text: str, mark: str) -> Place | None:
    if not text:
        return None
    try:
        value, row, own = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError, binascii.Error) as error:
        raise QuestionUnreadable(name=CURSOR, reason=N_("it is none of ours")) from error
    if own != mark or not isinstance(row, int) or not isinstance(value, str | None):
        raise QuestionUnreadable(name=CURSOR, reason=N_("it belongs to another question"))
    return Place(value, row)
