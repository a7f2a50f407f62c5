"""What one viewer sees of a state of a thing: a function of nothing that is hidden from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from shizheng.places.access import sees
from shizheng.places.definitions import Audience, FieldOf, RegisterBody
from shizheng.places.models import Feature


@dataclass(frozen=True, slots=True)
class Shown:
    """A state of a thing as a viewer sees it; what is hidden from them is not in it.

    ``precision`` is ``exact``, ``grid`` (the geometry is the middle of a cell), ``district`` or
    ``nothing``. Notes and sources are for those alone who see everything.
    """

    key: str
    valid_from: date
    valid_to: date | None
    state: str
    values: Mapping[str, Any]
    geometry: BaseGeometry | None
    precision: str
    length_m: float | None = None
    area_m2: float | None = None
    district: Any = None
    village: Any = None
    notes: tuple[Mapping[str, Any], ...] = ()
    source: str = ""
    is_synthetic: bool = False
    recorded_from: datetime | None = None
    recorded_to: datetime | None = None


COLUMNS = (
    "key", "valid_from", "valid_to", "state", "properties", "shape", "cell_x", "cell_y",
    "length_m", "area_m2", "district_id", "village_id", "is_synthetic",
)  # fmt: skip
"""What is read of rows of which many are shown: neither the shape in metres nor notes."""


@dataclass(frozen=True)
class Sight:
    """How much of a register somebody sees (可見範圍)."""

    body: RegisterBody
    level: Audience

    @cached_property
    def precision(self) -> str:
        """How exactly places are seen."""
        wish = self.body.geometry
        return "exact" if sees(self.level, wish.exact_for) else wish.others

    @cached_property
    def is_exact(self) -> bool:
        """Whether places are seen as they are."""
        return self.precision == "exact"

    @property
    def is_full(self) -> bool:
        """Whether nothing at all is hidden."""
        return self.level == "restricted"

    @cached_property
    def hides(self) -> bool:
        """Whether anything of a thing is hidden; then the day of its newest state is, too."""
        return not self.is_exact or len(self.fields) < len(self.body.fields)

    def days(self, shown: "Shown") -> tuple[date | None, date | None]:
        """Return the days of a state, unless they would tell when something hidden changed."""
        return (None, None) if self.hides else (shown.valid_from, shown.valid_to)

    @cached_property
    def fields(self) -> tuple[FieldOf, ...]:
        """The fields that are seen."""
        return tuple(each for each in self.body.fields if sees(self.level, each.seen_by))

    def of(self, row: Feature) -> Shown:
        """Return all that is seen of a row."""
        (found,) = self.all([tuple(getattr(row, name) for name in COLUMNS)])
        return replace(
            found, notes=tuple(row.notes) if self.is_full else (), source=row.source,
            recorded_from=row.recorded_from, recorded_to=row.recorded_to,
        )  # fmt: skip

    def all(self, rows: Sequence[tuple[Any, ...]]) -> list[Shown]:
        """Return what is seen of each row, which has its ``COLUMNS``: all but notes and source."""
        names = [each.id for each in self.fields]
        precision, is_exact = self.precision, self.is_exact
        sees_district = precision in ("exact", "district")
        return [
            Shown(
                key, valid_from, valid_to, state,
                {name: values[name] for name in names if name in values}, geometry, precision,
                length_m if is_exact else None, area_m2 if is_exact else None,
                district if sees_district else None, village if is_exact else None,
                is_synthetic=is_synthetic,
            )
            for (key, valid_from, valid_to, state, values, _shape, _x, _y, length_m, area_m2,
                 district, village, is_synthetic), geometry
            in zip(rows, self._geometries(rows), strict=True)
        ]  # fmt: skip

    def _geometries(self, rows: Sequence[tuple[Any, ...]]) -> Any:
        """Return the shape of each row as far as it is seen; None where there is none."""
        if self.is_exact:
            known = [None if row[5] is None else bytes(row[5]) for row in rows]
            return shapely.from_wkb(known) if known else ()
        found = np.full(len(rows), None, dtype=object)
        if self.precision == "grid":
            there = [place for place, row in enumerate(rows) if row[6] is not None]
            spots = np.array([rows[place][6:8] for place in there]).reshape(-1, 2)
            found[there] = shapely.points(spots)
        return found
