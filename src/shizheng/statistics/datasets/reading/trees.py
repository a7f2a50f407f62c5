"""A GeoJSON as a CSV: properties as written, the geometry as a column of its own."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from shizheng.kernel.errors import N_
from shizheng.statistics.datasets.domain.errors import NothingInside, TooMuch, TreeUnfit
from shizheng.statistics.datasets.domain.findings import Finding, Problem
from shizheng.statistics.datasets.domain.limits import EXAMPLES, LIMITS, Limits

GEOMETRY = "geometry"
KINDS = frozenset({
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
    "GeometryCollection",
})  # fmt: skip


class _Number(str):
    """A number exactly as it was written."""

    __slots__ = ()


def tree_flatten(
    path: Path, folder: Path, *, limits: Limits = LIMITS
) -> tuple[Path, list[Problem]]:
    """Write the features as a CSV and return it with what was found in their geometry.

    Raises:
        TreeUnfit: not a FeatureCollection, or nested too deep.
        TooMuch, NothingInside: too large, or empty.
    """
    if path.stat().st_size > limits.tree_bytes:
        raise TooMuch(limit=limits.tree_bytes, what=N_("bytes as GeoJSON"))
    features = _features(path)
    names = list(dict.fromkeys(name for each in features for name in each["properties"] or ()))
    name = GEOMETRY
    while name in names:
        name = f"_{name}"
    strange: list[int] = []
    written = folder / "features.csv"
    with written.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*names, name])
        for number, feature in enumerate(features, 1):
            properties = feature["properties"] or {}
            geometry = feature.get("geometry")
            if geometry is not None and not _is_on_earth(geometry):
                strange.append(number)
            shape = "" if geometry is None else _written(geometry)
            writer.writerow([*(_plain(properties.get(each)) for each in names), shape])
    found = Problem(Finding.OUT_OF_WORLD, name, len(strange), tuple(strange[:EXAMPLES]))
    return written, [found] if strange else []


def geometry_name(names: Sequence[str]) -> str:
    """Return the name of the column with the geometry: the last one."""
    return names[-1]


def _features(path: Path) -> list[dict[str, Any]]:
    try:
        tree = json.loads(
            path.read_text(encoding="utf-8-sig"),
            parse_float=_Number, parse_int=_Number, parse_constant=_refuse,
        )  # fmt: skip
    except (ValueError, RecursionError) as error:
        raise TreeUnfit(reason=N_("it is not JSON, or nested too deep")) from error
    features = tree.get("features") if isinstance(tree, dict) else None
    if not isinstance(features, list) or tree.get("type") != "FeatureCollection":
        raise TreeUnfit(reason=N_("it has no list of features"))
    if not features:
        raise NothingInside
    for feature in features:
        if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict | None):
            raise TreeUnfit(reason=N_("a feature has no properties"))
        geometry = feature.get("geometry")
        if geometry is not None and (
            not isinstance(geometry, dict) or geometry.get("type") not in KINDS
        ):
            raise TreeUnfit(reason=N_("a geometry is of no known type"))
        feature.setdefault("properties", None)
    return features


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    return _written(value)


def _written(value: object) -> str:
    """Return JSON in which numbers stand as they were written."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k, ensure_ascii=False)}:{_written(v)}" for k, v in value.items()) + "}"  # fmt: skip # noqa: E501
    if isinstance(value, list):
        return "[" + ",".join(_written(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _is_on_earth(geometry: Mapping[str, Any]) -> bool:
    positions = list(_positions(geometry.get("coordinates", [])))
    for part in geometry.get("geometries", []):
        if not isinstance(part, dict) or not _is_on_earth(part):
            return False
    return all(abs(x) <= 180 and abs(y) <= 90 for x, y in positions)


def _positions(coordinates: object) -> Iterator[tuple[float, float]]:
    if not isinstance(coordinates, list):
        return
    if len(coordinates) >= 2 and all(isinstance(each, _Number) for each in coordinates[:2]):
        yield float(coordinates[0]), float(coordinates[1])
        return
    for each in coordinates:
        yield from _positions(each)
