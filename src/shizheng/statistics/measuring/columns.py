"""Where the columns that a measure names are in the tables of its room."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from shizheng.core.measures import Column, Condition, Measure, Span, Standing
from shizheng.statistics.measuring.asking import Ask
from shizheng.statistics.measuring.errors import ColumnMissing

if TYPE_CHECKING:
    Field: TypeAlias = models.Field[Any, Any]
    ForeignKey: TypeAlias = models.ForeignKey[Any, Any]
else:
    Field, ForeignKey = models.Field, models.ForeignKey


class ColumnKind(StrEnum):
    """What a column holds, and as what it is staged.

    A moment is staged as microseconds since 1970 in UTC, so that no engine reads a time zone, and
    beside it the day on which it was in the city.
    """

    MOMENT = "moment"
    DAY = "day"
    WHOLE = "whole"
    DECIMAL = "decimal"
    FLOAT = "float"
    TRUTH = "truth"
    TEXT = "text"


KINDS: tuple[tuple[type[Any], ColumnKind], ...] = (
    (models.DateTimeField, ColumnKind.MOMENT),
    (models.DateField, ColumnKind.DAY),
    (models.BooleanField, ColumnKind.TRUTH),
    (models.IntegerField, ColumnKind.WHOLE),
    (models.DecimalField, ColumnKind.DECIMAL),
    (models.FloatField, ColumnKind.FLOAT),
    (models.CharField, ColumnKind.TEXT),
    (models.TextField, ColumnKind.TEXT),
    (models.UUIDField, ColumnKind.TEXT),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A column and the way to it.

    Args:
        steps: foreign keys on the way, each with the table it leads to.
        field: the column itself.
    """

    path: str
    steps: tuple[ForeignKey, ...]
    field: Field
    kind: ColumnKind

    @property
    def name(self) -> str:
        """Its name in what is staged."""
        return self.path.replace(".", "__")

    @property
    def column(self) -> str:
        """Its name in the database."""
        return str(self.field.column)

    @property
    def is_key(self) -> bool:
        """Whether it is the key of another row, or of its own."""
        return isinstance(self.field, models.ForeignKey) or self.field.primary_key

    @property
    def is_code(self) -> bool:
        """Whether it is the code of a row that a foreign key leads to: never an empty text."""
        is_text = self.kind == ColumnKind.TEXT and not self.is_key
        return is_text and bool(self.steps) and self.field.unique

    @property
    def day_name(self) -> str:
        """The name of its day, for a moment; of itself for a day."""
        return f"{self.name}__day" if self.kind == ColumnKind.MOMENT else self.name


@lru_cache(maxsize=2_000)
def found(measure: str, table: type[models.Model], path: str) -> Found:
    """Return the column at a path from a table.

    Raises:
        ColumnMissing: a part of it is no column; the error names what the table has.
    """
    steps: list[ForeignKey] = []
    model, names = table, path.split(".")
    for name in names[:-1]:
        step = _field(measure, model, name, path)
        if not isinstance(step, models.ForeignKey):
            raise _missing(measure, model, path)
        steps.append(step)
        model = step.related_model
    field = _field(measure, model, names[-1], path)
    kind = _kind(field)
    if kind is None:
        raise _missing(measure, model, path)
    return Found(path, tuple(steps), field, kind)


def _field(measure: str, model: type[models.Model], name: str, path: str) -> Field:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        raise _missing(measure, model, path) from None
    if not field.concrete or not isinstance(field, models.Field) or field.many_to_many:
        raise _missing(measure, model, path)
    return field


def _kind(field: Field) -> ColumnKind | None:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return next((kind for known, kind in KINDS if isinstance(field, known)), None)


def _missing(measure: str, model: type[models.Model], path: str) -> ColumnMissing:
    known = ", ".join(sorted(field.name for field in model._meta.concrete_fields))
    return ColumnMissing(measure=measure, column=path, table=model._meta.label, known=known)


def columns_of(measure: Measure, ask: Ask | None = None) -> list[Found]:
    """Return the columns that a measure needs for one ask, or with all of its dimensions."""
    names = measure.dimensions if ask is None else [*ask.by, *(name for name, _values in ask.where)]
    is_public = ask is None or ask.is_public
    conditions = measure.where + ((measure.public or ()) if is_public else ())
    paths = [
        *_times(measure),
        *_of(measure),
        *(path for condition in conditions for path in _compared(condition)),
        *([measure.synthetic] if measure.synthetic else []),
        *(measure.dimensions[name].column for name in names),
    ]
    return [found(measure.code, measure.table, path) for path in dict.fromkeys(paths)]


def _times(measure: Measure) -> Iterator[str]:
    if isinstance(measure.time, Standing):
        yield from (measure.time.since, measure.time.until)
    else:
        yield measure.time


def _of(measure: Measure) -> Iterator[str]:
    of = measure.aggregate.of
    if isinstance(of, Span):
        yield from (of.since, of.until)
    elif of:
        yield of


def _compared(condition: Condition) -> Iterator[str]:
    yield condition.column
    if isinstance(condition.value, Column):
        yield condition.value.path
