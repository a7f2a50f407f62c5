"""What was learnt, and what it suggests for a text: a linear model over characters and pairs.

Only numpy is needed to ask it. A text becomes a vector x of unit length (sublinear TF-IDF);
``weights`` and ``bias`` give each label a score; a softmax at the calibrated ``temperature`` turns
scores into probabilities. Source: Guo et al. 2017, On Calibration of Modern Neural Networks, 4.2.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shizheng.services.learning.features import grams, prepared, require_words

Floats = NDArray[np.floating]
MOST_REASONS = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One label with its probability (0 to 1) and the words of the text that speak for it."""

    label: str
    probability: float
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model suggests for one text (建議): the most probable label first.

    ``is_confident`` is false where the first one is below the model's threshold: then say that
    nothing can be suggested, or show all of them as guesses. Never act on it without a person.
    """

    suggestions: tuple[Suggestion, ...]
    is_confident: bool


@dataclass(frozen=True, eq=False)
class Model:
    """A trained model (模型).

    Attributes:
        labels: what it can suggest, sorted.
        vocabulary: characters and pairs to their place.
        rarity: float32 (terms,), inverse document frequency.
        weights: float32 (terms, labels).
        bias: float32 (labels,).
        temperature: divides scores before the softmax, above 0.
        threshold: probability from which the first suggestion counts as confident.
        scripts: scripts in which the texts were written.
    """

    labels: tuple[str, ...]
    vocabulary: dict[str, int]
    rarity: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float
    threshold: float
    scripts: tuple[str, ...]

    def predict(self, text: str, *, top: int = 3) -> Prediction:
        """Return the ``top`` most probable labels for ``text``.

        Raises:
            TextWithoutWords: there is nothing in the text to go by.
            ScriptUnknown: the text is in a script that was not learnt.
        """
        if top < 1:
            raise ValueError(f"top must be 1 or more, got {top}")
        words = prepared(text)
        require_words(words, self.scripts)
        terms, places, values = self._vector(words)
        if not terms:
            return Prediction((), is_confident=False)
        rows = self.weights[places]
        shares = probabilities(values @ rows + self.bias, self.temperature)
        best = np.argsort(-shares, kind="stable")[:top]
        speaking = values[:, None] * (rows - rows.mean(axis=1, keepdims=True))
        return Prediction(
            tuple(
                Suggestion(self.labels[at], float(shares[at]), reasons(terms, speaking[:, at]))
                for at in best
            ),
            is_confident=bool(shares[best[0]] >= self.threshold),
        )

    def _vector(self, words: str) -> tuple[list[str], NDArray[np.intp], NDArray[np.float32]]:
        """Return the known terms of a prepared text, their places, and their TF-IDF values."""
        counts = Counter(gram for gram in grams(words) if gram in self.vocabulary)
        terms = list(counts)
        places = np.fromiter((self.vocabulary[term] for term in terms), np.intp, len(terms))
        often = np.fromiter(counts.values(), np.float32, len(terms))
        values = (1 + np.log(often)) * self.rarity[places]
        length = float(np.sqrt(values @ values))
        return terms, places, (values / length if length else values).astype(np.float32)


def probabilities(scores: Floats, temperature: float) -> NDArray[np.float64]:
    """Return the softmax of ``scores`` (..., labels) at a temperature; each row sums to 1."""
    warm = np.asarray(scores, dtype=np.float64) / temperature
    powers = np.exp(warm - warm.max(axis=-1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def reasons(terms: Sequence[str], speaking: Floats) -> tuple[str, ...]:
    """Return the terms that speak most for a label; a character inside a chosen pair is left out.

    Args:
        terms: characters and pairs of the text.
        speaking: how much each raises the label above the average label.
    """
    chosen: list[str] = []
    for at in np.argsort(-speaking, kind="stable"):
        term = terms[at]
        if speaking[at] <= 0 or len(chosen) == MOST_REASONS:
            break
        if not term.strip() or any(term in other for other in chosen):
            continue
        chosen = [other for other in chosen if other not in term]
        chosen.append(term)
    return tuple(chosen)
