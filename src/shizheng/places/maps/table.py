"""The table beside the map: the things of the chosen layers in a rectangle, page by page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from django.urls import reverse

from shizheng.places.boxes import Bounds
from shizheng.places.maps.asking import Asked
from shizheng.places.maps.layers import Entry
from shizheng.places.pages import showing
from shizheng.places.selectors.layers import COUNTED, Question
from shizheng.places.selectors.showing import Shown

ROWS = 25
FEW = 500
"""Of so many things it is worth while to look where they are, before the map opens."""
MARGIN_DEG = 0.002
"""So much is left around them: some 200 m."""


@dataclass(frozen=True, slots=True)
class Row:
    """A thing in the table: of which layer, how it is called, its state, where it is told of."""

    layer: str
    code: str
    key: str
    title: str
    state: str
    place: str
    href: str
    distance_m: float | None = None


class Table(Sequence[Row]):
    """Things of several layers after each other, as a sequence that reads only what is asked for.

    Of a layer with more than ``COUNTED`` things in view only so many are counted and told.
    """

    def __init__(self, entries: Sequence[Entry], asked: Asked) -> None:
        self._entries = [each for each in entries if each.is_chosen]
        self._question = Question(on=asked.on, bounds=asked.bounds)
        self.counts = [each.layer.count(self._question) for each in self._entries]

    def __len__(self) -> int:
        return sum(count for count, _is_all in self.counts)

    @property
    def is_all(self) -> bool:
        """Whether every layer was counted to its end."""
        return all(is_all for _count, is_all in self.counts)

    @property
    def most(self) -> int:
        """How many things of one layer are told at most."""
        return COUNTED

    @property
    def bounds(self) -> Bounds | None:
        """Where the things lie as the reader sees them; None where they are many, or nowhere."""
        if not self.is_all or len(self) > FEW:
            return None
        shapes = [
            each.geometry
            for entry in self._entries
            for each in entry.layer.shown(entry.layer.rows(self._question)[:FEW])
            if each.geometry is not None
        ]
        if not shapes:
            return None
        west, south, east, north = shapely.total_bounds(shapes).tolist()
        return west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG

    def __getitem__(self, wanted: object) -> list[Row]:  # type: ignore[override]  # slices alone
        if not isinstance(wanted, slice):  # a template tries names so before it looks for them
            raise TypeError("only slices are read")
        first, last, _step = wanted.indices(len(self))
        return list(self._rows(first, last))

    def _rows(self, first: int, last: int) -> Iterator[Row]:
        before = 0
        for entry, (count, _is_all) in zip(self._entries, self.counts, strict=True):
            begin, end = max(first - before, 0), min(last - before, count)
            before += count
            if begin < end:
                rows = entry.layer.rows(self._question)[begin:end]
                yield from rows_of(entry, entry.layer.shown(rows), self._question.on)


def rows_of(
    entry: Entry, shown: Sequence[Shown], on: date, distances: Sequence[float] | None = None
) -> list[Row]:
    """Return things as rows, as they are on a day."""
    names = showing.areas_in_words(shown)
    away: Sequence[float | None] = distances or [None] * len(shown)
    return [
        Row(
            entry.name, entry.code, each.key, showing.title_of(entry.layer.sight.body, each),
            showing.standing_in_words(entry.layer.sight.body, each, on),
            " ".join(names[key] for key in (each.district, each.village) if key in names),
            reverse("places:thing", args=[entry.code, each.key]), metres,
        )
        for each, metres in zip(shown, away, strict=True)
    ]  # fmt: skip
