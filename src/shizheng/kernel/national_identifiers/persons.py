"""Numbers of persons: the national ID (身分證字號) and the residence permit's UI number (統一證號).

One weighted sum serves all of them. The first letter stands for two digits, weighted 1 and 9; the
second letter of an old UI number for the last digit of its value; then follow the weights 8, 7, 6,
5, 4, 3, 2, 1 and 1, and the sum is a multiple of 10.

What the check digit cannot see: a digit changed by 5 under the even weights (characters 2, 4, 6
and 8), a digit changed by an even number under the weight 5 (character 5), and a first letter
changed into one of the same class, such as A into M or W. Every other single change is caught.

Source: 內政部, table of letters and weights, as widely published; 移民署, 新式外來人口統一證號 of
2021-01-02, and the two-letter numbers before it, which stay in use until the end of 2030.
"""

from itertools import chain

from shizheng.kernel.national_identifiers.errors import (
    CheckDigitWrong,
    NationalIdSecondWrong,
    ResidencePermitSecondWrong,
)
from shizheng.kernel.national_identifiers.reading import is_letter, shaped

LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"  # in the order of their values, 10 to 35
WEIGHTS = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
NATIONAL_ID_EXAMPLE = "A123456789"
RESIDENCE_EXAMPLE = "A800000014"


def parse_national_id(text: str) -> str:
    """Read a national ID number (國民身分證統一編號) such as ``A123456789``.

    Raises:
        IdentifierEmpty, IdentifierLengthWrong, IdentifierSignWrong, LetterExpected,
        DigitExpected, NationalIdSecondWrong, CheckDigitWrong: what is wrong.
    """
    plain = shaped(text, "A*99999999", NATIONAL_ID_EXAMPLE)
    if plain[1] not in "12":
        raise NationalIdSecondWrong(sign=plain[1])
    _check(plain)
    return plain


def parse_residence_number(text: str) -> str:
    """Read a UI number (外來人口統一證號), new ``A800000014`` or old ``AA00000009``.

    Raises:
        IdentifierEmpty, IdentifierLengthWrong, IdentifierSignWrong, LetterExpected,
        DigitExpected, ResidencePermitSecondWrong, CheckDigitWrong: what is wrong.
    """
    plain = shaped(text, "A*99999999", RESIDENCE_EXAMPLE)
    if plain[1] not in "89ABCD":
        raise ResidencePermitSecondWrong(sign=plain[1])
    _check(plain)
    return plain


def parse_personal_number(text: str) -> str:
    """Read whichever of the two a person has, told apart by the second character.

    Raises:
        The refusals of :func:`parse_national_id` and :func:`parse_residence_number`.
    """
    plain = shaped(text, "A*99999999", NATIONAL_ID_EXAMPLE)
    is_residence = is_letter(plain[1]) or plain[1] in "89"
    return parse_residence_number(plain) if is_residence else parse_national_id(plain)


def letter_value(letter: str) -> int:
    """Return the value of a letter in these numbers: A is 10, I is 34, O is 35."""
    return 10 + LETTERS.index(letter)


def _check(plain: str) -> None:
    first = letter_value(plain[0])
    second = letter_value(plain[1]) % 10 if is_letter(plain[1]) else int(plain[1])
    values = chain((first // 10, first % 10, second), map(int, plain[2:]))
    if sum(value * weight for value, weight in zip(values, WEIGHTS, strict=True)) % 10:
        raise CheckDigitWrong
