"""A register as a file for other programs: CSV, GeoJSON, GeoPackage, GeoParquet, Shapefile, GML.

Rows are what one viewer sees on a day; what is hidden from them is in no file.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import shapely

from shizheng.core.spreadsheets import cell
from shizheng.kernel.errors import N_
from shizheng.places.definitions import FieldOf
from shizheng.places.domain.errors import QuestionUnfit
from shizheng.places.domain.grids import NAMES, WGS84, reprojected
from shizheng.places.domain.shaping import Kind
from shizheng.places.geoparquet import as_geoparquet
from shizheng.places.importing.mapping import OWN, own_names
from shizheng.places.selectors.showing import Shown, Sight

MOST = 200_000


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file (檔案格式): its driver, ending and media type."""

    driver: str
    ending: str
    media_type: str


FORMATS = {
    "csv": Format("CSV", "csv", "text/csv; charset=utf-8"),
    "geojson": Format("GeoJSON", "geojson", "application/geo+json"),
    "gpkg": Format("GPKG", "gpkg", "application/geopackage+sqlite3"),
    "parquet": Format("Parquet", "parquet", "application/vnd.apache.parquet"),
    "shapefile": Format("ESRI Shapefile", "zip", "application/zip"),
    "gml": Format("GML", "gml", "application/gml+xml"),
}
_DTYPES = {"integer": np.int64, "decimal": np.float64, "boolean": np.bool_}
_TYPES = {Kind.POINT: "Point", Kind.LINE: "LineString", Kind.LINE_3D: "LineString Z",
          Kind.POLYGON: "Polygon"}  # fmt: skip


def written(sight: Sight, shown: Sequence[Shown], format_: str, *, epsg: int = WGS84) -> bytes:
    """Return a file with what is seen of a register.

    Args:
        epsg: system of the geometry; GeoJSON is always in degrees.

    Raises:
        QuestionUnfit: no such format or system.
    """
    if format_ not in FORMATS:
        raise QuestionUnfit(
            part="format",
            value=format_[:20],
            expected=N_("csv, geojson, gpkg, parquet, shapefile or gml"),
        )
    if epsg not in NAMES:
        raise QuestionUnfit(part="epsg", value=str(epsg), expected=N_("4326, 3826, 3828 or 3825"))
    epsg = WGS84 if format_ == "geojson" else epsg
    raw = np.array([each.geometry for each in shown], dtype=object)
    shapes = reprojected(raw, source=WGS84, target=epsg) if len(raw) else raw
    if format_ == "csv":
        return _csv(sight, shown, shapes)
    if format_ == "parquet":
        return as_geoparquet(sight, shown, shapes, epsg)
    return _gdal(sight, shown, shapes, FORMATS[format_], epsg)


def _csv(sight: Sight, shown: Sequence[Shown], shapes: Any) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    names = [each.id for each in sight.fields]
    writer.writerow([*OWN, *names, "geometry"])
    for each, shape in zip(shown, shapes, strict=True):
        values = [each.values.get(name) for name in names]
        drawn = "" if shape is None else shapely.to_wkt(shape, rounding_precision=9)
        days = ["" if day is None else day.isoformat() for day in sight.days(each)]
        plain = [each.key, each.state, *days, str(each.is_synthetic).lower()]
        plain += [*("" if v is None else v for v in values), drawn]
        writer.writerow([cell(value) for value in plain])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _gdal(sight: Sight, shown: Sequence[Shown], shapes: Any, format_: Format, epsg: int) -> bytes:
    import pyogrio  # late: GDAL, and whatever it finds of data frames

    is_shapefile = format_.ending == "zip"
    names = dict(own_names(sight.body, short=is_shapefile))
    columns = [*_own_columns(sight, shown), *(_column(each, shown) for each in sight.fields)]
    fields = [names[name] for name in OWN]
    fields += [names[each.id] for each in sight.fields]
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{sight.body.id}.{'shp' if is_shapefile else format_.ending}"
        pyogrio.raw.write(
            file, None if _kind(sight) is None else shapely.to_wkb(shapes),
            [values for values, _ in columns], fields,
            field_mask=[mask for _, mask in columns], geometry_type=_type(sight, shapes),
            driver=format_.driver, layer=sight.body.id, crs=f"EPSG:{epsg}",
            encoding="UTF-8" if is_shapefile else None,
            **({"RFC7946": "YES"} if format_.ending == "geojson" else {}),
        )  # fmt: skip
        if is_shapefile:
            return _zipped(Path(folder).iterdir(), names)
        return file.read_bytes()


def _kind(sight: Sight) -> Kind | None:
    kind = Kind(sight.body.geometry.kind)
    return None if kind is Kind.NONE else kind


def _type(sight: Sight, shapes: Any) -> str | None:
    kind = _kind(sight)
    if kind is None:
        return None
    if not sight.is_exact:
        return "Point"
    many = {geometry.geom_type for geometry in shapes if geometry is not None}
    single = _TYPES[kind]
    return f"Multi{single}" if any(name.startswith("Multi") for name in many) else single


def _own_columns(sight: Sight, shown: Sequence[Shown]) -> Iterable[tuple[Any, Any]]:
    columns: list[list[str | None]] = [
        [each.key for each in shown],
        [each.state for each in shown],
        *([day.isoformat() if day else None for day in days] for days in _days(sight, shown)),
    ]
    for values in columns:
        yield np.array(values, dtype=object), np.array([value is None for value in values])
    invented = np.array([each.is_synthetic for each in shown], dtype=np.bool_)
    yield invented, np.zeros(len(shown), dtype=bool)


def _days(sight: Sight, shown: Sequence[Shown]) -> Iterable[list[date | None]]:
    """Yield the first days of all states, then the last ones."""
    pairs = [sight.days(each) for each in shown]
    yield [begin for begin, _ in pairs]
    yield [end for _, end in pairs]


def _column(field: FieldOf, shown: Sequence[Shown]) -> tuple[Any, Any]:
    values = [each.values.get(field.id) for each in shown]
    mask = np.array([value is None for value in values], dtype=bool)
    dtype = _DTYPES.get(field.type)
    if dtype is None:
        return np.array(values, dtype=object), mask
    return np.array([0 if value is None else value for value in values], dtype=dtype), mask


def _zipped(files: Iterable[Path], names: dict[str, str]) -> bytes:
    """Return a ZIP of a Shapefile's parts, with what its short names stand for."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(files):
            archive.write(file, file.name)
        told = "".join(f"{short},{name}\r\n" for name, short in names.items())
        archive.writestr("fields.csv", f"column,field\r\n{told}")
    return whole.getvalue()
