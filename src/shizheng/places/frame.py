"""The city as a frame for coordinates: where it lies, in which grid it is measured."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray

from shizheng.core.areas import AreaMap, Version, map_of, version
from shizheng.core.locations.outlines import areas_on
from shizheng.core.models import Area
from shizheng.places.domain.grids import Metres
from shizheng.places.domain.plausible import Box


@dataclass(frozen=True, slots=True)
class Frame:
    """Rectangles that the city's districts fill, the grid of metres, keys of areas by code."""

    boxes: tuple[Box, ...]
    metres: Metres
    areas: dict[str, UUID]
    on: date
    version: Version
    _maps: dict[str, AreaMap] = field(default_factory=dict, compare=False, repr=False)

    def areas_of(self, points: NDArray[np.float64], kind: Area.Kind) -> list[str | None]:
        """Return the code of the area of each point; see ``AreaMap``."""
        if kind not in self._maps:
            self._maps[kind] = map_of(str(kind), self.on, self.version)
        return self._maps[kind].find(points)

    def ready(self) -> "Frame":
        """Return itself, once the database need not be asked any more."""
        for kind in Area.Kind:
            self.areas_of(np.empty((0, 2)), kind)
        return self


def frame(on: date) -> Frame:
    """Return the frame of the city's areas of a day; without boxes where no area has a shape."""
    return _frame(on, version())


@lru_cache(maxsize=8)
def _frame(on: date, version: Version) -> Frame:
    shapes = [
        shapely.from_wkb(bytes(shape))
        for shape in areas_on(on, Area.Kind.DISTRICT)
        .exclude(shape=None)
        .values_list("shape", flat=True)
        if shape is not None
    ]
    keys = dict(Area.objects.values_list("code", "pk"))
    if not shapes:
        return Frame((), Metres(), keys, on, version)
    parts = shapely.get_parts(shapes)
    boxes = tuple(Box(*map(float, bounds)) for bounds in shapely.bounds(parts))
    middle = float(np.median(shapely.get_x(shapely.centroid(shapes))))
    return Frame(boxes, Metres.around(middle), keys, on, version)
