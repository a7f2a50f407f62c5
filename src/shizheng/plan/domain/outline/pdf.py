"""The text layer of a PDF, page by page."""

from shizheng.plan.domain.outline.errors import (
    OutlinePdfBroken,
    OutlinePdfLocked,
    OutlinePdfWithoutText,
)


def pdf_text(source: bytes) -> tuple[str, tuple[int, ...]]:
    """Return the text, pages parted by a form feed, and the pages that are pictures only.

    Pages are counted from 1. PDFium is not thread-safe: read one PDF at a time in a process.

    Raises:
        OutlinePdfBroken: the file is damaged or cut off.
        OutlinePdfLocked: it asks for a password.
        OutlinePdfWithoutText: no page has a text layer.
    """
    # A shared library of 7 MB, loaded only when there is a PDF to read; it ships no types.
    import pypdfium2  # type: ignore[import-untyped]

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
    if not any(page.strip() for page in pages):
        raise OutlinePdfWithoutText(pages=len(pages))
    return "\r\n\f".join(pages), tuple(unread)
