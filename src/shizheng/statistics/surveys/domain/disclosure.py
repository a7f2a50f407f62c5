"""Masking a file of people for research (微資料去識別), and how easily people are found in it.

The guarantee of ``masked``. Count a suppressed value as a value of its own. Then every combination
of key values in the file is that of ``k`` people or more, and among them each sensitive column
takes ``l`` different values or more. This is stricter than the usual reading, in which a
suppressed value may stand for any.

Not covered: what sensitive values that differ have in common (t-closeness), and what another file
of the same people tells.

Source: Samarati and Sweeney 1998 (k-anonymity); Machanavajjhala et al. 2007 (distinct l-diversity);
Hundepool et al., Statistical Disclosure Control, 2012, chapter 3.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from shizheng.kernel.errors import N_, DomainError

Row = Mapping[str, str | None]
Key = tuple[str | None, ...]


class MicrodataTooFew(DomainError):
    """Too few people answered for any file of them (人數過少)."""

    code = "statistics.survey.microdata_too_few"
    message = N_("{count} people answered; no file can keep {k} of them alike.")
    hint = N_("Publish the tables alone.")
    status = 409


@dataclass(frozen=True, slots=True)
class Coarse:
    """How a number is grouped (重新編碼): classes of ``width``, cut at ``bottom`` and ``top``."""

    width: int = 1
    bottom: int | None = None
    top: int | None = None

    def of(self, value: int) -> str:
        """Return the class of a number: ``20-24``, ``85+``, or ``<15``."""
        if self.top is not None and value >= self.top:
            return f"{self.top}+"
        if self.bottom is not None and value < self.bottom:
            return f"<{self.bottom}"
        if self.width == 1:
            return str(value)
        origin = self.bottom or 0
        first = origin + math.floor((value - origin) / self.width) * self.width
        last = first + self.width - 1
        return f"{first}-{last if self.top is None else min(last, self.top - 1)}"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a masked file must keep: see the module.

    Args:
        keys: columns that others may know of a person; the first is suppressed last.
        sensitive: columns that nobody may learn of a person.

    Raises:
        ValueError: no key, ``k`` below 2 or ``l`` below 1.
    """

    keys: tuple[str, ...]
    k: int
    sensitive: tuple[str, ...] = ()
    l: int = 1  # noqa: E741 - its name in the literature

    def __post_init__(self) -> None:
        if not self.keys or self.k < 2 or self.l < 1:
            raise ValueError(f"keys, k of 2 or more and l of 1 or more are needed, got {self}")


@dataclass(frozen=True, slots=True)
class Risk:
    """How easily people of a file are found in it (揭露風險).

    Args:
        people: rows of the file.
        alone: rows whose combination of keys nobody shares (unique).
        too_few: rows whose combination fewer than ``k`` share.
        too_alike: rows in whose combination a sensitive column takes fewer than ``l`` values.
        expected: how many rows somebody who knows all keys would name rightly by guessing: the sum
            of 1 / (number of people with the combination), which is the number of combinations.
        suppressed: by key, how many values are not told.
    """

    people: int
    alone: int
    too_few: int
    too_alike: int
    expected: int
    suppressed: Mapping[str, int]


def classes_of(rows: Sequence[Row], keys: Sequence[str]) -> dict[Key, list[int]]:
    """Return by combination of key values the places of its rows."""
    found: dict[Key, list[int]] = {}
    for place, row in enumerate(rows):
        found.setdefault(tuple(row[key] for key in keys), []).append(place)
    return found


def risk_of(rows: Sequence[Row], rule: Rule) -> Risk:
    """Return how easily people of a file are found in it."""
    classes = classes_of(rows, rule.keys)
    sizes = [len(places) for places in classes.values()]
    return Risk(
        people=len(rows),
        alone=sum(size for size in sizes if size == 1),
        too_few=sum(size for size in sizes if size < rule.k),
        too_alike=sum(
            len(places) for places in classes.values() if not _is_diverse(rows, places, rule)
        ),
        expected=len(sizes),
        suppressed={key: sum(row[key] is None for row in rows) for key in rule.keys},
    )


def _is_diverse(rows: Sequence[Row], places: Sequence[int], rule: Rule) -> bool:
    return all(len({rows[place][name] for place in places}) >= rule.l for name in rule.sensitive)


def masked(rows: Sequence[Row], rule: Rule) -> list[dict[str, str | None]]:
    """Return the rows with as many key values suppressed as the rule needs (局部遮蔽).

    People of combinations that fail lose, one at a time, the key without which most of them are
    alike; where all keys are gone and it still fails, the smallest combination that holds joins
    them. Rows stay in their order.

    Raises:
        MicrodataTooFew: even all people together are too few, or too alike.
    """
    found = [dict(row) for row in rows]
    if rows and (len(rows) < rule.k or not _is_diverse(rows, range(len(rows)), rule)):
        raise MicrodataTooFew(count=len(rows), k=rule.k)
    while failing := _failing(found, rule):
        told = [key for key in failing if any(value is not None for value in key)]
        if told:
            for key, name in _chosen(found, told, rule):
                for place in failing[key]:
                    found[place][name] = None
        else:
            _join_smallest(found, rule)
    return found


def _failing(rows: Sequence[Row], rule: Rule) -> dict[Key, list[int]]:
    return {
        key: places for key, places in classes_of(rows, rule.keys).items()
        if len(places) < rule.k or not _is_diverse(rows, places, rule)
    }  # fmt: skip


def _chosen(rows: Sequence[Row], failing: Sequence[Key], rule: Rule) -> list[tuple[Key, str]]:
    """Return for each failing combination the key to suppress, so that most become alike."""
    classes = classes_of(rows, rule.keys)
    after: dict[Key, int] = {key: len(places) for key, places in classes.items()}
    for key in failing:
        for place, value in enumerate(key):
            if value is not None:
                joined = (*key[:place], None, *key[place + 1 :])
                after[joined] = after.get(joined, 0) + len(classes[key])
    chosen = []
    for key in failing:
        options = [
            (after[*key[:place], None, *key[place + 1 :]], place)
            for place, value in enumerate(key) if value is not None
        ]  # fmt: skip
        chosen.append((key, rule.keys[max(options)[1]]))
    return chosen


def _join_smallest(rows: list[dict[str, str | None]], rule: Rule) -> None:
    classes = classes_of(rows, rule.keys)
    held = [key for key in classes if any(value is not None for value in key)]
    smallest = min(held, key=lambda key: (len(classes[key]), tuple(str(value) for value in key)))
    for place in classes[smallest]:
        rows[place].update(dict.fromkeys(rule.keys))


def swapped(
    rows: Sequence[Row], column: str, alike: Sequence[str], share: Fraction, seed: str
) -> list[dict[str, str | None]]:
    """Return the rows with ``column`` exchanged between pairs of people alike (資料交換).

    Args:
        column: such as the area; how often each of its values stands in the file stays.
        alike: columns that both people of a pair share.
        share: of the rows, 0 to 1, at most; fewer where nobody alike lives elsewhere.
        seed: anybody who has it makes the same pairs.
    """
    found = [dict(row) for row in rows]
    wanted = math.floor(share * len(rows) / 2)
    for places in classes_of(rows, alike).values():
        waiting: dict[str | None, list[int]] = {}
        for place in sorted(places, key=lambda place: ranked(seed, str(place))):
            mine = found[place][column]
            others = [value for value, some in waiting.items() if some and value != mine]
            if wanted and others:
                partner = waiting[others[0]].pop()
                found[place][column], found[partner][column] = found[partner][column], mine
                wanted -= 1
            else:
                waiting.setdefault(mine, []).append(place)
    return found


def ranked(seed: str, key: str) -> str:
    """Return the place of a key in a draw that anybody who has the seed can repeat (SHA-256)."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()
