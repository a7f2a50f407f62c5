"""Districts and villages of a city, with their shapes."""

import json
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, StringConstraints

from shizheng.packs.problems import Path
from shizheng.packs.schema import (
    Beside,
    Body,
    DistrictRef,
    FileRef,
    Finding,
    Part,
    Text,
    Words,
    kinds,
)

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Code = Annotated[str, StringConstraints(min_length=1, max_length=20)]


class Area(Part):
    """An area with a code. Without a shape, ``note`` says why."""

    code: Code
    name: Words
    note: Text | None = None


class District(Area):
    """A district (區)."""


class Village(Area):
    """A village (里) of a district."""

    district: DistrictRef


class Shapes(Part):
    """GeoJSON files beside the definition; the property ``code`` of a feature names its area."""

    districts: Beside
    villages: Beside


@kinds.register("areas/1")
class Areas(Body):
    """Districts and villages of a city (行政區及里)."""

    single = True
    required = True

    source: Text
    valid_from: date
    districts: Annotated[tuple[District, ...], Field(min_length=1)]
    villages: tuple[Village, ...]
    shapes: Shapes

    def provides(self) -> Iterator[tuple[str, str]]:
        """Districts and villages may be named by code."""
        for district in self.districts:
            yield "district", district.code
        for village in self.villages:
            yield "village", village.code

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check that codes are unique and that each shape belongs to an area."""
        seen: dict[str, str] = {}
        levels: dict[str, tuple[Area, ...]] = {
            "districts": self.districts,
            "villages": self.villages,
        }
        for key, areas in levels.items():
            for index, area in enumerate(areas):
                here = f"{key}.{index}"
                if seen.setdefault(area.code, here) != here:
                    message = f"the code {area.code} stands at {seen[area.code]} already."
                    yield Finding((key, index, "code"), message, "code")
        yield from _shape_findings(pack, "districts", self.shapes.districts, self.districts)
        yield from _shape_findings(pack, "villages", self.shapes.villages, self.villages)


def _shape_findings(
    pack: "Pack", key: str, file: FileRef, areas: tuple[Area, ...]
) -> Iterator[Finding]:
    """Compare the features of one GeoJSON file with the areas they are to draw."""
    path: Path = ("shapes", key)
    try:
        codes = [code_of(feature) for feature in features(pack.read(file))]
    except (ValueError, KeyError, TypeError) as error:
        message = f"{file.path} is no GeoJSON of polygons with a `code` each: {error}."
        yield Finding(path, message, "shape")
        return
    known = {area.code for area in areas}
    for code in sorted({*codes} - known):
        yield Finding(path, f"{file.path} draws {code}, which no area has.", "shape")
    if len(codes) != len({*codes}):
        twice = next(code for code in codes if codes.count(code) > 1)
        yield Finding(path, f"{file.path} draws {twice} twice.", "shape")
    drawn = {*codes}
    for index, area in enumerate(areas):
        if area.code not in drawn and not area.note:
            message = f"{area.code} has no shape in {file.path}."
            yield Finding((key, index), message, "shape", "Draw it, or say why in `note`.")


def features(content: bytes) -> list[dict[str, Any]]:
    """Return the features of a GeoJSON file.

    Raises:
        ValueError: it is no feature collection.
    """
    collection = json.loads(content)
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        raise ValueError("it is no FeatureCollection")
    found: list[dict[str, Any]] = collection["features"]
    return found


def code_of(feature: dict[str, Any]) -> str:
    """Return the code of a feature whose rings are closed.

    Raises:
        ValueError: a ring is open, or the geometry is no polygon.
    """
    geometry = feature["geometry"]
    if geometry["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"a feature is a {geometry['type']}")
    code, parts = str(feature["properties"]["code"]), geometry["coordinates"]
    for rings in parts if geometry["type"] == "MultiPolygon" else [parts]:
        if any(len(ring) < 4 or ring[0] != ring[-1] for ring in rings):
            raise ValueError(f"a ring of {code} is not closed")
    return code
