"""The one place that asks the database for rectangles, on SQLite and PostgreSQL alike.

SQLite's R*Tree keeps bounds as 32-bit numbers rounded outwards: the exact bounds in the row, which
are 64-bit, decide. PostgreSQL's boxes count what is a millionth apart as touching: likewise.
"""

import json
from typing import Any, TypeAlias

import numpy as np
from django.db import connection
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL
from numpy.typing import NDArray

from shizheng.places.immutability import BOXES
from shizheng.places.models import Feature

Bounds: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north in degrees."""
_SQLITE = (
    f"SELECT id FROM {BOXES} WHERE min_x <= %s AND max_x >= %s "  # noqa: S608 - our own table
    "AND min_y <= %s AND max_y >= %s"
)
_POSTGRESQL = (
    'box(point("places_feature"."max_x", "places_feature"."max_y"), '
    'point("places_feature"."min_x", "places_feature"."min_y")) '
    "&& box(point(%s, %s), point(%s, %s))"
)


FEW = 100_000
"""So many rectangles, of whatever register, are taken from the index of SQLite at once."""


def are_few(bounds: Bounds) -> bool:
    """Whether the index narrows; where much lies in ``bounds``, reading rows in order is quicker.

    How a question is answered may hang on this, what is answered must not: it counts what the
    asker may not know of.
    """
    if connection.vendor == "postgresql":
        return True  # it knows by itself
    west, south, east, north = bounds
    with connection.cursor() as cursor:
        asked = (east, west, north, south)
        cursor.execute(f"SELECT count(*) FROM ({_SQLITE} LIMIT {FEW + 1})", asked)  # noqa: S608
        return bool(cursor.fetchone()[0] <= FEW)


def features_in_box(rows: QuerySet[Feature], bounds: Bounds) -> QuerySet[Feature]:
    """Return the rows whose own rectangle touches ``bounds``, by the index of the database."""
    return rows.filter(in_box(bounds))


def cells_in_box(rows: QuerySet[Feature], bounds: Bounds) -> QuerySet[Feature]:
    """Return the rows the middle of whose grid cell lies in ``bounds``."""
    return rows.filter(in_box(bounds, is_exact=False))


def in_box(bounds: Bounds, *, is_exact: bool = True) -> Q:
    """Return the condition of a rectangle: on own rectangles, or on the middles of cells."""
    west, south, east, north = bounds
    if not is_exact:
        return Q(cell_x__gte=west, cell_x__lte=east, cell_y__gte=south, cell_y__lte=north)
    return own_in_box(bounds, is_narrowing=are_few(bounds))


def own_in_box(bounds: Any, *, is_narrowing: bool) -> Q:
    """Return the condition on own rectangles, by the index or, if that narrows nothing, without.

    Args:
        bounds: as ``Bounds``, or places for them in a query that is prepared.
    """
    west, south, east, north = bounds
    exact = Q(min_x__lte=east, max_x__gte=west, min_y__lte=north, max_y__gte=south)
    if connection.vendor == "postgresql":
        return exact & Q(
            RawSQL(_POSTGRESQL, (east, north, west, south), output_field=BooleanField())  # noqa: S611
        )
    asked = (east, west, north, south)
    return exact & Q(pk__in=RawSQL(_SQLITE, asked)) if is_narrowing else exact  # noqa: S611 - values are parameters


_ANY_SQLITE = (
    f"SELECT {BOXES}.id FROM json_each(%s) AS asked CROSS JOIN {BOXES} "  # noqa: S608 - our own table
    f"WHERE {BOXES}.min_x <= asked.value ->> 2 AND {BOXES}.max_x >= asked.value ->> 0 "
    f"AND {BOXES}.min_y <= asked.value ->> 3 AND {BOXES}.max_y >= asked.value ->> 1"
)
_ANY_POSTGRESQL = (
    '"places_feature"."id" = ANY(ARRAY('
    "SELECT near.id FROM unnest(%s::float8[], %s::float8[], %s::float8[], %s::float8[]) "
    "AS asked (west, south, east, north) CROSS JOIN LATERAL (SELECT id FROM places_feature "
    "WHERE min_x IS NOT NULL AND box(point(max_x, max_y), point(min_x, min_y)) "
    "&& box(point(east, north), point(west, south)) OFFSET 0) AS near))"
)
"""An array, and no pulling up: else it tries every thing with every rectangle, without an index."""


def in_any_box(bounds: NDArray[np.float64]) -> Q:
    """Return the condition that a rectangle touches any of many, by the index; rather too much.

    Args:
        bounds: float64 (n, 4): west, south, east, north in degrees.
    """
    if connection.vendor == "postgresql":
        asked = tuple(bounds.T.tolist())
        return Q(RawSQL(_ANY_POSTGRESQL, asked, output_field=BooleanField()))  # noqa: S611 - values
    return Q(pk__in=RawSQL(_ANY_SQLITE, (json.dumps(bounds.tolist()),)))  # noqa: S611 - values
