"""Tables of measures as Parquet files, and measures over them."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from shizheng.statistics.measuring.engine import (
    DuckEngine,
    described,
    opened,
    over_city,
    refuse_missing,
    shut,
    staged_names,
    translated,
)
from shizheng.statistics.measuring.errors import TableMissing
from shizheng.statistics.measuring.staging import Need, quoted


def write(needs: Sequence[Need], folder: Path) -> list[Path]:
    """Write what is needed of the city's tables, one file each, all from one snapshot.

    Nothing that tells of a person is in them but what a measure is split by.
    """
    files = []
    with over_city(needs, writing=folder) as engine:
        for need in needs:
            file = file_of(need, folder)
            target = str(file).replace("'", "''")
            with translated():
                engine.reader.execute(
                    f"COPY ({_plain(need)}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
                )
            files.append(file)
    return files


def _plain(need: Need) -> str:
    """Return the SQL of a table with its keys as text: not every engine reads a UUID."""
    keys = [quoted(column.name) for column, _measure in need.columns.values() if column.is_key]
    as_text = ", ".join(f"CAST({key} AS VARCHAR) AS {key}" for key in keys)
    return f"SELECT *{f' REPLACE ({as_text})' if keys else ''} FROM {quoted(need.name)}"


@contextmanager
def written(needs: Sequence[Need]) -> Iterator[Path]:
    """Write files that are gone afterwards, where the machines of a cluster find them."""
    shared = Path(settings.HOME) / "measuring"
    shared.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="files-", dir=shared) as name:
        write(needs, Path(name))
        yield Path(name)


@contextmanager
def over_parquet(needs: Sequence[Need], folder: Path) -> Iterator[DuckEngine]:
    """Open DuckDB over files that ``write`` made.

    Raises:
        TableMissing, ColumnMissing: the files lack what a measure needs.
    """
    with tempfile.TemporaryDirectory(prefix="measuring-") as name, opened(Path(name)) as reader:
        shut(reader, Path(name), folder)
        for need in needs:
            file = file_of(need, folder)
            if not file.is_file():
                raise TableMissing(table=need.name)
            source = str(file).replace("'", "''")
            query = f"SELECT * FROM read_parquet('{source}')"
            refuse_missing(need.name, staged_names(need), described(reader, query, need.name))
            with translated():
                reader.execute(f"CREATE VIEW {quoted(need.name)} AS {query}")
        yield DuckEngine(reader)


def file_of(need: Need, folder: Path) -> Path:
    """Return where the file of a table is."""
    return folder / f"{need.name}.parquet"
