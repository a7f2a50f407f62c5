"""Suggests services for a text by the words of their definitions and the likely agency.

Pure Python: some dozens of services have few words, and every case of intake may ask.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt

from shizheng.kernel.text import bigrams
from shizheng.services.learning.features import prepared, require_words
from shizheng.services.learning.model import MOST_REASONS, Prediction

LEXICAL_SHARE = 0.7  # of a score; the rest is the probability of the service's agency
LEAST_SCORE = 0.1
NAME_WEIGHT, KEYWORD_WEIGHT = 3, 2  # how many times a word of a summary these count


@dataclass(frozen=True, slots=True)
class ServiceWords:
    """What a service says of itself: the words by which people may find it (服務用語)."""

    code: str
    agency: str = ""
    names: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceSuggestion:
    """A service with its score (0 to 1, no probability), both parts of it, and the reasons."""

    code: str
    score: float
    lexical: float
    agency_probability: float
    because: tuple[str, ...]


def suggest_services(
    text: str,
    services: Sequence[ServiceWords],
    *,
    agencies: Prediction | None = None,
    limit: int = 3,
) -> list[ServiceSuggestion]:
    """Return the services that ``text`` may be about, the best first; none where nothing fits.

    Args:
        text: what a person wrote.
        services: those that are open to this person.
        agencies: what a model suggests for the same text; left out, words alone decide.
        limit: most suggestions.

    Raises:
        TextWithoutWords: there is nothing in the text to go by.
    """
    words = prepared(text)
    require_words(words)
    index = _index(tuple(services))
    asked = index.vector(_pairs([words]))
    likely = {one.label: one.probability for one in agencies.suggestions} if agencies else {}
    found = []
    for service, own in zip(services, index.vectors, strict=True):
        shared = {pair: asked[pair] * own[pair] for pair in asked.keys() & own.keys()}
        lexical, probability = min(sum(shared.values()), 1.0), likely.get(service.agency, 0.0)
        score = LEXICAL_SHARE * lexical + (1 - LEXICAL_SHARE) * probability if likely else lexical
        if score >= LEAST_SCORE:
            because = tuple(sorted(shared, key=lambda pair: (-shared[pair], pair))[:MOST_REASONS])
            found.append(ServiceSuggestion(service.code, score, lexical, probability, because))
    return sorted(found, key=lambda one: (-one.score, one.code))[:limit]


@dataclass(frozen=True)
class _Index:
    """Rarity of each pair of characters among the services, and their vectors."""

    rarity: Mapping[str, float]
    vectors: tuple[Mapping[str, float], ...]

    def vector(self, counts: Mapping[str, int]) -> dict[str, float]:
        """Return sublinear TF-IDF of unit length over the pairs that services use."""
        weights = {
            pair: (1 + log(count)) * self.rarity[pair]
            for pair, count in counts.items()
            if pair in self.rarity
        }
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {pair: weight / length for pair, weight in weights.items()}


@lru_cache(maxsize=8)
def _index(services: tuple[ServiceWords, ...]) -> _Index:
    counted = [_counts(service) for service in services]
    among = Counter(pair for counts in counted for pair in counts)
    rarity = {pair: log((1 + len(services)) / (1 + times)) + 1 for pair, times in among.items()}
    bare = _Index(rarity, ())
    return _Index(rarity, tuple(bare.vector(counts) for counts in counted))


def _counts(service: ServiceWords) -> Counter[str]:
    counts: Counter[str] = Counter()
    parts = ((service.names, NAME_WEIGHT), (service.keywords, KEYWORD_WEIGHT), (service.texts, 1))
    for texts, weight in parts:
        for pair, count in _pairs(map(prepared, texts)).items():
            counts[pair] += weight * count
    return counts


def _pairs(texts: Iterable[str]) -> Counter[str]:
    """Count the pairs of letters of prepared texts; pairs with a space or a sign say nothing."""
    return Counter(
        pair for text in texts for pair in bigrams(text) if len(pair) == 2 and pair.isalnum()
    )
