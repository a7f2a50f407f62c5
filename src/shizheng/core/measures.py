"""What rooms publish to ``statistics``: named counts, sums and times over their own tables.

A measure (衡量項目) says what is counted, when it happened and by what it can be split. It holds no
query: ``statistics.measuring`` computes it on whichever engine is set. A room enters its own in its
module ``measures``.

Columns are paths from the table, such as ``closed_at`` or ``service.category``: foreign keys lead
on, and the last part is a column of the model that they end in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from django.db.models import Model

from shizheng.kernel.registry import Registry

CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
DAY_S, HOUR_S, MINUTE_S = 86_400, 3_600, 60
Literal = str | int | bool | date


class DimensionKind(StrEnum):
    """What the values of a dimension are codes of."""

    AREA = "area"
    AGENCY = "agency"
    CATEGORY = "category"
    BOOLEAN = "boolean"
    PERSON_BAND = "person_band"


@dataclass(frozen=True, slots=True)
class Dimension:
    """Something by which a measure can be split (維度).

    Its values are the codes in ``column``; a truth is ``true`` or ``false``, nothing is empty.

    Args:
        values: all that there are. Without them: the choices of the column, or what the table at
            the end of a path of foreign keys holds; of any other column every text counts as one.
        is_public: whether everybody may see figures split by it.
    """

    column: str
    kind: DimensionKind = DimensionKind.CATEGORY
    values: tuple[str, ...] = ()
    is_public: bool = True


class Comparison(StrEnum):
    """What a column can be asked; an empty one passes ``IS_NULL`` and nothing else."""

    EQUALS = "equals"
    DIFFERS = "differs"
    IN = "in"
    NOT_IN = "not_in"
    IS_NULL = "is_null"
    NOT_NULL = "not_null"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    BELOW = "below"
    ABOVE = "above"


LISTS = frozenset({Comparison.IN, Comparison.NOT_IN})
ALONE = frozenset({Comparison.IS_NULL, Comparison.NOT_NULL})


@dataclass(frozen=True, slots=True)
class Column:
    """Another column of the same row, to compare with; a moment and a day compare as days."""

    path: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that a row must meet to count.

    Raises:
        ValueError: the test and the value do not go together.
    """

    column: str
    test: Comparison
    value: Literal | Column | tuple[Literal, ...] | None = None

    def __post_init__(self) -> None:
        is_list, is_nothing = isinstance(self.value, tuple), self.value is None
        if is_list != (self.test in LISTS) or is_nothing != (self.test in ALONE):
            raise ValueError(f"{self.column}: {self.test} does not take {self.value!r}")


class Method(StrEnum):
    """How many rows become one number."""

    COUNT = "count"
    COUNT_DISTINCT = "count_distinct"
    SUM = "sum"
    PERCENTILE = "percentile"


@dataclass(frozen=True, slots=True)
class Span:
    """The time from one moment of a row to another, in seconds."""

    since: str
    until: str


@dataclass(frozen=True, slots=True)
class Aggregate:
    """How the rows become a number, and of what.

    Args:
        of: a column, or a span between two; nothing for a count.
        share: of a percentile, 0 to 1: ``1/2`` is the median. Between two rows it is interpolated
            in proportion.
        per: by what a sum or percentile is divided, such as the seconds in a day.

    Raises:
        ValueError: the parts do not go together.
    """

    method: Method
    of: str | Span = ""
    share: Fraction | None = None
    per: int = 1

    def __post_init__(self) -> None:
        is_count = self.method == Method.COUNT
        if is_count == bool(self.of) or self.per < 1:
            raise ValueError(f"{self.method} does not go with {self.of!r} per {self.per}")
        if (self.share is not None) != (self.method == Method.PERCENTILE):
            raise ValueError(f"a percentile, and nothing else, has a share: got {self.share}")
        if self.share is not None and not 0 <= self.share <= 1:
            raise ValueError(f"a share is 0 to 1, got {self.share}")
        if self.method == Method.COUNT_DISTINCT and isinstance(self.of, Span):
            raise ValueError("what is counted once is a column, not a span")


COUNT = Aggregate(Method.COUNT)


def count_distinct(column: str) -> Aggregate:
    """Return the number of different values."""
    return Aggregate(Method.COUNT_DISTINCT, column)


def total(of: str | Span, per: int = 1) -> Aggregate:
    """Return the sum of a column, or of spans in units of ``per`` seconds."""
    return Aggregate(Method.SUM, of, per=per)


def percentile(of: str | Span, share: Fraction, per: int = 1) -> Aggregate:
    """Return the value that a share of the rows does not exceed."""
    return Aggregate(Method.PERCENTILE, of, share, per)


def median(of: str | Span, per: int = 1) -> Aggregate:
    """Return the value in the middle."""
    return percentile(of, Fraction(1, 2), per)


@dataclass(frozen=True, slots=True)
class Standing:
    """Rows that stand from one time until another: counted at the end of a period (期末存量).

    A row stands at the end of a period if ``since`` is before it and ``until`` is not; of a period
    that still runs, now. What ended before it began never stood.

    Args:
        is_deadline: ``since`` is a last day, and the row stands when that day is over.
    """

    since: str
    until: str
    is_deadline: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """One named number over a table (衡量項目).

    Args:
        code: room and name, such as ``services.cases_closed``.
        name, description: in English; their translations are those of the room.
        unit: code of the unit, such as ``case``, ``day`` or ``TWD``.
        table: the model whose rows are counted.
        time: the column by which a row belongs to a period, or from when until when it stands.
        dimensions: name to what it can be split by.
        where: all that a row must meet.
        public: what it must meet besides to count in a figure that everybody may see; ``None`` if
            no row may.
        synthetic: column that says whether a row is invented (示範資料); empty if none ever is.

    Raises:
        ValueError: the code has another shape, or a standing number is more than a count or sum.
    """

    code: str
    name: str
    description: str
    unit: str
    table: type[Model]
    aggregate: Aggregate
    time: str | Standing
    dimensions: Mapping[str, Dimension] = field(default_factory=lambda: MappingProxyType({}))
    where: tuple[Condition, ...] = ()
    public: tuple[Condition, ...] | None = ()
    synthetic: str = ""

    def __post_init__(self) -> None:
        if not CODE.fullmatch(self.code):
            raise ValueError(f"a code is a room and a name, got {self.code!r}")
        if isinstance(self.time, Standing) and not self.is_additive:
            raise ValueError(f"{self.code}: what stands can only be counted or summed")

    @property
    def is_additive(self) -> bool:
        """Whether the numbers of parts (areas, agencies) add up to that of the whole."""
        return self.aggregate.method in (Method.COUNT, Method.SUM)

    @property
    def is_additive_over_time(self) -> bool:
        """Whether the numbers of months add up to that of the year."""
        return self.is_additive and not isinstance(self.time, Standing)


measures: Registry[Measure] = Registry("measures")


def publish(*published: Measure) -> None:
    """Enter measures of a room under their codes.

    Raises:
        ValueError: a code is taken already.
    """
    for measure in published:
        measures.register(measure.code)(measure)
