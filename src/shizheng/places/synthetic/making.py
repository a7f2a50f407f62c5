"""From the declaration of an invented city to the things that registers may keep."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from math import ceil, radians
from typing import Any

import numpy as np
import shapely

from shizheng.core.locations.outlines import areas_on
from shizheng.core.models import Area
from shizheng.core.words import in_language
from shizheng.places.building import Given
from shizheng.places.frame import frame
from shizheng.places.synthetic.definitions import LayerOf, SyntheticCity
from shizheng.places.synthetic.domain.grid import blocks_in
from shizheng.places.synthetic.domain.layers import LAYERS, per_block
from shizheng.places.synthetic.domain.made import City, Made
from shizheng.places.synthetic.domain.streets import streets_of


@dataclass(frozen=True)
class Making:
    """An invented city of a size, on a day (虛構城市產製)."""

    declared: SyntheticCity
    things: int
    today: date

    @property
    def digest(self) -> str:
        """SHA-256 of everything that says how it looks, but for the day."""
        said = [self.declared.model_dump(mode="json", exclude={"things"}), self.things]
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def valid_from(self) -> date:
        """The day from which all of it holds."""
        return self.today - timedelta(days=self.declared.age_days)

    @cached_property
    def city(self) -> City:
        """The ground, the roads and their names.

        Raises:
            ValueError: the districts have no outline, or no room.
        """
        areas = self._districts()
        shapes = np.array([shapely.from_wkb(bytes(each.shape or b"")) for each in areas])
        metres = frame(self.today).metres.of(shapes)
        outlines = {each.code: shape for each, shape in zip(areas, metres, strict=True)}
        count = max(1, ceil(self.things / per_block(tuple(x.layer for x in self.declared.layers))))
        ground, blocks = blocks_in(
            outlines, count=count, turned=radians(self.declared.turned_degrees)
        )
        words = tuple((each["zh-Hant"], each["en"]) for each in self.declared.names)
        streets = streets_of(words, blocks.column, blocks.row)
        names = tuple((each.name["zh-Hant"], each.name["en"]) for each in areas)
        return City(ground, blocks, streets, names, self.declared.seed, self.today)

    def _districts(self) -> list[Area]:
        rows = areas_on(self.today, Area.Kind.DISTRICT).exclude(shape=None)
        by_code = {each.code: each for each in rows.filter(code__in=self.declared.districts)}
        return [by_code[code] for code in self.declared.districts if code in by_code]

    def layer(self, name: str) -> Made:
        """Return one layer, its shapes in metres."""
        return LAYERS[name](self.city)

    def keys(self, given: LayerOf, made: Made) -> list[str]:
        """Return the key of each thing of a layer."""
        columns, used = made.columns, [c for c in made.columns if f"{{{c}" in given.key]
        return [
            given.key.format(number=at + 1, **{name: columns[name][at] for name in used})
            for at in range(len(made))
        ]

    def given(self, given: LayerOf, made: Made, size: int) -> Iterator[list[Given]]:
        """Yield what is said of the things of a layer, so many at a time."""
        keys, source = self.keys(given, made), in_language(self.declared.source)
        shapes = frame(self.today).metres.degrees(made.shapes)
        state = given.values.get("state")
        fields = {name: value for name, value in given.values.items() if name != "state"}
        for first in range(0, len(keys), size):
            yield [
                Given(
                    keys[at],
                    {name: _said(value, made, at) for name, value in fields.items()},
                    None if state is None else str(_said(state, made, at)),
                    shapes[at],
                    source,
                    is_synthetic=True,
                )
                for at in range(first, min(first + size, len(keys)))
            ]

    def sized(self, things: int) -> "Making":
        """Return the same city with about so many things."""
        return replace(self, things=things)


def _said(value: Any, made: Made, at: int) -> Any:
    return value.read(made.columns[value.of][at] if value.of else None)
