"""Parquet: the table with types, for programs that read columns."""

import tempfile
from pathlib import Path

from shizheng.statistics.measuring.staging import quoted
from shizheng.statistics.published.editions import Edition
from shizheng.statistics.published.formats.columns import columns_of
from shizheng.statistics.published.formats.plain_csv import as_csv
from shizheng.statistics.published.formats.registry import written_as

TYPES = {"string": "VARCHAR", "date": "DATE", "decimal": "DECIMAL(30, 6)", "boolean": "BOOLEAN"}
READ = """header = true, auto_detect = false, delim = ',', quote = '"', escape = '"'"""


@written_as(
    "parquet",
    media_type="application/vnd.apache.parquet",
    name="Parquet",
    file_type="PARQUET",
)
def as_parquet(edition: Edition) -> bytes:
    """Return the same table as the CSV; the value is a decimal with six places."""
    import duckdb

    columns = [(column.name, TYPES[column.datatype]) for column in columns_of(edition)]
    types = ", ".join(f"{quoted(name)}: '{datatype}'" for name, datatype in columns)
    with tempfile.TemporaryDirectory(prefix="published-") as name:
        source, target = Path(name) / "table.csv", Path(name) / "table.parquet"
        source.write_bytes(as_csv(edition))
        read = f"read_csv('{source}', {READ}, columns = {{{types}}})"
        with duckdb.connect(":memory:", config={"threads": 1}) as writer:
            writer.execute(f"COPY (FROM {read}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
        return target.read_bytes()
