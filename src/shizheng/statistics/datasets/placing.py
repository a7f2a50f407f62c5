"""Which districts or villages the values of a column name, by code or by name (對應行政區)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from shizheng.core import city
from shizheng.core.locations.outlines import areas_on
from shizheng.core.models import Area
from shizheng.kernel.text import fold

LEAST_SHARE = 0.5
"""So many of the values must name areas of one kind, else the column does not hold areas."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Areas of one kind by the value that names them."""

    kind: Area.Kind
    codes: Mapping[str, str]


def first_known(on: date) -> date:
    """Return the day itself, or the first of which the city knows any boundaries, if later."""
    first = Area.objects.order_by("valid_from").values_list("valid_from", flat=True).first()
    return max(on, first) if first else on


def placed(values: Iterable[str], on: date) -> Placed | None:
    """Return the areas that values name on a day; None if too few of them name any.

    A village is named by its code, by district and village, or by a name no other village has.
    """
    wanted = [value for value in values if value]
    best: Placed | None = None
    for kind in Area.Kind:
        known = _known(kind, on)
        codes = {value: known[fold(value)] for value in wanted if fold(value) in known}
        if best is None or len(codes) > len(best.codes):
            best = Placed(kind, codes)
    if best is None or not best.codes or len(best.codes) < LEAST_SHARE * len(wanted):
        return None
    return best


def _known(kind: Area.Kind, on: date) -> dict[str, str]:
    """Return code by folded code and name; a name of several areas is none."""
    current = city.current()
    prefixes = ["", *(current.name.values() if current else ())]
    found: dict[str, str] = {}
    twice: set[str] = set()
    rows = areas_on(on, kind).select_related("parent")
    for row in rows.only("code", "name", "parent__name"):
        names = [row.code, *row.name.values()]
        if row.parent:
            pairs = ((tag, row.parent.name.get(tag, "")) for tag in row.name)
            names += [f"{district}{row.name[tag]}" for tag, district in pairs if district]
        for each in {fold(f"{prefix}{name}") for prefix in prefixes for name in names}:
            if found.setdefault(each, row.code) != row.code:
                twice.add(each)
    return {name: code for name, code in found.items() if name not in twice}
