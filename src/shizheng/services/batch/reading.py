"""Reading a CSV file of cases: columns of the form, and those of place, words and contact."""

import codecs
import csv
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from shizheng.core.models import Area
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.text import fold, normalise
from shizheng.services.actions.opening import Contact, Intake
from shizheng.services.batch.errors import (
    ColumnsWrong,
    EncodingUnknown,
    FileBroken,
    FileEmpty,
    FileTooLong,
    FileUnreadable,
    KeyTwice,
    RowTooLong,
)
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.errors import AnswerUnfit
from shizheng.services.places import Place
from shizheng.services.schema.form import FieldKind
from shizheng.services.schema.service import Channel

MOST_ROWS = 2_000
MOST_BYTES = 10 * 1024 * 1024
KEY = "row_key"
OWN = (
    KEY, "description", "address", "district", "longitude", "latitude", "name", "email", "phone",
)  # fmt: skip
"""Columns beside those of the form; ``district`` is a code or a name."""
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_PHONE = re.compile(r"\+?[0-9()#\- ]{3,30}")
_AS_JSON = frozenset({FieldKind.POINT, FieldKind.LINE, FieldKind.POLYGON, FieldKind.TABLE})


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: its line, its key, and what it holds or why it cannot be read."""

    line: int
    key: str
    cells: dict[str, str] = field(default_factory=dict)
    fault: DomainError | None = None


def decoded(content: bytes, encoding: str) -> str:
    """Return a file as text.

    Raises:
        FileTooLong, EncodingUnknown, FileUnreadable: why it cannot be.
    """
    if len(content) > MOST_BYTES:
        raise FileTooLong(limit=MOST_BYTES // 2**20, unit="MiB")
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        raise EncodingUnknown(encoding=encoding[:40]) from None
    try:
        return content.decode("utf-8-sig" if name == "utf-8" else name)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise FileUnreadable(line=line, encoding=name) from None


def rows_read(text: str, definition: Definition) -> list[Row]:
    """Return the rows of a file, each with a key that stays the same if it is sent again.

    The key is the cell ``row_key``; without one, what the row holds and how often it did so
    before in this file.

    Raises:
        ColumnsWrong, FileBroken, FileEmpty, FileTooLong: nothing of the file can be used.
    """
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    lines = _lines(reader)
    _, head = next(lines, (0, []))
    columns = [normalise(name).strip() for name in head]
    _check_columns(columns, definition)
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) == MOST_ROWS:
            raise FileTooLong(limit=MOST_ROWS, unit=N_("rows"))
        rows.append(_row(line, columns, cells, seen))
    if not rows:
        raise FileEmpty
    return rows


def _lines(reader: Any) -> Iterator[tuple[int, list[str]]]:
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileBroken(line=first, reason=error) from None
        yield first, cells


def _check_columns(columns: list[str], definition: Definition) -> None:
    if not columns:
        raise FileEmpty
    asked = [each.id for each in definition.fields.values() if not _is_left_out(each)]
    known = {*OWN, *asked}
    wrong = [name or "?" for name in columns if name not in known or columns.count(name) > 1]
    if wrong:
        listed = ", ".join(dict.fromkeys(name[:40] for name in wrong))
        raise ColumnsWrong(columns=listed, known=", ".join([*OWN, *asked]))


def _is_left_out(each: Any) -> bool:
    return bool(each.compute) or each.kind is FieldKind.FILE


def _row(line: int, columns: list[str], cells: list[str], seen: dict[str, int]) -> Row:
    if len(cells) > len(columns):
        return Row(line, "", fault=RowTooLong())
    texts = [normalise(cell).strip() for cell in cells]
    given = {name: text for name, text in zip(columns, texts, strict=False) if text}
    own = given.get(KEY)
    if own:
        key = hashlib.sha256(f"key {own}".encode()).hexdigest()
        if key in seen:
            return Row(line, key, fault=KeyTwice(key=own[:60], line=seen[key]))
        seen[key] = line
        return Row(line, key, given)
    held = json.dumps(sorted(given.items()), ensure_ascii=False)
    seen[held] = seen.get(held, 0) + 1
    return Row(line, hashlib.sha256(f"{held} {seen[held]}".encode()).hexdigest(), given)


def intake_of(row: Row, definition: Definition, districts: dict[str, str]) -> Intake:
    """Return a row as an intake.

    Raises:
        AnswerUnfit: a number or an address in it is none.
    """
    cells = row.cells
    answers: dict[str, Any] = {}
    for key, text in cells.items():
        if key in OWN:
            continue
        kind = definition.fields[key].kind
        answers[key] = _json(text) if kind in _AS_JSON else text
    place = Place(
        longitude=_number(cells, "longitude"),
        latitude=_number(cells, "latitude"),
        address=cells.get("address", "")[:200],
        district=districts.get(fold(cells.get("district", "")), cells.get("district", "")),
    )
    contact = Contact(
        name=cells.get("name", "")[:80],
        email=_matching(cells, "email", _EMAIL, N_("an e-mail address")),
        phone=_matching(cells, "phone", _PHONE, N_("a telephone number")),
    )
    return Intake(
        channel=Channel.BATCH,
        answers=answers,
        description=cells.get("description", ""),
        place=place,
        contact=contact,
    )


def _matching(cells: dict[str, str], name: str, pattern: re.Pattern[str], expected: str) -> str:
    text = cells.get(name, "")
    if text and (len(text) > 254 or not pattern.fullmatch(text)):
        raise AnswerUnfit(value=text[:40], expected=expected)
    return text


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text  # the form says what it expects


def _number(cells: dict[str, str], name: str) -> float | None:
    text = cells.get(name)
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise AnswerUnfit(value=text[:40], expected=N_("a number")) from None


def districts_by_name() -> dict[str, str]:
    """Return the codes of districts by code and by name in every language."""
    rows = Area.objects.filter(kind="district", valid_to=None).values_list("code", "name")
    found = {}
    for code, name in rows:
        for each in (code, *name.values()):
            found[fold(each)] = code
    return found
