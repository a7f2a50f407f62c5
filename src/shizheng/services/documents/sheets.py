"""Pictures of sheets, made once and kept on disk by digest and width (圖紙影像)."""

import json
import struct
import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from shizheng.core.files import attachments_of, path_of
from shizheng.core.models.file import StoredFile
from shizheng.kernel.errors import DomainError
from shizheng.services.documents.errors import (
    SheetMissing,
    SheetsLocked,
    SheetsTooMany,
    SheetsUnreadable,
    SheetTooHard,
)
from shizheng.services.documents.programs import Failed, program_run
from shizheng.services.documents.rendering import ENCRYPTED, NO_PDF, NO_SHEET
from shizheng.services.models import CaseDocument

PROGRAM = "shizheng.services.documents.rendering"
MOST_SHEETS = 500
WIDTHS = (240, 1_200, 2_400)
SMALL, MIDDLE, LARGE = WIDTHS
_HEAD_OF_PNG = struct.Struct(">16xII")


def stored_of(document: CaseDocument) -> StoredFile:
    """Return the file of a document.

    Raises:
        SheetsUnreadable: it has none.
    """
    attachment = attachments_of(document).first()
    if attachment is None:
        raise SheetsUnreadable(name=document.name)
    return attachment.file


def sheets_count(document: CaseDocument) -> int:
    """Return the number of sheets of a PDF.

    Raises:
        SheetsUnreadable, SheetsLocked, SheetsTooMany: it cannot be reviewed sheet by sheet.
    """
    path = path_of(stored_of(document))
    try:
        count = int(json.loads(program_run(PROGRAM, "count", str(path)))["sheets"])
    except Failed as failure:
        raise _refusal(failure, document, 1) from None
    if count > MOST_SHEETS:
        raise SheetsTooMany(name=document.name, count=count, limit=MOST_SHEETS)
    return count


def sheet_picture(document: CaseDocument, sheet: int, width: int) -> Path:
    """Return the picture of a sheet, PNG; ``width`` in pixels is one of ``WIDTHS``.

    Raises:
        SheetMissing, SheetsUnreadable, SheetsLocked, SheetTooHard, RenderingBusy: why not.
    """
    return _picture("draw", [document], sheet, width)


def overlay_picture(before: CaseDocument, after: CaseDocument, sheet: int, width: int) -> Path:
    """Return two versions of a sheet over each other: gone is red, new is blue.

    Raises:
        SheetMissing, SheetsUnreadable, SheetsLocked, SheetTooHard, RenderingBusy: why not.
    """
    return _picture("overlay", [before, after], sheet, width)


def _picture(task: str, documents: Sequence[CaseDocument], sheet: int, width: int) -> Path:
    for document in documents:
        if not 1 <= sheet <= (document.sheet_count or 0):
            raise SheetMissing(name=document.name, sheet=sheet)
    files = [stored_of(document) for document in documents]
    name = "-".join(file.digest for file in files)
    folder = Path(settings.HOME) / "sheets" / name[:2] / name
    picture = folder / f"{sheet}-{width}.png"
    if not picture.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            made = Path(scratch) / "sheet.png"
            paths = [str(path_of(file)) for file in files]
            try:
                program_run(PROGRAM, task, *paths, str(sheet), str(width), str(made))
            except Failed as failure:
                raise _refusal(failure, documents[-1], sheet) from None
            made.replace(picture)
    return picture


def size_of(picture: Path) -> tuple[int, int]:
    """Return width and height of a PNG in pixels."""
    with picture.open("rb") as file:
        width, height = _HEAD_OF_PNG.unpack(file.read(_HEAD_OF_PNG.size))
    return width, height


def _refusal(failure: Failed, document: CaseDocument, sheet: int) -> DomainError:
    if failure.code == ENCRYPTED:
        return SheetsLocked(name=document.name)
    if failure.code == NO_PDF:
        return SheetsUnreadable(name=document.name)
    if failure.code == NO_SHEET:
        return SheetMissing(name=document.name, sheet=sheet)
    return SheetTooHard(name=document.name, sheet=sheet)
