"""Files of others as columns and shapes, a piece at a time: CSV, and what GDAL reads."""

import csv
import gc
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from shizheng.places.definitions import RegisterImport
from shizheng.places.domain.errors import ColumnMissing, FileInOtherSystem, FileUnreadable
from shizheng.places.domain.grids import NAMES, WGS84, Shapes

DRIVERS = {
    ".geojson": "GeoJSON", ".json": "GeoJSON", ".gpkg": "GPKG", ".gml": "GML",
    ".shp": "ESRI Shapefile", ".zip": "ESRI Shapefile",
}  # fmt: skip
SAME = {3824: 4326, 4979: 4326, 3823: 4326}
"""Systems in degrees that lie within a metre of WGS 84: TWD97, and those with heights."""
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
AT_ONCE = 10
"""So many pieces are read together of what GDAL reads from its beginning each time: all but a plain
Shapefile."""
CODECS = {"utf-8": "utf-8-sig", "big5": "cp950"}
csv.field_size_limit(10_000_000)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file: values by column, and a shape or None for each."""

    first: int
    columns: dict[str, list[Any]]
    shapes: Shapes

    def __len__(self) -> int:
        return len(self.shapes)


def pieces(file: Path, mapping: RegisterImport, *, skip: int = 0, size: int) -> Iterator[Piece]:
    """Yield the rows of a file from number ``skip`` on, ``size`` at a time.

    Raises:
        FileUnreadable: it is not what its name says, or of no kind that is read.
        ColumnMissing: the mapping names a column that is not there.
    """
    read = _csv_pieces if file.suffix.lower() == ".csv" else _gdal_pieces
    for piece in read(file, mapping, skip, size):
        if piece.first == skip:
            _refuse_missing(piece, mapping, is_csv=read is _csv_pieces)
        yield piece


def _refuse_missing(piece: Piece, mapping: RegisterImport, *, is_csv: bool) -> None:
    named = [*mapping.key, *(each.column for each in mapping.columns)]
    named += [name for name in (mapping.state_column, mapping.valid_from_column) if name]
    if is_csv:
        placed = mapping.placed_by
        named += [name for name in (placed.longitude, placed.latitude, placed.wkt) if name]
    for column in named:
        if column not in piece.columns:
            raise ColumnMissing(column=column, known=", ".join(piece.columns)[:300])


def _csv_pieces(file: Path, mapping: RegisterImport, skip: int, size: int) -> Iterator[Piece]:
    codec = CODECS[mapping.encoding] if mapping.encoding else _codec_of(file)
    try:
        with file.open(encoding=codec, newline="") as text:
            rows = csv.reader(text)
            header = next(rows, [])
            if not any(header):
                raise FileUnreadable(name=file.name, reason="0 columns")
            waiting = islice((row for row in rows if any(row)), skip, None)
            first = skip
            while some := list(islice(waiting, size)):
                yield _csv_piece(first, header, some, mapping)
                first += len(some)
    except (UnicodeError, csv.Error) as problem:
        raise FileUnreadable(name=file.name, reason=str(problem)[:120]) from problem


def _codec_of(file: Path) -> str:
    """Return UTF-8 unless the file is not; then Big5 as Windows writes it, or what a mark says."""
    with file.open("rb") as content:
        start = content.read(1 << 20)
    if start.startswith(UTF_16):  # a table that Excel kept as “Unicode text”
        return "utf-16"
    try:
        start[: start.rfind(b"\n") + 1 or None].decode("utf-8-sig")
    except UnicodeDecodeError:
        return CODECS["big5"]
    return CODECS["utf-8"]


def _csv_piece(
    first: int, header: list[str], rows: list[list[str]], mapping: RegisterImport
) -> Piece:
    width = len(header)
    whole = [(row + [""] * width)[:width] for row in rows]
    columns = {
        name: list(cells) for name, cells in zip(header, zip(*whole, strict=True), strict=True)
    }
    shapes = np.full(len(rows), None, dtype=object)
    placed = mapping.placed_by
    if placed.wkt and placed.wkt in columns:
        texts = [text or None for text in columns[placed.wkt]]
        shapes = np.asarray(shapely.from_wkt(texts, on_invalid="ignore"), dtype=object)
    elif placed.longitude and placed.longitude in columns and (placed.latitude or "") in columns:
        x, y = (_numbers(columns[name]) for name in (placed.longitude, placed.latitude or ""))
        there = ~(np.isnan(x) | np.isnan(y))
        shapes[there] = shapely.points(x[there], y[there])
    return Piece(first, columns, shapes)


def _numbers(cells: list[str]) -> Any:
    def number(cell: str) -> float:
        try:
            return float(cell.strip().replace(",", ""))
        except ValueError:
            return float("nan")

    return np.array([number(cell) for cell in cells])


def _gdal_pieces(file: Path, mapping: RegisterImport, skip: int, size: int) -> Iterator[Piece]:
    import pyogrio  # late: GDAL, and whatever it finds of data frames
    from pyogrio.errors import DataLayerError, DataSourceError

    driver = DRIVERS.get(file.suffix.lower())
    if driver is None:
        raise FileUnreadable(name=file.name, reason=f"{file.suffix or '–'}")
    path = f"/vsizip/{file}" if file.suffix.lower() == ".zip" else str(file)
    encoding = CODECS["big5"] if mapping.encoding == "big5" else None
    try:
        found = pyogrio.read_info(path, layer=mapping.layer, encoding=encoding)
        if found["driver"] != driver:
            raise FileUnreadable(name=file.name, reason=str(found["driver"]))
        _refuse_other_system(file, found["crs"], mapping.epsg, driver)
        most = size if file.suffix.lower() == ".shp" else size * AT_ONCE
        while True:
            meta, _, shapes, cells = pyogrio.raw.read(
                path, layer=mapping.layer, encoding=encoding, skip_features=skip,
                max_features=most,
            )  # fmt: skip
            gc.collect(1)  # pyogrio leaves what it read in a ring, to be found late or never
            count = len(cells[0]) if len(cells) else len(shapes if shapes is not None else ())
            for first in range(0, count, size):
                part = slice(first, min(first + size, count))
                columns = {
                    str(name): _plain(values[part])
                    for name, values in zip(meta["fields"], cells, strict=True)
                }
                wkb = None if shapes is None else shapes[part]
                yield Piece(skip + first, columns, _shapes(wkb, part.stop - first))
            skip += count
            if count < most:
                return
    except (DataSourceError, DataLayerError, UnicodeDecodeError) as problem:
        raise FileUnreadable(name=file.name, reason=str(problem)[:120]) from problem


def _refuse_other_system(file: Path, said: str | None, stated: int, driver: str) -> None:
    """Refuse a file that names another system than was stated; one that names none is believed.

    What GeoJSON is in unless it says so is no statement: offices write metres into it.
    """
    if not said:
        return
    from pyproj import CRS  # late, as elsewhere
    from pyproj.exceptions import CRSError

    try:
        system = CRS.from_user_input(said)
        code = system.to_epsg()
    except CRSError:
        return
    same = SAME.get(code or 0, code)
    if code is None or same == stated or (driver == "GeoJSON" and same == WGS84):
        return
    found = f"EPSG:{code} ({NAMES.get(code, system.name)})"
    raise FileInOtherSystem(name=file.name, found=found, stated=stated)


def _shapes(shapes: Any, count: int) -> Shapes:
    if shapes is None:
        return np.full(count, None, dtype=object)
    return np.asarray(shapely.from_wkb(shapes, on_invalid="ignore"), dtype=object)


def _plain(values: Any) -> list[Any]:
    """Return a column as plain values: days as ISO text, None for what is not there."""
    if values.dtype.kind == "M":
        days = np.datetime_as_string(values.astype("datetime64[D]"))
        return [None if day == "NaT" else str(day) for day in days]
    if values.dtype.kind == "f":
        return [None if np.isnan(value) else value for value in values.tolist()]
    return list(values.tolist())
