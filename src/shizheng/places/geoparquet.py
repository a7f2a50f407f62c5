"""A register as GeoParquet 1.1: typed columns, WKB, the rectangle of each row beside it.

Source: OGC GeoParquet 1.1.0. DuckDB writes the file; where the geometry is, the metadata says.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import shapely

from shizheng.places.domain.grids import WGS84
from shizheng.places.importing.mapping import OWN
from shizheng.places.selectors.showing import Shown, Sight

VERSION = "1.1.0"
CORNERS = ("xmin", "ymin", "xmax", "ymax")
_TYPES = {"integer": "BIGINT", "decimal": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}
_READ = """header = false, auto_detect = false, delim = ',', quote = '"', escape = '"',
nullstr = '', allow_quoted_nulls = false, max_line_size = 20000000, buffer_size = 67108864"""


def as_geoparquet(sight: Sight, shown: Sequence[Shown], shapes: Any, epsg: int) -> bytes:
    """Return the file.

    Args:
        shapes: of each row or None, in the system ``epsg``, longitude or easting first.
    """
    import duckdb  # late: a quarter of a second, and few take files along

    columns = dict(zip(OWN, ("VARCHAR", "VARCHAR", "DATE", "DATE", "BOOLEAN"), strict=True))
    columns |= {each.id: _TYPES.get(each.type, "VARCHAR") for each in sight.fields}
    has_place = sight.body.geometry.kind != "none"
    chosen = ", ".join(f'"{name}"' for name in columns)
    geo = ""
    if has_place:
        box = ", ".join(f"{name}: _{name}" for name in CORNERS)
        chosen += (
            f", unhex(_wkb) AS geometry, CASE WHEN _xmin IS NOT NULL THEN {{{box}}} END AS bbox"
        )
        columns |= {"_wkb": "VARCHAR", **{f"_{name}": "DOUBLE" for name in CORNERS}}
        told = json.dumps(metadata(shapes, epsg)).replace("'", "''")
        geo = f", KV_METADATA {{geo: '{told}'}}"
    types = ", ".join(f"'{name}': '{datatype}'" for name, datatype in columns.items())
    with TemporaryDirectory(prefix="register-") as folder:
        source, target = Path(folder) / "rows.csv", Path(folder) / "rows.parquet"
        with source.open("w", encoding="utf-8", newline="") as text:
            text.writelines(_lines(sight, shown, shapes if has_place else None))
        read = f"read_csv('{source}', {_READ}, columns = {{{types}}})"
        with duckdb.connect(":memory:", config={"threads": 1}) as writer:
            writer.execute(
                f"COPY (SELECT {chosen} FROM {read}) TO '{target}' "  # noqa: S608 - names of fields
                f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20000{geo})"
            )
        return target.read_bytes()


def metadata(shapes: Any, epsg: int) -> dict[str, Any]:
    """Return the ``geo`` metadata of a column of shapes."""
    from pyproj import CRS  # late: tables of PROJ

    present = [each for each in shapes if each is not None]
    system = CRS.from_user_input("OGC:CRS84" if epsg == WGS84 else f"EPSG:{epsg}")
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted({_type(each) for each in present}),
        "crs": system.to_json_dict(),
        "covering": {"bbox": {name: ["bbox", name] for name in CORNERS}},
    }
    if present:
        column["bbox"] = [float(number) for number in shapely.total_bounds(present)]
    return {"version": VERSION, "primary_column": "geometry", "columns": {"geometry": column}}


def _type(shape: Any) -> str:
    return f"{shape.geom_type} Z" if shape.has_z else str(shape.geom_type)


def _lines(sight: Sight, shown: Sequence[Shown], shapes: Any) -> Iterator[str]:
    places: Iterable[tuple[Any, ...]] = ((),) * len(shown)
    if shapes is not None and len(shapes):
        wkb = shapely.to_wkb(shapes, hex=True, flavor="iso")
        bounds = shapely.bounds(shapes).tolist()
        places = (
            (text, *(None if text is None else corner for corner in corners))
            for text, corners in zip(np.atleast_1d(wkb), bounds, strict=True)
        )
    for each, place in zip(shown, places, strict=True):
        values = [each.key, each.state, *sight.days(each), each.is_synthetic]
        values += [each.values.get(field.id) for field in sight.fields]
        yield ",".join(_cell(value) for value in (*values, *place)) + "\n"


def _cell(value: Any) -> str:
    """Return a value in quotes; nothing at all where there is none."""
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, date) else str(value)
    return '"' + text.replace('"', '""') + '"'
