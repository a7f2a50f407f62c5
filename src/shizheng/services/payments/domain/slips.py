"""Payment slips of three bar codes (超商三段條碼) that every convenience store takes.

The three segments are printed one above the other in Code 39:

1. nine characters: the last day to pay as YYMMDD of the ROC year's last two digits, then the
   three-character code of what is collected (代收項目);
2. sixteen characters: the payment account number (銷帳編號);
3. fifteen characters: four digits that the collector may choose, as a rule the month and day of
   the due date (應繳月日), two check characters, nine digits of the amount.

Check characters: letters count as digits, A to I as 1 to 9, J to R as 1 to 9, S to Z as 2 to 9.
The characters in the odd places of all three segments are added, the two check places left out,
and divided by 11; the remainder is the first check character, with A for 0 and B for 10. The even
places give the second, with X for 0 and Y for 10. A slip whose year is not near today's cannot be
told from one a century away.

What they cannot see: a swap within the odd or within the even places, and a letter for the digit
it counts as. Every single wrong digit is caught.

Source: the three-segment bar code of the stores as published programs for slips of 臺灣銀行 and
台新銀行 apply it; their common worked example (991231Y01, ABCDEFGHIKLMNPQR, 1234__000007890 gives
9Y) is a test.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shizheng.kernel.dates import ROC_OFFSET
from shizheng.kernel.errors import N_, DomainError
from shizheng.services.payments.domain.code39 import code39_svg

STORE_LIMIT_TWD = 20_000  # stores' usual ceiling for one slip; a gateway may state another
LARGEST_AMOUNT_TWD = 10**9 - 1
LENGTHS = (9, 16, 15)
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUES = dict(zip(_SIGNS, map(int, "0123456789" + "123456789" * 2 + "23456789"), strict=True))
_SEGMENT = re.compile(r"[0-9A-Z]*")
_CENTURY = 100


class SlipSegmentWrong(DomainError):
    """A segment has the wrong length or a character that cannot be there (條碼格式不符)."""

    code = "services.payment.slip_segment_wrong"
    message = N_("Segment {segment} of the slip must have {needed} letters and digits.")
    hint = N_("Scan all three bar codes again, from the top down.")


class SlipDateWrong(DomainError):
    """The first segment holds no day of the calendar (條碼日期有誤)."""

    code = "services.payment.slip_date_wrong"
    message = N_("The first bar code does not hold a day of the calendar.")
    hint = N_("Scan the first bar code again, or print the slip anew.")


class SlipCheckWrong(DomainError):
    """The check characters do not fit (條碼檢查碼不符)."""

    code = "services.payment.slip_check_wrong"
    message = N_("The three bar codes do not belong together: their check characters do not fit.")
    hint = N_("Scan the three bar codes of one slip, from the top down.")


class SlipAmountWrong(DomainError):
    """The amount is nothing, or not what is owed (條碼金額不符)."""

    code = "services.payment.slip_amount_wrong"
    message = N_("The slip says NT${found}, but NT${needed} is owed.")
    hint = N_("Print the slip anew; an earlier slip may show an amount that has changed.")


class SlipEmpty(DomainError):
    """A slip over NT$0 (條碼金額為零)."""

    code = "services.payment.slip_empty"
    message = N_("The slip says NT$0.")
    hint = N_("Nothing is to be paid; no slip is needed.")


class SlipOverLimit(DomainError):
    """More than a shop may take at the counter (超過代收金額上限)."""

    code = "services.payment.slip_over_limit"
    message = N_("A shop takes at most NT${limit} on one slip; this is NT${found}.")
    hint = N_("Pay by card or by transfer.")


class SlipExpired(DomainError):
    """The last day to pay is over (繳費單已逾期)."""

    code = "services.payment.slip_expired"
    message = N_("The slip could be paid until {pay_by}.")
    hint = N_("Open the case and print a new slip, if the fee can still be paid.")


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip that can be printed and scanned (繳費單).

    Args:
        collection: three characters for what is collected (代收項目).
        account: sixteen characters, the payment account number.
        mark: four digits for free use; the month and day of ``pay_by`` as a rule.

    Raises:
        ValueError: a part does not fit its place.
    """

    pay_by: date
    collection: str
    account: str
    amount_twd: int
    mark: str

    def __post_init__(self) -> None:
        texts = ((self.collection, 3), (self.account, 16), (self.mark, 4))
        if any(len(text) != length or not _SEGMENT.fullmatch(text) for text, length in texts):
            raise ValueError(f"a slip needs 3, 16 and 4 capitals or digits, got {texts}")
        if not self.mark.isdigit():
            raise ValueError(f"the mark is four digits, got {self.mark!r}")
        if not 0 < self.amount_twd <= LARGEST_AMOUNT_TWD:
            raise ValueError(f"an amount is 1 to {LARGEST_AMOUNT_TWD}, got {self.amount_twd}")
        if self.pay_by.year <= ROC_OFFSET:
            raise ValueError(f"a slip is paid after 1911, got {self.pay_by}")

    @property
    def segments(self) -> tuple[str, str, str]:
        """The texts of the three bar codes, from the top down."""
        year = (self.pay_by.year - ROC_OFFSET) % _CENTURY
        first = f"{year:02d}{self.pay_by:%m%d}{self.collection}"
        amount = f"{self.amount_twd:09d}"
        checks = check_characters(first, self.account, self.mark, amount)
        return first, self.account, f"{self.mark}{checks}{amount}"

    @property
    def images(self) -> tuple[str, str, str]:
        """The three bar codes as SVG."""
        first, second, third = self.segments
        return code39_svg(first), code39_svg(second), code39_svg(third)


def slip_for(
    *,
    pay_by: date,
    collection: str,
    account: str,
    amount_twd: int,
    limit_twd: int = STORE_LIMIT_TWD,
) -> Slip:
    """Return the slip for a charge, with month and day as its mark.

    Raises:
        SlipEmpty, SlipOverLimit: no shop would take it.
    """
    if amount_twd == 0:
        raise SlipEmpty
    if amount_twd > limit_twd:
        raise SlipOverLimit(limit=f"{limit_twd:,}", found=f"{amount_twd:,}")
    return Slip(pay_by, collection, account, amount_twd, f"{pay_by:%m%d}")


def check_characters(first: str, second: str, mark: str, amount: str) -> str:
    """Return the two check characters for the parts of a slip."""
    odd = even = 0
    for segment in (first, second, f"{mark}00{amount}"):
        odd += sum(_VALUES[sign] for sign in segment[::2])
        even += sum(_VALUES[sign] for sign in segment[1::2])
    return _written(odd % 11, zero="A", ten="B") + _written(even % 11, zero="X", ten="Y")


def read_slip(segments: Sequence[str], *, on: date, amount_twd: int | None = None) -> Slip:
    """Read three scanned bar codes.

    Args:
        on: local date of payment; it also tells the century of the year.
        amount_twd: what is owed, if the caller knows.

    Raises:
        SlipSegmentWrong, SlipCheckWrong, SlipDateWrong, SlipEmpty, SlipAmountWrong,
        SlipExpired: why the slip is refused.
    """
    first, second, third = _plain(segments)
    mark, checks, amount = third[:4], third[4:6], third[6:]
    if not (amount + mark).isdigit():
        raise SlipSegmentWrong(segment=3, needed=LENGTHS[2])
    if check_characters(first, second, mark, amount) != checks:
        raise SlipCheckWrong
    if int(amount) == 0:
        raise SlipEmpty
    slip = Slip(_day(first[:6], near=on), first[6:], second, int(amount), mark)
    if amount_twd is not None and slip.amount_twd != amount_twd:
        raise SlipAmountWrong(found=f"{slip.amount_twd:,}", needed=f"{amount_twd:,}")
    if on > slip.pay_by:
        raise SlipExpired(pay_by=slip.pay_by)
    return slip


def _plain(segments: Sequence[str]) -> list[str]:
    """Return the three segments as capitals, without the asterisks that some scanners add."""
    if len(segments) != len(LENGTHS):
        raise SlipSegmentWrong(segment=min(len(segments), 2) + 1, needed=LENGTHS[-1])
    plain = []
    for place, (segment, length) in enumerate(zip(segments, LENGTHS, strict=True), start=1):
        text = unicodedata.normalize("NFKC", segment[:40]).strip().strip("*").upper()
        if len(segment) > 40 or len(text) != length or not _SEGMENT.fullmatch(text):
            raise SlipSegmentWrong(segment=place, needed=length)
        plain.append(text)
    return plain


def _day(digits: str, *, near: date) -> date:
    """Return the day that YYMMDD means: of all centuries the one nearest to ``near``."""
    if not digits.isdigit():
        raise SlipDateWrong
    base = near.year - ROC_OFFSET
    years = [base - (base - int(digits[:2])) % _CENTURY + step for step in (0, _CENTURY)]
    year = min(years, key=lambda candidate: abs(candidate - base)) + ROC_OFFSET
    try:
        return date(year, int(digits[2:4]), int(digits[4:]))
    except ValueError:
        raise SlipDateWrong from None


def _written(remainder: int, *, zero: str, ten: str) -> str:
    return {0: zero, 10: ten}.get(remainder, str(remainder))
