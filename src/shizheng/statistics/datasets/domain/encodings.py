"""In which encoding a text is written, line by line where it is in doubt (文字編碼)."""

import codecs
from collections.abc import Iterable
from enum import StrEnum

from shizheng.statistics.datasets.domain.errors import (
    EncodingMixed,
    EncodingUnclear,
    EncodingUnknown,
    NulByte,
)

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
THREE_BYTES = 0xE0
"""A byte with which a character of three bytes begins in UTF-8, as nearly all Chinese ones do."""
CJK = range(0xE3, 0xF0)


class Encoding(StrEnum):
    """Encodings that are known again (編碼)."""

    UTF_8 = "utf-8"
    BIG5 = "big5"
    UTF_16_LE = "utf-16-le"
    UTF_16_BE = "utf-16-be"

    @property
    def codec(self) -> str:
        """The name under which Python reads it; Big5 is read as Windows writes it."""
        return "cp950" if self == Encoding.BIG5 else self.value


def marked(head: bytes) -> tuple[Encoding | None, int]:
    """Return the encoding that a byte-order mark states, and the length of the mark.

    Without a mark, UTF-16 is known by the zero byte beside each ASCII character of the header.
    """
    for mark, name in MARKS:
        if head.startswith(mark):
            return Encoding(name), len(mark)
    if len(head) > 3 and head[1] == 0 and head[0] and head[3] == 0:
        return Encoding.UTF_16_LE, 0
    if len(head) > 3 and head[0] == 0 and head[1] and head[2] == 0:
        return Encoding.UTF_16_BE, 0
    return None, 0


def is_doubtful(has_high: bool, has_three: bool) -> bool:
    """Whether text that is valid UTF-8 may as well be Big5: no character of three bytes in it."""
    return has_high and not has_three


def line_encoding(line: bytes) -> Encoding | None:
    """Return in which encoding a line with non-ASCII characters is; None if in neither.

    A line that both could have written is judged by how its runs of high bytes begin: in UTF-8 a
    Chinese character begins with E3 to EF, in Big5 a usual one with A1 to C6.
    """
    can_utf8, can_big5 = _decodes(line, "utf-8"), _decodes(line, "cp950")
    if can_utf8 and can_big5:
        return Encoding.UTF_8 if _begins_chinese(line) else Encoding.BIG5
    if can_utf8:
        return Encoding.UTF_8
    return Encoding.BIG5 if can_big5 else None


def _begins_chinese(line: bytes) -> bool:
    was_high = False
    for byte in line:
        is_high = byte >= 0x80
        if is_high and not was_high and byte in CJK:
            return True
        was_high = is_high
    return False


def check_lines(lines: Iterable[bytes]) -> Encoding:
    """Return the one encoding of all lines.

    Raises:
        EncodingMixed: a line is in another encoding than those before it.
        EncodingUnknown: a line is in neither encoding.
        EncodingUnclear: nothing tells them apart.
    """
    found: Encoding | None = None
    for number, line in enumerate(lines, 1):
        if line.isascii():
            continue
        own = line_encoding(line)
        if own is None:
            raise EncodingUnknown(line=number, encoding=(found or Encoding.UTF_8).value.upper())
        if found is not None and own != found:
            raise EncodingMixed(line=number, encoding=found.value.upper())
        found = own
    return found or Encoding.UTF_8


def check_doubtful(lines: Iterable[bytes]) -> None:
    """Refuse text without a single character of three bytes that reads as Big5 too.

    Raises:
        EncodingUnclear: it does.
    """
    if all(_decodes(line, "cp950") for line in lines if not line.isascii()):
        raise EncodingUnclear


def check_nul(lines: Iterable[bytes]) -> None:
    """Refuse a NUL byte.

    Raises:
        NulByte: with the number of the line.
    """
    for number, line in enumerate(lines, 1):
        if b"\0" in line:
            raise NulByte(line=number)


def _decodes(line: bytes, codec: str) -> bool:
    try:
        line.decode(codec)
    except UnicodeDecodeError:
        return False
    return True
