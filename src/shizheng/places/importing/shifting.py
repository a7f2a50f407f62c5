"""Whether a file is in another system of coordinates than was stated: told by things known before.

Nothing in numbers alone tells TWD67 from TWD97, which lie 850 m apart within one city; things that
the register has already, under the same key, do.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import shapely
from django.db.models import Q
from numpy.typing import NDArray

from shizheng.places.building import Built
from shizheng.places.domain.grids import NAMES, WGS84, positions
from shizheng.places.models import Feature, Register

Axis: TypeAlias = NDArray[np.float64]
LEAST = 5
"""So many things are compared at least; fewer may have been moved by hand."""
NEAR, FAR = 30.0, 200.0
"""Metres: so near is the same place, so far is another; halfway stays unsaid."""
MOST = 2_000


def system_seems(register: Register, built: Sequence[Built], *, stated: int) -> int | None:
    """Return the EPSG code in which known things lie where they lay, if the stated one moves them.

    Args:
        built: things as they would be kept, read in the system ``stated``.
    """
    places = {
        each.key: each.geometry for each in built if each.geometry is not None and not each.problems
    }
    rows = Feature.objects.filter(
        Q(valid_to=None), register=register, recorded_to=None, key__in=[*places][:MOST],
    ).values_list("key", "shape")  # fmt: skip
    known = {key: shapely.from_wkb(bytes(shape)) for key, shape in rows if shape is not None}
    if len(known) < LEAST:
        return None
    before = _middles([known[key] for key in known])
    after = _middles([places[key] for key in known])
    if _apart(before, after) < FAR:
        return None
    raw = positions(*after, source=WGS84, target=stated)
    for epsg in NAMES:
        if epsg != stated and _apart(before, positions(*raw, source=epsg)) < NEAR:
            return epsg
    return None


def _middles(shapes: Sequence[object]) -> tuple[Axis, Axis]:
    middles = shapely.centroid(np.array(shapes, dtype=object))
    return shapely.get_x(middles), shapely.get_y(middles)


def _apart(one: tuple[Axis, Axis], other: tuple[Axis, Axis]) -> float:
    """Return how far places lie from one another, the median in metres; far where unknown."""
    east = (one[0] - other[0]) * 111_320 * np.cos(np.radians(one[1]))
    north = (one[1] - other[1]) * 110_574
    apart = np.hypot(east, north)
    apart[~np.isfinite(apart)] = np.inf
    return float(np.median(apart))
