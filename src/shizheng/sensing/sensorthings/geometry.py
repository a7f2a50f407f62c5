"""Functions on geometries: exactly, by shapely, after the rectangles said who may be meant.

Distances and lengths are in degrees, as servers in use answer ``geo.distance``.
"""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from django.db.models import Q
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from shizheng.core.visibility import VisibleQuerySet
from shizheng.kernel.errors import N_
from shizheng.sensing.errors import QueryUnfit
from shizheng.sensing.sensorthings.tree import RELATIONS, Call, Literal, Node, Path, geometry_in

CANDIDATES = 50_000
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    name: getattr(operator, name) for name in ("eq", "ne", "gt", "ge", "lt", "le")
}
MEASURES = ("geo.distance", "geo.length")
_APART = ("st_disjoint",)


def is_geometric(node: Node) -> bool:
    """Whether a node is a relation of geometries, or compares a measure of some."""
    if not isinstance(node, Call):
        return False
    if node.name in RELATIONS or node.name == "st_relate":
        return True
    return node.name in COMPARE and any(
        isinstance(each, Call) and (each.name in MEASURES or is_geometric(each))
        for each in node.over
    )


def parts_of(node: Call) -> tuple[Call, Path, Callable[[Any], Any]]:
    """Return the function, the property that it is applied to, and the test of its values.

    Raises:
        QueryUnfit: it is compared with something else than a literal, or names no property.
    """
    function: Call = node
    test: Callable[[Any], Any] = bool
    if node.name in COMPARE:
        left, right = node.over
        is_turned = isinstance(right, Call)
        function, literal = (right, left) if is_turned else (left, right)  # type: ignore[assignment]
        if not isinstance(literal, Literal) or not isinstance(function, Call):
            reason = N_("a function of geometries is compared with a number")
            raise QueryUnfit(option="$filter", reason=reason)
        compare = COMPARE[node.name]

        def compared(value: Any) -> Any:
            return compare(literal.value, value) if is_turned else compare(value, literal.value)

        test = compared

    paths = [each for each in function.over if isinstance(each, Path)]
    if len(paths) != 1:
        reason = N_("a function of geometries names one property and one geometry")
        raise QueryUnfit(option="$filter", reason=reason)
    return function, paths[0], test


def measured(function: Call, shapes: Any) -> Any:
    """Return what a function says of each geometry of an array."""
    other = geometry_in(function)
    if function.name == "geo.length":
        return shapely.length(shapes)
    if other is None:
        reason = N_("a function of geometries names one property and one geometry")
        raise QueryUnfit(option="$filter", reason=reason)
    if function.name == "geo.distance":
        return shapely.distance(shapes, other)
    is_turned = isinstance(function.over[0], Literal)
    left, right = (other, shapes) if is_turned else (shapes, other)
    try:
        if function.name == "st_relate":
            pattern = function.over[2]
            return shapely.relate_pattern(left, right, str(getattr(pattern, "value", "")))
        return getattr(shapely, RELATIONS[function.name])(left, right)
    except (ShapelyError, ValueError):
        reason = N_("the pattern of st_relate has nine signs of 0, 1, 2, T, F and *")
        raise QueryUnfit(option="$filter", reason=reason) from None


def ids_where(node: Call, rows: VisibleQuerySet[Any]) -> list[int]:
    """Return the keys of those rows with a geometry for which a condition holds."""
    function, _path, test = parts_of(node)
    kept = _near(function, node, rows)
    found = list(kept.values_list("pk", "geometry")[: CANDIDATES + 1])
    if len(found) > CANDIDATES:
        raise QueryUnfit(option="$filter", reason=N_("too many geometries would be looked at"))
    keys, shapes = [], []
    for key, geometry in found:
        form = form_of(geometry)
        if form is not None:
            keys.append(key)
            shapes.append(form)
    if not keys:
        return []
    values = measured(function, np.array([*shapes, None], dtype=object)[:-1])
    return [key for key, value in zip(keys, values.tolist(), strict=True) if test(value)]


def form_of(geometry: Any) -> BaseGeometry | None:
    """Return GeoJSON as a geometry; a feature as that of it, anything else as none."""
    if isinstance(geometry, dict) and geometry.get("type") == "Feature":
        geometry = geometry.get("geometry")
    try:
        return shape(geometry)
    except (ShapelyError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        return None


def _near(function: Call, node: Call, rows: VisibleQuerySet[Any]) -> VisibleQuerySet[Any]:
    """Keep the rows whose rectangles can fulfil a condition, where rectangles tell."""
    other = geometry_in(function)
    if other is None or function.name in _APART or function.name == "st_relate":
        return rows
    reach = 0.0
    if function.name == "geo.distance":
        _left, right = node.over
        if node.name not in ("lt", "le") or not isinstance(right, Literal):
            return rows
        reach = float(right.value) if isinstance(right.value, int | float) else 0.0
    elif node is not function:
        return rows
    west, south, east, north = other.bounds
    return rows.filter(
        Q(max_x__gte=west - reach, min_x__lte=east + reach)
        & Q(max_y__gte=south - reach, min_y__lte=north + reach)
    )
