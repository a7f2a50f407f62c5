"""Satisfaction polls (滿意度調查): shares with their margin of error, and whether two differ.

A margin holds for a random sample; it says nothing of people who were never asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from shizheng.kernel.errors import N_
from shizheng.statistics.domain.errors import PollUnfit

Z_95 = Decimal("1.959964")
FEW = 30
_DECIMALS = Context(prec=28)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share of the population, estimated from a sample (估計值).

    Args:
        share: 0 to 1, weighted.
        count: answers that it rests on.
        design_effect: by how much the weights widen the variance, 1 or more (設計效果).
        standard_error: of ``share``; 0 only for a complete count.
        margin: half the width of the 95 % interval (誤差界限).
    """

    share: Decimal
    count: int
    design_effect: Decimal
    standard_error: Decimal
    margin: Decimal

    @property
    def effective_count(self) -> Decimal:
        """Of how many equally weighted answers it is worth (有效樣本數)."""
        return _DECIMALS.divide(Decimal(self.count), self.design_effect)

    @property
    def interval(self) -> tuple[Decimal, Decimal]:
        """The 95 % interval, within 0 and 1."""
        low, high = self.share - self.margin, self.share + self.margin
        return max(low, Decimal(0)), min(high, Decimal(1))

    @property
    def is_small(self) -> bool:
        """Whether it rests on too few answers to be told without a warning: under 30."""
        return self.effective_count < FEW


@dataclass(frozen=True, slots=True)
class Difference:
    """How two waves differ (兩次調查之差異); a change within error is not a change.

    Args:
        difference: the later share less the earlier one.
        margin: half the width of the 95 % interval of the difference.
    """

    difference: Decimal
    margin: Decimal

    @property
    def is_change(self) -> bool:
        """Whether the difference is larger than its error."""
        return abs(self.difference) > self.margin


def estimate(
    answers: Sequence[bool], weights: Sequence[Decimal] = (), population: int | None = None
) -> Estimate:
    """Return the share of yes with its margin of error at 95 %.

    The variance is that of a simple random sample times the design effect of the weights, with
    the correction for a finite population. Where nobody or everybody says yes, that formula
    gives 0; the margin is then 3 / n, the upper bound of the rule of three.

    Args:
        answers: whether each person asked says yes; who gave no answer is left out.
        weights: of each answer, above 0; left out, all alike.
        population: from how many people the sample was drawn; left out, very many.

    Raises:
        PollUnfit: fewer than two answers, a weight that is not above 0, as many weights as not
            answers, or more answers than people.

    Source: S. L. Lohr, "Sampling: Design and Analysis", 2.3 (variance of a proportion);
    L. Kish, "Weighting for unequal P_i", J. Official Statistics 8 (1992) (design effect);
    J. A. Hanley, A. Lippman-Hand, JAMA 249 (1983) (rule of three).
    """
    count = len(answers)
    weights = weights or [Decimal(1)] * count
    _refuse_unfit(count, weights, population)
    total = sum(weights, Decimal(0))
    squares = sum((weight * weight for weight in weights), Decimal(0))
    design_effect = _DECIMALS.divide(squares * count, total * total)
    yes = sum((weight for weight, says in zip(weights, answers, strict=True) if says), Decimal(0))
    return _estimate(_DECIMALS.divide(yes, total), count, design_effect, population)


def _estimate(
    share: Decimal, count: int, design_effect: Decimal, population: int | None
) -> Estimate:
    unseen = Decimal(1)
    if population is not None:
        unseen -= _DECIMALS.divide(Decimal(count), Decimal(population))
    variance = _DECIMALS.divide(share * (1 - share) * design_effect * unseen, Decimal(count - 1))
    standard_error = _DECIMALS.sqrt(variance)
    margin = Z_95 * standard_error
    if share in (0, 1) and unseen:
        margin = min(Decimal(1), _DECIMALS.divide(3 * design_effect, Decimal(count)))
        standard_error = _DECIMALS.divide(margin, Z_95)
    return Estimate(share, count, design_effect, standard_error, margin)


def stated(
    share: Decimal, count: int, design_effect: Decimal = Decimal(1), population: int | None = None
) -> Estimate:
    """Return the margin of a share that somebody else estimated from a sample, as ``estimate``.

    Raises:
        PollUnfit: a share outside 0 to 1, fewer than two answers, a design effect below 1, or more
            answers than people.

    Source: as of ``estimate``.
    """
    _refuse_count(count, population)
    if not 0 <= share <= 1 or design_effect < 1:
        raise PollUnfit(reason=N_("a share is 0 to 1 and a design effect 1 or more"))
    return _estimate(share, count, design_effect, population)


def difference(earlier: Estimate, later: Estimate) -> Difference:
    """Return by how much two independent waves differ and whether that is more than error.

    Source: C. H. Franklin, "The margin of error for differences in polls" (2007): the variances
    of independent samples add.
    """
    variance = earlier.standard_error**2 + later.standard_error**2
    margin = Z_95 * _DECIMALS.sqrt(variance)
    return Difference(later.share - earlier.share, margin)


def _refuse_unfit(count: int, weights: Sequence[Decimal], population: int | None) -> None:
    _refuse_count(count, population)
    if len(weights) != count:
        raise PollUnfit(reason=N_("there is not one weight for each answer"))
    if not all(weight.is_finite() and weight > 0 for weight in weights):
        raise PollUnfit(reason=N_("a weight is not above 0"))


def _refuse_count(count: int, population: int | None) -> None:
    if count < 2:
        raise PollUnfit(reason=N_("there are fewer than two"))
    if population is not None and population < count:
        raise PollUnfit(reason=N_("there are more answers than people"))


def withheld(counts: Mapping[str, int], fewest: int) -> frozenset[str]:
    """Return the areas of which no share is told: too few answers (樣本過少不予公布).

    Where only one is too small the next smallest goes with it, so that it cannot be worked out
    from the whole and the others.

    Args:
        counts: answers by code of the area; the whole city, ``""``, is only itself withheld.
        fewest: from so many answers on a share is told.
    """
    hidden = {code for code, count in counts.items() if count < fewest}
    parts = sorted((count, code) for code, count in counts.items() if code)
    small = [code for count, code in parts if count < fewest]
    if len(small) == 1 and len(parts) > 1:
        hidden.add(parts[1][1])
    return frozenset(hidden)
