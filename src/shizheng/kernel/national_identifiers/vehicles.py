"""Licence plates (車牌號碼): checked for their shape only, because series come and go."""

import re

from shizheng.kernel.national_identifiers.errors import LicencePlateWrong
from shizheng.kernel.national_identifiers.reading import readable

EXAMPLE = "ABC-1234"
_PLATE = re.compile(r"(?P<word>[軍外使領試臨])?(?P<left>[A-Z0-9]{2,4})-(?P<right>[A-Z0-9]{2,5})")
_UNDASHED = re.compile(
    r"(?P<word>[軍外使領試臨])?(?:([A-Z]{2,4})([0-9]{2,5})|([0-9]{2,5})([A-Z]{2,4}))"
)


def parse_licence_plate(text: str) -> str:
    """Read a licence plate; the dash is put in where letters and digits meet.

    Raises:
        IdentifierEmpty, IdentifierLengthWrong, IdentifierSignWrong, LicencePlateWrong: why not.
    """
    plain = readable(text, EXAMPLE)
    undashed = _UNDASHED.fullmatch(plain)
    if undashed:
        word, *parts = undashed.groups()
        plain = (word or "") + "-".join(part for part in parts if part)
    found = _PLATE.fullmatch(plain)
    if not found or not re.search("[0-9]", plain):
        raise LicencePlateWrong
    return plain
