"""Bytes to text: which kind of file it is, which encoding, and a clear word when it is neither."""

from dataclasses import dataclass

from shizheng.plan.domain.outline.errors import (
    OutlineEmpty,
    OutlineTooLarge,
    OutlineTruncated,
    OutlineUndecodable,
    OutlineWrongType,
)
from shizheng.plan.domain.outline.lines import LINE_ENDS
from shizheng.plan.domain.outline.pdf import pdf_text

MAX_BYTES = 20_000_000
MAX_LINES = 100_000

_SIGNATURES = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel document"),
    (b"{\\rtf", "a rich text (RTF) document"),
    (b"\x1f\x8b", "a compressed (gzip) file"),
    (b"7z\xbc\xaf", "a compressed (7-Zip) file"),
    (b"Rar!", "a compressed (RAR) file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
_IN_ZIP = (
    (b"word/", "a Word document (DOCX)"),
    (b"xl/", "an Excel workbook (XLSX)"),
    (b"ppt/", "a PowerPoint presentation (PPTX)"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file (ODF)"),
)
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8", "UTF-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le", "UTF-32"),
    (b"\xff\xfe", "utf-16-le", "UTF-16"),
    (b"\xfe\xff", "utf-16-be", "UTF-16"),
)
_BIG5_FREQUENT = range(0xA4, 0xC7)
_BIG5_FREQUENT_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class Source:
    """Decoded text, the name of its encoding, and PDF pages that could not be read."""

    text: str
    encoding: str
    unread_pages: tuple[int, ...] = ()


def read_source(source: bytes) -> Source:
    """Return the text of ``source``: plain text in any usual encoding, or the text of a PDF.

    Raises:
        OutlineUnreadable: one of its subclasses says what is wrong and what to do.
    """
    if not source.strip(b"\x00 \t\r\n"):
        raise OutlineEmpty
    if len(source) > MAX_BYTES:
        raise OutlineTooLarge(found=f"{len(source):,}", unit="bytes", limit=f"{MAX_BYTES:,}")
    if b"%PDF-" in source[:1024]:
        text, unread = pdf_text(source)
        found = Source(text, "pdf", unread)
    else:
        _refuse_other_types(source)
        found = _decode(source)
    if not found.text.strip():
        raise OutlineEmpty
    lines = sum(map(found.text.count, LINE_ENDS))
    if lines > MAX_LINES:
        raise OutlineTooLarge(found=f"{lines:,}", unit="lines", limit=f"{MAX_LINES:,}")
    return found


def _refuse_other_types(source: bytes) -> None:
    for signature, kind in _SIGNATURES:
        if source.startswith(signature):
            raise OutlineWrongType(kind=kind)
    if source.startswith(b"PK\x03\x04"):
        names = (kind for mark, kind in _IN_ZIP if mark in source)
        raise OutlineWrongType(kind=next(names, "a compressed (ZIP) file"))
    if source[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html")):
        raise OutlineWrongType(kind="a web page (HTML)")


def _decode(source: bytes) -> Source:
    for mark, encoding, name in _MARKS:
        if source.startswith(mark):
            body = source[len(mark) :]
            return Source(_checked(_strict(body, encoding, name, len(mark))), f"{encoding}-sig")
    if b"\x00" in source:
        return _utf16_without_mark(source)
    try:
        return Source(_checked(source.decode("utf-8")), "utf-8")
    except UnicodeDecodeError as error:
        text, encoding = _other_than_utf8(source, error)
        return Source(_checked(text), encoding)


def _strict(body: bytes, encoding: str, name: str, skipped: int = 0) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        raise _refusal(body, error, name, skipped) from error


def _refusal(
    body: bytes, error: UnicodeDecodeError, name: str, skipped: int = 0
) -> OutlineTruncated | OutlineUndecodable:
    cut_off = any(word in error.reason for word in ("end of data", "incomplete", "truncated"))
    kind = OutlineTruncated if cut_off else OutlineUndecodable
    return kind(encoding=name, offset=error.start + skipped)


def _utf16_without_mark(source: bytes) -> Source:
    for encoding in ("utf-16-le", "utf-16-be"):
        text = source[: len(source) // 2 * 2].decode(encoding, errors="replace")
        if _plausible_share(text[:20_000]) > 0.95:
            return Source(_strict(source, encoding, "UTF-16"), encoding)
    raise OutlineWrongType(kind="a binary file")


def _plausible_share(text: str) -> float:
    """The share of characters that belong in a Chinese or English text."""
    usual = sum(
        "\u4e00" <= sign <= "\u9fff"
        or "\u3000" <= sign <= "\u303f"
        or "\uff00" <= sign <= "\uffef"
        or " " <= sign <= "~"
        or sign in "\r\n\t\f"
        for sign in text
    )
    return usual / len(text) if text else 0.0


def _other_than_utf8(source: bytes, error: UnicodeDecodeError) -> tuple[str, str]:
    """Return text and encoding of Big5 bytes, or refuse what is neither Big5 nor UTF-8."""
    valid = source[: error.start].decode("utf-8")
    if sum(sign >= "\u0800" for sign in valid) >= 4:
        raise _refusal(source, error, "UTF-8") from error
    refusal = _refusal(source, error, "UTF-8")
    for encoding in ("cp950", "big5hkscs"):
        try:
            text = source.decode(encoding)
        except UnicodeDecodeError as wrong:
            if _looks_like_big5(source[: wrong.start]):
                refusal = _refusal(source, wrong, "Big5")
        else:
            if _looks_like_big5(source):
                return text, encoding
    raise refusal from error


def _looks_like_big5(source: bytes) -> bool:
    """Say whether most lead bytes are of frequent characters (常用字); other encodings differ."""
    leads, frequent, index = 0, 0, 0
    sample = source[:100_000]
    while index < len(sample):
        if sample[index] < 0x80:
            index += 1
            continue
        if sample[index] >= 0xA4:
            leads += 1
            frequent += sample[index] in _BIG5_FREQUENT
        index += 2
    return leads > 0 and frequent / leads >= _BIG5_FREQUENT_SHARE


def _checked(text: str) -> str:
    controls = sum(sign < " " and sign not in "\t\n\r\f\v" for sign in text)
    if "\x00" in text or controls > len(text) / 100:
        raise OutlineWrongType(kind="a binary file")
    return text
