"""Which things are renewed first, and how far the money goes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shizheng.places.upkeep.definitions import RenewalOf

YEAR_DAYS = 365.25
WORST_CONSEQUENCE = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that may be renewed (汰換候選).

    ``score``: its condition, 0 to 100; None where nobody looked. ``consequence``: 1 to 5.
    """

    key: str
    built_on: date
    score: int | None
    consequence: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its parts of need, each 0 to 1, and whether the money reaches it."""

    candidate: Candidate
    age_years: float
    age_share: float
    condition_share: float
    consequence_share: float
    need: float
    cost_twd: int
    total_twd: int
    is_funded: bool


def ranked(
    rule: RenewalOf, candidates: Iterable[Candidate], *, on: date, budget_twd: int | None = None
) -> list[Ranked]:
    """Return candidates by need, the greatest first, with the line that a budget draws (汰換排序).

    Need is the mean of three parts by the pack's weights: age in the design life (never above 1),
    what condition is missing (unknown counts as half), and consequence.

    Args:
        budget_twd: what there is to spend; None draws no line.
    """
    weights = rule.weights
    whole = (weights.age + weights.condition + weights.consequence) or 1
    rows = []
    for each in candidates:
        age = max((on - each.built_on).days, 0) / YEAR_DAYS
        parts = (
            min(age / rule.life_years, 1.0),
            0.5 if each.score is None else 1 - each.score / 100,
            each.consequence / WORST_CONSEQUENCE,
        )
        need = (
            weights.age * parts[0] + weights.condition * parts[1] + weights.consequence * parts[2]
        ) / whole
        rows.append((each, age, parts, need))
    rows.sort(key=lambda row: (-row[3], -row[1], row[0].key))
    found, total = [], 0
    for each, age, parts, need in rows:
        total += rule.cost_twd
        is_funded = budget_twd is None or total <= budget_twd
        found.append(Ranked(each, age, *parts, need, rule.cost_twd, total, is_funded))
    return found
