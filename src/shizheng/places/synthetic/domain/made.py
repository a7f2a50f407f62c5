"""Things of the invented city as columns: what every layer is made of, and its random choices."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from shizheng.places.synthetic.domain.grid import (
    LANE,
    ROAD,
    Blocks,
    Floats,
    Ground,
    Sections,
    Whole,
    sections_around,
)
from shizheng.places.synthetic.domain.streets import Name, RoadClass, Streets, road_class


@dataclass(frozen=True, slots=True)
class Made:
    """A layer (圖層): shapes in metres, and columns of values in the same order.

    ``related`` says by name of a relation the numbers of the other things, in this order.
    """

    shapes: Any
    columns: Mapping[str, Sequence[Any]]
    related: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.shapes)


@dataclass(frozen=True)
class City:
    """All that the layers share (虛構城市): ground, blocks, roads, names, seed and day.

    Args:
        districts: (Chinese, English) names in the order of ``blocks.district``.
        today: no day that is told lies after it.
    """

    ground: Ground
    blocks: Blocks
    streets: Streets
    districts: tuple[tuple[str, str], ...]
    seed: int
    today: date

    def random(self, layer: str) -> np.random.Generator:
        """Return the layer's own random numbers, so that a layer more changes no other."""
        return np.random.default_rng([self.seed, *layer.encode()])

    def days(self, random: np.random.Generator, count: int, years: int) -> list[date]:
        """Return days over the last so many years."""
        back = random.integers(1, years * 365, count).tolist()
        return [self.today - timedelta(days) for days in back]

    @cached_property
    def sections(self) -> Sections:
        """The sections of roads, each once."""
        return sections_around(self.blocks)

    @cached_property
    def names(self) -> list[Name]:
        """The name of each section's road."""
        held = self.sections
        return [
            self._name(kind, a // 2, b // 2)
            for kind, a, b in zip(held.kind.tolist(), held.a.tolist(), held.b.tolist(), strict=True)
        ]

    def _name(self, kind: int, column: int, row: int) -> Name:
        if kind == LANE:
            return self.streets.lane(column, row)[0]
        if kind == ROAD:
            return self.streets.road(kind, row, column)
        return self.streets.road(kind, column, row)

    @cached_property
    def classes(self) -> list[RoadClass]:
        """The class of each section's road."""
        held = self.sections
        lines = np.where(held.kind == ROAD, held.b, held.a) // 2
        return [
            road_class(kind, line)
            for kind, line in zip(held.kind.tolist(), lines.tolist(), strict=True)
        ]

    @cached_property
    def places(self) -> tuple[Whole, Whole, Whole]:
        """Where sections meet: each (a, b) once, and for each section its first and its second."""
        held = self.sections
        both = np.concatenate(
            [np.stack([held.a, held.b], axis=1), np.stack([held.a2, held.b2], axis=1)]
        )
        once, which = np.unique(both, axis=0, return_inverse=True)
        which = which.reshape(-1)
        return once, which[: len(held)], which[len(held) :]

    def lines(self, aside: Any = 0.0, which: Any = slice(None)) -> Any:
        """Return sections as lines in metres, moved ``aside`` to the left of their direction."""
        u, v, u2, v2 = self.sections.take(which).ends
        along = self.sections.kind[which] != 1
        du, dv = np.where(along, 0.0, -np.asarray(aside)), np.where(along, np.asarray(aside), 0.0)
        ends = np.stack(
            [self.ground.metres(u + du, v + dv), self.ground.metres(u2 + du, v2 + dv)], axis=1
        )
        return shapely.linestrings(ends)

    def spots(self, share: Any, aside: Any, which: Any) -> Any:
        """Return points along sections: how far, 0 to 1, and how many metres to the left."""
        u, v, u2, v2 = self.sections.take(which).ends
        along = self.sections.kind[which] != 1
        x = u + (u2 - u) * share + np.where(along, 0.0, -np.asarray(aside))
        y = v + (v2 - v) * share + np.where(along, np.asarray(aside), 0.0)
        return shapely.points(self.ground.metres(x, y))

    @cached_property
    def widths(self) -> Floats:
        """Width of each section's road in metres."""
        return np.array([each.width_m for each in self.classes])


Layer = Callable[[City], Made]
"""Makes a layer of a city."""
