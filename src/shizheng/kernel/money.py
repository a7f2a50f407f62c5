"""Whole New Taiwan dollars: sums, named rounding, and splits that never lose a dollar."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Self

from shizheng.kernel.errors import N_, DomainError

WAN = 10_000
MILLION = 1_000_000
_AMOUNT = re.compile(
    r"(?P<sign>-?)(?:NT\$|TWD)?(?P<number>\d[\d,]*(?:\.\d+)?)(?P<unit>[萬億千百]*)元?整?"
)
_UNITS = {
    "": 1,
    "百": 100,
    "千": 1_000,
    "萬": WAN,
    "百萬": MILLION,
    "千萬": 10 * MILLION,
    "億": WAN**2,
}
_GROUPED = re.compile(r"\d+|\d{1,3}(,\d{3})+")


class MoneyUnreadable(DomainError):
    """A text is not an amount in whole dollars (金額無法辨識)."""

    code = "kernel.money_unreadable"
    message = N_("“{text}” is not an amount in whole New Taiwan dollars.")
    hint = N_("Write it like 12,500, NT$12,500 or 1.25萬元, without cents.")


class Rounding(StrEnum):
    """How a fraction of a dollar becomes whole; each rule for fees or grants names one."""

    HALF_UP = "half_up"  # 四捨五入, away from zero at one half
    HALF_EVEN = "half_even"  # 四捨六入五成雙
    DOWN = "down"  # 無條件捨去, towards zero
    UP = "up"  # 無條件進位, away from zero

    def whole(self, amount: Fraction | Decimal) -> int:
        """Return ``amount`` as an integer by this rule; minus amounts mirror plus amounts."""
        exact = Fraction(amount)
        size, rest = divmod(abs(exact), 1)
        match self:
            case Rounding.UP:
                size += rest > 0
            case Rounding.HALF_UP:
                size += rest >= Fraction(1, 2)
            case Rounding.HALF_EVEN:
                size += rest > Fraction(1, 2) or (rest == Fraction(1, 2) and size % 2 == 1)
            case Rounding.DOWN:
                pass
        return -size if exact < 0 else size


class Style(StrEnum):
    """The three ways in which an office prints an amount."""

    DOLLARS = "dollars"  # NT$12,500
    YUAN = "yuan"  # 12,500元
    WAN = "wan"  # 1.25萬元; in English NT$1.25 million from one million up


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in whole New Taiwan dollars (新臺幣), which may be negative.

    Raises:
        TypeError: built from or combined with a float, a bool or a Decimal.
    """

    twd: int

    def __post_init__(self) -> None:
        if type(self.twd) is not int:
            raise TypeError(f"Money holds an int of whole dollars, got {self.twd!r}")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.twd + other.twd) if isinstance(other, Money) else NotImplemented

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.twd - other.twd) if isinstance(other, Money) else NotImplemented

    def __mul__(self, count: int) -> "Money":
        return Money(self.twd * count) if type(count) is int else NotImplemented

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        return Money(-self.twd)

    def __abs__(self) -> "Money":
        return Money(abs(self.twd))

    def __bool__(self) -> bool:
        return self.twd != 0

    def __str__(self) -> str:
        return format_money(self)

    @classmethod
    def total(cls, amounts: Iterable["Money"]) -> Self:
        """Return the sum of ``amounts``; of none, zero."""
        return cls(sum(amount.twd for amount in amounts))

    def at_rate(self, rate: Decimal, rounding: Rounding) -> "Money":
        """Return ``rate`` (0.05 = 5 %) of this amount, rounded once and by name.

        Raises:
            TypeError: ``rate`` is not a Decimal, or not a finite one.
        """
        if not isinstance(rate, Decimal) or not rate.is_finite():
            raise TypeError(f"a rate is a finite Decimal, got {rate!r}")
        return Money(rounding.whole(self.twd * Fraction(rate)))

    def allocate(self, weights: Sequence[int | Decimal]) -> "tuple[Money, ...]":
        """Split by ``weights`` with largest remainders (最大餘數法); parts sum to the whole.

        Equal remainders go to the earlier part, so the split is the same every time.

        Raises:
            ValueError: no weight, a weight below 0, or all of them 0.
            TypeError: a weight is neither an int nor a finite Decimal.
        """
        shares = [_weight(weight) for weight in weights]
        whole = sum(shares)
        if not whole or min(shares) < 0:
            raise ValueError(f"weights must be 0 or more and not all 0, got {list(weights)}")
        exact = [abs(self.twd) * share / whole for share in shares]
        parts = [int(part) for part in exact]
        left = abs(self.twd) - sum(parts)
        by_remainder = sorted(range(len(exact)), key=lambda i: (parts[i] - exact[i], i))
        for i in by_remainder[:left]:
            parts[i] += 1
        return tuple(Money(-part if self.twd < 0 else part) for part in parts)


def _weight(weight: int | Decimal) -> Fraction:
    is_exact = type(weight) is int or (isinstance(weight, Decimal) and weight.is_finite())
    if not is_exact:
        raise TypeError(f"a weight is an int or a finite Decimal, got {weight!r}")
    return Fraction(weight)


def parse_money(text: str) -> Money:
    """Read an amount such as ``12,500``, ``NT$12,500元`` or ``1.25萬元``; full width too.

    Raises:
        MoneyUnreadable: anything else, and amounts that are not whole dollars.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).removeprefix("新臺幣")
    found = _AMOUNT.fullmatch(plain.removeprefix("新台幣"))
    if not found or not plain.isprintable():
        raise MoneyUnreadable(text=text)
    whole, _, _ = found["number"].partition(".")
    if found["unit"] not in _UNITS or not _GROUPED.fullmatch(whole) or len(plain) > 40:
        raise MoneyUnreadable(text=text)
    amount = Fraction(found["number"].replace(",", "")) * _UNITS[found["unit"]]
    if amount.denominator != 1:
        raise MoneyUnreadable(text=text)
    return Money(int(amount) * (-1 if found["sign"] else 1))


def format_money(amount: Money, style: Style = Style.DOLLARS, language: str = "zh-Hant") -> str:
    """Return ``amount`` as an office prints it; nothing is rounded away.

    ``NT$12,500``, ``12,500元``, ``1.25萬元``. English knows only NT$, with million for WAN.
    """
    sign = "-" if amount.twd < 0 else ""
    size = abs(amount.twd)
    if style is Style.WAN and language.lower().startswith("zh"):
        return f"{sign}{_scaled(size, WAN)}萬元"
    if style is Style.WAN and size >= MILLION:
        return f"{sign}NT${_scaled(size, MILLION)} million"
    if style is Style.YUAN and language.lower().startswith("zh"):
        return f"{sign}{size:,}元"
    return f"{sign}NT${size:,}"


def _scaled(size: int, unit: int) -> str:
    """Return ``size / unit`` exactly, thousands grouped; 12500 in WAN is ``1.25``."""
    whole, rest = divmod(size, unit)
    digits = f"{rest:0{len(str(unit)) - 1}d}".rstrip("0")
    return f"{whole:,}.{digits}" if digits else f"{whole:,}"
