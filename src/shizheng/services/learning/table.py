"""Reads a CSV table of texts and their answers into examples to learn from (學習範例)."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from shizheng.services.learning.errors import ColumnMissing, TableUnreadable

MOST_BYTES = 64_000_000
MOST_ROWS = 50_000
LONGEST_CELL = 1_000_000
_MARKS = {
    b"\xef\xbb\xbf": "it starts with a byte-order mark",
    b"\xff\xfe": "it is UTF-16, not UTF-8",
    b"\xfe\xff": "it is UTF-16, not UTF-8",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line, its texts (the first is what a person would write), its label cells."""

    line: int
    texts: tuple[str, ...]
    labels: tuple[str, ...]


def read_rows(
    content: bytes, *, file: str, texts: Sequence[str], labels: Sequence[str]
) -> list[Row]:
    """Return the rows of a table that have a first text and a label; others are left out.

    Args:
        content: the whole file.
        file: its name in messages.
        texts: columns to learn from, the one that will be asked about first.
        labels: columns that name the answer, the best known first.

    Raises:
        TableUnreadable: not UTF-8, not a table, or too large.
        ColumnMissing: a column is not there.
    """
    reader = csv.reader(io.StringIO(_decoded(content, file), newline=""), strict=True)
    limit = csv.field_size_limit(LONGEST_CELL)
    try:
        header = next(reader, [])
        wanted = [_place(name, header, file) for name in (*texts, *labels)]
        found = list(_rows(reader, len(header), wanted, len(texts), file))
    except csv.Error as error:
        problem = f"line {reader.line_num or 1}: {error}"
        raise TableUnreadable(file=file, problem=problem) from error
    finally:
        csv.field_size_limit(limit)
    return found


def read_bytes(path: Path) -> bytes:
    """Return the content of a file, but not far past the limit.

    Raises:
        TableUnreadable: it does not exist or may not be read.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError as error:
        problem = (error.strerror or "unknown").lower()
        raise TableUnreadable(file=str(path), problem=problem) from error


def _decoded(content: bytes, file: str) -> str:
    if len(content) > MOST_BYTES:
        raise TableUnreadable(file=file, problem=f"it has more than {MOST_BYTES:,} bytes")
    for mark, why in _MARKS.items():
        if content.startswith(mark):
            raise TableUnreadable(file=file, problem=why)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TableUnreadable(file=file, problem=f"line {line} is not UTF-8") from error


def _place(name: str, header: list[str], file: str) -> int:
    if name not in header:
        columns = ", ".join(header)[:200] or "nothing"
        raise ColumnMissing(file=file, column=name, columns=columns)
    return header.index(name)


def _rows(
    cells_of: Iterator[list[str]], width: int, wanted: list[int], texts: int, file: str
) -> Iterator[Row]:
    line = 2
    for count, cells in enumerate(cells_of, 1):
        if count > MOST_ROWS:
            raise TableUnreadable(file=file, problem=f"it has more than {MOST_ROWS:,} rows")
        if cells and len(cells) != width:
            problem = f"line {line} has {len(cells)} cells where line 1 names {width}"
            raise TableUnreadable(file=file, problem=problem)
        if cells:
            values = [cells[at].strip() for at in wanted]
            if values[0] and any(values[texts:]):
                yield Row(line, tuple(filter(None, values[:texts])), tuple(values[texts:]))
        line = cells_of.line_num + 1  # type: ignore[attr-defined]
