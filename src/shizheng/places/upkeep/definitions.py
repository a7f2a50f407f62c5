"""What a pack says of looking after things: rounds, checklists, faults, parts, renewal, rescue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from shizheng.kernel.errors import DomainError
from shizheng.kernel.time.amounts import Amount
from shizheng.packs.schema import (
    AgencyRef,
    Body,
    Finding,
    Flag,
    Key,
    Part,
    RoleRef,
    Text,
    Whole,
    Words,
    kinds,
)
from shizheng.places.definitions import Number, RegisterBody, RegisterRef, ServiceRef

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Severity = Literal["urgent", "serious", "minor"]
MonthDay = Annotated[
    str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$")
]  # fmt: skip


def _amount(text: str) -> str:
    try:
        Amount.parse(text)
    except DomainError as error:
        raise ValueError(str(error)) from error
    return text


class RiskOf(Part):
    """A class of risk (風險等級): the first whose ``when`` holds; the last one has none.

    ``consequence``: from 1, nobody would notice, to 5, lives are in danger.
    """

    id: Key
    name: Words
    when: Text | None = None
    consequence: Annotated[Whole, Field(ge=1, le=5)] = 2


class OptionOf(Part):
    """One answer of a choice; with ``fault`` it is a failing one."""

    id: Key
    name: Words
    fault: Key | None = None


class ItemOf(Part):
    """One thing to look at (檢查項目).

    A number outside ``low`` and ``high`` cannot be true; below ``least`` or above ``most`` it
    fails. ``fault`` is what a failed item makes; ``weight`` is its part in the score.
    """

    id: Key
    name: Words
    kind: Literal["pass", "number", "choice", "photo", "note"]
    unit: Text | None = None
    low: Number | None = None
    high: Number | None = None
    least: Number | None = None
    most: Number | None = None
    options: tuple[OptionOf, ...] = ()
    fault: Key | None = None
    required: Flag = True
    weight: Annotated[Whole, Field(ge=1, le=10)] = 1


class RoundOf(Part):
    """A round (巡查): how many months between two looks at a thing by risk, and what is looked at.

    ``before_season_days``: besides, within so many days before the season begins.
    """

    id: Key
    name: Words
    months: dict[Key, Annotated[Whole, Field(ge=1, le=240)]]
    before_season_days: Annotated[Whole, Field(ge=1, le=200)] | None = None
    items: Annotated[tuple[ItemOf, ...], Field(min_length=1, max_length=60)]

    def item(self, code: str) -> ItemOf | None:
        """Return the item of that id, if there is one."""
        return next((each for each in self.items if each.id == code), None)


class FaultOf(Part):
    """A kind of fault (故障種類) and how soon it is repaired, such as ``24h`` or ``5wd``."""

    id: Key
    name: Words
    severity: Severity
    repair: Annotated[str, AfterValidator(_amount)]


class PartOf(Part):
    """A spare part (備品) with its price in whole New Taiwan dollars and the least to keep."""

    id: Key
    name: Words
    unit: Words
    price_twd: Annotated[Whole, Field(ge=0, le=100_000_000)]
    least: Annotated[Whole, Field(ge=0)] = 0


class SeasonOf(Part):
    """A season before whose first day things have to be sound (防汛期).

    ``stages``: so many days before it begins, an open fault is told to those of the agency who
    hold the role ``tell``, each once.
    """

    id: Key
    name: Words
    begins: MonthDay
    tell: RoleRef
    stages: Annotated[
        tuple[Annotated[Whole, Field(ge=0, le=200)], ...], Field(min_length=1, max_length=8)
    ]

    def begins_in(self, year: int) -> date:
        """Return the first day in a year."""
        month, day = self.begins.split("-")
        return date(year, int(month), int(day))

    def next_after(self, day: date) -> date:
        """Return the first beginning after a day."""
        this = self.begins_in(day.year)
        return this if this > day else self.begins_in(day.year + 1)


class WeightsOf(Part):
    """How much age, condition and consequence count for a renewal; whole parts of 100."""

    age: Annotated[Whole, Field(ge=0, le=100)] = 34
    condition: Annotated[Whole, Field(ge=0, le=100)] = 33
    consequence: Annotated[Whole, Field(ge=0, le=100)] = 33


class RenewalOf(Part):
    """When a thing is to be renewed and what that costs (汰換).

    ``since`` is the field with the day it was built; without one age counts from its first day in
    the register.
    """

    life_years: Annotated[Whole, Field(ge=1, le=200)]
    since: Key | None = None
    cost_twd: Annotated[Whole, Field(ge=1)]
    weights: WeightsOf = WeightsOf()


class WritesOf(Part):
    """What of an inspection or repair the register itself says (回寫登記簿)."""

    day: Key | None = None
    items: dict[Key, Key] = Field(default_factory=dict)
    fault: Key | None = None
    faulty: Key | None = None
    sound: Key | None = None


class ClosesOf(Part):
    """What becomes of a case when the order that came of it ends (結案).

    Args:
        verified: action of the case when the repair is verified; the system has to be among ``by``.
        cancelled: action when the order is cancelled, because there is no fault; None to wait.
        field: field of these actions that takes what was done, or why not.
    """

    verified: Key
    cancelled: Key | None = None
    field: Key | None = None


class PublicReportOf(Part):
    """Cases of a service that are faults of these things (市民通報).

    ``faults`` turns the answer of ``field`` into a kind of fault; ``thing`` is the answer with the
    thing's number, and without one the nearest within ``near_m`` is meant.
    """

    service: ServiceRef
    field: Key
    faults: dict[str, Key]
    thing: Key | None = None
    near_m: Annotated[Whole, Field(ge=1, le=1_000)] = 30
    closes: ClosesOf | None = None


class UpkeepExample(Part):
    """Answers of a round with what follows from them; run when the pack is checked."""

    round: Key
    given: dict[Key, Any]
    photos: tuple[Key, ...] = ()
    faults: tuple[Key, ...] = ()
    score: Annotated[Whole, Field(ge=0, le=100)] | None = None
    refused: Flag = False


@kinds.register("upkeep/1")
class UpkeepBody(Body):
    """Looking after the things of a register (檢查維護): rounds, faults, parts, renewal."""

    name: Words
    register_: RegisterRef = Field(alias="register")
    agency: AgencyRef
    source: Words | None = None
    risks: Annotated[tuple[RiskOf, ...], Field(min_length=1)]
    season: SeasonOf | None = None
    rounds: Annotated[tuple[RoundOf, ...], Field(min_length=1)]
    faults: Annotated[tuple[FaultOf, ...], Field(min_length=1)]
    parts: tuple[PartOf, ...] = ()
    renewal: RenewalOf | None = None
    writes: WritesOf = WritesOf()
    reports: tuple[PublicReportOf, ...] = ()
    far_m: Annotated[Whole, Field(ge=10, le=10_000)] = 200
    examples: tuple[UpkeepExample, ...] = ()

    def provides(self) -> Iterator[tuple[str, str]]:
        """It may be named by its id."""
        yield "upkeep", self.id

    def round(self, code: str) -> RoundOf | None:
        """Return the round of that id, if there is one."""
        return next((each for each in self.rounds if each.id == code), None)

    def fault(self, code: str) -> FaultOf | None:
        """Return the kind of fault of that id, if there is one."""
        return next((each for each in self.faults if each.id == code), None)

    def part(self, code: str) -> PartOf | None:
        """Return the part of that id, if there is one."""
        return next((each for each in self.parts if each.id == code), None)

    def risk(self, code: str) -> RiskOf | None:
        """Return the class of risk of that id, if there is one."""
        return next((each for each in self.risks if each.id == code), None)

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check names against each other and the register; run the examples."""
        register = next((r for r in pack.bodies(RegisterBody) if r.id == self.register_), None)
        for where in ("risks", "rounds", "faults", "parts"):
            yield from _twice((where,), [each.id for each in getattr(self, where)])
        yield from self._risks(register)
        found = [*self._rounds()]
        yield from found
        if register is not None:
            yield from self._writes(register)
        for place, told in enumerate(self.reports):
            for answer, name in told.faults.items():
                if self.fault(name) is None:
                    at = ("reports", place, "faults", answer)
                    yield Finding(at, f"no kind of fault is called “{name}”.", "fault")
        if not found:
            yield from self._examples()

    def _risks(self, register: RegisterBody | None) -> Iterator[Finding]:
        from shizheng.places.domain.rules import rule_problem

        for place, each in enumerate(self.risks):
            is_last = place == len(self.risks) - 1
            if (each.when is None) != is_last:
                message = "is given for every class but the last, which holds all others."
                yield Finding(("risks", place, "when"), message, "when")
            elif each.when and register and (said := rule_problem(register, each.when)):
                yield Finding(("risks", place, "when"), said, "rule")

    def _rounds(self) -> Iterator[Finding]:
        risks = {each.id for each in self.risks}
        for place, each in enumerate(self.rounds):
            at = ("rounds", place)
            if set(each.months) != risks:
                message = f"names every class of risk: {', '.join(sorted(risks))}."
                yield Finding((*at, "months"), message, "risks")
            if each.before_season_days and self.season is None:
                yield Finding((*at, "before_season_days"), "there is no season.", "season")
            yield from _twice((*at, "items"), [item.id for item in each.items])
            for number, item in enumerate(each.items):
                yield from self._item((*at, "items", number), item)

    def _item(self, at: tuple[str | int, ...], item: ItemOf) -> Iterator[Finding]:
        if (item.kind == "choice") != bool(item.options):
            yield Finding((*at, "options"), "are given exactly for a choice.", "options")
        limits = (item.low, item.high, item.least, item.most)
        if item.kind != "number" and any(each is not None for each in limits):
            yield Finding(at, "only numbers have limits.", "limits")
        named = [item.fault, *(option.fault for option in item.options)]
        for name in named:
            if name and self.fault(name) is None:
                yield Finding((*at, "fault"), f"no kind of fault is called “{name}”.", "fault")
        fails = item.kind == "pass" or item.least is not None or item.most is not None
        if fails and not item.fault:
            yield Finding((*at, "fault"), "says which fault it is when this fails.", "fault")

    def _writes(self, register: RegisterBody) -> Iterator[Finding]:
        told = self.writes
        fields = [told.day, told.fault, *told.items.values()]
        if self.renewal:
            fields.append(self.renewal.since)
        for name in fields:
            if name and register.field(name) is None:
                yield Finding(("writes",), f"the register has no field “{name}”.", "field")
        for state in (told.faulty, told.sound):
            if state and register.state(state) is None:
                yield Finding(("writes",), f"the register has no state “{state}”.", "state")

    def _examples(self) -> Iterator[Finding]:
        from shizheng.places.upkeep.domain.judging import judged

        for place, example in enumerate(self.examples):
            at = ("examples", place)
            wanted = self.round(example.round)
            if wanted is None:
                yield Finding((*at, "round"), f"no round is called “{example.round}”.", "round")
                continue
            try:
                found = judged(self, wanted, example.given, photos=example.photos)
            except DomainError as refusal:
                if not example.refused:
                    yield Finding(at, f"is refused: {refusal.refusal().message}", "example")
                continue
            if example.refused or sorted(found.faults) != sorted(example.faults):
                said = ", ".join(found.faults) or "nothing"
                yield Finding((*at, "faults"), f"finds {said} here.", "example")
            elif example.score is not None and example.score != found.score:
                yield Finding((*at, "score"), f"is {found.score} here.", "example")


def _twice(where: tuple[str | int, ...], names: list[str]) -> Iterator[Finding]:
    for place, name in enumerate(names):
        if name in names[:place]:
            yield Finding((*where, place, "id"), f"“{name}” is there twice.", "twice")


class SheetOf(Part):
    """A kind of rescue plan (搶救圖); older than ``review_months`` it is to be drawn anew."""

    id: Key
    name: Words
    review_months: Annotated[Whole, Field(ge=1, le=240)]


@kinds.register("rescue/1")
class RescueBody(Body):
    """What a crew opens on scene without a signal (搶救資料): plans of buildings, water near."""

    single = True

    name: Words
    agency: AgencyRef
    source: Words | None = None
    buildings: RegisterRef
    water: Annotated[tuple[RegisterRef, ...], Field(min_length=1)]
    near_m: Annotated[Whole, Field(ge=50, le=5_000)] = 300
    sheets: Annotated[tuple[SheetOf, ...], Field(min_length=1)]

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check that buildings are for those alone who need to know, and have a place."""
        yield from _twice(("sheets",), [each.id for each in self.sheets])
        for register in pack.bodies(RegisterBody):
            if register.id == self.buildings and register.seen_by != "restricted":
                message = f"“{register.id}” is not restricted, and its plans are."
                yield Finding(("buildings",), message, "audience")
            named = (self.buildings, *self.water)
            if register.id in named and register.geometry.kind == "none":
                yield Finding(("water",), f"“{register.id}” has no places.", "geometry")

    def sheet(self, code: str) -> SheetOf | None:
        """Return the kind of plan of that id, if there is one."""
        return next((each for each in self.sheets if each.id == code), None)
