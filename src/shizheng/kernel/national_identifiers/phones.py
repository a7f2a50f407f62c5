"""Telephone numbers (電話號碼) in one written form, however they were typed.

Mobile numbers become ``0912345678``, land lines ``07-3368333`` or ``07-3368333#2345``.

Source: 通傳會, 電信號碼 (area codes and the length of the numbers behind them).
"""

import re

from shizheng.kernel.national_identifiers.errors import (
    AreaCodeMissing,
    DigitExpected,
    LandlineLengthWrong,
    MobileNumberWrong,
)
from shizheng.kernel.national_identifiers.reading import is_digit, readable

MOBILE_EXAMPLE = "0912-345-678"
LANDLINE_EXAMPLE = "07-336-8333"
AREAS = {  # area code: how many digits follow; longer codes come first
    "0826": (5,),
    "0836": (5,),
    "037": (6,),
    "049": (7,),
    "082": (6,),
    "089": (6,),
    "02": (8,),
    "03": (7,),
    "04": (7, 8),
    "05": (7,),
    "06": (7,),
    "07": (7,),
    "08": (7,),
}
_EXTENSION = re.compile(r"(?:#|轉|分機|EXT\.?|X)(?P<extension>[0-9]{1,6})$")
_COUNTRY = re.compile(r"^(?:\+|00)?886")
_MARKS = str.maketrans("", "", "-().")


def parse_mobile_number(text: str) -> str:
    """Read a mobile number (手機號碼): ``0912-345-678``, ``+886 912 345 678``, full width.

    Raises:
        IdentifierEmpty, IdentifierLengthWrong, IdentifierSignWrong, DigitExpected,
        MobileNumberWrong: what is wrong.
    """
    digits = _national(readable(text, MOBILE_EXAMPLE), MOBILE_EXAMPLE)
    if len(digits) != 10 or not digits.startswith("09"):
        raise MobileNumberWrong(found=len(digits))
    return digits


def parse_landline_number(text: str) -> str:
    """Read a land-line number (市內電話) with its area code and, if any, its extension.

    Raises:
        IdentifierEmpty, IdentifierLengthWrong, IdentifierSignWrong, DigitExpected,
        AreaCodeMissing, LandlineLengthWrong: what is wrong.
    """
    plain = readable(text, LANDLINE_EXAMPLE)
    found = _EXTENSION.search(plain)
    digits = _national(plain[: found.start()] if found else plain, LANDLINE_EXAMPLE)
    area = next((code for code in AREAS if digits.startswith(code)), None)
    if area is None:
        raise AreaCodeMissing
    local = digits[len(area) :]
    if len(local) not in AREAS[area]:
        needed = "/".join(map(str, AREAS[area]))
        raise LandlineLengthWrong(area=area, needed=needed, found=len(local))
    return f"{area}-{local}" + (f"#{found['extension']}" if found else "")


def parse_phone_number(text: str) -> str:
    """Read a mobile number if it begins with 09, otherwise a land-line number.

    Raises:
        The refusals of :func:`parse_mobile_number` and :func:`parse_landline_number`.
    """
    plain = _COUNTRY.sub("0", readable(text, MOBILE_EXAMPLE)).translate(_MARKS)
    is_mobile = plain.startswith(("09", "009"))
    return parse_mobile_number(text) if is_mobile else parse_landline_number(text)


def _national(plain: str, example: str) -> str:
    """Return the digits as dialled within Taiwan, with their leading 0."""
    bare = plain.translate(_MARKS)
    for place, sign in enumerate(bare, start=1):
        if not is_digit(sign) and (place, sign) != (1, "+"):
            raise DigitExpected(place=place, sign=sign, example=example)
    digits = _COUNTRY.sub("", bare)
    return digits if digits == bare else "0" + digits.removeprefix("0")
