"""Questions that every request asks: their SQL is made once, and asked with other values.

To make the SQL of a query takes Django several times as long as a small answer takes the database.
What is asked, and of whom, stays the same: nothing is kept but the text of the question.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=Model)


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

    def ready(self, values: dict[str, Any]) -> Any:
        """Return its value as the database takes it."""
        value = values[self.name]
        return value if self.of is None else self.of.get_db_prep_value(value, connection)


class Prepared(Generic[Row]):
    """A query whose SQL is made once (備好的查詢).

    Args:
        make: returns the query, with a ``Slot`` for each value that changes; what is None or how
            long a list is cannot change.
    """

    def __init__(self, make: Callable[[], QuerySet[Row, Any]]) -> None:
        self._make = make
        self._known: dict[str, tuple[str, list[Any], Any]] = {}
        self._converters: dict[str, Any] = {}

    def _told(self) -> tuple[str, list[Any], Any]:
        found = self._known.get(connection.vendor)
        if found is None:
            compiler = self._make().query.get_compiler(connection=connection)
            try:
                sql, parameters = compiler.as_sql()
            except EmptyResultSet:
                sql, parameters = "", ()
            found = self._known[connection.vendor] = (sql, list(parameters), compiler)
        return found

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows as the database gives them: JSON as text, keys as it keeps them."""
        sql, parameters, _compiler = self._told()
        if not sql:
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                sql, [each.ready(values) if isinstance(each, Slot) else each for each in parameters]
            )
            return list(cursor.fetchall())

    def all(self, **values: Any) -> list[Row]:
        """Return objects of the model, with those that the query selects beside them."""
        rows = self.rows(**values)
        if not rows:
            return []
        compiler = self._told()[2]
        converters = self._converters.get(connection.vendor)
        if converters is None:
            converters = compiler.get_converters([each[0] for each in compiler.select])
            self._converters[connection.vendor] = converters
        ready = compiler.apply_converters(rows, converters) if converters else rows
        told, using = compiler.klass_info, connection.alias
        model, places = told["model"], told["select_fields"]
        first, last = places[0], places[-1] + 1
        names = [compiler.select[place][0].target.attname for place in places]
        others = get_related_populators(told, compiler.select, using)  # type: ignore[call-arg]  # of a later Django
        found = []
        for row in ready:
            one = model.from_db(using, names, row[first:last])
            for other in others:
                other.populate(row, one)
            found.append(one)
        return found


def raw(rows: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """Return the values of a query (``values_list``) as the database gives them."""
    try:
        sql, parameters = rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
