"""Rows of a page as the database gives them, to be written out without taking each apart.

They hold what a viewer may not see: nothing of them is sent but through ``texts``.
"""

import json
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias, cast

import numpy as np
import shapely
from django.db.models import BooleanField, ExpressionWrapper, Field, Q, QuerySet

from shizheng.core.fresh import Fresh
from shizheng.core.models import Area
from shizheng.core.prepared import Prepared, Slot, raw
from shizheng.places.boxes import Bounds, are_few, own_in_box
from shizheng.places.domain.grids import Shapes
from shizheng.places.models import Feature, Register
from shizheng.places.selectors.layers import Layer, Question, as_of
from shizheng.places.selectors.registers import version_of

COLUMNS = (
    "key", "valid_from", "valid_to", "state", "properties", "shape", "district_id",
    "is_synthetic", "definition",
)  # fmt: skip
Row: TypeAlias = tuple[Any, ...]
"""Its ``COLUMNS``, then whether its key comes after the one that is asked for."""
SHAPE = COLUMNS.index("shape")
encode = json.JSONEncoder(ensure_ascii=False).encode
quoted = json.encoder.encode_basestring
"""A text as JSON has it, by the function that ``encode`` comes to for a text."""


def read(rows: QuerySet[Feature], after: str, most: int) -> list[Row]:
    """Return the rows of a query, at most so many and one more."""
    return raw(_wanted(rows, after)[: most + 1])


def read_box(
    register: Register, on: date, bounds: Bounds, after: str, most: int, *, is_later: bool
) -> list[Row]:
    """Return the states of a day whose rectangles touch ``bounds``, at most so many and one more.

    Args:
        is_later: those after the key ``after`` alone.
    """
    west, south, east, north = bounds
    asked = _boxed(is_later, are_few(bounds), most)
    return asked.rows_at_once(
        register=register.pk, on=on, west=west, south=south, east=east, north=north, after=after
    )


@lru_cache(maxsize=64)
def _boxed(is_later: bool, is_narrowing: bool, most: int) -> Prepared[Feature]:
    after, on = _slot("after", "key"), _slot("on", "valid_from")
    box = tuple(Slot(name) for name in ("west", "south", "east", "north"))

    def make() -> QuerySet[Feature, Any]:
        rows = as_of(cast(Any, _slot("register", "register")), Question(on=cast(date, on)))
        rows = rows.filter(own_in_box(box, is_narrowing=is_narrowing)).order_by("key", "pk")
        return _wanted(rows.filter(key__gt=after) if is_later else rows, after)[: most + 1]

    return Prepared(make)


def _slot(name: str, field: str) -> Slot:
    return Slot(name, cast("Field[Any, Any]", Feature._meta.get_field(field)))


def _wanted(rows: QuerySet[Feature], after: Any) -> QuerySet[Feature, Any]:
    is_later = ExpressionWrapper(Q(key__gt=after), output_field=BooleanField())
    return rows.annotate(is_later=is_later).values_list(*COLUMNS, "is_later")


def shapes_of(rows: Sequence[Row]) -> Shapes:
    """Return the shapes of rows; None where there is none."""
    known = [None if row[SHAPE] is None else bytes(row[SHAPE]) for row in rows]
    return np.asarray(shapely.from_wkb(known) if known else [], dtype=object)


_districts: Prepared[Area] = Prepared(
    lambda: Area.objects.filter(kind=Area.Kind.DISTRICT).order_by().values_list("pk", "code")
)
district_codes: Fresh[dict[Any, str]] = Fresh(lambda: dict(_districts.rows()))
"""Of districts, by key as the database gives it."""


def texts(layer: Layer, rows: Sequence[Row], drawn: Sequence[str | None]) -> list[str]:
    """Return rows as GeoJSON, as far as the viewer of a layer sees them: places are exact for them.

    Args:
        drawn: the geometry of each as GeoJSON; None where there is none.
    """
    said, common = _sayer(layer), _common(layer)
    known: dict[Row, str] = {}
    found = []
    for row, shape in zip(rows, drawn, strict=True):
        key, begin, end, state, values, _shape, district, is_synthetic, definition, _later = row
        same = (state, begin, end, is_synthetic, district)
        rest = known.get(same) or known.setdefault(same, common(*same))
        text = said(values, definition)
        found.append(
            f'{{"type": "Feature", "id": {quoted(key)}, "geometry": {shape or "null"}, '
            f'"properties": {{{text}{", " if text else ""}{rest}}}}}'
        )
    return found


def _common(layer: Layer) -> Callable[..., str]:
    """Return what makes the text of what many rows have alike: state, days, district."""
    codes, shows_days = district_codes(), not layer.sight.hides

    def common(state: str, begin: Any, end: Any, is_synthetic: Any, district: Any) -> str:
        told: dict[str, Any] = {"state": state}
        if shows_days:
            told |= {"valid_from": str(begin), "valid_to": None if end is None else str(end)}
        if is_synthetic:
            told["is_synthetic"] = True
        if district in codes:
            told["district"] = codes[district]
        return encode(told)[1:-1]

    return common


def _sayer(layer: Layer) -> Callable[[str, int], str]:
    """Return what makes of the values of a row, as they are kept, those that are seen.

    What was kept under the declaration in force has its fields alone; where all of them are seen,
    its text is sent as it is. Everything else is read and written anew.
    """
    names = [each.id for each in layer.sight.fields]
    is_all, version = len(names) == len(layer.sight.body.fields), version_of(layer.register)

    def said(values: str, definition: int) -> str:
        if is_all and definition == version:
            return values[1:-1]
        known = json.loads(values)
        return encode({name: known[name] for name in names if name in known})[1:-1]

    return said
