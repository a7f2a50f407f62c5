"""The fonts of documents (字型): the same on every machine, and which characters they can print."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import manimgx_fonts_cjk
from fontTools.ttLib import TTFont

from shizheng.kernel.errors import N_, DomainError

if TYPE_CHECKING:
    import typst

FAMILY = "Noto Sans CJK TC"
BUNDLED = Path(manimgx_fonts_cjk.__file__).parent
# Private characters mean something else in every font, so a PDF for the archive may not hold them.
_PRIVATE = (range(0xE000, 0xF900), range(0xF0000, 0x110000))


class FontsUnreadable(DomainError):
    """The folder of further fonts gives none (補充字型無法讀取)."""

    code = "services.output.fonts_unreadable"
    message = N_("No font can be read in the folder {folder}.")
    hint = N_("Correct SHIZHENG_FONTS, or put TTF, OTF or TTC files into that folder.")


@dataclass(frozen=True, slots=True, eq=False)
class Typefaces:
    """Families in the order in which they are tried, and every character that one of them has."""

    families: tuple[str, ...]
    characters: frozenset[int]
    book: "typst.Fonts"


@lru_cache(maxsize=4)
def typefaces(further: Path | None = None) -> Typefaces:
    """Return Noto Sans CJK TC, then the families in the folder ``further``; read once a process.

    Raises:
        FontsUnreadable: the folder has no font.
    """
    import typst  # its threads would not survive the fork of the web server

    folders = [BUNDLED, *([further] if further else [])]
    book = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[*map(str, folders)]
    )
    ours = [font for font in book.fonts() if font.family == FAMILY]
    added = [font for font in book.fonts() if not _is_in(font.path, BUNDLED)]
    if further and not added:
        raise FontsUnreadable(folder=further)
    families = dict.fromkeys([FAMILY, *sorted(font.family for font in added)])
    return Typefaces(tuple(families), _characters([*ours, *added]), book)


def _is_in(path: str | None, folder: Path) -> bool:
    return path is None or Path(path).is_relative_to(folder)


def _characters(fonts: "Iterable[typst.FontInfo]") -> frozenset[int]:
    found: set[int] = set()
    for path, index in {(font.path, font.index) for font in fonts}:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            found.update(font.getBestCmap() or ())
    return frozenset(found.difference(*_PRIVATE))
