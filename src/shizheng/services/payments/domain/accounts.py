"""Payment account numbers (繳款帳號): the sixteen digits under which a bank or a shop takes a fee.

Five digits of the collecting agency (企業識別碼), ten of the charge, one check digit. The digits
are weighted 3, 7, 1, 3, 7, 1, ..., the check digit makes the sum a multiple of 10. As 3, 7 and 1
share no factor with 10, every single wrong digit is caught, and every swap of two neighbours that
do not differ by 5.

The layout is that of the built-in test bank: every real bank has its own for virtual accounts
(虛擬帳號), of which the weights 371 are a usual one.
"""

import re
import unicodedata
from itertools import cycle

from shizheng.kernel.errors import N_, DomainError

LENGTH = 16
COLLECTOR_LENGTH = 5
LARGEST_SERIAL = 10**10 - 1
_ACCOUNT = re.compile(r"[0-9]{16}")
_COLLECTOR = re.compile(r"[0-9]{5}")


class AccountNumberWrong(DomainError):
    """Not sixteen digits (繳款帳號格式不符)."""

    code = "services.payment.account_number_wrong"
    message = N_("A payment account number has {needed} digits.")
    hint = N_("Copy all digits from the payment slip.")


class AccountCheckDigitWrong(DomainError):
    """One digit or more was copied wrongly (繳款帳號檢查碼不符)."""

    code = "services.payment.account_check_digit_wrong"
    message = N_("The check digit of the payment account number does not fit.")
    hint = N_("Compare the number with the payment slip, digit by digit.")


class AccountOfOthers(DomainError):
    """The number belongs to another collector (非本機關之繳款帳號)."""

    code = "services.payment.account_of_others"
    message = N_("This payment account number is not one of this office.")
    hint = N_("Payment account numbers of this office begin with {collector}.")


def account_number(collector: str, serial: int) -> str:
    """Return the account number of the charge that is numbered ``serial``.

    Raises:
        ValueError: ``collector`` is not five digits, or ``serial`` not 1 to 9,999,999,999.
    """
    if not _COLLECTOR.fullmatch(collector):
        raise ValueError(f"a collector is five digits, got {collector!r}")
    if not 1 <= serial <= LARGEST_SERIAL:
        raise ValueError(f"a serial is 1 to {LARGEST_SERIAL}, got {serial}")
    body = f"{collector}{serial:010d}"
    return f"{body}{_check_digit(body)}"


def read_account_number(text: str, *, collector: str) -> int:
    """Return the serial of the charge to which an account number as typed belongs.

    Raises:
        AccountNumberWrong, AccountCheckDigitWrong, AccountOfOthers: why not.
    """
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text[:60]))
    if len(text) > 60 or not _ACCOUNT.fullmatch(plain):
        raise AccountNumberWrong(needed=LENGTH)
    if _check_digit(plain[:-1]) != int(plain[-1]):
        raise AccountCheckDigitWrong
    if not plain.startswith(collector):
        raise AccountOfOthers(collector=collector)
    return int(plain[COLLECTOR_LENGTH:-1])


def _check_digit(body: str) -> int:
    return (
        -sum(int(digit) * weight for digit, weight in zip(body, cycle((3, 7, 1)), strict=False))
        % 10
    )
