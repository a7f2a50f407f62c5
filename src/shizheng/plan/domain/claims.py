"""What different people and books say of the same work, and where that cannot all be right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import combinations


class Side(StrEnum):
    """Who says how far the work is: the department, the money paid, the work itself."""

    REPORTED = "reported"
    MONEY = "money"
    ACTUAL = "actual"


@dataclass(frozen=True, slots=True)
class Claim:
    """A dated statement that so many per cent are done, or paid (進度陳述).

    Args:
        percent: 0 to 100, or more where more was paid than was planned.
        source: what says so, such as ``directive_report``; ``reference`` is its number or key.
        commitment: number of the commitment it is about; 0 for the whole item.
    """

    side: Side
    percent: Decimal
    dated_on: date
    source: str
    reference: str
    commitment: int = 0
    is_synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two statements and how many points lie between them; ``one`` says more is done."""

    one: Claim
    other: Claim

    @property
    def points(self) -> Decimal:
        """Points between the two."""
        return self.one.percent - self.other.percent


def disagreements(claims: Iterable[Claim]) -> list[Disagreement]:
    """Return every two sides that speak of the same work, with what lies between; largest first.

    What is said of the whole item and what is said of its only commitment is about the same work.
    """
    known = list(claims)
    numbers = {claim.commitment for claim in known} - {0}
    only = numbers.pop() if len(numbers) == 1 else 0
    newest: dict[tuple[int, Side], Claim] = {}
    for claim in sorted(known, key=lambda claim: (claim.dated_on, claim.reference)):
        newest[claim.commitment or only, claim.side] = claim
    found = []
    for (one, first), (other, second) in combinations(
        sorted(newest.items(), key=lambda each: each[0]), 2
    ):
        if one[0] == other[0]:
            high, low = (first, second) if first.percent >= second.percent else (second, first)
            found.append(Disagreement(high, low))
    return sorted(found, key=lambda pair: (-pair.points, pair.one.side, pair.other.side))
