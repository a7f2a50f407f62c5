"""Learns a model from examples, with scikit-learn; asking it later needs only numpy.

Each text of an example is a document of its own; only first texts are predicted, because only
they look like what a person writes. Examples that nearly repeat each other stay on one side of
every split, so that no twin of a question tells its answer.
"""

import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import LinearSVC

from shizheng.services.learning.errors import TextWithoutWords, TooLittleToLearn, TooManyLabels
from shizheng.services.learning.evaluation import Scored, fitted_temperature, threshold_for
from shizheng.services.learning.features import grams, prepared, require_words, scripts
from shizheng.services.learning.model import Model

SEED = 109
PARTS = 5  # of a split: one is kept aside, the others are learnt
TWINS = 0.6  # cosine of their pairs of characters from which two texts count as one
LEAST_DOCUMENTS = 2  # in which a term must stand
SLACK = 1.0  # C of the linear support vector machine
LEAST_ROWS = 50
LEAST_OF_LABEL = 2 * PARTS  # rows that at least two labels must have
MOST_LABELS = 500
SCRIPT_SHARE = 0.2  # of the letters of the first texts
CHUNK = 200  # rows compared with all others at a time

Split = tuple[NDArray[np.intp], NDArray[np.intp]]


@dataclass(frozen=True, slots=True)
class Example:
    """What a person wrote, further texts on the same subject, and the right answer."""

    texts: tuple[str, ...]
    label: str


@dataclass(frozen=True)
class Learnt:
    """A model of every example, and how well the same way of learning did on what it had not seen.

    ``kept_aside`` are the predictions for the fifth of the examples that was not learnt, by a
    model whose temperature and threshold were set without it; ``crossed`` are those for every
    example by the four fifths it is not in.
    """

    model: Model
    kept_aside: Scored
    kept_aside_threshold: float
    crossed: Scored
    groups: int


def learn(examples: Sequence[Example], *, precision: float = 0.9, seed: int = SEED) -> Learnt:
    """Learn from examples and measure on a fixed split.

    Args:
        examples: texts and answers.
        precision: share of right answers that the confidence threshold must keep, 0 to 1.
        seed: of the splits.

    Raises:
        TooLittleToLearn: fewer than 50 different texts, or than two labels with 10 each.
        TooManyLabels: more than 500.
    """
    usable = [ready for ready in map(_prepared, examples) if ready]
    labels = tuple(sorted({example.label for example in usable}))
    truth = np.array([labels.index(example.label) for example in usable], np.intp)
    groups = twins(usable)
    require_enough(truth, groups)
    learner = partial(_Learner, labels=labels, seed=seed, precision=precision)
    seen, unseen = next(splits(truth, groups, seed))
    part = learner(
        examples=[usable[at] for at in seen], truth=truth[seen], groups=groups[seen]
    ).model()[0]
    model, crossed = learner(examples=usable, truth=truth, groups=groups).model()
    return Learnt(
        model=model,
        kept_aside=Scored(labels, truth[unseen], shares_of(part, [usable[at] for at in unseen])),
        kept_aside_threshold=part.threshold,
        crossed=crossed,
        groups=int(groups.max()) + 1,
    )


def require_enough(truth: NDArray[np.intp], groups: NDArray[np.intp]) -> None:
    """Make sure that there is enough to learn and to measure; near twins count once.

    Raises:
        TooLittleToLearn: there is not.
        TooManyLabels: there are more labels than a model holds.
    """
    counts = Counter(int(label) for label, _ in set(zip(truth, groups, strict=True)))
    large = sum(count >= LEAST_OF_LABEL for count in counts.values())
    if counts.total() < LEAST_ROWS or large < 2:
        raise TooLittleToLearn(
            rows=counts.total(), labels=large, least=LEAST_OF_LABEL, least_rows=LEAST_ROWS
        )
    if len(counts) > MOST_LABELS:
        raise TooManyLabels(labels=len(counts), most=MOST_LABELS)


def twins(examples: Sequence[Example]) -> NDArray[np.intp]:
    """Return a group number for each prepared example; those that nearly repeat share one."""
    alike = sparse.csr_matrix((len(examples), len(examples)), dtype=bool)
    for position in range(max((len(example.texts) for example in examples), default=0)):
        texts = [
            example.texts[position] if position < len(example.texts) else "" for example in examples
        ]
        if any(len(text) > 1 for text in texts):
            alike = alike + _alike(texts)
    groups: NDArray[np.intp] = connected_components(alike, directed=False)[1].astype(np.intp)
    return groups


def _alike(texts: Sequence[str]) -> sparse.csr_matrix:
    """Return which texts (rows, columns) nearly repeat each other."""
    pairs = TfidfVectorizer(analyzer="char", ngram_range=(2, 2), lowercase=False)
    rows = pairs.fit_transform(texts)
    close = [(rows[at : at + CHUNK] @ rows.T) >= TWINS for at in range(0, len(texts), CHUNK)]
    return sparse.vstack(close).tocsr()


def splits(truth: NDArray[np.intp], groups: NDArray[np.intp], seed: int) -> Iterator[Split]:
    """Yield (learnt, kept aside) places, five times; labels in proportion, groups unbroken."""
    parts = StratifiedGroupKFold(PARTS, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # labels with fewer rows than parts
        yield from list(parts.split(truth, truth, groups))


def shares_of(model: Model, examples: Sequence[Example]) -> NDArray[np.float64]:
    """Return the probability of every label (examples, labels) for prepared first texts."""
    shares = np.zeros((len(examples), len(model.labels)))
    for row, example in enumerate(examples):
        found = model.predict(example.texts[0], top=len(model.labels))
        for one in found.suggestions:
            shares[row, model.labels.index(one.label)] = one.probability
    return shares


def _prepared(example: Example) -> Example | None:
    """Return an example ready to be compared, or None if its first text has no words."""
    texts = tuple(prepared(text) for text in example.texts)
    try:
        require_words(texts[0])
    except TextWithoutWords:
        return None
    return replace(example, texts=texts)


@dataclass(frozen=True)
class _Learner:
    """Some of the examples, to be learnt as a whole or in parts."""

    examples: Sequence[Example]
    truth: NDArray[np.intp]
    groups: NDArray[np.intp]
    labels: tuple[str, ...]
    seed: int
    precision: float

    def model(self) -> tuple[Model, Scored]:
        """Return a model of all, calibrated by predictions across a split, and these."""
        scores = np.full((len(self.examples), len(self.labels)), -np.inf)
        for seen, unseen in splits(self.truth, self.groups, self.seed):
            scores[unseen] = self._fit(seen, unseen)[1]
        temperature = fitted_temperature(scores, self.truth)
        crossed = Scored.at_temperature(self.labels, self.truth, scores, temperature)
        everything = np.arange(len(self.examples))
        model = self._fit(everything, everything[:0])[0]
        threshold = threshold_for(crossed, self.precision)
        return replace(model, temperature=temperature, threshold=threshold), crossed

    def _fit(
        self, seen: NDArray[np.intp], asked: NDArray[np.intp]
    ) -> tuple[Model, NDArray[np.float64]]:
        """Return a model of the ``seen`` examples, not calibrated, and scores of those asked."""
        terms = TfidfVectorizer(
            analyzer=grams, sublinear_tf=True, min_df=LEAST_DOCUMENTS, dtype=np.float32
        )
        documents = list(chain.from_iterable(self.examples[at].texts for at in seen))
        answers = [self.truth[at] for at in seen for _ in self.examples[at].texts]
        machine = LinearSVC(C=SLACK, class_weight="balanced", random_state=self.seed)
        machine.fit(terms.fit_transform(documents), answers)
        weights = np.zeros((len(terms.vocabulary_), len(self.labels)), np.float32)
        bias = np.full(len(self.labels), -np.inf, np.float32)
        for column, weight, offset in _columns(machine):
            weights[:, column], bias[column] = weight, offset
        model = Model(
            labels=self.labels,
            vocabulary={str(term): int(at) for term, at in terms.vocabulary_.items()},
            rarity=terms.idf_.astype(np.float32),
            weights=weights,
            bias=bias,
            temperature=1.0,
            threshold=1.0,
            scripts=_scripts(self.examples),
        )
        if not len(asked):
            return model, np.empty((0, len(self.labels)))
        vectors = terms.transform([self.examples[at].texts[0] for at in asked])
        return model, np.asarray(vectors @ weights + bias, dtype=np.float64)


def _columns(machine: LinearSVC) -> Iterator[tuple[int, NDArray[np.float64], float]]:
    """Yield label, weights and bias of a fitted machine; of two labels it fits only the second."""
    weights, bias, known = machine.coef_, machine.intercept_, machine.classes_
    if len(known) == 2:
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    for column, weight, offset in zip(known, weights, bias, strict=True):
        yield int(column), weight, float(offset)


def _scripts(examples: Sequence[Example]) -> tuple[str, ...]:
    """Return the scripts in which the first texts are written, the rare ones left out."""
    found = scripts(example.texts[0] for example in examples)
    return tuple(
        sorted(one for one, count in found.items() if count >= SCRIPT_SHARE * found.total())
    )
