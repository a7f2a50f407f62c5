"""The business number (統一編號) of companies, shops, schools and agencies.

Digits are weighted 1, 2, 1, 2, 1, 2, 4, 1 and the digits of the products added. Until
2023-03-31 the sum had to be a multiple of 10; since 2023-04-01, when the old numbers ran short,
a multiple of 5 is enough, so every old number stays right. A 7 in the seventh place gives 28, whose
digits give 10: it counts as 1 or as 0.

What the check cannot see: since 2023 a change that shifts the sum by 5, which each digit has once;
before 2023 only 7 for 0 or another digit in the seventh place.

Source: 財政部, 營利事業統一編號檢查碼邏輯修正說明 (in force 112-04-01).
"""

from datetime import date

from shizheng.kernel.national_identifiers.errors import CheckDigitWrong
from shizheng.kernel.national_identifiers.reading import shaped

WEIGHTS = (1, 2, 1, 2, 1, 2, 4, 1)
BY_FIVE_SINCE = date(2023, 4, 1)
EXAMPLE = "04595257"


def parse_business_number(text: str, *, on: date | None = None) -> str:
    """Read a business number of eight digits.

    Args:
        on: judge it by the rule in force on that day; left out, by the present rule.

    Raises:
        IdentifierEmpty, IdentifierLengthWrong, IdentifierSignWrong, DigitExpected,
        CheckDigitWrong: what is wrong.
    """
    plain = shaped(text, "99999999", EXAMPLE)
    divisor = 10 if on is not None and on < BY_FIVE_SINCE else 5
    total = sum(
        sum(divmod(int(digit) * weight, 10)) for digit, weight in zip(plain, WEIGHTS, strict=True)
    )
    remainders = {total % divisor}
    if plain[6] == "7":
        # The 10 in ``total`` is written 1 or 0 in the official rule: 9 or 10 less.
        remainders = {(total - 9) % divisor, (total - 10) % divisor}
    if 0 not in remainders:
        raise CheckDigitWrong
    return plain
