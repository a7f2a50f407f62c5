"""The plan's part of a pack: outlines, the catalogue of items, commitments."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

import shizheng.plan.advance.definitions
import shizheng.plan.directives.definitions
import shizheng.plan.evaluation.definitions
import shizheng.plan.midterm.definitions
import shizheng.plan.security.definitions
import shizheng.plan.works.definitions  # noqa: F401 - enters its kinds
from shizheng.kernel.errors import DomainError
from shizheng.packs.kinds.calendar import Calendar
from shizheng.packs.schema import (
    AgencyRef,
    Beside,
    Body,
    Cells,
    Finding,
    Flag,
    Key,
    OutlineRef,
    Part,
    PlanItemRef,
    Span,
    Text,
    Whole,
    Words,
    kinds,
)
from shizheng.plan.directives.domain.flow import Confidentiality, Source
from shizheng.plan.directives.domain.periods import Cadence
from shizheng.plan.domain.gate import WHOLE, Promise, gaps_of, weights_sum
from shizheng.plan.domain.outline.parser import parse

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

ItemCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}-[0-9]{1,4}$")]
Room = Literal[
    "plan", "services", "places", "sensing", "emergency", "finance", "mobility", "statistics",
    "participation", "records", "workforce", "models",
]  # fmt: skip
Count = Annotated[Whole, Field(ge=1)]


class ChapterOf(Part):
    """Which agency answers for a chapter."""

    number: Count
    agency: AgencyRef


@kinds.register("outline/1")
class Outline(Body):
    """One edition of a policy outline (施政綱要), its text verbatim in a file beside it.

    ``shown_with_gaps``: why it is adopted though new items may lack owner, day or indicator, as
    with a text that was printed before anybody asked for them. It stands on the edition's page.
    """

    title: Words
    period: Span
    edition: Count = 1
    status: Literal["draft", "adopted"]
    adopted_on: date | None = None
    source: Text
    note: Words | None = None
    shown_with_gaps: Words | None = None
    text: Beside
    chapters: Annotated[tuple[ChapterOf, ...], Field(min_length=1)]

    def provides(self) -> Iterator[tuple[str, str]]:
        """An outline may be named by its id."""
        yield "outline", self.id

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check the chapters' numbers, and that the calendar covers the period."""
        for index, chapter in enumerate(self.chapters):
            if chapter.number != index + 1:
                message = f"must be {index + 1}, got {chapter.number}: chapters count from 1."
                yield Finding(("chapters", index, "number"), message, "chapters")
        covers = pack.body(Calendar).covers
        last = self.period.to - timedelta(days=1)
        if self.period.from_ < covers.from_ or last > covers.to:
            message = f"the calendar covers {covers.from_} to {covers.to}, not all of the period."
            yield Finding(("period",), message, "period", "Add the missing years to the calendar.")
        yield from self._held_to_the_gate(pack)

    def remarks(self) -> Iterator[str]:
        """Say that it is not held to the gate, and why."""
        if self.status == "adopted" and self.shown_with_gaps:
            why = next(iter(self.shown_with_gaps.values()))
            yield f"{self.id} is adopted with its gaps: {why}"

    def _held_to_the_gate(self, pack: "Pack") -> Iterator[Finding]:
        """Report new items of a later outline that nobody could be held to."""
        earlier = [o for o in pack.bodies(Outline) if o.period.from_ < self.period.from_]
        if self.status != "adopted" or not earlier or self.shown_with_gaps:
            return
        known = {words for outline in earlier for words in _sentences(pack, outline).values()}
        promises = _promises(pack, self.id)
        for code, words in _sentences(pack, self).items():
            if gaps := gaps_of(promises.get(code, ()), is_new=words not in known):
                message = f"the new item {code} lacks: {', '.join(gaps)}."
                yield Finding(("status",), message, "gate", GATE_HINT)


GATE_HINT = (
    "Give it a commitment with due_on and a target with a source; leave the outline a draft; or "
    "say in shown_with_gaps why it is adopted without."
)


def _sentences(pack: "Pack", outline: Outline) -> dict[str, str]:
    """Return the words of every item by its code; an unreadable text is reported elsewhere."""
    try:
        parsed = parse(pack.read(outline.text))
    except DomainError:
        return {}
    return {item.code: item.search_text for each in parsed.chapters for item in each.items}


def _promises(pack: "Pack", outline: str) -> dict[str, list[Promise]]:
    found: dict[str, list[Promise]] = defaultdict(list)
    for body in pack.bodies(Commitments):
        for each in body.all if body.outline == outline else ():
            found[each.item].append(each.promise)
    return found


class CatalogueItem(Part):
    """What the catalogue says of one item: what must be done, in which room, of which kind."""

    id: ItemCode
    engine: Room
    also: Annotated[tuple[Room, ...], Cells] = ()
    kind: Literal["programme", "register", "service", "named_system", "observation", "model"]
    title_en: Text
    zh_key: Text
    does: Text

    @property
    def title(self) -> Words:
        """Key phrase of the outline, and its English title."""
        return Words({"zh-Hant": self.zh_key, "en": self.title_en})


class CatalogueSystem(Part):
    """A software system that the outline names, or presupposes (系統)."""

    number: Count
    name: Words
    items: Annotated[tuple[PlanItemRef, ...], Cells]
    engine: Room
    is_presupposed: Flag
    confidentiality: Text


@kinds.register("outline_annotation/1")
class Catalogue(Body):
    """Annotation of every item of an outline (要項註記), and the systems behind them."""

    outline: OutlineRef
    items: Annotated[tuple[CatalogueItem, ...], Field(min_length=1)]
    system_list: tuple[CatalogueSystem, ...] = ()

    def provides(self) -> Iterator[tuple[str, str]]:
        """Items may be named by code, systems by number."""
        for item in self.items:
            yield "plan_item", item.id
        for system in self.system_list:
            yield "system", str(system.number)

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check that items and systems stand once, and that no item is left out."""
        seen: set[str] = set()
        numbers: dict[int, set[int]] = defaultdict(set)
        for index, item in enumerate(self.items):
            if item.id in seen:
                yield Finding(("items", index, "id"), f"{item.id} stands twice.", "items")
            seen.add(item.id)
            chapter, number = map(int, item.id.split("-"))
            numbers[chapter].add(number)
        for chapter, there in sorted(numbers.items()):
            if lacking := sorted({*range(1, max(there) + 1)} - there):
                message = f"chapter {chapter} has no item {chapter}-{lacking[0]}."
                yield Finding(("items",), message, "items")
        yield from self._beyond_the_outline(pack, set(numbers))
        for index, system in enumerate(self.system_list):
            if system.number != index + 1:
                message = f"must be {index + 1}, got {system.number}: systems count from 1."
                yield Finding(("system_list", index, "number"), message, "systems")

    def _beyond_the_outline(self, pack: "Pack", chapters: set[int]) -> Iterator[Finding]:
        """Report chapters and items that the catalogue and its outline do not share."""
        for outline in pack.bodies(Outline):
            if outline.id != self.outline:
                continue
            known = {chapter.number for chapter in outline.chapters}
            for number in sorted(chapters ^ known):
                where = "the outline" if number in chapters else "the catalogue"
                message = f"chapter {number} is not in {where}."
                yield Finding(("items",), message, "chapters")
            try:
                text = parse(pack.read(outline.text))
            except DomainError as error:
                yield Finding(("outline",), f"{outline.text.path}: {error}", "text")
                continue
            yield from self._beyond_the_text({i.code for c in text.chapters for i in c.items})

    def _beyond_the_text(self, printed: set[str]) -> Iterator[Finding]:
        """Report items that only the text has, or only the catalogue."""
        for index, item in enumerate(self.items):
            if item.id not in printed:
                yield Finding(("items", index, "id"), f"the outline has no item {item.id}.", "text")
        if left_out := sorted(printed - {item.id for item in self.items}):
            message = f"the item {left_out[0]} of the outline is not in the catalogue."
            yield Finding(("items",), message, "text")


class TargetOf(Part):
    """A figure to reach (目標值).

    ``baseline``: where it stood before, ``baseline_on`` the last day of that; ``weight``: per cent
    of the item, and those of an item add to 100; ``source``: where the figure comes from, without
    it that of the commitment.
    """

    name: Words
    value: Annotated[Decimal, Field(max_digits=20, decimal_places=4)]
    unit: Words
    direction: Literal["at_least", "at_most", "exactly"] = "at_least"
    due_on: date | None = None
    baseline: Annotated[Decimal, Field(max_digits=20, decimal_places=4)] | None = None
    baseline_on: date | None = None
    weight: Annotated[Decimal, Field(gt=0, le=100, max_digits=5, decimal_places=2)] | None = None
    source: Annotated[str, StringConstraints(min_length=1, max_length=300)] | None = None


class MilestoneOf(Part):
    """A dated step (里程碑)."""

    name: Words
    due_on: date


class CommitmentOf(Part):
    """Who will do what by when (承諾) to carry out an item.

    ``goal``: what is better once it is done; ``budget_twd``: money of the period.
    """

    item: PlanItemRef
    number: Count = 1
    kind: Literal["deliver", "sustain", "reduce", "comply", "study"]
    agency: AgencyRef
    partners: Annotated[tuple[AgencyRef, ...], Cells] = ()
    statement: Words
    due_on: date | None = None
    is_proposed: Flag = True
    source: Text | None = None
    goal: Text | None = None
    budget_twd: Annotated[Whole, Field(ge=0, le=10**13)] | None = None
    targets: tuple[TargetOf, ...] = ()
    milestones: tuple[MilestoneOf, ...] = ()

    @property
    def promise(self) -> Promise:
        """It as far as the gate asks."""
        indicators = tuple((bool(t.source or self.source), t.weight) for t in self.targets)
        return Promise(self.due_on, indicators)


@kinds.register("commitments/1")
class Commitments(Body):
    """Commitments of an outline: those read out of its text, and those that the text states."""

    outline: OutlineRef
    source: Text
    proposed: tuple[CommitmentOf, ...] = ()
    stated: tuple[CommitmentOf, ...] = ()

    @property
    def all(self) -> tuple[CommitmentOf, ...]:
        """Both lists, by item and number."""
        every = (*self.proposed, *self.stated)
        return tuple(sorted(every, key=lambda c: (*map(int, c.item.split("-")), c.number)))

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check numbers, marks, partners, and dates against the period of the outline."""
        starts = {o.id: o.period.from_ for o in pack.bodies(Outline)}
        seen: set[tuple[str, int]] = set()
        lists: Sequence[tuple[str, tuple[CommitmentOf, ...]]] = (
            ("proposed", self.proposed),
            ("stated", self.stated),
        )
        for key, commitments in lists:
            for index, each in enumerate(commitments):
                if (each.item, each.number) in seen:
                    message = f"{each.item} has a commitment {each.number} already."
                    yield Finding((key, index, "number"), message, "number")
                seen.add((each.item, each.number))
                if each.is_proposed != (key == "proposed"):
                    message = f"must be {str(key == 'proposed').lower()} in `{key}`."
                    yield Finding((key, index, "is_proposed"), message, "is_proposed")
                if each.agency in each.partners:
                    message = f"“{each.agency}” leads, and is named as a partner too."
                    yield Finding((key, index, "partners"), message, "partners")
                if each.due_on and each.due_on < starts.get(self.outline, each.due_on):
                    message = f"{each.due_on} is before the outline begins."
                    yield Finding((key, index, "due_on"), message, "due_on")
                yield from _baselines(each, (key, index))
        yield from self._weights()

    def _weights(self) -> Iterator[Finding]:
        """Check that the weights of each item add to 100 where they are given."""
        of_items: dict[str, list[Decimal | None]] = defaultdict(list)
        last: dict[str, tuple[str, int]] = {}
        for key, commitments in (("proposed", self.proposed), ("stated", self.stated)):
            for index, each in enumerate(commitments):
                of_items[each.item] += [target.weight for target in each.targets]
                if any(target.weight is not None for target in each.targets):
                    last[each.item] = (key, index)
        for item, place in last.items():
            whole = weights_sum(of_items[item])
            if whole != WHOLE:
                message = f"the weights of {item} must add to 100, got {whole}."
                yield Finding((*place, "targets"), message, "weights")


def _baselines(commitment: CommitmentOf, path: tuple[str, int]) -> Iterator[Finding]:
    for index, target in enumerate(commitment.targets):
        if target.baseline_on and target.baseline is None:
            message = "a day without its figure: give the baseline too."
            yield Finding((*path, "targets", index, "baseline_on"), message, "baseline")


Days = Annotated[Whole, Field(ge=-3660, le=3660)]


class DemoExtension(Part):
    """A request for more time; without ``is_granted`` it waits for a decision."""

    requested_in_days: Days
    until_in_days: Days
    reason: Text
    is_granted: Flag | None = None


class DemoReport(Part):
    """A progress report."""

    filed_in_days: Days
    percent: Annotated[Whole, Field(ge=0, le=100)]
    summary: Text
    evidence_items: tuple[PlanItemRef, ...] = ()
    is_final: Flag = False


class DemoRelease(Part):
    """A decision that releases the directive."""

    released_in_days: Days
    decision: Text


class DemoDirective(Part):
    """An invented directive; days count from the day on which the demonstration is made."""

    id: Key
    source: Source
    source_reference: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    wording: Text
    lead: AgencyRef
    partners: tuple[AgencyRef, ...] = ()
    control: AgencyRef
    items: tuple[PlanItemRef, ...] = ()
    cadence: Cadence = Cadence.MONTHLY
    confidentiality: Confidentiality = Confidentiality.PUBLIC
    issued_in_days: Annotated[Days, Field(le=0)]
    due_in_days: Days
    extensions: tuple[DemoExtension, ...] = ()
    reports: tuple[DemoReport, ...] = ()
    release: DemoRelease | None = None


@kinds.register("demo_directives/1")
class DemoDirectives(Body):
    """Directives of the demonstration (示範列管事項), every one invented."""

    single = True

    synthetic: Literal[True]
    directives: tuple[DemoDirective, ...]

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check that days are in order and that control is not the lead."""
        for index, each in enumerate(self.directives):
            path = ("directives", index)
            if each.due_in_days <= each.issued_in_days:
                message = f"must be after {each.issued_in_days}, got {each.due_in_days}."
                yield Finding((*path, "due_in_days"), message, "order")
            if each.lead in (each.control, *each.partners):
                message = f"“{each.lead}” leads, and is named as control or partner too."
                yield Finding((*path, "lead"), message, "lead")
            for number, report in enumerate(each.reports):
                if report.is_final and not report.evidence_items:
                    message = "a final report needs evidence."
                    yield Finding((*path, "reports", number), message, "evidence")
            days = [each.issued_in_days, *(report.filed_in_days for report in each.reports)]
            if days != sorted(days) or days[-1] > 0:
                message = "reports stand in the order of their days, after the issue, none to come."
                yield Finding((*path, "reports"), message, "order")
