"""A character that no font can print is refused before a document is made (缺字)."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from shizheng.kernel.errors import N_, DomainError
from shizheng.services.outputs.fonts import Typefaces

NAMED = 10
# Line ends, and what leaves no mark by itself: joiners, variation selectors (異體字選擇符).
_VARIATION_SELECTORS = {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
_MARKLESS = {*b"\n\r\t", 0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF} | _VARIATION_SELECTORS


class GlyphMissing(DomainError):
    """A text holds characters that the fonts of documents do not have (缺字)."""

    code = "services.output.glyph_missing"
    message = N_("These characters cannot be printed: {places}.")
    hint = N_(
        "Use a form of the character that the person accepts, or ask the operator to add a font "
        "that has it, such as those of CNS 11643, to the folder SHIZHENG_FONTS."
    )


def require_glyphs(values: Mapping[str, object], fonts: Typefaces) -> None:
    """Do nothing if every text among ``values`` can be printed.

    Raises:
        GlyphMissing: names each character, its code point and its field; at most ten of them.
    """
    missing = [
        (field, character)
        for field, text in _texts(values)
        for character in sorted(set(text))
        if ord(character) not in fonts.characters and ord(character) not in _MARKLESS
    ]
    if missing:
        places = [_place(field, character) for field, character in missing[:NAMED]]
        raise GlyphMissing(places="; ".join(places) + ("; …" if missing[NAMED:] else ""))


def _texts(value: object, field: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text with the path of its field, such as ``parties.0.name``."""
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, f"{field}.{key}" if field else str(key))
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for position, inner in enumerate(value):
            yield from _texts(inner, f"{field}.{position}" if field else str(position))


def _place(field: str, character: str) -> str:
    is_shown = unicodedata.category(character)[0] not in "CZ"
    point = f"U+{ord(character):04X}"
    return f"{field}: {character} ({point})" if is_shown else f"{field}: {point}"
