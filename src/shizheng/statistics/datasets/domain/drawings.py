"""Charts and maps that a reader builds of a dataset; read from an address (繪圖)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from shizheng.kernel.errors import N_
from shizheng.statistics.datasets.domain.columns import Column, Reading, Type
from shizheng.statistics.datasets.domain.errors import (
    ColumnUnknown,
    DrawingUnfit,
    NotANumber,
    QuestionUnreadable,
)
from shizheng.statistics.datasets.domain.questions import (
    COLUMNS,
    CURSOR,
    FACET,
    SIZE,
    SORT,
    Filter,
    question_of,
)

BY, OF, HOW, AS, STEP, WHERE, IS = "_by", "_of", "_how", "_as", "_step", "_where", "_is"
OWN = frozenset({BY, OF, HOW, AS, STEP, WHERE, IS})
MOST_BARS, MOST_POINTS, MOST_AREAS = 24, 1_000, 5_000
"""Of bars more are put together as others; of points and areas more are refused."""
MEAN_PLACES = 2
TIMES = frozenset({Type.DATE, Type.DATETIME, Type.MONTH})
ORDERED = TIMES | {Type.INTEGER}
Choice = TypeVar("Choice", bound=StrEnum)


class Kind(StrEnum):
    """How it is drawn (圖別)."""

    BAR = "bar"
    LINE = "line"
    MAP = "map"


class Aggregate(StrEnum):
    """What is made of the rows of a group (彙總方式)."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"


class Step(StrEnum):
    """How long a stretch of time is one group (時間單位)."""

    EACH = "each"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn: groups by one column, and a number for each (圖).

    Attributes:
        of: the column of numbers; None where rows are counted.
    """

    by: Column
    of: Column | None
    aggregate: Aggregate
    kind: Kind
    step: Step = Step.EACH
    filters: tuple[Filter, ...] = ()

    @property
    def is_ordered(self) -> bool:
        """Whether groups follow one another, as days do; the others go by their number."""
        return self.by.type in ORDERED

    @property
    def most(self) -> int:
        """How many groups are drawn at most."""
        return {Kind.BAR: MOST_BARS, Kind.LINE: MOST_POINTS, Kind.MAP: MOST_AREAS}[self.kind]

    @property
    def has_others(self) -> bool:
        """Whether what is too much is put together, rather than refused."""
        return self.kind == Kind.BAR and not self.is_ordered

    @property
    def places(self) -> int:
        """How many decimals its numbers have."""
        if self.of is None:
            return 0
        if self.aggregate == Aggregate.MEAN or self.of.type == Type.FLOAT:
            return max(MEAN_PLACES, self.of.scale)
        return self.of.scale


@dataclass(frozen=True, slots=True)
class Group:
    """Rows with one value: how many there are, how many have a number, and the sum of these."""

    key: str | None
    rows: int
    known: int = 0
    total: Decimal | None = None

    def number(self, aggregate: Aggregate) -> Decimal | None:
        """Return what stands for the group; None where no row has a number."""
        if aggregate == Aggregate.COUNT:
            return Decimal(self.rows)
        if self.total is None or not self.known:
            return None
        return self.total if aggregate == Aggregate.SUM else self.total / self.known

    def with_(self, other: "Group") -> "Group":
        """Return both as one."""
        totals = [each.total for each in (self, other) if each.total is not None]
        return Group(
            self.key, self.rows + other.rows, self.known + other.known,
            sum(totals, Decimal(0)) if totals else None,
        )  # fmt: skip


def drawing_of(asked: Mapping[str, Sequence[str]], columns: Sequence[Column]) -> Drawing:
    """Read the parameters of an address: ``_by=district&_of=cases&_how=sum&_as=map``.

    Besides, rows may be narrowed as at the interface of rows, or by ``_where`` and ``_is``.

    Raises:
        ColumnUnknown, NotANumber, DrawingUnfit, QuestionUnreadable: what does not fit, and why.
    """
    known = {column.name: column for column in columns}
    by = _column(_last(asked, BY), known)
    aggregate = _choice(asked, HOW, Aggregate, Aggregate.COUNT, N_("it is count, sum or mean"))
    kind = _choice(asked, AS, Kind, Kind.BAR, N_("it is bar, line or map"))
    step = _choice(asked, STEP, Step, Step.EACH, N_("it is each, month or year"))
    of = None
    if aggregate != Aggregate.COUNT:
        of = _column(_last(asked, OF), known)
        if not of.type.is_number:
            fit = ", ".join(each.name for each in columns if each.type.is_number)
            raise NotANumber(name=of.name, known=fit[:400] or "–")
    if by.type == Type.GEOMETRY:
        raise DrawingUnfit(name=by.name, reason=N_("geometries are no groups"))
    if kind == Kind.LINE and by.type not in ORDERED:
        raise DrawingUnfit(
            name=by.name, reason=N_("a line needs dates, months or whole numbers to go along")
        )
    return Drawing(
        by, of, aggregate, kind, step if by.type in TIMES else Step.EACH, _filters(asked, columns)
    )


def is_stepped_in_utc(drawing: Drawing) -> bool:
    """Tell whether its months and days are those of UTC, as moments with an offset are kept."""
    return drawing.by.reading == Reading.OFFSET_DATETIME


def filled(groups: Sequence[Group], step: Step) -> list[Group]:
    """Return the months or years of a line with those between that have no row."""
    if step == Step.EACH or not groups:
        return list(groups)
    found = {str(each.key): each for each in groups}
    first, last = _place(min(found), step), _place(max(found), step)
    names = [_name(at, step) for at in range(first, last + 1)]
    return [found.get(each, Group(each, 0)) for each in names]


def _place(key: str, step: Step) -> int:
    return int(key[:4]) * 12 + int(key[5:7]) - 1 if step == Step.MONTH else int(key[:4])


def _name(place: int, step: Step) -> str:
    return f"{place // 12:04d}-{place % 12 + 1:02d}" if step == Step.MONTH else f"{place:04d}"


def _filters(asked: Mapping[str, Sequence[str]], columns: Sequence[Column]) -> tuple[Filter, ...]:
    passed_over = OWN | {FACET, SORT, SIZE, CURSOR, COLUMNS}
    more = {name: list(values) for name, values in asked.items() if name not in passed_over}
    where = _last(asked, WHERE)
    if where and _last(asked, IS):
        name = _column(where, {column.name: column for column in columns}).name
        more[f"{name}__exact"] = [*more.get(f"{name}__exact", []), _last(asked, IS)]
    return question_of(more, columns, "").filters


def _choice(
    asked: Mapping[str, Sequence[str]], name: str, kind: type[Choice], usual: Choice, reason: str
) -> Choice:
    given = _last(asked, name)
    if not given:
        return usual
    if given not in set(kind):
        raise QuestionUnreadable(name=name, reason=reason)
    return kind(given)


def _column(name: str, known: Mapping[str, Column]) -> Column:
    if name not in known:
        raise ColumnUnknown(name=name[:100], known=", ".join(known)[:400])
    return known[name]


def _last(asked: Mapping[str, Sequence[str]], name: str) -> str:
    values = asked.get(name) or ("",)
    return values[-1]
