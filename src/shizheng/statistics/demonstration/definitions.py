"""Invented polls, figures of other cities and datasets of a demonstration (示範資料)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from shizheng.packs.schema import AgencyRef, Body, Finding, Flag, Part, Text, Whole, Words, kinds
from shizheng.statistics.definitions import IndicatorRef

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Days = Annotated[Whole, Field(ge=1, le=360)]
People = Annotated[Whole, Field(ge=2, le=1_000_000)]


class DemoResult(Part):
    """A result: what share gave an answer, in the city or in a district."""

    topic: Text
    question: Text
    answer: Text
    district: str = ""
    share: Decimal
    answers: People
    design_effect: Decimal = Decimal("1.2")


class DemoPoll(Part):
    """An invented poll; its fieldwork ends so many days before the demonstration's day."""

    code: Text
    title: Text
    conducted_by: Text
    days_ago: Days
    contacted: People | None = None
    responses: People
    is_media: Flag = False
    source: str = ""
    results: Annotated[tuple[DemoResult, ...], Field(min_length=1)]
    corrects: tuple[DemoResult, ...] = ()
    correction: str = ""


class DemoCity(Part):
    """An invented figure of an invented city beside an indicator, of months before this one."""

    indicator: IndicatorRef
    city: Text
    values: Annotated[tuple[Decimal, ...], Field(min_length=1, max_length=12)]
    difference: str = ""


class DemoDataset(Part):
    """An invented dataset; its rows are CSV, read as any file is."""

    code: Text
    owner: AgencyRef
    title: Words
    description: Words
    theme: Text
    rows: Text


@kinds.register("demo_figures/1")
class DemoFigures(Body):
    """Polls, other cities and datasets of the demonstration, every word of it invented."""

    single = True

    synthetic: Literal[True]
    agency: AgencyRef
    questionnaire: Text
    frame: Text
    weighting: Text
    polls: tuple[DemoPoll, ...] = ()
    cities: tuple[DemoCity, ...] = ()
    datasets: tuple[DemoDataset, ...] = ()

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check that codes stand once, and that a correction says why."""
        codes = [each.code for each in self.polls]
        for index, each in enumerate(self.polls):
            if codes.count(each.code) > 1:
                yield Finding(("polls", index, "code"), f"“{each.code}” stands twice.", "code")
            if bool(each.corrects) != bool(each.correction):
                message = "results that correct go with a correction that says why."
                yield Finding(("polls", index, "correction"), message, "correction")
