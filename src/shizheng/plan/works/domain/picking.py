"""Which works are audited (查核選案): by value, delay and risk, and a share by lot.

Whoever knows the seed and the list of works can repeat the draw: works are ordered by the SHA-256
digest of ``seed:number`` in UTF-8, the smallest first.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from shizheng.kernel.errors import N_, DomainError


@dataclass(frozen=True, slots=True)
class Weights:
    """How many points value, delay and risk give at most, and what gives all of them.

    Raises:
        ValueError: a weight is negative, all are 0, something full is none, the share is no share.
    """

    value: int
    full_twd: int
    delay: int
    full_gap: Decimal
    risk: int
    full_risk: int
    random_share: Decimal

    def __post_init__(self) -> None:
        weights = (self.value, self.delay, self.risk)
        if min(weights) < 0 or not any(weights):
            raise ValueError(f"weights are 0 or more and not all 0, got {weights}")
        if self.full_twd <= 0 or self.full_gap <= 0 or self.full_risk <= 0:
            raise ValueError(f"what gives all points is above 0, got {self}")
        if not 0 <= self.random_share <= 1:
            raise ValueError(f"a share is 0 to 1, got {self.random_share}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A work that could be audited.

    Args:
        gap: points behind the plan; None if unknown, which counts as no delay.
        is_new: it was never audited.
        repeat_faults: faults of its contractor that came again.
        last_grade_poor: its last audit, or its contractor's, was graded poorly.
    """

    number: str
    contract_twd: int
    gap: Decimal | None
    is_new: bool
    repeat_faults: int
    last_grade_poor: bool

    @property
    def risk_points(self) -> int:
        """1 if never audited, 1 for each fault that came again, 2 after a poor grade."""
        return int(self.is_new) + self.repeat_faults + 2 * self.last_grade_poor


@dataclass(frozen=True, slots=True)
class Reason:
    """What one part gives to a score: points out of at most, for which amount."""

    part: str
    points: Decimal
    most: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Pick:
    """A work that was picked: its score with its reasons, and whether by lot."""

    number: str
    score: Decimal
    reasons: tuple[Reason, ...]
    is_random: bool


class TooFewWorks(DomainError):
    """More audits are wanted than there are works (可供查核工程不足)."""

    code = "plan.work.too_few_works"
    message = N_("{count} works are to be picked, and {there} are under construction.")
    hint = N_("Pick fewer.")


class SeedMissing(DomainError):
    """A draw that nobody could repeat (未提供抽籤種子)."""

    code = "plan.work.seed_missing"
    message = N_("The draw has no seed, so nobody could repeat it.")
    hint = N_("Give a text that nobody could choose, such as the figures of a lottery of that day.")


def scored(weights: Weights, work: Candidate) -> tuple[Decimal, tuple[Reason, ...]]:
    """Return the score of a work from 0 to the sum of the weights, and how it came about."""
    gap = max(work.gap or Decimal(0), Decimal(0))
    reasons = (
        _reason("value", Decimal(work.contract_twd), Decimal(weights.full_twd), weights.value),
        _reason("delay", gap, weights.full_gap, weights.delay),
        _reason("risk", Decimal(work.risk_points), Decimal(weights.full_risk), weights.risk),
    )
    return sum((reason.points for reason in reasons), Decimal(0)), reasons


def _reason(part: str, amount: Decimal, full: Decimal, most: int) -> Reason:
    share = min(amount / full, Decimal(1))
    return Reason(part, round(share * most, 1), most, amount)


def lot(seed: str, number: str) -> str:
    """Return the lot of a work, by which a draw orders works."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def seed_digest(seed: str) -> str:
    """Return what is published of a seed while the picks are still secret."""
    return hashlib.sha256(seed.encode()).hexdigest()


def random_count(count: int, share: Decimal) -> int:
    """Return how many of ``count`` are drawn by lot, rounded up."""
    return min(count, int((count * share).to_integral_value(ROUND_CEILING)))


def picked(
    weights: Weights, works: Iterable[Candidate], *, count: int, seed: str
) -> tuple[Pick, ...]:
    """Return the works to audit: the highest scores first, then those drawn by lot.

    Equal scores are ordered by lot too. The order in which the works come does not matter.

    Raises:
        SeedMissing: the seed is blank.
        TooFewWorks: there are fewer works than wanted, or none is wanted.
    """
    if not seed.strip():
        raise SeedMissing
    known: Sequence[tuple[Candidate, Decimal, tuple[Reason, ...]]] = sorted(
        ((work, *scored(weights, work)) for work in works),
        key=lambda row: (-row[1], lot(seed, row[0].number)),
    )
    if not 1 <= count <= len(known):
        raise TooFewWorks(count=count, there=len(known))
    by_lot = random_count(count, weights.random_share)
    chosen, others = known[: count - by_lot], known[count - by_lot :]
    drawn = sorted(others, key=lambda row: lot(seed, row[0].number))[:by_lot]
    return (
        *(Pick(work.number, score, why, is_random=False) for work, score, why in chosen),
        *(Pick(work.number, score, why, is_random=True) for work, score, why in drawn),
    )
