"""How well a model did on texts it had not seen: shares right, by label, and how sure it may be."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shizheng.services.learning.model import probabilities

TEMPERATURES = np.geomspace(0.02, 5, 120)
BINS = 10
NEVER = 1.01  # a threshold that no probability reaches


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """How one label did: rows that are it, share found, share right where suggested, and F1."""

    label: str
    rows: int
    recall: float
    precision: float
    f1: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often one label was taken for another."""

    label: str
    taken_for: str
    count: int


@dataclass(frozen=True)
class Scored:
    """Predictions beside the truth.

    Attributes:
        labels: what the columns are.
        truth: (rows,) the right column.
        shares: (rows, labels) probabilities; a row of zeros where nothing was suggested.
    """

    labels: tuple[str, ...]
    truth: NDArray[np.intp]
    shares: NDArray[np.float64]

    @classmethod
    def at_temperature(
        cls,
        labels: tuple[str, ...],
        truth: NDArray[np.intp],
        scores: NDArray[np.float64],
        temperature: float,
    ) -> "Scored":
        """Return predictions from raw scores."""
        return cls(labels, truth, probabilities(scores, temperature))

    @property
    def _order(self) -> NDArray[np.intp]:
        return np.argsort(-self.shares, axis=1, kind="stable")

    @property
    def first(self) -> NDArray[np.intp]:
        """Column suggested first for each row; -1 where nothing was suggested."""
        best: NDArray[np.intp] = np.where(self.confidence > 0, self._order[:, 0], -1)
        return best

    @property
    def is_right(self) -> NDArray[np.bool_]:
        """Whether the first suggestion of each row is the right one."""
        right: NDArray[np.bool_] = self.first == self.truth
        return right

    @property
    def confidence(self) -> NDArray[np.float64]:
        """Probability of the first suggestion of each row."""
        top: NDArray[np.float64] = self.shares.max(axis=1)
        return top

    def right_within(self, top: int) -> float:
        """Share of rows whose right label is among the first ``top``."""
        among = (self._order[:, :top] == self.truth[:, None]).any(axis=1)
        return float((among & (self.confidence > 0)).mean())

    def most_common(self) -> float:
        """Share that is right if one always names the most common label: the bar to clear."""
        return float(np.bincount(self.truth).max() / len(self.truth))

    def coverage(self, threshold: float) -> float:
        """Share of rows whose first suggestion reaches ``threshold``."""
        return float((self.confidence >= threshold).mean())

    def precision(self, threshold: float) -> float:
        """Share right among the rows that reach ``threshold``; 0 if none does."""
        sure = self.confidence >= threshold
        return float(self.is_right[sure].mean()) if sure.any() else 0.0

    def calibration_error(self) -> float:
        """Expected calibration error: mean gap of confidence and share right, over ten bins.

        Source: Naeini et al. 2015, Obtaining Well Calibrated Probabilities.
        """
        bins = np.minimum((self.confidence * BINS).astype(int), BINS - 1)
        gaps = [
            abs(self.confidence[bins == one].mean() - self.is_right[bins == one].mean())
            * (bins == one).mean()
            for one in np.unique(bins)
        ]
        return float(sum(gaps))

    def by_label(self) -> list[LabelFigures]:
        """Return the figures of every label that occurs, the most frequent first."""
        first = self.first
        figures = []
        for at in np.unique(self.truth):
            is_it, said = self.truth == at, first == at
            hits = int((is_it & said).sum())
            recall, precision = hits / int(is_it.sum()), hits / max(int(said.sum()), 1)
            f1 = 2 * recall * precision / (recall + precision) if hits else 0.0
            rows = int(is_it.sum())
            figures.append(LabelFigures(self.labels[at], rows, recall, precision, f1))
        return sorted(figures, key=lambda one: (-one.rows, one.label))

    def macro_f1(self) -> float:
        """Mean F1 of the labels that occur, each counting the same."""
        return float(np.mean([one.f1 for one in self.by_label()]))

    def confusions(self, most: int = 10) -> list[Confusion]:
        """Return the pairs that were confused most often."""
        first = self.first
        pairs = Counter(
            (self.labels[was], self.labels[said])
            for was, said in zip(self.truth, first, strict=True)
            if said not in (was, -1)
        )
        worst = sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
        return [Confusion(was, said, count) for (was, said), count in worst]


def fitted_temperature(scores: NDArray[np.float64], truth: NDArray[np.intp]) -> float:
    """Return the temperature at which ``scores`` (rows, labels) surprise least (log loss).

    Rows whose label could not be learnt (score minus infinity) do not count: no temperature
    helps them.
    """
    own = scores[np.arange(len(truth)), truth]
    known, right = scores[np.isfinite(own)], truth[np.isfinite(own)]
    rows = np.arange(len(right))
    losses = [
        -np.log(np.maximum(probabilities(known, one)[rows, right], 1e-12)).mean()
        for one in TEMPERATURES
    ]
    return float(TEMPERATURES[int(np.argmin(losses))])


def threshold_for(scored: Scored, precision: float) -> float:
    """Return the lowest confidence from which at least ``precision`` of the suggestions are right.

    Where no such confidence exists it is one that no suggestion reaches.
    """
    order = np.argsort(-scored.confidence, kind="stable")
    right = scored.is_right[order]
    kept = np.cumsum(right) / np.arange(1, len(right) + 1)
    enough = np.flatnonzero(kept >= precision)
    if not len(enough):
        return NEVER
    return float(np.floor(scored.confidence[order][enough[-1]] * 1000) / 1000)
