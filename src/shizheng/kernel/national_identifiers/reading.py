"""A typed number as the rules read it: NFKC, capitals, nothing unseen, a bounded length."""

import re
import unicodedata

from shizheng.kernel.errors import DomainError
from shizheng.kernel.national_identifiers.errors import (
    DigitExpected,
    IdentifierEmpty,
    IdentifierLengthWrong,
    IdentifierSignWrong,
    LetterExpected,
)
from shizheng.kernel.text import normalise

LONGEST = 120
_DASHES = re.compile(r"[\u2010-\u2015\u2212\u30fc_~]")
_SPACES = re.compile(r"\s+")


def readable(text: str, example: str) -> str:
    """Return ``text`` in NFKC and capitals, dashes alike and no space (正規化).

    Raises:
        IdentifierEmpty: nothing is left.
        IdentifierLengthWrong: it is far too long to be looked at.
        IdentifierSignWrong: a control character stands inside.
    """
    trimmed = text.strip()
    if len(trimmed) > LONGEST:
        raise IdentifierLengthWrong(found=len(trimmed), needed=len(example), example=example)
    for place, sign in enumerate(trimmed, start=1):
        if unicodedata.category(sign) in {"Cc", "Cs"} and not sign.isspace():
            shown = f"U+{ord(sign):04X}"
            raise IdentifierSignWrong(place=place, sign=shown, example=example)
    plain = _DASHES.sub("-", _SPACES.sub("", normalise(trimmed))).upper()
    if not plain:
        raise IdentifierEmpty(example=example)
    return plain


def shaped(text: str, shape: str, example: str) -> str:
    """Return ``text`` if it is of ``shape``: A a letter, 9 a digit, * either; dashes are dropped.

    Raises:
        IdentifierEmpty, IdentifierLengthWrong, IdentifierSignWrong: as in :func:`readable`.
        LetterExpected, DigitExpected: the first character that is of the wrong sort.
    """
    plain = readable(text, example).replace("-", "")
    if len(plain) != len(shape):
        raise IdentifierLengthWrong(found=len(plain), needed=len(shape), example=example)
    for place, (sign, wanted) in enumerate(zip(plain, shape, strict=True), start=1):
        refusal = _misfit(sign, wanted)
        if refusal:
            raise refusal(place=place, sign=sign, example=example)
    return plain


def is_letter(sign: str) -> bool:
    """Say whether ``sign`` is one of A to Z."""
    return sign.isascii() and sign.isalpha()


def is_digit(sign: str) -> bool:
    """Say whether ``sign`` is one of 0 to 9; Arabic and Thai digits are not."""
    return sign.isascii() and sign.isdigit()


def _misfit(sign: str, wanted: str) -> type[DomainError] | None:
    if wanted == "A":
        return None if is_letter(sign) else LetterExpected
    if wanted == "9":
        return None if is_digit(sign) else DigitExpected
    return None if is_letter(sign) or is_digit(sign) else IdentifierSignWrong
