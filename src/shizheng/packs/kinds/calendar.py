"""The working calendar of a city as data; ``kernel.time`` counts with it."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from shizheng.kernel.errors import DomainError
from shizheng.kernel.time.amounts import Amount
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.kernel.time.period import due
from shizheng.packs.schema import AreaRef, Body, Finding, Part, Text, Words, kinds

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Covers(Part):
    """First and last day, both included."""

    from_: date = Field(alias="from")
    to: date


class MarkedDay(Part):
    """A day that differs from its weekday; ``area`` only for closures of one area."""

    date: date
    name: Words
    area: AreaRef | None = None


class Version(Part):
    """What became known on one day: days that differ, and the years of which they are all."""

    known_from: date
    source: Text
    covers: Covers | None = None
    holidays: tuple[MarkedDay, ...] = ()
    workdays: tuple[MarkedDay, ...] = ()
    closures: tuple[MarkedDay, ...] = ()
    withdrawn: tuple[MarkedDay, ...] = ()


class Example(Part):
    """A period whose last day is known: it is counted when the pack is checked."""

    received: date
    amount: Text
    due: date
    known_on: date | None = None
    because: Text | None = None


@kinds.register("calendar/1")
class Calendar(Body):
    """Working calendar (行事曆): what is known of each year, and since when."""

    single = True
    required = True

    covers: Covers
    weekend: tuple[Weekday, ...] = ("sat", "sun")
    versions: Annotated[tuple[Version, ...], Field(min_length=1)]
    examples: tuple[Example, ...] = ()

    def work_calendar(self) -> WorkCalendar:
        """Return the calendar that counts.

        Raises:
            CalendarMalformed: a day contradicts another; names the place.
        """
        wanted = {"id", "covers", "weekend", "versions"}
        content: dict[str, Any] = self.model_dump(
            by_alias=True, include=wanted, exclude_defaults=False, exclude_none=True
        )
        return WorkCalendar.from_definition({"schema": "calendar/1", **content})

    def findings(self, pack: object) -> Iterator[Finding]:
        """Build the calendar, and count each example."""
        yield from self._order()
        try:
            calendar = self.work_calendar()
        except DomainError as error:
            refusal = error.refusal()
            yield Finding(("versions",), refusal.message, "days", refusal.hint)
            return
        for index, example in enumerate(self.examples):
            yield from _counted(example, index, calendar)

    def _order(self) -> Iterator[Finding]:
        """Report versions that are not in the order in which they became known."""
        for index in range(1, len(self.versions)):
            before, here = self.versions[index - 1].known_from, self.versions[index].known_from
            if here < before:
                message = f"{here} is before {before} of the version above it."
                hint = "Order versions by the day they became known."
                yield Finding(("versions", index, "known_from"), message, "order", hint)


def _counted(example: Example, index: int, calendar: WorkCalendar) -> Iterator[Finding]:
    """Report an example whose last day is not the one it states."""
    if example.known_on:
        calendar = calendar.as_known_on(example.known_on)
    try:
        amount = Amount.parse(example.amount)
        last = due(example.received, amount, calendar, tz=ZoneInfo("UTC")).due_on
    except DomainError as error:
        yield Finding(("examples", index), str(error), "example")
        return
    if last != example.due:
        message = f"{example.amount} from {example.received} end on {last}, not on {example.due}."
        yield Finding(("examples", index, "due"), message, "example")
