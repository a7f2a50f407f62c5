"""Asking a few households again (複查): who is drawn, and how often the answers differ.

Source: U.S. Census Bureau, Evaluating Censuses of Population and Housing, 1985: gross difference
rate, the share of pairs whose two answers differ.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from shizheng.statistics.surveys.domain.disclosure import ranked


@dataclass(frozen=True, slots=True)
class Differences:
    """How often the two answers to a question differ (總差異率)."""

    question: str
    pairs: int
    differing: int

    @property
    def rate(self) -> Fraction | None:
        """Gross difference rate, 0 to 1; None without a pair."""
        return Fraction(self.differing, self.pairs) if self.pairs else None


def drawn(keys: Iterable[str], share: Fraction, seed: str) -> list[str]:
    """Return the keys that are drawn: the share of them, rounded up; the same for the same seed."""
    known = sorted(set(keys), key=lambda key: (ranked(seed, key), key))
    return sorted(known[: math.ceil(share * len(known))])


def drawn_number(keys: Iterable[str], count: int, seed: str) -> list[str]:
    """Return so many keys, or all where there are fewer; the same for the same seed."""
    known = sorted(set(keys), key=lambda key: (ranked(seed, key), key))
    return sorted(known[:count])


def differences(
    pairs: Sequence[tuple[Mapping[str, object], Mapping[str, object]]],
    questions: Sequence[str], people: str,
) -> list[Differences]:  # fmt: skip
    """Return for each question how often the first and the second interview differ.

    A question of people is compared person by person in their order; somebody whom only one of
    the two interviews lists is a difference.

    Args:
        people: the table of people, in which questions that the household lacks are looked up.
    """
    found = []
    for question in questions:
        answers = [each for pair in pairs for each in _answers(pair, question, people)]
        found.append(Differences(question, len(answers), sum(a != b for a, b in answers)))
    return found


_NOBODY = object()


def _answers(
    pair: tuple[Mapping[str, object], Mapping[str, object]], question: str, people: str
) -> list[tuple[object, object]]:
    lists = [[row.get(question) for row in _rows(each, people) if question in row] for each in pair]
    if not any(lists):
        return [(pair[0].get(question), pair[1].get(question))]
    first, second = lists
    longest = max(len(first), len(second))
    padded = [[*some, *[_NOBODY] * (longest - len(some))] for some in (first, second)]
    return list(zip(*padded, strict=True))


def _rows(answers: Mapping[str, object], people: str) -> list[Mapping[str, object]]:
    rows = answers.get(people)
    return (
        [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list | tuple) else []
    )
