"""The text layer of a PDF, page by page."""

from threading import Lock

from shizheng.plan.domain.outline.errors import (
    OutlinePdfBroken,
    OutlinePdfLocked,
    OutlinePdfWithoutText,
)

_ONE_AT_A_TIME = Lock()
"""PDFium is not thread-safe, and a web server reads in threads."""


def pdf_text(source: bytes) -> tuple[str, tuple[int, ...]]:
    """Return the text, pages parted by a form feed, and the pages that are pictures only.

    Pages are counted from 1.

    Raises:
        OutlinePdfBroken: the file is damaged or cut off.
        OutlinePdfLocked: it asks for a password.
        OutlinePdfWithoutText: no page has a text layer.
    """
    with _ONE_AT_A_TIME:
        pages, unread = _read(source)
    if not any(page.strip() for page in pages):
        raise OutlinePdfWithoutText(pages=len(pages))
    return "\r\n\f".join(pages), tuple(unread)


def _read(source: bytes) -> tuple[list[str], list[int]]:
    """Return the text of each page, and the numbers of those that are pictures only."""
    # A shared library of 7 MB, loaded only when there is a PDF to read; it ships no types.
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower() or b"/Encrypt" in source
        raise (OutlinePdfLocked if locked else OutlinePdfBroken) from error
    pages: list[str] = []
    unread: list[int] = []
    try:
        for number in range(1, len(document) + 1):
            page = document[number - 1]
            text = page.get_textpage().get_text_range()
            pages.append(text.replace("\ufffe", "").replace("\x00", ""))
            if not text.strip() and any(page.get_objects(filter=[3], max_depth=3)):
                unread.append(number)
    except pypdfium2.PdfiumError as error:
        raise OutlinePdfBroken from error
    finally:
        document.close()
    return pages, unread
