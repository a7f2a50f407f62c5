"""The kinds of identifiers a form can ask for, how each is read and how it is masked (遮罩)."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from shizheng.kernel.errors import DomainError
from shizheng.kernel.national_identifiers.banks import parse_bank_account, parse_bank_code
from shizheng.kernel.national_identifiers.business import parse_business_number
from shizheng.kernel.national_identifiers.land import parse_building_number, parse_parcel_number
from shizheng.kernel.national_identifiers.persons import (
    parse_national_id,
    parse_personal_number,
    parse_residence_number,
)
from shizheng.kernel.national_identifiers.phones import (
    parse_landline_number,
    parse_mobile_number,
    parse_phone_number,
)
from shizheng.kernel.national_identifiers.postal import parse_postal_code
from shizheng.kernel.national_identifiers.vehicles import parse_licence_plate

MASK = "***"
HIDDEN = 3  # at least so many characters stay unread


class Kind(StrEnum):
    """What a number is a number of."""

    NATIONAL_ID = "national_id"  # 國民身分證統一編號
    RESIDENCE_NUMBER = "residence_number"  # 外來人口統一證號
    PERSONAL_NUMBER = "personal_number"  # either of the two
    BUSINESS_NUMBER = "business_number"  # 統一編號
    MOBILE_NUMBER = "mobile_number"  # 手機
    LANDLINE_NUMBER = "landline_number"  # 市話
    PHONE_NUMBER = "phone_number"  # either of the two
    PARCEL_NUMBER = "parcel_number"  # 地號
    BUILDING_NUMBER = "building_number"  # 建號
    LICENCE_PLATE = "licence_plate"  # 車號
    POSTAL_CODE = "postal_code"  # 郵遞區號
    BANK_CODE = "bank_code"  # 銀行代碼
    BANK_ACCOUNT = "bank_account"  # 帳號


PARSERS: Mapping[Kind, Callable[[str], str]] = {
    Kind.NATIONAL_ID: parse_national_id,
    Kind.RESIDENCE_NUMBER: parse_residence_number,
    Kind.PERSONAL_NUMBER: parse_personal_number,
    Kind.BUSINESS_NUMBER: parse_business_number,
    Kind.MOBILE_NUMBER: parse_mobile_number,
    Kind.LANDLINE_NUMBER: parse_landline_number,
    Kind.PHONE_NUMBER: parse_phone_number,
    Kind.PARCEL_NUMBER: parse_parcel_number,
    Kind.BUILDING_NUMBER: parse_building_number,
    Kind.LICENCE_PLATE: parse_licence_plate,
    Kind.POSTAL_CODE: parse_postal_code,
    Kind.BANK_CODE: parse_bank_code,
    Kind.BANK_ACCOUNT: parse_bank_account,
}

SHOWN: Mapping[Kind, tuple[int, int]] = {  # how much stays readable in front and behind
    Kind.NATIONAL_ID: (3, 4),
    Kind.RESIDENCE_NUMBER: (3, 4),
    Kind.PERSONAL_NUMBER: (3, 4),
    Kind.BUSINESS_NUMBER: (3, 2),
    Kind.MOBILE_NUMBER: (4, 3),
    Kind.LANDLINE_NUMBER: (3, 2),
    Kind.PHONE_NUMBER: (3, 2),
    Kind.PARCEL_NUMBER: (2, 2),
    Kind.BUILDING_NUMBER: (2, 2),
    Kind.LICENCE_PLATE: (2, 2),
    Kind.POSTAL_CODE: (1, 0),
    Kind.BANK_CODE: (0, 0),
    Kind.BANK_ACCOUNT: (4, 4),
}


def parse_identifier(kind: Kind, text: str) -> str:
    """Read a number of ``kind`` and return it in its one written form.

    Raises:
        DomainError: one of this package's refusals, which says what is wrong.
    """
    return PARSERS[kind](text)


def masked(kind: Kind, text: str) -> str:
    """Return ``text`` fit for a list or a log: ``A12***6789``; what cannot be read is ``***``."""
    try:
        plain = parse_identifier(kind, text)
    except DomainError:
        return MASK
    front, back = SHOWN[kind]
    if len(plain) - front - back < HIDDEN:
        front, back = min(front, 1), 0
    return plain[:front] + MASK + plain[len(plain) - back :]
