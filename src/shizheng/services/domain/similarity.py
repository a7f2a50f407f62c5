"""How likely it is that two reports are about the same thing: near, recent, alike (疑似重複)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from shizheng.kernel.geodesy import distance_m
from shizheng.kernel.text import bigrams, fold

WEIGHTS = {"distance": 0.45, "text": 0.35, "age": 0.10, "kind": 0.10}
"""Share of each part in a score; a part of which nothing is known counts for nobody."""
SAME_GROUP = 0.5
MOST_SIGNS = 500


@dataclass(frozen=True, slots=True)
class Sighting:
    """One report as it is compared: what, where, when, in which words.

    ``group`` is what services share that people mix up (同類服務).
    """

    service: str
    group: str
    age: timedelta = timedelta(0)
    longitude: float | None = None
    latitude: float | None = None
    address: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: 0 to 1, its weight, and the fact that it comes from.

    ``measured`` is metres for ``distance``, days for ``age``, a share for the others.
    """

    name: str
    score: float
    weight: float
    measured: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two reports are: 0 to 1, and why (相似度與理由)."""

    score: float
    parts: tuple[Part, ...]

    def part(self, name: str) -> Part | None:
        """Return a part, None where nothing was known of it."""
        return next((each for each in self.parts if each.name == name), None)


NONE = Likeness(0.0, ())


def likeness(new: Sighting, old: Sighting, *, within_m: int, within: timedelta) -> Likeness:
    """Return how likely ``old`` is already about what ``new`` reports.

    Args:
        within_m: metres beyond which two points are two matters.
        within: age beyond which nothing is the same matter.
    """
    if new.group != old.group or old.age > within:
        return NONE
    where = _where(new, old, within_m)
    if where is None or where.score <= 0:
        return NONE
    parts = [where, *_words(new, old), _age(old, within), _kind(new, old)]
    total = sum(part.weight for part in parts)
    score = sum(part.score * part.weight for part in parts) / total
    return Likeness(round(score, 4), tuple(parts))


def _where(new: Sighting, old: Sighting, within_m: int) -> Part | None:
    """Return how near they are: by points, else by the words of their addresses."""
    points = (new.longitude, new.latitude, old.longitude, old.latitude)
    if None not in points:
        away = distance_m(
            (float(new.longitude or 0), float(new.latitude or 0)),
            (float(old.longitude or 0), float(old.latitude or 0)),
        )
        share = max(0.0, 1 - away / within_m) if away <= within_m else 0.0
        nearness = max(share, 0.01) if away <= within_m else 0.0
        return Part("distance", nearness, WEIGHTS["distance"], round(away, 1))
    if new.address and old.address:
        alike = dice(new.address, old.address)
        return Part("address", alike, WEIGHTS["distance"], alike)
    return None


def _words(new: Sighting, old: Sighting) -> Iterator[Part]:
    if fold(new.text) and fold(old.text):
        alike = dice(new.text, old.text)
        yield Part("text", alike, WEIGHTS["text"], alike)


def _age(old: Sighting, within: timedelta) -> Part:
    share = max(old.age, timedelta(0)) / within if within else 1.0
    return Part("age", 1 - share, WEIGHTS["age"], round(old.age / timedelta(days=1), 2))


def _kind(new: Sighting, old: Sighting) -> Part:
    share = 1.0 if new.service == old.service else SAME_GROUP
    return Part("kind", share, WEIGHTS["kind"], share)


def dice(one: str, other: str) -> float:
    """Return the share of pairs of characters that two texts have in common (Dice), 0 to 1.

    Texts are folded as search folds them; only their first 500 characters count.

    Source: Dice 1945, Measures of the Amount of Ecologic Association Between Species.
    """
    first, second = _pairs(one[:MOST_SIGNS]), _pairs(other[:MOST_SIGNS])
    count = sum(first.values()) + sum(second.values())
    if not count:
        return 0.0
    return round(2 * sum((first & second).values()) / count, 4)


@lru_cache(maxsize=4_000)
def _pairs(text: str) -> Counter[str]:
    plain = "".join(sign for sign in fold(text) if sign.isalnum())
    if len(plain) < 2:
        return Counter([plain] if plain else [])
    return Counter(pair for pair in bigrams(plain) if len(pair) == 2)
