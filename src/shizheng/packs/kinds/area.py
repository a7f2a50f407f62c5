"""Districts and villages of a city, with their shapes."""

import json
import math
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
    """Districts and villages of a city (行政區及里); ``source`` as one text is of older packs."""

    single = True
    required = True

    source: Words | Text
    valid_from: date
    districts: Annotated[tuple[District, ...], Field(min_length=1)]
    villages: tuple[Village, ...]
    shapes: Shapes

    def provides(self) -> Iterator[tuple[str, str]]:
        """Districts and villages may be named by code, as such or as an area."""
        for district in self.districts:
            yield "district", district.code
            yield "area", district.code
        for village in self.villages:
            yield "village", village.code
            yield "area", village.code

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
    except ValueError as error:
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
    try:
        collection = json.loads(content)
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8 text") from None
    except RecursionError:
        raise ValueError("it nests too deep") from None
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        raise ValueError("it is no FeatureCollection")
    found = collection.get("features")
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ValueError("`features` is no list of features")
    return found


def code_of(feature: dict[str, Any]) -> str:
    """Return the code of a feature whose rings are closed and lie on the earth.

    Raises:
        ValueError: it has no code, the geometry is no polygon, or a ring is open or elsewhere.
    """
    geometry, properties = feature.get("geometry"), feature.get("properties")
    code = properties.get("code") if isinstance(properties, dict) else None
    if not isinstance(code, str | int) or isinstance(code, bool):
        raise ValueError("a feature has no `code` among its properties")
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"the geometry of {code} is no Polygon and no MultiPolygon")
    parts = geometry.get("coordinates")
    parts = parts if geometry["type"] == "MultiPolygon" else [parts]
    if not isinstance(parts, list) or not parts:
        raise ValueError(f"{code} has no coordinates")
    for rings in parts:
        if not isinstance(rings, list) or not rings:
            raise ValueError(f"{code} has a part without a ring")
        for ring in rings:
            _check_ring(ring, str(code))
    return str(code)


def _check_ring(ring: Any, code: str) -> None:
    """Refuse a ring that is no closed list of longitudes and latitudes."""
    if not isinstance(ring, list) or len(ring) < 4 or ring[0] != ring[-1]:
        raise ValueError(f"a ring of {code} is not closed")
    for point in ring:
        if not isinstance(point, list) or len(point) != 2 or not all(map(_is_number, point)):
            raise ValueError(f"a point of {code} is not [longitude, latitude]")
        if not (-180 <= point[0] <= 180 and -90 <= point[1] <= 90):
            raise ValueError(f"{code} has {str(point)[:60]} for longitude and latitude in degrees")


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and (isinstance(value, int) or math.isfinite(value))
