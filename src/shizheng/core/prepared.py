"""Questions that every request asks: their SQL is made once, and asked with other values.

To make the SQL of a query takes Django several times as long as a small answer takes the database.
What is asked, and of whom, stays the same: nothing is kept but the text of the statement.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, DataError, connections
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=Model)
Rows = list[tuple[Any, ...]]


class Slot(Expression):
    """A place in a query for a value that is given when it is asked (待填值).

    Args:
        field: what the value is of; None where it is given as the database takes it.
    """

    def __init__(self, name: str, field: "Field[Any, Any] | None" = None) -> None:
        super().__init__(output_field=field)
        self.name, self.of = name, field

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Return the place; ``Prepared`` puts the value into it."""
        return "%s", [self]

    def ready(self, values: dict[str, Any], connection: Any) -> Any:
        """Return its value as the database takes it."""
        value = values[self.name]
        return value if self.of is None else self.of.get_db_prep_value(value, connection)


@dataclass(frozen=True)
class Statement:
    """The SQL of a query and what is known of its answer (備好的問句)."""

    sql: str
    parameters: Sequence[Any]
    compiler: Any

    @classmethod
    def of(cls, rows: QuerySet[Any, Any], own: Any) -> "Statement | None":
        """Return it as a database is asked; None where nothing can meet the query."""
        compiler = rows.query.get_compiler(connection=own)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            return None
        return cls(sql, parameters, compiler)

    @cached_property
    def slots(self) -> list[tuple[int, Slot]]:
        """Where values are wanted."""
        return [(at, one) for at, one in enumerate(self.parameters) if isinstance(one, Slot)]

    def asked(self, own: Any, values: dict[str, Any]) -> list[Any]:
        """Return the parameters with their values."""
        found = list(self.parameters)
        for at, slot in self.slots:
            found[at] = slot.ready(values, own)
        return found

    @cached_property
    def maker(self) -> Callable[[Rows], list[Any]]:
        """What makes objects of the model of rows, with those that are selected beside them."""
        compiler = self.compiler
        converters = compiler.get_converters([each[0] for each in compiler.select])
        told, using = compiler.klass_info, compiler.connection.alias
        model, places = told["model"], told["select_fields"]
        first, last = places[0], places[-1] + 1
        names = [compiler.select[place][0].target.attname for place in places]
        others = get_related_populators(told, compiler.select, using)  # type: ignore[call-arg]  # of a later Django

        def make(rows: Rows) -> list[Any]:
            found = []
            for row in compiler.apply_converters(rows, converters) if converters else rows:
                one = model.from_db(using, names, row[first:last])
                for other in others:
                    other.populate(row, one)
                found.append(one)
            return found

        return make

    @cached_property
    def kinds(self) -> list[str]:
        """How each column is packed; nothing where it cannot be."""
        return [_kind(each[0].output_field) for each in self.compiler.select]

    @cached_property
    def packed(self) -> str:
        """SQL for SQLite that returns all rows as one; nothing where a value would change by it."""
        if not all(self.kinds):
            return ""
        names = [f"c{place}" for place in range(len(self.kinds))]
        told = (_PACKED[kind].format(name) for name, kind in zip(names, self.kinds, strict=True))
        given = f"WITH asked ({', '.join(names)}) AS ({self.sql})"
        return f"{given} SELECT {', '.join(told)} FROM asked"  # noqa: S608 - of our own queries

    def rows(self, own: Any, parameters: Sequence[Any]) -> Rows:
        """Return the rows as the database gives them."""
        with own.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            return list(cursor.fetchall())

    def rows_at_once(self, own: Any, parameters: Sequence[Any]) -> Rows:
        """Return the rows in one step; days are text, truths 0 or 1, where the database is SQLite.

        SQLite lets other threads work at every row that it steps to, and waits to be let in again.
        """
        if own.vendor == "sqlite" and self.packed:
            try:
                with own.cursor() as cursor:
                    cursor.execute(self.packed, parameters)
                    return self._unpacked(cursor.fetchone())
            except (DataError, _Unpackable):  # longer than a text may be, or JSON over many lines
                pass
        return self.rows(own, parameters)

    def _unpacked(self, found: Sequence[Any]) -> Rows:
        columns: list[list[Any]] = []
        parts = iter(found)
        for kind in self.kinds:
            if kind == "json":
                columns.append(_lines(next(parts)))
                continue
            values = json.loads(next(parts))
            columns.append(_cut(next(parts) or b"", values) if kind == "bytes" else values)
        if len({len(column) for column in columns}) > 1:
            raise _Unpackable
        return list(zip(*columns, strict=True))


class _Unpackable(Exception):
    """Rows cannot be told apart in what SQLite returned."""


_PACKED = {
    "value": "json_group_array({0})",
    "json": "group_concat(ifnull({0}, ''), char(10))",
    "bytes": "json_group_array(length({0})), CAST(group_concat(CAST({0} AS TEXT), '') AS BLOB)",
}
"""How a column is made one text, bytes one run of bytes after their lengths.

Numbers with a fraction would lose their last digits.
"""
_SAME = {
    "CharField", "TextField", "UUIDField", "DateField", "BooleanField", "IntegerField",
    "BigIntegerField", "PositiveIntegerField", "SmallIntegerField", "AutoField", "BigAutoField",
}  # fmt: skip


def _kind(field: Any) -> str:
    """Return how values of a field are packed; nothing where they cannot be."""
    while field.is_relation:
        field = field.target_field
    name = field.get_internal_type()
    return {"BinaryField": "bytes", "JSONField": "json"}.get(name) or "value" * (name in _SAME)


def _lines(text: str | None) -> list[str | None]:
    return [] if text is None else [each or None for each in text.split("\n")]


def _cut(run: bytes, lengths: Sequence[int | None]) -> list[bytes | None]:
    """Return the parts of a run of bytes; None where there is no length."""
    ends = list(accumulate(length or 0 for length in lengths))
    if (ends[-1] if ends else 0) != len(run):
        raise _Unpackable
    starts = [0, *ends]
    return [
        None if length is None else run[start:end]
        for length, start, end in zip(lengths, starts, ends, strict=False)
    ]


class Prepared(Generic[Row]):
    """A query whose SQL is made once (備好的查詢).

    Args:
        make: returns the query, with a ``Slot`` for each value that changes; what is None or how
            long a list is cannot change.
    """

    def __init__(self, make: Callable[[], QuerySet[Row, Any]]) -> None:
        self._make = make
        self._known: dict[str, Statement | None] = {}

    def _of(self, own: Any) -> Statement | None:
        vendor = own.vendor
        if vendor not in self._known:
            self._known[vendor] = Statement.of(self._make(), own)
        return self._known[vendor]

    def rows(self, **values: Any) -> Rows:
        """Return the rows as the database gives them: JSON as text, keys as it keeps them."""
        own = connections[DEFAULT_DB_ALIAS]
        statement = self._of(own)
        return [] if statement is None else statement.rows(own, statement.asked(own, values))

    def rows_at_once(self, **values: Any) -> Rows:
        """Return many rows as ``raw`` does."""
        own = connections[DEFAULT_DB_ALIAS]
        statement = self._of(own)
        return (
            [] if statement is None else statement.rows_at_once(own, statement.asked(own, values))
        )

    def all(self, **values: Any) -> list[Row]:
        """Return objects of the model, with those that the query selects beside them."""
        own = connections[DEFAULT_DB_ALIAS]
        statement = self._of(own)
        if statement is None:
            return []
        rows = statement.rows(own, statement.asked(own, values))
        return statement.maker(rows) if rows else []


def raw(rows: QuerySet[Any, Any]) -> Rows:
    """Return the values of a query (``values_list``) as the database gives them.

    JSON is text and keys are as it keeps them; a day is a date or its text, a truth may be 0 or 1.
    """
    own = connections[DEFAULT_DB_ALIAS]
    statement = Statement.of(rows, own)
    return [] if statement is None else statement.rows_at_once(own, statement.parameters)
