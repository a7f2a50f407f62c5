"""What lies in a tile, as one viewer sees it: the things, or how many where they are too many."""

import json
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
import shapely
from django.db.models import Avg, Count, F, QuerySet
from django.db.models.functions import Floor

from shizheng.core.prepared import raw
from shizheng.places.domain.mercator import Tile
from shizheng.places.domain.vector_tiles import encoded
from shizheng.places.models import Feature
from shizheng.places.selectors.layers import Layer
from shizheng.places.selectors.paging import district_codes
from shizheng.places.tiles.asking import State

MOST = 5_000
"""A tile holds each of so many things; where more lie in it, it holds how many lie where."""
COUNTED = 50_000
"""So many are counted; of more it is only said that there are more."""
PLAIN = (
    "key", "state", "properties", "valid_from", "valid_to", "district", "is_synthetic"
)  # fmt: skip
CELLS = 16
"""Into so many columns and rows a tile is cut to count."""


def tile_content(layer: Layer, tile: Tile, state: State) -> bytes:
    """Return a layer of a tile; empty where the viewer sees nothing in it.

    Raises:
        DomainError: the layer cannot be asked so.
    """
    rows = layer.rows(state.question(tile.around)).order_by()
    if layer.sight.precision not in ("exact", "grid"):
        return b""
    place = ("shape",) if layer.sight.is_exact else ("cell_x", "cell_y")
    table = raw(rows.values_list(*PLAIN, *place)[: MOST + 1])
    if len(table) <= MOST:
        return _things(layer, table, tile)
    found = rows.values("pk")[: COUNTED + 1].count()
    inside = layer.rows(state.question(tile.bounds)).order_by()
    return _counts(layer, inside, tile) if found <= COUNTED else _many(layer, tile)


def _things(layer: Layer, table: list[tuple[Any, ...]], tile: Tile) -> bytes:
    """Return a tile of things, from their values as the database gives them."""
    sight = layer.sight
    table = [row for row in table if row[len(PLAIN)] is not None]
    if not table:
        return b""
    table.sort(key=itemgetter(0))  # here, for the database would carry the shapes along; not by
    # number, which would tell of changes that the viewer does not see
    keys, states, texts, begins, ends, districts, made_up, *places = zip(*table, strict=True)
    values = json.loads(f"[{','.join(texts)}]")
    columns: dict[str, Any] = {"key": keys, "state": states}
    columns["is_synthetic"] = [bool(each) or None for each in made_up]
    for each in sight.fields:
        name = each.id
        columns[name] = [found.get(name) for found in values]
    if not sight.hides:
        columns["valid_from"] = _told(begins, str)
        columns["valid_to"] = _told(ends, str)
    if sight.is_exact:
        columns["district"] = _told(districts, district_codes().get)
        shapes: Any = shapely.from_wkb([bytes(shape) for shape in places[0]])
    else:
        shapes = shapely.points(np.array(places[0]), np.array(places[1]))
    return encoded(layer.register.code, tile, np.asarray(shapes, dtype=object), columns)


def _told(values: Sequence[Any], tell: Callable[[Any], Any]) -> list[Any]:
    """Return what is told of values that mostly stand many times; None stays None."""
    words = {value: None if value is None else tell(value) for value in dict.fromkeys(values)}
    return [*map(words.__getitem__, values)]


def _counts(layer: Layer, rows: QuerySet[Feature], tile: Tile) -> bytes:
    """Return a point for each cell of the tile in which something lies, with how many it is."""
    west, south, east, north = tile.bounds
    if layer.sight.is_exact:
        x, y = (F("min_x") + F("max_x")) / 2, (F("min_y") + F("max_y")) / 2
    else:
        x, y = F("cell_x"), F("cell_y")  # type: ignore[assignment]  # both are expressions
    cells = (
        rows.annotate(x=x, y=y)
        .filter(x__gte=west, x__lt=east, y__gte=south, y__lt=north)
        .values(
            column=Floor((F("x") - west) * (CELLS / (east - west))),
            row=Floor((F("y") - south) * (CELLS / (north - south))),
        )
        .annotate(count=Count("pk"), at_x=Avg("x"), at_y=Avg("y"))
        .order_by("row", "column")
        .values_list("count", "at_x", "at_y")
    )
    found = list(cells)
    if not found:
        return b""
    counts, xs, ys = zip(*found, strict=True)
    return encoded(
        counts_name(layer), tile, _points(xs, ys), {"count": counts, "more": [False] * len(counts)}
    )


def _many(layer: Layer, tile: Tile) -> bytes:
    """Return one point that says that there are more than are counted."""
    west, south, east, north = tile.bounds
    middle = _points([(west + east) / 2], [(south + north) / 2])
    return encoded(counts_name(layer), tile, middle, {"count": [COUNTED], "more": [True]})


def _points(x: Any, y: Any) -> Any:
    return np.asarray(shapely.points(np.array(x), np.array(y)), dtype=object)


def counts_name(layer: Layer) -> str:
    """Return how the part of a tile is called that says how many things lie where."""
    return f"{layer.register.code}_counts"
