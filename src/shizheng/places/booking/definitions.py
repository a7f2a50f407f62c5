"""What a pack says of halls, courts and furnaces that people book: hours, rules, fees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from shizheng.packs.schema import (
    AgencyRef,
    Body,
    DistrictRef,
    Finding,
    Flag,
    Key,
    Part,
    Text,
    Whole,
    Words,
    kinds,
)
from shizheng.places.booking.domain.rules import Rules
from shizheng.places.booking.domain.slots import Hours
from shizheng.places.definitions import RegisterBody, RegisterRef

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Span = Annotated[
    str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")
]


class PlaceOf(Part):
    """Where it is (地點): in words, its district, and the thing of a register that it is."""

    name: Words
    district: DistrictRef | None = None
    register_: RegisterRef | None = Field(default=None, alias="register")
    thing: Text | None = None


class RulesOf(Part):
    """Who may book and within which bounds (借用規則).

    Args:
        groups: with ``who: groups``, ids of ``booking_groups``; whoever is in one of them books.
    """

    who: Literal["everybody", "staff", "groups"] = "everybody"
    groups: tuple[Key, ...] = ()
    ahead_days: Annotated[Whole, Field(ge=1, le=730)] = 60
    most_per_month: Annotated[Whole, Field(ge=1, le=1_000)] = 4
    cancel_hours: Annotated[Whole, Field(ge=0, le=2_400)] = 24
    most_waiting: Annotated[Whole, Field(ge=0, le=1_000)] = 20


class ReductionOf(Part):
    """Less to pay for some (優惠): ``percent`` of the fee is taken off; proved on the spot."""

    id: Key
    name: Words
    percent: Annotated[Whole, Field(ge=1, le=100)]


class FeeOf(Part):
    """What a slot costs in whole New Taiwan dollars (使用費)."""

    amount: Annotated[Whole, Field(ge=1)]
    reductions: tuple[ReductionOf, ...] = ()


class GroupOf(Part):
    """A group whose members may book (借用對象): how somebody proves that they belong to it."""

    id: Key
    name: Words
    proof: Words


@kinds.register("booking_groups/1")
class BookingGroupsBody(Body):
    """Groups of people that places are kept for (借用對象類別), such as residents or schools."""

    single = True

    groups: Annotated[tuple[GroupOf, ...], Field(min_length=1)]

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check that no group is there twice."""
        names = [each.id for each in self.groups]
        for place, name in enumerate(names):
            if name in names[:place]:
                yield Finding(("groups", place, "id"), f"“{name}” is there twice.", "twice")


@kinds.register("bookables/1")
class BookableBody(Body):
    """Something that people book by slots (可借用場地、課程): hours, slots, rules, fees.

    ``seats`` is how many people have a slot at once (名額): 1 for a hall, more for a course.
    """

    name: Words
    summary: Words
    owner: AgencyRef
    place: PlaceOf
    hours: dict[Weekday, tuple[Span, ...]]
    on_holidays: Literal["closed", "open"] = "closed"
    slot_minutes: Annotated[Whole, Field(ge=5, le=1_440)]
    seats: Annotated[Whole, Field(ge=1, le=2_000)] = 1
    rules: RulesOf = RulesOf()
    fee: FeeOf | None = None
    source: Words | None = None
    is_sample: Flag = False

    def provides(self) -> Iterator[tuple[str, str]]:
        """It may be named by its id."""
        yield "bookable", self.id

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check hours, reductions and the thing of a register."""
        for day, spans in self.hours.items():
            yield from self._hours(day, spans)
        if not any(self.hours.values()):
            yield Finding(("hours",), "is never open.", "hours")
        reductions = [each.id for each in self.fee.reductions] if self.fee else []
        for place, each in enumerate(reductions):
            if each in reductions[:place]:
                at = ("fee", "reductions", place, "id")
                yield Finding(at, f"“{each}” is there twice.", "twice")
        yield from self._groups(pack)
        if (self.place.register_ is None) != (self.place.thing is None):
            message = "a register and the key of a thing in it are given together."
            yield Finding(("place",), message, "thing")
        for register in pack.bodies(RegisterBody):
            if register.id == self.place.register_ and register.seen_by != "public":
                message = "the page is public, and this register is not."
                yield Finding(("place", "register"), message, "audience")

    def _groups(self, pack: Pack) -> Iterator[Finding]:
        if (self.rules.who == "groups") != bool(self.rules.groups):
            message = "`who: groups` and the groups are given together."
            yield Finding(("rules", "groups"), message, "groups")
        known = {group.id for body in pack.bodies(BookingGroupsBody) for group in body.groups}
        for place, name in enumerate(self.rules.groups):
            if name not in known:
                message = f"no booking group is called “{name}”."
                yield Finding(("rules", "groups", place), message, "unknown")

    def _hours(self, day: Weekday, spans: tuple[Span, ...]) -> Iterator[Finding]:
        last = time.min
        for place, span in enumerate(spans):
            opens, closes = between(span)
            if closes <= opens or opens < last:
                message = "hours are in order, do not overlap, and end on the same day."
                yield Finding(("hours", day, place), message, "hours")
            elif _minutes(closes) - _minutes(opens) < self.slot_minutes:
                message = f"is shorter than a slot of {self.slot_minutes} minutes."
                yield Finding(("hours", day, place), message, "slot")
            last = closes

    def hours_on(self, weekday: int) -> tuple[Hours, ...]:
        """Return the opening hours of a weekday, 0 for Monday."""
        return tuple(between(each) for each in self.hours.get(WEEKDAYS[weekday], ()))

    def booking_rules(self) -> Rules:
        """Return the rules as the domain reads them."""
        given = self.rules
        return Rules(
            for_staff_only=given.who == "staff", for_groups_only=given.who == "groups",
            ahead_days=given.ahead_days,
            most_per_month=given.most_per_month, cancel_hours=given.cancel_hours,
            most_waiting=given.most_waiting,
        )  # fmt: skip

    def reduction(self, code: str) -> ReductionOf | None:
        """Return the reduction of that id, if there is one."""
        given = self.fee.reductions if self.fee else ()
        return next((each for each in given if each.id == code), None)


def between(span: str) -> Hours:
    """Return opening and closing time of ``09:00-12:00``."""
    opens, _, closes = span.partition("-")
    return time.fromisoformat(opens), time.fromisoformat(closes)


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute
