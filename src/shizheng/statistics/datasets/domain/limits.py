"""How large a dataset may be; each limit is named in the refusal of what exceeds it."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may hold.

    Attributes:
        file_bytes: of the file as it is sent.
        unpacked_bytes: of the text or columns inside a ZIP archive or a Parquet file.
        rows, columns: of the table.
        line_bytes: of one row of a CSV.
        name_length: characters of the name of a column.
        tree_bytes: of a GeoJSON, which is read as a whole.
    """

    file_bytes: int = 2048 * MIB
    unpacked_bytes: int = 8192 * MIB
    rows: int = 20_000_000
    columns: int = 1_000
    line_bytes: int = 4 * MIB
    name_length: int = 100
    tree_bytes: int = 100 * MIB


LIMITS = Limits()
EXAMPLES = 100
"""So many row numbers are named of one finding."""
