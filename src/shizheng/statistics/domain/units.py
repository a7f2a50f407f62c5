"""Units as a small algebra (單位): what is counted, money, time, length and pure numbers.

A unit is a product of named units with whole exponents and a number, such as
``case/100000 person``. Each name stands for a scale and base dimensions; things that are counted
are dimensions of their own, so cases cannot be added to persons.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction

from shizheng.statistics.domain.errors import UnitsUnlike, UnitUnknown, UnitUnreadable

Powers = tuple[tuple[str, int], ...]
LONGEST = 80
LARGEST_POWER = 9
_FACTOR = re.compile(r" *(?:([0-9]{1,12})(?: +|(?=$|[*/])))?(?:([A-Za-z_]\w*)(?:\^([1-9]))?)? *")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit (單位). Two are equal if they measure the same on the same scale.

    Args:
        scale: how many base units one of it is: 3600 for hour, 1/100 for percent.
        bases: base dimensions with their exponents, in order of name.
        number, names: the same as it is written, for ``str``.
    """

    scale: Fraction
    bases: Powers
    number: Fraction = field(compare=False)
    names: Powers = field(compare=False)

    def __mul__(self, other: "Unit") -> "Unit":
        return Unit(
            self.scale * other.scale,
            _merged(self.bases, other.bases, 1),
            self.number * other.number,
            _merged(self.names, other.names, 1),
        )

    def __truediv__(self, other: "Unit") -> "Unit":
        return Unit(
            self.scale / other.scale,
            _merged(self.bases, other.bases, -1),
            self.number / other.number,
            _merged(self.names, other.names, -1),
        )

    def times(self, number: int) -> "Unit":
        """Return the unit that is ``number`` of this one: 100000 person."""
        return Unit(self.scale * number, self.bases, self.number * number, self.names)

    def is_like(self, other: "Unit") -> bool:
        """Whether both measure the same kind of thing, so that one converts to the other."""
        return self.bases == other.bases

    @property
    def is_pure(self) -> bool:
        """Whether it is a pure number: ratio, percent, per_mille."""
        return not self.bases

    def __str__(self) -> str:
        above = [_power(name, power) for name, power in self.names if power > 0]
        below = [_power(name, -power) for name, power in self.names if power < 0]
        if self.number.numerator != 1:
            above[:1] = [f"{self.number.numerator} {''.join(above[:1])}".strip()]
        if self.number.denominator != 1:
            below[:1] = [f"{self.number.denominator} {''.join(below[:1])}".strip()]
        if not above and not below:
            return "ratio"
        return "/".join(["*".join(above) or "1", *below])


@dataclass(frozen=True, slots=True)
class Units:
    """The list of units that a city knows (單位表): the standard ones and things it counts."""

    known: Mapping[str, Unit]

    def with_things(self, things: Iterable[str]) -> "Units":
        """Return the list with more things that are counted, such as ``streetlight``.

        Raises:
            UnitUnreadable: a name is not a snake_case word.
            ValueError: a name is a unit of another kind.
        """
        more = dict(self.known)
        for thing in things:
            if not _NAME.fullmatch(thing):
                raise UnitUnreadable(text=thing[:LONGEST])
            unit = _named(thing, 1, ((thing, 1),))
            if more.setdefault(thing, unit) != unit:
                raise ValueError(f"{thing!r} is a unit already, not a thing that is counted")
        return Units(more)

    def parse(self, text: str) -> Unit:
        """Read ``case``, ``TWD/person``, ``m3/day``, ``case/100000 person``, ``kWh/m^2``.

        ``*`` stands before the first ``/``; each ``/`` divides by what follows it.

        Raises:
            UnitUnreadable: another shape.
            UnitUnknown: a name that the list does not have; says the nearest ones.
        """
        above, *below = text.split("/")
        if len(text) > LONGEST or any("*" in factor for factor in below):
            raise UnitUnreadable(text=text[:LONGEST])
        unit = ONE
        for factor in above.split("*"):
            unit = unit * self._factor(factor, text)
        for factor in below:
            unit = unit / self._factor(factor, text)
        return unit

    def near(self, name: str) -> str:
        """Return up to three known names most like ``name``, for a refusal."""
        close = get_close_matches(name[:LONGEST], [*self.known], 3, 0.0)
        return ", ".join(f"“{each}”" for each in close) or "-"

    def _factor(self, factor: str, text: str) -> Unit:
        found = _FACTOR.fullmatch(factor)
        if not found or not (found[1] or found[2]) or (found[1] and not int(found[1])):
            raise UnitUnreadable(text=text)
        unit = ONE
        if found[2]:
            if found[2] not in self.known:
                raise UnitUnknown(name=found[2], text=text, nearest=self.near(found[2]))
            for _ in range(int(found[3] or 1)):
                unit = unit * self.known[found[2]]
        return unit.times(int(found[1] or 1))


def factor_between(one: Unit, other: Unit) -> Fraction:
    """Return by what a number in ``one`` is multiplied to be in ``other``; exact.

    Raises:
        UnitsUnlike: they measure different things.
    """
    if not one.is_like(other):
        raise UnitsUnlike(one=str(one), other=str(other))
    return one.scale / other.scale


def converted(number: Decimal, one: Unit, other: Unit) -> Fraction:
    """Return ``number`` of ``one`` as a number of ``other``: 36 hour are 3/2 day; exact.

    Raises:
        UnitsUnlike: they measure different things.
    """
    return Fraction(number) * factor_between(one, other)


def _merged(one: Powers, other: Powers, sign: int) -> Powers:
    powers = dict(one)
    for name, power in other:
        powers[name] = powers.get(name, 0) + sign * power
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def _power(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"


def _named(name: str, scale: int | Fraction, bases: Powers) -> Unit:
    return Unit(Fraction(scale), bases, Fraction(1), ((name, 1),) if name else ())


ONE = _named("", 1, ())
_COUNTED = (
    *("case", "person", "household", "birth", "death", "visit", "inspection", "report", "call"),
    *("accident", "vehicle", "trip", "passenger", "place", "building", "dwelling", "room", "bed"),
    *("event", "application", "document", "contract", "item", "task", "tree", "school", "class"),
    *("company", "event_day", "person_time", "point", "index_point"),
)
_SCALED: Mapping[str, tuple[int | Fraction, Powers]] = {
    "ratio": (1, ()),
    "percent": (Fraction(1, 100), ()),
    "per_mille": (Fraction(1, 1000), ()),
    "per_100000": (Fraction(1, 100_000), ()),
    "TWD": (1, (("TWD", 1),)),
    "thousand_TWD": (1000, (("TWD", 1),)),
    "million_TWD": (10**6, (("TWD", 1),)),
    "hundred_million_TWD": (10**8, (("TWD", 1),)),
    "second": (1, (("second", 1),)),
    "minute": (60, (("second", 1),)),
    "hour": (3600, (("second", 1),)),
    "day": (86_400, (("second", 1),)),
    "week": (604_800, (("second", 1),)),
    "working_day": (1, (("working_day", 1),)),
    "month": (Fraction(1, 12), (("year", 1),)),
    "year": (1, (("year", 1),)),
    "mm": (Fraction(1, 1000), (("m", 1),)),
    "cm": (Fraction(1, 100), (("m", 1),)),
    "m": (1, (("m", 1),)),
    "km": (1000, (("m", 1),)),
    "m2": (1, (("m", 2),)),
    "hectare": (10**4, (("m", 2),)),
    "km2": (10**6, (("m", 2),)),
    "m3": (1, (("m", 3),)),
    "litre": (Fraction(1, 1000), (("m", 3),)),
    "microgram": (Fraction(1, 10**9), (("kg", 1),)),
    "kg": (1, (("kg", 1),)),
    "tonne": (1000, (("kg", 1),)),
    "kWh": (1, (("kWh", 1),)),
    "MWh": (1000, (("kWh", 1),)),
    "kW": (Fraction(1, 3600), (("kWh", 1), ("second", -1))),
    "MW": (Fraction(1000, 3600), (("kWh", 1), ("second", -1))),
    "celsius": (1, (("celsius", 1),)),
    "decibel": (1, (("decibel", 1),)),
}
PERCENT = _named("percent", Fraction(1, 100), ())
STANDARD = Units(
    {name: _named(name, scale, bases) for name, (scale, bases) in _SCALED.items()} | {"ratio": ONE}
).with_things(_COUNTED)
