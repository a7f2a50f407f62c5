"""GeoJSON (RFC 7946): the areas with their shapes, each with its figures, for maps."""

from collections import defaultdict
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from shizheng.core.locations.outlines import DECIMALS, TOLERANCES
from shizheng.core.models import Area
from shizheng.core.words import pick
from shizheng.statistics.published.editions import Edition, Observation
from shizheng.statistics.published.formats.plain_json import about, as_number, dumped
from shizheng.statistics.published.formats.registry import written_as
from shizheng.statistics.published.labels import TOTAL


@written_as(
    "geojson",
    media_type="application/geo+json",
    name="GeoJSON",
    file_type="GEOJSON",
    needs_areas=True,
)
def as_geojson(edition: Edition) -> bytes:
    """Return a feature for each area: its newest figure, and the values of all periods.

    Breakdowns are not here, and of the whole city there is no feature.
    """
    figures: dict[str, list[Observation]] = defaultdict(list)
    for each in edition.observations:
        if each.area != TOTAL and set(each.keys) <= {TOTAL}:
            figures[each.area].append(each)
    rows = list(Area.objects.filter(code__in=figures).order_by("code"))
    shapes = _shapes(rows)
    features = [_feature(edition, row, figures[row.code], shapes.get(row.code)) for row in rows]
    return dumped({"type": "FeatureCollection", **about(edition), "features": features})


def _shapes(rows: list[Area]) -> dict[str, BaseGeometry]:
    """Return the shapes by code, neighbours simplified together, rings the way round they must."""
    found: dict[str, BaseGeometry] = {}
    for kind, tolerance in TOLERANCES.items():
        some = [row for row in rows if row.kind == kind and row.shape is not None]
        whole = [shapely.from_wkb(bytes(row.shape)) for row in some if row.shape is not None]
        simple: list[BaseGeometry] = []
        if whole:
            simple = list(shapely.coverage_simplify(whole, tolerance))
        for row, shape in zip(some, simple, strict=True):
            fine = shapely.set_precision(shape, 10**-DECIMALS)
            found[row.code] = shapely.orient_polygons(fine, exterior_cw=False)
    return found


def _feature(
    edition: Edition, row: Area, figures: list[Observation], shape: BaseGeometry | None
) -> dict[str, Any]:
    newest = figures[-1]
    return {
        "type": "Feature",
        "id": row.code,
        "geometry": None if shape is None else _geometry(shape),
        "properties": {
            "area": row.code,
            "level": row.kind,
            "name": pick(row.name, "zh-hant")[0],
            "name_en": pick(row.name, "en")[0],
            "period": newest.period.code,
            "value": as_number(newest.value),
            "unit": edition.body.unit,
            "obs_status": newest.status,
            "conf_status": newest.confidentiality,
            "values": {each.period.code: as_number(each.value) for each in figures},
        },
    }


def _geometry(shape: BaseGeometry) -> dict[str, Any]:
    found: dict[str, Any] = shape.__geo_interface__
    return {"type": found["type"], "coordinates": _rounded(found["coordinates"])}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DECIMALS)
    return [_rounded(part) for part in value]
