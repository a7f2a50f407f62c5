"""What one viewer sees of a state of a thing: a function of nothing that is hidden from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Sight:
    """How much of a register somebody sees (可見範圍)."""

    body: RegisterBody
    level: Audience

    @property
    def precision(self) -> str:
        """How exactly places are seen."""
        wish = self.body.geometry
        return "exact" if sees(self.level, wish.exact_for) else wish.others

    @property
    def is_exact(self) -> bool:
        """Whether places are seen as they are."""
        return self.precision == "exact"

    @property
    def is_full(self) -> bool:
        """Whether nothing at all is hidden."""
        return self.level == "restricted"

    @property
    def hides(self) -> bool:
        """Whether anything of a thing is hidden; then the day of its newest state is, too."""
        return not self.is_exact or len(self.fields) < len(self.body.fields)

    def days(self, shown: "Shown") -> tuple[date | None, date | None]:
        """Return the days of a state, unless they would tell when something hidden changed."""
        return (None, None) if self.hides else (shown.valid_from, shown.valid_to)

    @property
    def fields(self) -> tuple[FieldOf, ...]:
        """The fields that are seen."""
        return tuple(each for each in self.body.fields if sees(self.level, each.seen_by))

    def of(self, row: Feature) -> Shown:
        """Return what is seen of a row."""
        values = {
            each.id: row.properties[each.id] for each in self.fields if each.id in row.properties
        }
        exact, full = self.is_exact, self.is_full
        return Shown(
            key=row.key, valid_from=row.valid_from, valid_to=row.valid_to, state=row.state,
            values=values, geometry=self._geometry(row), precision=self.precision,
            length_m=row.length_m if exact else None, area_m2=row.area_m2 if exact else None,
            district=row.district_id if self.precision in ("exact", "district") else None,
            village=row.village_id if exact else None,
            notes=tuple(row.notes) if full else (), source=row.source,
            is_synthetic=row.is_synthetic,
            recorded_from=row.recorded_from, recorded_to=row.recorded_to,
        )  # fmt: skip

    def _geometry(self, row: Feature) -> BaseGeometry | None:
        if self.is_exact:
            return shapely.from_wkb(bytes(row.shape)) if row.shape is not None else None
        if self.precision == "grid" and row.cell_x is not None and row.cell_y is not None:
            return shapely.Point(row.cell_x, row.cell_y)
        return None
