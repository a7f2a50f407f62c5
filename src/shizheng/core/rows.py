"""Finding and writing many rows at once: fields of rows that are there, and new rows.

PostgreSQL takes what is many by COPY; everything else is one statement with its values.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from itertools import chain, islice
from typing import Any
from uuid import UUID

from django.db import connection, connections, transaction
from django.db.models import (
    BinaryField,
    CharField,
    Field,
    FloatField,
    ForeignKey,
    IntegerField,
    JSONField,
    Model,
    UUIDField,
)
from django.db.models.lookups import In

BATCH = 500
MANY = 50
"""From so many rows on a COPY is worth its three statements."""
PORTIONS = (500, 50)
"""So many rows go into one statement of SQLite, as long as there are so many; few sizes, each
prepared once. Row by row, an index of rectangles is opened and written anew for each."""
Columns = Sequence["Field[Any, Any]"]
PLAIN = (BinaryField, CharField, FloatField, IntegerField)
"""What every database takes as it is."""


@ForeignKey.register_lookup
@Field.register_lookup
class Among(In):
    """``pk__among=keys``, as ``pk__in=keys``, for very many: PostgreSQL takes them as one array.

    Of a thousand keys each a parameter of its own, most of the time would go into naming them.
    """

    lookup_name = "among"

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Return the condition and its parameters."""
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", [*parameters, list(self.rhs)]


def put(rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Write ``fields`` of rows of one model as they now are; other fields stay as they are."""
    if rows:
        model = type(rows[0])
        names = [model._meta.pk.attname, *(_field(model, name).attname for name in fields)]
        put_values(model, fields, [tuple(getattr(row, name) for name in names) for row in rows])


def put_values(
    model: type[Model], fields: Sequence[str], values: Sequence[tuple[object, ...]]
) -> None:
    """Write ``fields`` of rows of ``model``; each of ``values`` is the key, then the fields."""
    if not values:
        return
    columns = [model._meta.pk, *(_field(model, name) for name in fields)]
    if connection.vendor == "postgresql" and len(values) >= MANY:
        _put_by_copy(model, columns, values)
        return
    waiting = iter(values)
    while some := list(islice(waiting, BATCH)):
        _put_by_values(model, columns, some)


def add(rows: Sequence[Model]) -> None:
    """Insert new rows of one model; of many, keys that the database counts are not told."""
    if rows and rows[0].pk is None and (len(rows) < MANY or connection.vendor != "postgresql"):
        type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH)
    elif rows:
        meta, has_key = rows[0]._meta, rows[0].pk is not None
        names = [f.attname for f in meta.concrete_fields if f is not meta.pk or has_key]
        values = [tuple(getattr(row, name) for name in names) for row in rows]
        add_values(type(rows[0]), names, values)


def add_values(
    model: type[Model], fields: Sequence[str], values: Sequence[tuple[object, ...]]
) -> None:
    """Insert new rows of ``model``; each of ``values`` has its ``fields``, in their order."""
    if not values:
        return
    table, columns = model._meta.db_table, [_field(model, name) for name in fields]
    if connection.vendor == "postgresql" and len(values) >= MANY:
        _copy(table, columns, values)
        return
    names = ", ".join(f'"{field.column}"' for field in columns)
    start = f'INSERT INTO "{table}" ({names}) VALUES '  # noqa: S608 - names of the model
    rows = list(_ready(columns, values))
    written = _portions_write(start, len(columns), rows) if connection.vendor == "sqlite" else 0
    with connection.cursor() as cursor:
        places = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"{start}({places})", rows[written:])


def _portions_write(start: str, width: int, rows: Sequence[tuple[Any, ...]]) -> int:
    """Insert as many rows as make whole portions; return how many that are."""
    # Django looks for its own marks one by one, but fills in nothing else where it notes queries.
    mark = "%s" if connection.queries_logged else "?"
    line = f"({', '.join([mark] * width)})"
    connection.ensure_connection()
    most = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) // width
    done = 0
    with connection.cursor() as cursor:
        for size in (each for each in PORTIONS if each <= most):
            statement = start + ", ".join([line] * size)
            while len(rows) - done >= size:
                cursor.execute(statement, [*chain.from_iterable(rows[done : done + size])])
                done += size
    return done


def looked_at_anew(model: type[Model]) -> None:
    """Have PostgreSQL look at a table that grew much: it plans by what it last saw of it.

    Its own look comes a minute later or, where it is switched off, never; SQLite is told once.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')


def _ready(columns: Columns, values: Sequence[tuple[object, ...]]) -> Iterable[tuple[Any, ...]]:
    """Yield rows as the database takes them; a day or key that stands in many is made once."""
    made: list[Iterable[Any]] = []
    itself = connections[connection.alias]  # what ``connection`` stands for is looked up each time
    for field, column in zip(columns, zip(*values, strict=True), strict=True):
        if isinstance(field, PLAIN):
            made.append(column)
            continue
        make: Callable[[Any], Any] = partial(field.get_db_prep_save, connection=itself)
        if isinstance(field, JSONField):
            make = _json(make)
        elif _is_key(field) and not itself.features.has_native_uuid_field:
            make = _hex
        else:
            make = cache(make)
        made.append(map(make, column))
    return zip(*made, strict=True)


class Json(str):
    """JSON that was made before, to be written as it is."""

    __slots__ = ()


def _json(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return what makes JSON; of empty lists, of which most notes are, once."""
    nothing = make([])

    def made(value: Any) -> Any:
        if value == []:
            return nothing
        return str(value) if isinstance(value, Json) else make(value)

    return made


def _is_key(field: "Field[Any, Any]") -> bool:
    while isinstance(field, ForeignKey):
        field = field.target_field
    return isinstance(field, UUIDField)


def _hex(value: Any) -> Any:
    return value.hex if isinstance(value, UUID) else value and UUID(str(value)).hex


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    field: Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
    return field


def _put_by_copy(
    model: type[Model], columns: Columns, values: Sequence[tuple[object, ...]]
) -> None:
    table, key = model._meta.db_table, columns[0].column
    names = ", ".join(f'"{field.column}"' for field in columns)
    sets = ", ".join(f'"{field.column}" = new."{field.column}"' for field in columns[1:])
    like = f'SELECT {names} FROM "{table}" WITH NO DATA'  # noqa: S608 - names of the model
    moved = f'UPDATE "{table}" SET {sets} FROM new WHERE "{table}"."{key}" = new."{key}"'  # noqa: S608
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE new ON COMMIT DROP AS {like}")
        _copy("new", columns, values)
        cursor.execute("ANALYZE new")
        cursor.execute(moved)
        cursor.execute("DROP TABLE new")


def _copy(table: str, columns: Columns, values: Iterable[tuple[object, ...]]) -> None:
    names = ", ".join(f'"{field.column}"' for field in columns)
    made = [
        (number, _json(partial(field.get_db_prep_save, connection=connection)))
        for number, field in enumerate(columns)
        if isinstance(field, JSONField)  # all others are written as they are
    ]
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy,
    ):
        for row in values:
            ready = list(row)
            for number, make in made:
                ready[number] = make(row[number])
            copy.write_row(ready)


def _put_by_values(
    model: type[Model], columns: Columns, values: Sequence[tuple[object, ...]]
) -> None:
    table, key = model._meta.db_table, columns[0]
    sets = ", ".join(
        f'"{field.column}" = {_value(field, number)}' for number, field in enumerate(columns[1:], 2)
    )
    line = f"({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" SET {sets} '  # noqa: S608 - names of the model
            f"FROM (VALUES {', '.join([line] * len(values))}) AS new "
            f'WHERE "{table}"."{key.column}" = {_value(key, 1)}',
            [
                field.get_db_prep_save(value, connection)
                for row in values
                for field, value in zip(columns, row, strict=True)
            ],
        )


def _value(field: "Field[Any, Any]", number: int) -> str:
    """Return a column of the list of values, which on PostgreSQL has no type of its own."""
    name = f"new.column{number}"
    return f"{name}::{field.db_type(connection)}" if connection.vendor == "postgresql" else name
