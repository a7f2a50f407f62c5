"""What a pack says of shifts (班別): from which an officer chooses for a crew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, StringConstraints

from shizheng.kernel.time.days import CalendarMalformed
from shizheng.packs.schema import Body, Cells, Finding, Flag, Key, Part, Whole, Words, kinds
from shizheng.places.upkeep.shifts.domain import Duty, Holidays, Offices, standing

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Moment = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2} ([01][0-9]|2[0-3]):[0-5][0-9]$")
]  # fmt: skip
Weekday = Annotated[Whole, Field(ge=1, le=7)]


class ShiftOf(Part):
    """A shift (班別): weekdays, Monday 1, from, to, and what it does on holidays.

    An end that is not after the start is of the next day. ``holidays``: ``off`` rests on days on
    which offices are closed (one of the whole week also works make-up days), ``kept`` holds
    whatever the calendar says, ``only`` stands on closed days alone. ``on_call``: not at work, but
    comes when called.
    """

    id: Key
    name: Words
    days: Annotated[tuple[Weekday, ...], Cells, Field(min_length=1)] = (1, 2, 3, 4, 5, 6, 7)
    starts: Clock
    ends: Clock
    holidays: Literal["off", "kept", "only"] = "off"
    on_call: Flag = False

    def duty(self) -> Duty:
        """Return it as a value."""
        starts, ends = time.fromisoformat(self.starts), time.fromisoformat(self.ends)
        return Duty(frozenset(self.days), starts, ends, Holidays(self.holidays), self.on_call)


class ShiftExample(Part):
    """Whether a shift runs at a local time, as ``2020-02-15 09:00``; run as a test."""

    shift: Key
    at: Moment
    runs: Flag


@kinds.register("crew_shifts/1")
class CrewShiftsBody(Body):
    """The shifts that crews work (班別表); which crew works which is chosen on a page."""

    single = True

    name: Words
    source: Words | None = None
    shifts: Annotated[tuple[ShiftOf, ...], Field(min_length=1)]
    examples: tuple[ShiftExample, ...] = ()

    def shift(self, code: str) -> ShiftOf | None:
        """Return the shift of that id, if there is one."""
        return next((each for each in self.shifts if each.id == code), None)

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check that each shift stands once and that the examples hold by the city's calendar."""
        names = [each.id for each in self.shifts]
        for place, name in enumerate(names):
            if name in names[:place]:
                yield Finding(("shifts", place, "id"), f"“{name}” is there twice.", "twice")
        offices = _offices(pack)
        for place, example in enumerate(self.examples):
            at: tuple[str | int, ...] = ("examples", place)
            shift = self.shift(example.shift)
            if shift is None:
                yield Finding((*at, "shift"), f"no shift is called “{example.shift}”.", "shift")
                continue
            if offices is None:
                continue
            found = standing([shift.duty()], datetime.fromisoformat(example.at), offices)
            if found is not None and example.runs == found.is_off:
                said = "does not run" if found.is_off else "runs"
                yield Finding((*at, "runs"), f"the shift {said} then.", "example")


def _offices(pack: Pack) -> Offices | None:
    """Return the city's offices; None where its calendar is wrong, which it says of itself."""
    from shizheng.packs.kinds.calendar import Calendar  # read when asked for

    bodies: list[Any] = list(pack.bodies(Calendar))
    try:
        return Offices(bodies[0].work_calendar() if bodies else None)
    except CalendarMalformed:
        return None
