"""From a file as it came to a typed table with its profile and findings: the whole way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shizheng.kernel.errors import N_
from shizheng.statistics.datasets.domain.columns import Column, Declared, Reading
from shizheng.statistics.datasets.domain.encodings import Encoding
from shizheng.statistics.datasets.domain.errors import (
    DeclaredMissing,
    NothingInside,
    TooMuch,
)
from shizheng.statistics.datasets.domain.findings import Problem
from shizheng.statistics.datasets.domain.limits import LIMITS, Limits
from shizheng.statistics.datasets.reading.csvs import csv_load
from shizheng.statistics.datasets.reading.expressions import view_make
from shizheng.statistics.datasets.reading.parquets import parquet_load
from shizheng.statistics.datasets.reading.profiling import profile_of
from shizheng.statistics.datasets.reading.searching import findings_of
from shizheng.statistics.datasets.reading.texts import as_utf8
from shizheng.statistics.datasets.reading.trees import tree_flatten
from shizheng.statistics.datasets.reading.typed import columns_find
from shizheng.statistics.datasets.reading.unpacking import CSV, GEOJSON, PARQUET, unpacked
from shizheng.statistics.datasets.reading.workshop import workshop
from shizheng.statistics.datasets.reading.writing import csv_write, table_write

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Telling = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the owner says of the table.

    Attributes:
        declared: of some columns or none, by name.
        key: names of the columns that tell rows apart.
        encoding: stated, or None to find it.
    """

    declared: Sequence[Declared] = ()
    key: Sequence[str] = ()
    encoding: Encoding | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of a file: tables on disk, and what is known of them."""

    encoding: str
    rows: int
    columns: list[Column]
    profile: list[dict[str, Any]]
    problems: list[Problem]
    table: Path
    csv: Path


def silent(_share: float, _note: str) -> None:
    """Tell nobody how far it is."""


def dataset_make(
    source: Path, name: str, folder: Path, wanted: Wanted, *,
    tell: Telling = silent, limits: Limits = LIMITS,
) -> Made:  # fmt: skip
    """Read a file of any format that is taken and make the table of it, in ``folder``.

    Raises:
        DomainError: one of this package's refusals: the file is no table that can be read.
    """
    tell(0.02, N_("unpacking"))
    path, format_ = unpacked(source, name, folder, limits=limits)
    problems: list[Problem] = []
    encoding = ""
    if format_ == GEOJSON:
        path, problems = tree_flatten(path, folder, limits=limits)
    if format_ == CSV:
        tell(0.05, N_("reading the text"))
        path, found = as_utf8(path, folder, stated=wanted.encoding, limits=limits)
        encoding = found.value
    table, csv = folder / "table.parquet", folder / "table.csv"
    with workshop(folder, reads=[source.parent]) as connection:
        tell(0.15, N_("telling rows and cells apart"))
        names, readings = _loaded(connection, path, format_, limits)
        rows = connection.execute("SELECT count(*) FROM raw").fetchall()[0][0]
        if not rows:
            raise NothingInside
        if rows > limits.rows:
            raise TooMuch(limit=limits.rows, what=N_("rows"))
        view_make(connection, len(names))
        declared = _of_all(names, readings, wanted)
        tell(0.4, N_("finding the type of each column"))
        columns, doubts = columns_find(connection, names, declared, rows)
        tell(0.55, N_("looking for persons, errors and keys"))
        problems += doubts + findings_of(connection, columns, declared, wanted.key)
        tell(0.7, N_("writing the table"))
        table_write(connection, columns, declared, table)
        connection.execute("DROP VIEW seen; DROP TABLE raw")
        tell(0.85, N_("counting values"))
        profile = profile_of(connection, columns, table, rows)
        tell(0.92, N_("writing the table"))
        csv_write(connection, columns, table, csv)
    return Made(encoding, rows, columns, profile, problems, table, csv)


def _loaded(
    connection: "DuckDBPyConnection", path: Path, format_: str, limits: Limits
) -> tuple[list[str], list[Reading | None]]:
    if format_ == PARQUET:
        names, own = parquet_load(connection, path, limits=limits)
        return names, list(own)
    names = csv_load(connection, path, limits=limits)
    readings: list[Reading | None] = [None] * len(names)
    if format_ == GEOJSON:
        readings[-1] = Reading.GEOMETRY
    return names, readings


def _of_all(
    names: Sequence[str], readings: Sequence[Reading | None], wanted: Wanted
) -> list[Declared]:
    """Return what is declared of each column of the file; its own types count where nothing is.

    Raises:
        DeclaredMissing: the owner names a column that is not there.
    """
    said = {each.name: each for each in wanted.declared}
    for name in (*said, *wanted.key):
        if name not in names:
            raise DeclaredMissing(name=name, known=", ".join(names)[:400])
    found = []
    for name, own in zip(names, readings, strict=True):
        given = said.get(name, Declared(name))
        if given.reading is None and own is not None:
            given = replace(given, reading=own)
        found.append(given)
    return found
