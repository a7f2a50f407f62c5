"""Numbers of the land register: parcels (地號) and buildings (建號).

A parcel has four digits and four more for what was split off it, ``0123-0004``; a building five
and three, ``00123-001``. People write them short, ``123-4`` or ``123之4地號``; the section (地段)
stands apart. Source: 地政整合資訊系統, 地號 8 碼 and 建號 8 碼.
"""

import re

from shizheng.kernel.errors import DomainError
from shizheng.kernel.national_identifiers.errors import BuildingNumberWrong, ParcelNumberWrong
from shizheng.kernel.national_identifiers.reading import readable
from shizheng.kernel.text import normalise

PARCEL_EXAMPLE = "0123-0004"
BUILDING_EXAMPLE = "00123-001"
_GAP = re.compile(r"[0-9]\s+[0-9]")
_PARTS = re.compile(
    r"(?P<mother>[0-9]{1,5})(?P<unit>地號|建號)?(?:[-之](?P<child>[0-9]{1,4}))?(?P<tail>地號|建號|號)?"
)


def parse_parcel_number(text: str) -> str:
    """Read a parcel number (地號): ``123``, ``123-4``, ``123之4地號``, ``01230004``.

    Raises:
        IdentifierEmpty, IdentifierLengthWrong, IdentifierSignWrong, ParcelNumberWrong: why not.
    """
    plain = readable(text, PARCEL_EXAMPLE)
    if _GAP.search(normalise(text)):  # 123 4 may be 1234 or 123-4
        raise ParcelNumberWrong
    return _joined(plain, 4, 4, "地號", ParcelNumberWrong)


def parse_building_number(text: str) -> str:
    """Read a building number (建號): ``123``, ``123-1``, ``123之1建號``, ``00123001``.

    Raises:
        IdentifierEmpty, IdentifierLengthWrong, IdentifierSignWrong, BuildingNumberWrong: why not.
    """
    plain = readable(text, BUILDING_EXAMPLE)
    if _GAP.search(normalise(text)):
        raise BuildingNumberWrong
    return _joined(plain, 5, 3, "建號", BuildingNumberWrong)


def _joined(plain: str, mothers: int, children: int, word: str, refusal: type[DomainError]) -> str:
    """Return the two parts with their zeros; digits alone are short, or all eight."""
    if re.fullmatch(r"[0-9]{8}", plain):
        plain = f"{plain[:mothers]}-{plain[mothers:]}"
    found = _PARTS.fullmatch(plain)
    if not found or not {found["unit"], found["tail"]} <= {None, word, "號"}:
        raise refusal
    mother, child = found["mother"], found["child"] or "0"
    if len(mother) > mothers or len(child) > children or int(mother) == 0:
        raise refusal
    return f"{int(mother):0{mothers}d}-{int(child):0{children}d}"
