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
from django.utils.translation import get_language

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
    english_district,
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
STRETCHES = range(1, 10)


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
        """The address or lot as its register writes it; in English where the reader reads so."""
        if self.english and not (get_language() or "").startswith("zh"):
            return self.english
        body = self.layer.sight.body
        names = body.lookup.fields[:2] if body.lookup and body.lookup.kind == "lot" else ()
        said = " ".join(str(self.shown.values.get(name, "")) for name in names)
        field = body.lookup.field if body.lookup else ""
        return said or str(self.shown.values.get(field) or self.shown.key)

    @property
    def english(self) -> str:
        """The address in English (英文地址); empty where the register has none."""
        lookup = self.layer.sight.body.lookup
        return str(self.shown.values.get((lookup and lookup.english) or "") or "")


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
        wanted, code = _english(english), english_district(text, districts)
    else:
        address = parsed(text, districts=[*districts])
        wanted, code = _chinese(address), districts.get(address.district)
    return _addresses(wanted, layers["address"], code, on, most)


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked up along a street (查詢條件): in which column, and under which name.

    ``stretches`` are the names of the stretches of a road whose stretch was not said.
    """

    column: str
    street: str
    number: int
    sub: int = 0
    stretches: tuple[str, ...] = ()

    @property
    def house(self) -> int:
        """The number with what follows 之, as one number."""
        return self.number * TIMES + self.sub


def _chinese(address: Address) -> Wanted:
    after = address.street.removeprefix(address.road)
    names = () if address.section else tuple(f"{address.road}{n}段{after}" for n in STRETCHES)
    return Wanted("lookup", address.street, address.number, address.sub, names)


def _english(key: tuple[str, int]) -> Wanted:
    street, house = key
    road, section, *after = street.split("|")
    names = () if section != "0" else tuple("|".join((road, str(n), *after)) for n in STRETCHES)
    return Wanted("lookup_en", street, house // TIMES, house % TIMES, names)


def _addresses(
    wanted: Wanted, layers: list[Layer], code: str | None, on: date, most: int
) -> list[Found]:
    found: list[Found] = []
    for layer in layers:
        rows = _rows(layer, on, code).exclude(shape=None)
        found += _along(wanted, layer, rows, most)
    if found:
        return _ranked(found, most)
    streets = [*_streets(layers, on, code, wanted.column)]
    if wanted.street in streets:
        numbers = [
            number or 0
            for layer in layers
            for number in _rows(layer, on, code).filter(**{wanted.column: wanted.street})
            .order_by("lookup_number").values_list("lookup_number", flat=True)
        ]  # fmt: skip
        raise HouseUnknown(
            street=_said(wanted.street), number=_written(wanted.house),
            first=_written(min(numbers)), last=_written(max(numbers)),
        )  # fmt: skip
    known = [_said(each) for each in streets]
    raise StreetUnknown(street=_said(wanted.street)[:60], like=_like(_said(wanted.street), known))


def _said(street: str) -> str:
    """Return a street as people read it: English ones are kept in parts."""
    road, *parts = street.split("|")
    if not parts:
        return street
    told = [
        f"{name} {part}"
        for name, part in zip(("Sec.", "Ln.", "Aly."), parts, strict=True) if part != "0"
    ]  # fmt: skip
    return ", ".join([*reversed(told), _titled(road)])


def _titled(road: str) -> str:
    return " ".join(word if word[:1].isdigit() else word.capitalize() for word in road.split())


def _along(wanted: Wanted, layer: Layer, rows: QuerySet[Feature], most: int) -> Iterator[Found]:
    """Yield what a street of that name has of that number, by every way that leads to it."""
    street = rows.filter(**{wanted.column: wanted.street})
    if not wanted.number:
        houses = street.order_by("lookup_number", "pk")
        count = houses.count()
        if count:
            yield _found("street", layer, houses[count // 2])
        return
    exact = list(street.filter(lookup_number=wanted.house)[:most])
    if exact:
        yield from (_found("exact", layer, row) for row in exact)
        return
    if wanted.sub and (main := list(street.filter(lookup_number=wanted.number * TIMES)[:most])):
        yield from (_found("main", layer, row) for row in main)
        return
    if wanted.stretches and (other := list(_stretches(wanted, rows)[:most])):
        yield from (_found("stretch", layer, row) for row in other)
        return
    yield from _between(wanted, layer, street)


def _stretches(wanted: Wanted, rows: QuerySet[Feature]) -> QuerySet[Feature]:
    """Return houses of that number on the stretches of a road whose stretch was not said."""
    named = {f"{wanted.column}__in": wanted.stretches}
    return rows.filter(lookup_number=wanted.house, **named).order_by(wanted.column, "pk")


def _between(wanted: Wanted, layer: Layer, street: QuerySet[Feature]) -> Iterator[Found]:
    """Yield the place between the next numbers below and above on the same side of the street."""
    side = street.annotate(side=F("lookup_number") / TIMES % 2).filter(side=wanted.number % 2)
    below = side.filter(lookup_number__lt=wanted.house).order_by("-lookup_number", "pk").first()
    above = side.filter(lookup_number__gt=wanted.house).order_by("lookup_number", "pk").first()
    if below is None or above is None:
        return
    first, last = below.lookup_number or 0, above.lookup_number or 0
    share = (wanted.house - first) / (last - first)
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
        like = _like(lot.section, [*_streets(layers, on, code, "lookup")])
        raise LotUnknown(section=lot.section, lot=_written(lot.number), like=like)
    return found


def _streets(layers: list[Layer], on: date, district: str | None, column: str) -> Iterator[str]:
    for layer in layers:
        rows = _rows(layer, on, district).exclude(**{column: None}).order_by()
        for street in rows.values_list(column, flat=True).distinct()[:STREETS]:
            yield str(street)


def _like(name: str, known: Sequence[str]) -> str:
    return "、".join(get_close_matches(name, sorted({*known}), SUGGESTED, 0.4)) or "–"
