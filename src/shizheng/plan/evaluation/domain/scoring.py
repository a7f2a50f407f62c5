"""Scores by weighted criteria (考核評分): totals, ranking, the gap and the spread."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol, TypeVar

from shizheng.kernel.errors import N_, DomainError

CENT = Decimal("0.01")
HUNDRED = 100


class Weighted(Protocol):
    """A criterion as far as it is needed here: its code, and its weight in per cent."""

    @property
    def code(self) -> str:
        """Short name, unique in its list."""

    @property
    def weight(self) -> int:
        """Its share of the total, in per cent."""


Key = TypeVar("Key", bound=Hashable)


class ScoreUnfit(DomainError):
    """No score of a criterion (評分無效)."""

    code = "plan.evaluation.score_unfit"
    message = N_("The score of “{criterion}” is not a number from 0 to 100.")
    hint = N_("Give every criterion a number from 0 to 100, with two decimals at most.")


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion (考核項目) and its weight in per cent (配分)."""

    code: str
    weight: int


@dataclass(frozen=True, slots=True)
class Result:
    """What a round says of one agency (考核結果), each figure from 0 to 100.

    ``gap``: self minus reviewers, above 0 where the agency thinks better of itself. ``spread``:
    highest minus lowest reviewer. Without enough reviewers only ``self_total`` is known.
    """

    self_total: Decimal | None
    mean: Decimal | None
    gap: Decimal | None
    spread: Decimal | None
    reviews: int


def weights_wrong(criteria: Sequence[Weighted]) -> str:
    """Return what is wrong with a list of criteria, or nothing."""
    codes = [each.code for each in criteria]
    if len(set(codes)) < len(codes):
        return "each criterion stands once."
    if any(each.weight < 1 for each in criteria):
        return "every criterion weighs 1 per cent or more."
    whole = sum(each.weight for each in criteria)
    return "" if whole == HUNDRED else f"weights must add up to 100, got {whole}."


def total(scores: Mapping[str, Decimal], criteria: Sequence[Weighted]) -> Decimal:
    """Return the weighted total of one scorer, 0 to 100, half up to two decimals.

    Raises:
        ScoreUnfit: a criterion has no score from 0 to 100.
        ValueError: the weights do not add up to 100.
    """
    if wrong := weights_wrong(criteria):
        raise ValueError(wrong)
    for each in criteria:
        score = scores.get(each.code)
        if score is None or not score.is_finite() or not 0 <= score <= HUNDRED:
            raise ScoreUnfit(criterion=each.code)
    whole = sum((scores[each.code] * each.weight for each in criteria), Decimal(0))
    return (whole / HUNDRED).quantize(CENT, ROUND_HALF_UP)


def result(self_total: Decimal | None, reviews: Iterable[Decimal], *, least: int) -> Result:
    """Return what a round says of an agency, from the totals of its reviewers.

    Args:
        least: with fewer reviews there is no mean, and so no rank.
    """
    totals = list(reviews)
    if not totals or len(totals) < least:
        return Result(self_total, None, None, None, len(totals))
    mean = (sum(totals, Decimal(0)) / len(totals)).quantize(CENT, ROUND_HALF_UP)
    gap = None if self_total is None else self_total - mean
    return Result(self_total, mean, gap, max(totals) - min(totals), len(totals))


def ranked(means: Mapping[Key, Decimal | None]) -> dict[Key, int]:
    """Return the rank of each, 1 for the best; ties share a rank and the next one is left out.

    Whoever has no mean has no rank.
    """
    known = [mean for mean in means.values() if mean is not None]
    return {
        key: 1 + sum(other > mean for other in known)
        for key, mean in means.items()
        if mean is not None
    }
