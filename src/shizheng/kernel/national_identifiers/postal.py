"""Postal codes (郵遞區號): district (3), delivery section of 1991 (3+2) and of 2020 (3+3).

Source: 中華郵政, 3+3 郵遞區號, in force 2020-03-03.
"""

import re

from shizheng.kernel.national_identifiers.errors import PostalCodeWrong
from shizheng.kernel.national_identifiers.reading import readable

EXAMPLE = "802721"
FIRST, LAST = 100, 983
_CODE = re.compile(r"(?P<district>[0-9]{3})(?:-?(?P<section>[0-9]{2,3}))?")


def parse_postal_code(text: str) -> str:
    """Read a postal code and return its digits; whether the district exists is not looked up.

    Raises:
        IdentifierEmpty, IdentifierLengthWrong, IdentifierSignWrong, PostalCodeWrong: why not.
    """
    found = _CODE.fullmatch(readable(text, EXAMPLE))
    if not found or not FIRST <= int(found["district"]) <= LAST:
        raise PostalCodeWrong
    return found["district"] + (found["section"] or "")
