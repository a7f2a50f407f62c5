"""The public catalogue of places that a service gives out (場地目錄), and when they are taken."""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from shizheng.core.models import Agency
from shizheng.core.words import in_language
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.answers import table_words
from shizheng.services.models import Booking

Range = tuple[date, date]
MOST_TAKEN = 60


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place: what it is, whose, where, and on which days from today it is taken."""

    key: str
    name: str
    kind: str
    owner: str
    note: str
    longitude: float | None
    latitude: float | None
    taken: tuple[Range, ...]
    is_free: bool = True


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month as a calendar shows it."""

    day: date
    is_inside: bool
    is_taken: bool


def public_booking(definition: Definition) -> str | None:
    """Return the key of the booking whose places everybody may see; None if there is none."""
    found = (k for k, each in definition.bookings.items() if each.is_public and each.table)
    return next(found, None)


def register_of(definition: Definition, key: str) -> str:
    """Return the register in which the places of a booking stand: a shared one, or its own."""
    return str(definition.bookings[key].register_ or f"{definition.id}.{key}")


def bookings_of(definition: Definition, key: str, since: date) -> "QuerySet[Booking, Booking]":
    """Return the days taken from a day on, of all cases; the rows say nothing of whom."""
    register = register_of(definition, key)
    rows = Booking.objects.filter(register=register, released_at=None, last__gte=since)
    return rows.only("id", "resource", "first", "last").order_by("first", "resource")


def places_of(
    definition: Definition, key: str, *, today: date, wanted: Range | None = None
) -> list[PlaceRow]:
    """Return the places of a service; with ``wanted`` each says whether it is free then."""
    taken: dict[str, list[Range]] = {}
    for row in bookings_of(definition, key, min(today, wanted[0]) if wanted else today):
        taken.setdefault(row.resource, []).append((row.first, row.last))
    rows = definition.table(str(definition.bookings[key].table))
    owners = dict(Agency.objects.filter(code__in={row.get("owner") for row in rows.values()})
                  .values_list("code", "name"))  # fmt: skip
    return [
        _place(row, owners, taken.get(key, ()), today=today, wanted=wanted)
        for key, row in rows.items()
    ]


def _place(
    row: Mapping[str, str], owners: Mapping[str, Mapping[str, str]], taken: Iterable[Range],
    *, today: date, wanted: Range | None,
) -> PlaceRow:  # fmt: skip
    def said(name: str) -> str:
        chinese = row.get(f"{name}_zh", "")
        return in_language({"zh-Hant": chinese, "en": row.get(f"{name}_en") or chinese})

    ranges = tuple(taken)
    clash = wanted and any(a <= wanted[1] and b >= wanted[0] for a, b in ranges)
    return PlaceRow(
        key=row["id"], name=in_language(table_words(row)), kind=said("kind"), note=said("note"),
        owner=in_language(owners.get(row.get("owner", ""), {})),
        longitude=_degrees(row.get("longitude")), latitude=_degrees(row.get("latitude")),
        taken=tuple(each for each in ranges if each[1] >= today)[:MOST_TAKEN],
        is_free=not clash,
    )  # fmt: skip


def _degrees(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def features_of(rows: Iterable[PlaceRow], address: Mapping[str, str]) -> dict[str, Any]:
    """Return places as GeoJSON points (RFC 7946); ``address`` by key of the place."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [row.longitude, row.latitude]},
                "properties": {
                    "id": row.key, "title": row.name, "note": row.kind, "href": address[row.key],
                },
            }
            for row in rows
            if row.longitude is not None and row.latitude is not None
        ],
    }  # fmt: skip


def month_of(day: date, taken: Iterable[Range]) -> list[list[Day]]:
    """Return the weeks of a month, Sunday first, each day with whether it is taken."""
    ranges = list(taken)
    return [
        [
            Day(each, each.month == day.month, any(a <= each <= b for a, b in ranges))
            for each in week
        ]
        for week in calendar.Calendar(firstweekday=6).monthdatescalendar(day.year, day.month)
    ]


def month_asked(text: str, today: date) -> date:
    """Return the first day of the month in ``2020-03``; of today's month for anything else."""
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return asked if abs((asked - today).days) < 3_660 else today.replace(day=1)


def beside(month: date) -> tuple[date, date]:
    """Return the first days of the months before and after."""
    return (month - timedelta(days=1)).replace(day=1), (month + timedelta(days=32)).replace(day=1)
