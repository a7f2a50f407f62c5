"""Things as GeoJSON, as far as a viewer sees them: of few and taken apart, or of a page of rows."""

from collections.abc import Sequence
from typing import Any

import shapely

from shizheng.core.models import Area
from shizheng.places.domain.grids import Shapes
from shizheng.places.ogc.systems import System, in_system
from shizheng.places.selectors.layers import Layer
from shizheng.places.selectors.paging import Row, encode, texts
from shizheng.places.selectors.showing import Shown, Sight


def properties_of(sight: Sight, shown: Shown, codes: Any) -> dict[str, Any]:
    """Return what is told of a thing but for its key and place."""
    begin, end = sight.days(shown)
    properties: dict[str, Any] = {"state": shown.state, **shown.values}
    if begin is not None:
        properties |= {"valid_from": begin.isoformat(), "valid_to": end and end.isoformat()}
    if shown.is_synthetic:
        properties["is_synthetic"] = True
    if shown.district in codes:
        properties["district"] = codes[shown.district]
    return properties


def features(sight: Sight, shown: list[Shown], system: System) -> list[str]:
    """Return the texts of things as GeoJSON in the system that is asked for."""
    keys = {each.district for each in shown if each.district}
    codes = dict(Area.objects.filter(pk__in=keys).values_list("pk", "code"))
    drawn = shapely.to_geojson(in_system([each.geometry for each in shown], system))
    return [
        f'{{"type": "Feature", "id": {encode(each.key)}, "geometry": {geometry or "null"}, '
        f'"properties": {encode(properties_of(sight, each, codes))}}}'
        for each, geometry in zip(shown, drawn, strict=True)
    ]


def rows_written(layer: Layer, rows: Sequence[Row], shapes: Shapes, system: System) -> list[str]:
    """Return the texts of rows whose places the viewer sees as they are."""
    drawn = shapely.to_geojson(in_system(shapes.tolist(), system))
    return texts(layer, rows, drawn.tolist())
