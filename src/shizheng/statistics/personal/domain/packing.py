"""A copy of personal data as files (複製本): JSON for programs, CSV for people, a manifest."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

Row = Mapping[str, object]
Cell = Callable[[object], str]
"""Makes a cell of a value, so that no spreadsheet takes it for a formula."""


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one kind of data, with what the law wants said of them."""

    code: str
    title: str
    purpose: str
    ground: str
    kept: str
    rows: Sequence[Row]


def plain(value: object) -> object:
    """Return a value as JSON writes it; moments with their zone."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return str(value)


def files_of(parts: Iterable[Part], cell: Cell) -> dict[str, bytes]:
    """Return the data files by name: of each kind one JSON and one CSV with the same rows."""
    found: dict[str, bytes] = {}
    for part in parts:
        rows = [{name: plain(value) for name, value in row.items()} for row in part.rows]
        found[f"{part.code}.json"] = as_json(rows)
        found[f"{part.code}.csv"] = _table(rows, cell)
    return found


def manifest_of(
    parts: Sequence[Part], files: Mapping[str, bytes], *, made_at: datetime, city: str, person: str
) -> bytes:
    """Return what is in the copy: each file with its SHA-256, purpose, ground and time."""
    return as_json(
        {
            "schema": "shizheng-personal-copy/1",
            "city": city,
            "person": person,
            "made_at": made_at.isoformat(),
            "law": "個人資料保護法 art. 3, 10, 11, 13",
            "parts": [
                {
                    "code": part.code, "title": part.title, "purpose": part.purpose,
                    "ground": part.ground, "kept": part.kept, "records": len(part.rows),
                    "files": [f"{part.code}.json", f"{part.code}.csv"],
                }
                for part in parts
            ],
            "files": {
                name: {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
                for name, body in sorted(files.items())
            },
        }
    )  # fmt: skip


def zipped(files: Mapping[str, bytes], made_at: datetime) -> bytes:
    """Return the files as one ZIP; the same files and moment give the same bytes."""
    whole = io.BytesIO()
    stamp = made_at.timetuple()[:6]
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in sorted(files.items()):
            info = zipfile.ZipInfo(name, stamp)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, body)
    return whole.getvalue()


def as_json(value: object) -> bytes:
    """Return JSON that people can read, in UTF-8."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _table(rows: Sequence[Row], cell: Cell) -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    for row in rows:
        writer.writerow([cell(_flat(row.get(name))) for name in names])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _flat(value: object) -> object:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value
