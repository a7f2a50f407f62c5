"""Where a place is that somebody names: by address or lot number, in the registers they may read.

What a viewer may not see plays no part: a register whose address is hidden from them is not asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

import shapely
from django.db.models import F, QuerySet

from shizheng.core.access import Person
from shizheng.core.locations.outlines import areas_on
from shizheng.core.models import Area
from shizheng.kernel.text import cleaned
from shizheng.places.domain.address_errors import (
    HouseUnknown,
    LotUnknown,
    StreetUnknown,
)
from shizheng.places.domain.addresses import (
    TIMES,
    Address,
    Lot,
    english_key,
    lot_parsed,
    normalised,
    parsed,
)
from shizheng.places.models import Feature
from shizheng.places.selectors.layers import Layer, Question
from shizheng.places.selectors.registers import registers_seen
from shizheng.places.selectors.showing import Shown

SUGGESTED, STREETS = 5, 5_000


@dataclass(frozen=True, slots=True)
class Found:
    """A place that words led to (查詢結果), the likeliest first.

    ``how`` is ``exact``; ``main``: the number without what follows 之; ``stretch``: the same
    number on a stretch of the road that was not said; ``between``: no such number, the place
    is reckoned between the two of ``between``; ``street``: a house on the street that was named.
    """

    how: str
    layer: Layer
    shown: Shown
    longitude: float
    latitude: float
    between: tuple[str, str] = ("", "")

    @property
    def title(self) -> str:
        """The address or lot as its register writes it."""
        body = self.layer.sight.body
        names = body.lookup.fields[:2] if body.lookup and body.lookup.kind == "lot" else ()
        said = " ".join(str(self.shown.values.get(name, "")) for name in names)
        field = body.lookup.field if body.lookup else ""
        return said or str(self.shown.values.get(field) or self.shown.key)


ORDER = ("exact", "main", "stretch", "between", "street")


def places_named(words: str, *, viewer: Person, on: date, most: int = 10) -> list[Found]:
    """Return the places that an address or a lot number names (地址、地號查詢).

    Args:
        words: Chinese or English, as people write it; see ``parsed``.
        on: the day that is meant.

    Raises:
        AddressUnreadable: neither address nor lot number.
        StreetUnknown, HouseUnknown, LotUnknown: it can be read, and no register knows it.
    """
    text = cleaned(words).strip()[:200]
    districts = _districts(on)
    layers = _layers(viewer)
    lot = lot_parsed(text, districts=[*districts])
    if lot is not None:
        return _lots(lot, layers["lot"], districts, on, most)
    english = english_key(text)
    if english is not None:
        found = list(_english(english, layers["address"], on, most))
        if not found:
            raise StreetUnknown(street=text[:60], like="–")
        return _ranked(found, most)
    return _addresses(parsed(text, districts=[*districts]), layers["address"], districts, on, most)


def _districts(on: date) -> dict[str, str]:
    """Return code by name, as it is looked up, of the districts of a day."""
    rows = areas_on(on, Area.Kind.DISTRICT).values_list("code", "name")
    return {normalised(name): code for code, names in rows for name in names.values() if name}


def _layers(viewer: Person) -> dict[str, list[Layer]]:
    """Return the layers with addresses and those with lots whose words and places are seen."""
    found: dict[str, list[Layer]] = {"address": [], "lot": []}
    for register in registers_seen(viewer):
        layer = Layer.of(register, viewer)
        wish = layer.sight.body.lookup
        seen = {each.id for each in layer.sight.fields}
        if wish is not None and {*wish.fields} <= seen and layer.sight.is_exact:
            found[wish.kind].append(layer)
    return found


def _rows(layer: Layer, on: date, district: str | None) -> QuerySet[Feature]:
    values = {"district": district} if district else {}
    return layer.rows(Question(on=on, values=values)).filter(lookup__isnull=False)


def _found(how: str, layer: Layer, row: Feature, **more: Any) -> Found:
    shown = layer.sight.of(row)
    spot: Any = shapely.point_on_surface(shown.geometry)
    return Found(how, layer, shown, float(spot.x), float(spot.y), **more)


def _ranked(found: Sequence[Found], most: int) -> list[Found]:
    return sorted(found, key=lambda each: ORDER.index(each.how))[:most]


def _addresses(
    address: Address, layers: list[Layer], districts: dict[str, str], on: date, most: int
) -> list[Found]:
    code = districts.get(address.district)
    found: list[Found] = []
    for layer in layers:
        rows = _rows(layer, on, code).exclude(shape=None)
        found += _along(address, layer, rows, most)
    if found:
        return _ranked(found, most)
    streets = [*_streets(layers, on, code)]
    if address.street in streets:
        numbers = [
            number or 0
            for layer in layers
            for number in _rows(layer, on, code).filter(lookup=address.street)
            .order_by("lookup_number").values_list("lookup_number", flat=True)
        ]  # fmt: skip
        raise HouseUnknown(
            street=address.street, number=_written(address.house),
            first=_written(min(numbers)), last=_written(max(numbers)),
        )  # fmt: skip
    raise StreetUnknown(street=address.street, like=_like(address.street, streets))


def _along(address: Address, layer: Layer, rows: QuerySet[Feature], most: int) -> Iterator[Found]:
    """Yield what a street of that name has of that number, by every way that leads to it."""
    street = rows.filter(lookup=address.street)
    if not address.number:
        houses = street.order_by("lookup_number", "pk")
        count = houses.count()
        if count:
            yield _found("street", layer, houses[count // 2])
        return
    exact = list(street.filter(lookup_number=address.house)[:most])
    if exact:
        yield from (_found("exact", layer, row) for row in exact)
        return
    if address.sub and (main := list(street.filter(lookup_number=address.number * TIMES)[:most])):
        yield from (_found("main", layer, row) for row in main)
        return
    if not address.section and (other := list(_stretches(address, rows)[:most])):
        yield from (_found("stretch", layer, row) for row in other)
        return
    yield from _between(address, layer, street)


def _stretches(address: Address, rows: QuerySet[Feature]) -> QuerySet[Feature]:
    """Return houses of that number on the stretches of a road whose stretch was not said."""
    after = address.street.removeprefix(address.road)
    names = [f"{address.road}{stretch}段{after}" for stretch in range(1, 10)]
    return rows.filter(lookup__in=names, lookup_number=address.house).order_by("lookup", "pk")


def _between(address: Address, layer: Layer, street: QuerySet[Feature]) -> Iterator[Found]:
    """Yield the place between the next numbers below and above on the same side of the street."""
    side = street.annotate(side=F("lookup_number") / TIMES % 2).filter(side=address.number % 2)
    below = side.filter(lookup_number__lt=address.house).order_by("-lookup_number", "pk").first()
    above = side.filter(lookup_number__gt=address.house).order_by("lookup_number", "pk").first()
    if below is None or above is None:
        return
    first, last = below.lookup_number or 0, above.lookup_number or 0
    share = (address.house - first) / (last - first)
    one, other = _found("between", layer, below), _found("between", layer, above)
    yield Found(
        "between", layer, one.shown,
        one.longitude + (other.longitude - one.longitude) * share,
        one.latitude + (other.latitude - one.latitude) * share,
        (_written(first), _written(last)),
    )  # fmt: skip


def _written(house: int) -> str:
    number, sub = divmod(house, TIMES)
    return f"{number}-{sub}" if sub else str(number)


def _english(key: tuple[str, int], layers: list[Layer], on: date, most: int) -> Iterator[Found]:
    street, house = key
    for layer in layers:
        rows = _rows(layer, on, None).exclude(shape=None).filter(lookup_en=street)
        for row in rows.filter(lookup_number=house)[:most]:
            yield _found("exact", layer, row)


def _lots(
    lot: Lot, layers: list[Layer], districts: dict[str, str], on: date, most: int
) -> list[Found]:
    code, found = districts.get(lot.district), []
    for layer in layers:
        rows = _rows(layer, on, code).exclude(shape=None).filter(lookup=lot.section)
        found += [
            _found("exact", layer, row) for row in rows.filter(lookup_number=lot.number)[:most]
        ]
    if not found:
        like = _like(lot.section, [*_streets(layers, on, code)])
        raise LotUnknown(section=lot.section, lot=_written(lot.number), like=like)
    return found


def _streets(layers: list[Layer], on: date, district: str | None) -> Iterator[str]:
    for layer in layers:
        rows = _rows(layer, on, district).order_by()
        for street in rows.values_list("lookup", flat=True).distinct()[:STREETS]:
            yield str(street)


def _like(name: str, known: Sequence[str]) -> str:
    return "、".join(get_close_matches(name, sorted({*known}), SUGGESTED, 0.4)) or "–"
