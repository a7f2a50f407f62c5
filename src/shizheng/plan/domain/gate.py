"""What an item must have before it binds (新增項目要件): owner, day, indicator, and weights of 100.

Takes plain values, so that a pack is checked by the very rule that the register keeps.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

WHOLE = Decimal(100)
COMMITMENT, DUE, INDICATOR, WEIGHTS = "commitment", "due", "indicator", "weights"
GAPS = (COMMITMENT, DUE, INDICATOR, WEIGHTS)


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment as far as it counts here; it always has an agency that owns it.

    Args:
        indicators: of each target whether its source is named, and its weight in per cent.
    """

    due_on: date | None
    indicators: tuple[tuple[bool, Decimal | None], ...] = ()

    @property
    def is_measured(self) -> bool:
        """Whether one of its indicators names its source."""
        return any(is_sourced for is_sourced, _ in self.indicators)


def weights_sum(weights: Iterable[Decimal | None]) -> Decimal | None:
    """Return what the weights of an item add to (權重合計), in per cent; None: none is given."""
    given = [weight for weight in weights if weight is not None]
    return sum(given, Decimal(0)) if given else None


def gaps_of(promises: Sequence[Promise], *, is_new: bool) -> tuple[str, ...]:
    """Return the codes of what an item lacks; an item that was there before lacks only weights."""
    found = []
    if is_new and not promises:
        found.append(COMMITMENT)
    elif is_new and not any(each.due_on for each in promises):
        found.append(DUE)
    elif is_new and not any(each.due_on and each.is_measured for each in promises):
        found.append(INDICATOR)
    whole = weights_sum(weight for each in promises for _, weight in each.indicators)
    if whole is not None and whole != WHOLE:
        found.append(WEIGHTS)
    return tuple(found)


def is_reworded(text: str, earlier: str) -> bool:
    """Whether a sentence at the same place is an earlier one in other words, not a new one.

    They share two fifths of their pairs of characters (Dice) or more.
    """
    ours, theirs = _pairs(text), _pairs(earlier)
    both = len(ours) + len(theirs)
    return text == earlier or (both > 0 and 2 * len(ours & theirs) >= SHARED * both)


SHARED = 0.4


def _pairs(text: str) -> set[str]:
    return {text[index : index + 2] for index in range(len(text) - 1)}
