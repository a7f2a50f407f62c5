"""DuckDB over the database of the city, or over files of measures: read-only, bounded, shut in."""

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.db import connection

from shizheng.statistics.measuring.compiling import Expression
from shizheng.statistics.measuring.errors import (
    ColumnMissing,
    EngineExhausted,
    EngineUnreachable,
    EngineUnusable,
    TableMissing,
)
from shizheng.statistics.measuring.staging import (
    Need,
    codes_of,
    ibis_types,
    quoted,
    read_columns,
    selecting,
    shared_tables,
)

if TYPE_CHECKING:
    import duckdb

    Reader = duckdb.DuckDBPyConnection

DUCKDB = "DuckDB"
CITY, STAGED = "city", "staged"
SCANNERS = {"sqlite": "sqlite_scanner", "postgresql": "postgres_scanner"}
LIBPQ = ("sslmode", "sslrootcert", "sslcert", "sslkey", "service", "target_session_attrs")
CLOSED_IN: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "preserve_insertion_order": "false",
}


class Engine(Protocol):
    """What computes expressions (分析引擎)."""

    name: str

    def rows(self, expression: Expression) -> list[tuple[Any, ...]]:
        """Return the rows of an expression, in any order."""
        ...


class DuckEngine:
    """DuckDB with tables that are staged or lie in files."""

    name = DUCKDB

    def __init__(self, reader: "Reader") -> None:
        self.reader = reader

    def rows(self, expression: Expression) -> list[tuple[Any, ...]]:
        """Return the rows of an expression, in any order."""
        with translated():
            return self.reader.execute(sql_of(expression)).fetchall()


def sql_of(expression: Expression) -> str:
    """Return an expression as DuckDB reads it."""
    from ibis.backends.sql.compilers import DuckDBCompiler

    compiler = DuckDBCompiler()
    return str(compiler.to_sqlglot(expression).sql(dialect=compiler.dialect))


@contextmanager
def over_city(needs: Sequence[Need], *, writing: Path | None = None) -> Iterator[DuckEngine]:
    """Open DuckDB over one snapshot of the city's database, with what is needed staged.

    A table that is read once is read where it is; others are copied, narrow, so that many
    measures share one reading.

    Args:
        writing: a folder into which files may be written.

    Raises:
        EngineUnreachable, EngineUnusable: the database does not answer, or DuckDB is set up wrong.
        TableMissing, ColumnMissing: the database lacks what a measure needs.
    """
    with tempfile.TemporaryDirectory(prefix="measuring-") as name:
        folder = Path(name)
        with opened(folder) as reader:
            schema = _attached(reader, folder)
            shut(reader, folder, *([writing] if writing else []))
            with translated():
                reader.execute("BEGIN")  # all tables as they were at one moment
            _stage(reader, needs, f"{CITY}.{schema}")
            yield DuckEngine(reader)


@contextmanager
def opened(folder: Path) -> Iterator["Reader"]:
    """Open DuckDB with bounded memory that spills into a folder of its own."""
    import duckdb

    config = {
        **CLOSED_IN,
        "memory_limit": f"{settings.ANALYTICS_MEMORY}MB",
        "temp_directory": str(folder),
    }
    with translated():
        reader = duckdb.connect(str(folder / f"{STAGED}.duckdb"), config=config)
    try:
        yield reader
    finally:
        reader.close()


def shut(reader: "Reader", *folders: Path) -> None:
    """Let nothing more be attached, and no file be read or written outside these folders."""
    allowed = ", ".join(f"'{_escaped(str(folder))}'" for folder in folders)
    with translated():
        reader.execute(f"SET allowed_directories = [{allowed}]")
        reader.execute("SET enable_external_access = false")
        reader.execute("SET lock_configuration = true")


def _attached(reader: "Reader", folder: Path) -> str:
    """Attach the city's database, read-only, and return the schema of its tables."""
    load(reader, connection.vendor)
    if connection.vendor == "sqlite":
        snapshot = _snapshot(folder)
        with translated():
            reader.execute(f"ATTACH '{_escaped(str(snapshot))}' AS {CITY} (TYPE sqlite, READ_ONLY)")
        return "main"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = str(cursor.fetchone()[0])
    attach_postgres(reader, connection.settings_dict, folder)
    return quoted(schema)


def load(reader: "Reader", vendor: str) -> None:
    """Load the extension that reads a kind of database."""
    with translated():
        reader.execute(f"LOAD '{_escaped(str(scanner(SCANNERS[vendor])))}'")


def attach_postgres(reader: "Reader", known: Mapping[str, Any], folder: Path) -> None:
    """Attach a PostgreSQL database by Django's settings of it."""
    address = _escaped(_address(known, folder))
    with translated():
        reader.execute(f"ATTACH '{address}' AS {CITY} (TYPE postgres, READ_ONLY)")


def scanner(name: str) -> Path:
    """Return the file of a packaged extension of DuckDB.

    Raises:
        EngineUnusable: it is not installed, or belongs to another version of DuckDB.
    """
    import duckdb

    try:
        package = import_module(f"duckdb_extension_{name}")
    except ModuleNotFoundError:
        raise EngineUnusable(engine=DUCKDB, problem=f"the package of {name} is missing") from None
    version = f"v{duckdb.__version__}"
    file = Path(package.__path__[0]) / "extensions" / version / f"{name}.duckdb_extension"
    if not file.is_file():
        raise EngineUnusable(engine=DUCKDB, problem=f"{name} is not of version {version}")
    return file


def _snapshot(folder: Path) -> Path:
    """Copy the SQLite database, as Django's own connection sees it.

    DuckDB brings a second SQLite. Two of them on one file in one process undo each other's locks
    (sqlite.org/howtocorrupt.html, 2.2.1), so the live file is never attached.
    """
    connection.ensure_connection()
    file = folder / "city.sqlite3"
    copy = sqlite3.connect(file)
    try:
        connection.connection.backup(copy)
    except sqlite3.Error as problem:
        raise EngineUnreachable(engine="SQLite", problem=str(problem)) from problem
    finally:
        copy.close()
    return file


def _address(known: Mapping[str, Any], folder: Path) -> str:
    """Return the address of the PostgreSQL database, its password in a file of our own.

    DuckDB repeats the address in its errors.
    """
    parts = {
        "host": known["HOST"], "port": known["PORT"], "user": known["USER"],
        "dbname": known["NAME"], "connect_timeout": "10", "application_name": "shizheng measures",
    }  # fmt: skip
    parts |= {name: known["OPTIONS"][name] for name in LIBPQ if name in known["OPTIONS"]}
    if known["PASSWORD"]:
        file = folder / "passwords"
        file.touch(mode=0o600)
        secret = str(known["PASSWORD"]).replace("\\", "\\\\").replace(":", "\\:")
        file.write_text(f"*:*:*:*:{secret}\n", encoding="utf-8")
        parts["passfile"] = str(file)
    given = {name: str(value) for name, value in parts.items() if value}
    return " ".join(
        "{}='{}'".format(name, value.replace("\\", "\\\\").replace("'", "\\'"))
        for name, value in given.items()
    )


def _escaped(text: str) -> str:
    return text.replace("'", "''")


def _stage(reader: "Reader", needs: Sequence[Need], schema: str) -> None:
    """Read each table once, and make of each need a table, or a view if it is asked once."""
    wanted = read_columns(needs)
    sources = {table: f"{schema}.{quoted(table)}" for table in wanted}
    for table, columns in wanted.items():
        known = described(reader, f"SELECT * FROM {sources[table]}", table)
        refuse_missing(table, columns, known)
    codes = codes_of(needs)
    for table in shared_tables(needs):
        coded = [column for column in wanted[table] if (table, column) in codes]
        sources[table] = _copied(reader, table, sources[table], list(wanted[table]), coded)
    for need in needs:
        kind = "TABLE" if need.asks > 1 else "VIEW"
        with translated():
            reader.execute(f"CREATE {kind} {quoted(need.name)} AS {selecting(need, sources)}")


def _copied(
    reader: "Reader", table: str, source: str, columns: Sequence[str], coded: Sequence[str]
) -> str:
    """Copy columns of a table, its codes as small numbers, and return the name of the copy."""
    copy = quoted(f"copy of {table}")
    shown = {column: quoted(column) for column in columns}
    with translated():
        for column in coded:
            kind, name = quoted(f"{column} of {table}"), quoted(column)
            reader.execute(f"CREATE TYPE {kind} AS ENUM (SELECT DISTINCT {name} FROM {source})")
            shown[column] = f"CAST({name} AS {kind}) AS {name}"
        reader.execute(f"CREATE TABLE {copy} AS SELECT {', '.join(shown.values())} FROM {source}")
    return copy


def described(reader: "Reader", query: str, table: str) -> list[str]:
    """Return the names of the columns of a query.

    Raises:
        TableMissing: what it reads is not there.
    """
    import duckdb

    try:
        return [row[0] for row in reader.execute(f"DESCRIBE {query}").fetchall()]
    except duckdb.CatalogException:
        raise TableMissing(table=table) from None
    except duckdb.Error as problem:
        raise _refusal(problem) from None


def refuse_missing(table: str, wanted: dict[str, str], known: Sequence[str]) -> None:
    """Refuse the first column, by name and by the measure that wants it, that a table lacks."""
    for column, measure in wanted.items():
        if column not in known:
            raise ColumnMissing(
                measure=measure, column=column, table=table, known=", ".join(sorted(known))
            )


def staged_names(need: Need) -> dict[str, str]:
    """Return the names of staged columns, each with the measure that wants it."""
    return {
        name: measure for column, measure in need.columns.values() for name in ibis_types([column])
    }


@contextmanager
def translated() -> Iterator[None]:
    """Turn errors of DuckDB into refusals."""
    import duckdb

    try:
        yield
    except duckdb.Error as problem:
        raise _refusal(problem) from None  # it may repeat addresses


def _refusal(problem: Exception) -> EngineExhausted | EngineUnreachable | EngineUnusable:
    """Return the refusal for an error of DuckDB; its first line may show, but for an address."""
    import duckdb

    if isinstance(problem, duckdb.OutOfMemoryException):
        return EngineExhausted(limit=settings.ANALYTICS_MEMORY)
    words = str(problem).partition("\n")[0].rpartition('": ')[2].rstrip(".")
    if isinstance(problem, (duckdb.IOException, duckdb.ConnectionException)):
        return EngineUnreachable(engine=DUCKDB, problem=words)
    return EngineUnusable(engine=DUCKDB, problem=words)
