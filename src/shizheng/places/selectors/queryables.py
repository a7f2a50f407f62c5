"""What of a register one viewer can query, of which kind, and where the database keeps it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shizheng.kernel.errors import N_
from shizheng.places.definitions import FieldOf
from shizheng.places.domain.cql2.checking import Kind
from shizheng.places.selectors.showing import Shown, Sight

KINDS = {
    "text": Kind.TEXT, "link": Kind.TEXT, "code": Kind.TEXT, "integer": Kind.NUMBER,
    "decimal": Kind.NUMBER, "boolean": Kind.BOOLEAN, "date": Kind.DAY,
}  # fmt: skip
GEOMETRY = "geometry"


@dataclass(frozen=True, slots=True)
class Queryable:
    """What can be queried (可查詢屬性).

    Args:
        column: name of the model's field that holds it; nothing for a field of the register,
            which is in the JSON of the row.
        field: what the register says of it, where it is one of its fields.
        title: what it is, in words that are translated where they are shown.
    """

    name: str
    kind: Kind
    column: str = ""
    field: FieldOf | None = None
    title: str = ""


def queryables_of(sight: Sight) -> dict[str, Queryable]:
    """Return by name what a viewer can query: what they see, and nothing else."""
    found = [
        Queryable("key", Kind.TEXT, "key", title=N_("Number")),
        Queryable("state", Kind.TEXT, "state", title=N_("State")),
    ]
    if not sight.hides:
        found.append(Queryable("valid_from", Kind.DAY, "valid_from", title=N_("Valid from")))
        found.append(Queryable("valid_to", Kind.DAY, "valid_to", title=N_("Valid until")))
    if sight.precision in ("exact", "district"):
        found.append(Queryable("district", Kind.TEXT, "district__code", title=N_("District")))
    if sight.is_exact:
        found.append(Queryable("village", Kind.TEXT, "village__code", title=N_("Village")))
        found += _measured(sight)
    found += [Queryable(each.id, KINDS[each.type], field=each) for each in sight.fields]
    if sight.body.geometry.kind != "none" and sight.precision in ("exact", "grid"):
        found.append(Queryable(GEOMETRY, Kind.SHAPE, title=N_("Geometry")))
    return {each.name: each for each in found}


def _measured(sight: Sight) -> list[Queryable]:
    kind = sight.body.geometry.kind
    if kind in ("line", "line_3d"):
        return [Queryable("length_m", Kind.NUMBER, "length_m", title=N_("Length in metres"))]
    if kind == "polygon":
        return [Queryable("area_m2", Kind.NUMBER, "area_m2", title=N_("Area in square metres"))]
    return []


def values_of(
    names: Mapping[str, Queryable], codes: Mapping[Any, str]
) -> Callable[[Shown], dict[str, Any]]:
    """Return what reads from a state, as it is seen, the values that a filter names.

    Args:
        names: those that the filter names.
        codes: code by key of the areas that may be met.
    """
    days = [name for name, each in names.items() if each.kind is Kind.DAY and each.field]
    own = [name for name, each in names.items() if not each.field and name != GEOMETRY]

    def read(shown: Shown) -> dict[str, Any]:
        values: dict[str, Any] = dict(shown.values)
        for name in days:
            values[name] = _day(values.get(name))
        for name in own:
            value = getattr(shown, name)
            values[name] = codes.get(value) if name in ("district", "village") else value
        values[GEOMETRY] = shown.geometry
        return values

    return read


def _day(value: Any) -> date | None:
    try:
        return None if value is None else date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
