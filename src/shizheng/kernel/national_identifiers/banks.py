"""Bank codes (銀行代碼) and accounts (帳號); only their shape, as check digits differ by bank."""

import re

from shizheng.kernel.national_identifiers.errors import BankAccountWrong, BankCodeWrong
from shizheng.kernel.national_identifiers.reading import readable
from shizheng.kernel.text import normalise

CODE_EXAMPLE = "004"
ACCOUNT_EXAMPLE = "004-012345678901"
_APART = re.compile(r"^([0-9]{3})\s+(?=[0-9])")
_ACCOUNT = re.compile(
    r"(?:\((?P<bracketed>[0-9]{3})\)-?|(?P<bank>[0-9]{3})-)(?P<account>[0-9][0-9-]{4,20}[0-9])"
)


def parse_bank_code(text: str) -> str:
    """Read the code of a bank, three digits.

    Raises:
        IdentifierEmpty, IdentifierLengthWrong, IdentifierSignWrong, BankCodeWrong: why not.
    """
    plain = readable(text, CODE_EXAMPLE)
    if not re.fullmatch("[0-9]{3}", plain) or plain == "000":
        raise BankCodeWrong
    return plain


def parse_bank_account(text: str) -> str:
    """Read a bank's code and an account: ``004-0123-456-78901``, ``(700) 00123450123456``.

    The code stands apart, or nobody could tell it from the first digits of the account.

    Raises:
        IdentifierEmpty, IdentifierLengthWrong, IdentifierSignWrong, BankCodeWrong,
        BankAccountWrong: why not.
    """
    readable(text, ACCOUNT_EXAMPLE)  # refuses what is empty, endless or strange
    apart = _APART.sub(r"\1-", normalise(text.strip()))
    found = _ACCOUNT.fullmatch(readable(apart, ACCOUNT_EXAMPLE))
    account = found["account"].replace("-", "") if found else ""
    if not found or not 6 <= len(account) <= 16:
        raise BankAccountWrong
    return f"{parse_bank_code(found['bank'] or found['bracketed'])}-{account}"
