"""Slots of a day: from hours, days off and closures; all times aware, all spans half-open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TypeAlias

Hours: TypeAlias = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be booked (時段): from ``starts`` to just before ``ends``."""

    starts: datetime
    ends: datetime

    def meets(self, other: "Slot") -> bool:
        """Whether the two have a moment in common."""
        return self.starts < other.ends and other.starts < self.ends


def slots_of(day: date, hours: Sequence[Hours], minutes: int, zone: tzinfo) -> list[Slot]:
    """Return the slots of a day in order; what is left of an opening is not offered.

    Args:
        day: of the office's zone.
        hours: opening and closing times, in order, without overlaps.
        minutes: length of a slot, 1 or more.
        zone: of the office.
    """
    length, found = timedelta(minutes=minutes), []
    for opens, closes in hours:
        start, end = datetime.combine(day, opens), datetime.combine(day, closes)
        while start + length <= end:
            found.append(Slot(start.replace(tzinfo=zone), (start + length).replace(tzinfo=zone)))
            start += length
    return found


def open_of(slots: Iterable[Slot], closed: Sequence[Slot]) -> list[Slot]:
    """Return the slots that no closure touches."""
    return [slot for slot in slots if not any(slot.meets(each) for each in closed)]


def replacement(slot: Slot, free: Sequence[Slot]) -> Slot | None:
    """Return where a slot moves that is closed: the first free one at the same time of day.

    Without one: the first free one at all; None if there is none. ``free`` is in order.
    """
    at = slot.starts.timetz()
    same = (each for each in free if each.starts.timetz() == at)
    return next(same, free[0] if free else None)
