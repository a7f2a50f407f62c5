"""Marks what leaves the city: pictures and pages in their pixels, video at the end of its file.

Pictures and PDF are drawn anew by Typst with the mark over them, so that the marked pixels are all
that the copy holds; what a camera wrote beside them (EXIF) is gone as well. A video is not drawn
anew: no encoder is part of this software. It gets a box at its end (ISO/IEC 14496-12, ``uuid``) by
which a copy is known again, and its digest; whoever wants to can cut that box off, and the picture
itself carries no mark. Pages and release sheets say so.
"""

import hashlib
import re
import struct
import tempfile
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shizheng.kernel.errors import N_
from shizheng.sensing.cameras.errors import MaterialUnfit
from shizheng.sensing.models import FootageRelease

Mark = FootageRelease.Mark
BOX = uuid.UUID("7b1f6f0e-5d0a-4d57-9a53-53685a686e67")
"""The kind of the box that a video gets."""
MOST_PIXELS, MOST_PAGES, PAGE_PPI = 60_000_000, 100, 130.0
NO_PAGE = "does not exist"
"""How Typst says that a PDF has no such page."""
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_CONTROL = re.compile(r"[\x00-\x1f\x7f\"\\]")


@dataclass(frozen=True, slots=True)
class Marked:
    """A marked copy: its bytes, media type, the suffix of its name, and how it was marked."""

    content: bytes
    media_type: str
    suffix: str
    mark: str


def marked(content: bytes, name: str, words: Sequence[str]) -> Marked:
    """Return a copy with a mark (加註浮水印).

    Args:
        content: a PNG, JPEG, PDF or MP4 file.
        words: lines of the mark: number, who may have it, when it ends.

    Raises:
        MaterialUnfit: the file is none of these, broken, or too large to be drawn.
    """
    said = [_CONTROL.sub(" ", line)[:60] for line in words]
    try:
        if content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8")):
            return Marked(_picture(content, said), "image/png", ".png", Mark.PIXELS)
        if content.startswith(b"%PDF-"):
            return Marked(_pages(content, said), "application/pdf", ".pdf", Mark.PAGES)
    except (RuntimeError, ValueError, struct.error, IndexError) as error:
        raise MaterialUnfit(name=name[-60:], reason=N_("it is broken or too large")) from error
    if content[4:8] == b"ftyp":
        return Marked(_trailed(content, said), "video/mp4", ".mp4", Mark.TRAILER)
    raise MaterialUnfit(name=name[-60:], reason=N_("it is no PNG, JPEG, PDF or MP4"))


def smaller(content: bytes, width_px: int, words: str) -> bytes:
    """Return a PNG or JPEG drawn anew as a PNG of at most a width, its time and source below.

    What the camera wrote beside the pixels is gone; a smaller picture is not made larger.

    Raises:
        ValueError, RuntimeError: it is no picture, or too large to be drawn.
    """
    width, height = size_of(content)
    wide = min(width, width_px)
    high, line = max(1, round(height * wide / width)), 14
    suffix = ".png" if content[:1] == b"\x89" else ".jpg"
    said = _CONTROL.sub(" ", words)[:80]
    source = (
        f"#set page(width: {wide}pt, height: {high + line}pt, margin: 0pt, fill: white)\n"
        '#set text(size: 9pt, font: ("Noto Sans CJK TC", "Noto Sans TC", "DejaVu Sans"))\n'
        f'#image("came{suffix}", width: {wide}pt, height: {high}pt, fit: "stretch")\n'
        f'#place(bottom + left, dx: 2pt, dy: -3pt, text("{said}"))\n'
    )
    return drawn(source, content, suffix, 72.0)


def size_of(picture: bytes) -> tuple[int, int]:
    """Return the width and height of a PNG or JPEG in pixels, as its header says.

    Raises:
        ValueError: it has no such header, or too many pixels.
    """
    width, height = _png_size(picture) if picture[:1] == b"\x89" else _jpeg_size(picture)
    if not 0 < width * height <= MOST_PIXELS:
        raise ValueError(f"a picture of {width} x {height}")
    return width, height


def _png_size(picture: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


def _jpeg_size(picture: bytes) -> tuple[int, int]:
    place = 2
    while place + 9 < len(picture):
        if picture[place] != 0xFF:
            raise ValueError("no marker where one is due")
        kind, length = picture[place + 1], int.from_bytes(picture[place + 2 : place + 4], "big")
        if kind in _FRAMES:
            height, width = struct.unpack(">HH", picture[place + 5 : place + 9])
            return width, height
        if kind == 0xDA or length < 2:
            break
        place += 2 + length
    raise ValueError("no frame")


def _overlay(words: Sequence[str], width: float, height: float) -> str:
    """Return Typst that lays lines over a page, again and again, aslant."""
    longest = max(len(each) for each in words)
    size = max(min(width, height) / 20, 5.0)
    step_x, step_y = size * (longest * 0.95 + 3), size * (len(words) * 1.4 + 3)
    columns, rows = int(width / step_x) + 2, int(height / step_y) + 3
    lines = ", ".join(f'box[#text("{each}")]' for each in words)
    return (
        f'#set text(size: {size:.2f}pt, font: ("Noto Sans CJK TC", "Noto Sans TC", '
        '"DejaVu Sans"), weight: "bold")\n'
        f"#let said = stack(dir: ttb, spacing: {size * 0.4:.1f}pt, {lines})\n"
        "#let mark = rotate(-18deg, {\n"
        f"  place(dx: {size / 16:.2f}pt, dy: {size / 16:.2f}pt, "
        "text(fill: rgb(0, 0, 0, 140), said))\n"
        "  text(fill: rgb(255, 255, 255, 170), said)\n})\n"
        "#set page(foreground: {\n"
        f"  for row in range({rows}) {{ for column in range({columns}) {{\n"
        f"    place(top + left, dx: (column * {step_x:.1f} - calc.rem(row, 2) * "
        f"{step_x / 2:.1f}) * 1pt, dy: (row * {step_y:.1f} - {step_y / 3:.1f}) * 1pt, "
        f"box(width: {step_x:.1f}pt, mark))\n"
        "  }}\n})\n"
    )


def drawn(source: str, picture: bytes, suffix: str, ppi: float) -> bytes:
    """Return a page of Typst as a PNG; the picture lies beside it as ``came`` with its suffix."""
    import typst  # read when something is marked

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"came{suffix}").write_bytes(picture)
        page = Path(folder) / "page.typ"
        page.write_text(source, encoding="utf-8")
        made = typst.compile(page, format="png", ppi=ppi, root=Path(folder), font_paths=_fonts())
    if not isinstance(made, bytes):
        raise ValueError("more than one page")
    return made


def _fonts() -> list[Path]:
    import manimgx_fonts_cjk

    return [Path(manimgx_fonts_cjk.__file__).parent]


def _picture(content: bytes, words: Sequence[str]) -> bytes:
    width, height = size_of(content)
    suffix = ".png" if content[:1] == b"\x89" else ".jpg"
    source = (
        f"#set page(width: {width}pt, height: {height}pt, margin: 0pt)\n"
        + _overlay(words, width, height)
        + f'#image("came{suffix}", width: {width}pt, height: {height}pt, fit: "stretch")\n'
    )
    return drawn(source, content, suffix, 72.0)


def _pages(content: bytes, words: Sequence[str]) -> bytes:
    """Return a PDF whose pages are pictures with the mark in their pixels."""
    pictures: list[bytes] = []
    while len(pictures) < MOST_PAGES:
        number = len(pictures) + 1
        source = (
            "#set page(width: 595pt, height: 842pt, margin: 0pt)\n"
            + _overlay(words, 595, 842)
            + f'#align(center + horizon, image("came.pdf", page: {number}, width: 595pt, '
            'height: 842pt, fit: "contain"))\n'
        )
        try:
            pictures.append(drawn(source, content, ".pdf", PAGE_PPI))
        except RuntimeError as error:
            if pictures and NO_PAGE in str(error):
                break
            raise
    else:
        raise ValueError(f"more than {MOST_PAGES} pages")
    return _bound(pictures)


def _bound(pictures: list[bytes]) -> bytes:
    import typst

    with tempfile.TemporaryDirectory() as folder:
        lines = ["#set page(width: 595pt, height: 842pt, margin: 0pt)"]
        for number, picture in enumerate(pictures):
            (Path(folder) / f"{number}.png").write_bytes(picture)
            lines.append(f'#image("{number}.png", width: 595pt, height: 842pt)')
        page = Path(folder) / "pages.typ"
        page.write_text("\n".join(lines), encoding="utf-8")
        made = typst.compile(page, root=Path(folder))
    if not isinstance(made, bytes):
        raise ValueError("no file was made")
    return made


def _trailed(content: bytes, words: Sequence[str]) -> bytes:
    said = "\n".join(words).encode()
    return content + struct.pack(">I", 24 + len(said)) + b"uuid" + BOX.bytes + said


def digest_of(read: Callable[[int], bytes]) -> str:
    """Return the SHA-256 of what is read, a piece at a time."""
    found = hashlib.sha256()
    while piece := read(1 << 20):
        found.update(piece)
    return found.hexdigest()
