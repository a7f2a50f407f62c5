"""Amounts of time as a rule or a person writes them: 24h, 3wd, 30d, 2mo, 1y."""

import re
from dataclasses import dataclass
from enum import StrEnum

from shizheng.kernel.errors import N_, DomainError


class Unit(StrEnum):
    """What an amount counts (期間單位)."""

    HOUR = "h"
    WORKING_DAY = "wd"
    DAY = "d"
    MONTH = "mo"
    YEAR = "y"


MOST = {
    Unit.HOUR: 876_000,
    Unit.WORKING_DAY: 25_000,
    Unit.DAY: 36_500,
    Unit.MONTH: 1_200,
    Unit.YEAR: 100,
}
WORDS_ZH = {
    Unit.HOUR: "小時",
    Unit.WORKING_DAY: "個工作天",
    Unit.DAY: "日",
    Unit.MONTH: "個月",
    Unit.YEAR: "年",
}
WORDS_EN = {
    Unit.HOUR: "hour",
    Unit.WORKING_DAY: "working day",
    Unit.DAY: "day",
    Unit.MONTH: "month",
    Unit.YEAR: "year",
}
_SHAPE = re.compile(r"(-?[0-9]+)(h|wd|d|mo|y)")
_LONGEST = 12


class AmountInvalid(DomainError):
    """A text is no amount of time, or one of no use (期間寫法有誤)."""

    code = "time.amount_invalid"
    message = N_("“{text}” is not an amount of time.")
    hint = N_(
        "Write a whole number from 1 and a unit, without a space: 24h (hours), 3wd (working days), "
        "30d (calendar days), 2mo (months) or 1y (years)."
    )


class AmountTooSmall(AmountInvalid):
    """Nothing can be done in no time (期間須為 1 以上)."""

    code = "time.amount_too_small"
    message = N_("“{text}” leaves no time: an amount must be 1 or more.")


class AmountTooLarge(AmountInvalid):
    """Longer than any rule a city works by (期間過長)."""

    code = "time.amount_too_large"
    message = N_("“{text}” is too long: at most {most} is allowed.")


@dataclass(frozen=True, slots=True)
class Amount:
    """So many of one unit (期間), for example ``Amount(30, Unit.DAY)``.

    Raises:
        AmountTooSmall, AmountTooLarge: ``count`` is below 1, or above about a hundred years.
    """

    count: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.count < 1:
            raise AmountTooSmall(text=str(self))
        if self.count > MOST[self.unit]:
            raise AmountTooLarge(text=str(self), most=f"{MOST[self.unit]}{self.unit}")

    @classmethod
    def parse(cls, text: str) -> "Amount":
        """Read ``24h``, ``3wd``, ``30d``, ``2mo`` or ``1y``: ASCII digits, lower case, no space.

        Raises:
            AmountInvalid: anything else, zero, negative or too long.
        """
        found = _SHAPE.fullmatch(text) if len(text) <= _LONGEST else None
        if found is None:
            shown = text if len(text) <= 2 * _LONGEST else text[: 2 * _LONGEST] + "…"
            raise AmountInvalid(text=shown)
        return cls(int(found[1]), Unit(found[2]))

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"

    @property
    def zh(self) -> str:
        """In Chinese: 30日, 3個工作天."""
        return f"{self.count}{WORDS_ZH[self.unit]}"

    @property
    def en(self) -> str:
        """In English: 30 days, 1 month."""
        return f"{self.count} {WORDS_EN[self.unit]}{'' if self.count == 1 else 's'}"
