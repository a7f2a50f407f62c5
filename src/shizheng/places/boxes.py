"""The one place that asks the database for rectangles, on SQLite and PostgreSQL alike.

SQLite's R*Tree keeps bounds as 32-bit numbers rounded outwards: the exact bounds in the row, which
are 64-bit, decide. PostgreSQL's boxes count what is a millionth apart as touching: likewise.
"""

from typing import TypeAlias

from django.db import connection
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

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
    exact = Q(min_x__lte=east, max_x__gte=west, min_y__lte=north, max_y__gte=south)
    if connection.vendor == "postgresql":
        return exact & Q(
            RawSQL(_POSTGRESQL, (east, north, west, south), output_field=BooleanField())  # noqa: S611
        )
    return exact & Q(pk__in=RawSQL(_SQLITE, (east, west, north, south)))  # noqa: S611 - values are parameters
