"""Text of any known encoding as a file in UTF-8; a doubt is a refusal that names the line."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from shizheng.kernel.errors import N_
from shizheng.statistics.datasets.domain.encodings import (
    Encoding,
    check_doubtful,
    check_lines,
    check_nul,
    is_doubtful,
    marked,
)
from shizheng.statistics.datasets.domain.errors import EncodingUnknown, NulByte, TooMuch
from shizheng.statistics.datasets.domain.limits import LIMITS, Limits

CHUNK = 1 << 22
_THREE_BYTES = re.compile(rb"[\xe0-\xff]")


def as_utf8(
    path: Path, folder: Path, *, stated: Encoding | None = None, limits: Limits = LIMITS
) -> tuple[Path, Encoding]:
    """Return a file with the same text in UTF-8, and the encoding that it had.

    Args:
        folder: where a file may be put.
        stated: what the owner says; a byte-order mark counts more.

    Raises:
        EncodingMixed, EncodingUnknown, EncodingUnclear, NulByte, TooMuch: it is no text.
    """
    with path.open("rb") as file:
        mark, skipped = marked(file.read(4))
    encoding = mark or stated
    if encoding in (Encoding.UTF_16_LE, Encoding.UTF_16_BE, Encoding.BIG5):
        return _recoded(path, folder, encoding, skipped), encoding
    if _is_utf8(path, limits, is_stated=encoding is not None):
        return path, Encoding.UTF_8
    if encoding == Encoding.UTF_8:
        raise EncodingUnknown(line=_unreadable(path, "utf-8", limits), encoding="UTF-8")
    found = check_lines(lines_of(path, limits))
    return _recoded(path, folder, found, 0), found


def lines_of(path: Path, limits: Limits = LIMITS) -> Iterator[bytes]:
    """Yield the lines of a file.

    Raises:
        TooMuch: a line is longer than a row may be.
    """
    with path.open("rb") as file:
        while line := file.readline(limits.line_bytes + 1):
            if len(line) > limits.line_bytes:
                raise TooMuch(limit=limits.line_bytes, what=N_("bytes in one line"))
            yield line


def _is_utf8(path: Path, limits: Limits, *, is_stated: bool) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    has_high = has_three = has_nul = False
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
                has_nul = has_nul or b"\0" in chunk
                has_high = has_high or not chunk.isascii()
                has_three = has_three or bool(_THREE_BYTES.search(chunk))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    if has_nul:
        check_nul(lines_of(path, limits))
    if not is_stated and is_doubtful(has_high, has_three):
        check_doubtful(lines_of(path, limits))
    return True


def _unreadable(path: Path, codec: str, limits: Limits) -> int:
    for number, line in enumerate(lines_of(path, limits), 1):
        try:
            line.decode(codec)
        except UnicodeDecodeError:
            return number
    return 0


def _recoded(path: Path, folder: Path, encoding: Encoding, skipped: int) -> Path:
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    written, line = folder / "text.csv", 1
    with path.open("rb") as source, written.open("wb") as target:
        source.seek(skipped)
        while chunk := source.read(CHUNK):
            try:
                text = decoder.decode(chunk, final=len(chunk) < CHUNK)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].count(b"\n")
                raise EncodingUnknown(line=line, encoding=encoding.value.upper()) from error
            if "\0" in text:
                raise NulByte(line=line + text[: text.index("\0")].count("\n"))
            line += text.count("\n")
            target.write(text.encode())
    return written
