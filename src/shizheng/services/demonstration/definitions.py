"""The demonstration's cases as a pack gives them (示範案件): invented, and marked as such."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field as Limit
from pydantic import StringConstraints

from shizheng.packs.schema import AgencyRef, Body, Finding, Flag, Key, Part, Text, Whole, kinds
from shizheng.services.schema.common import ServiceRef

Delay = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}[mhd]$")]
"""Minutes, hours or days after the opening, such as ``5m``, ``26h`` or ``3d``."""
Clock = Annotated[str, StringConstraints(pattern=r"^[0-2][0-9]:[0-5][0-9]$")]
DaysAgo = Annotated[Whole, Limit(ge=0, le=3_650)]
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
SORTS = ("act", "message", "rate", "pay", "review", "acknowledge", "join", "confirm")


def delay_of(text: str) -> timedelta:
    """Return how long after the opening something happens."""
    return timedelta(**{UNITS[text[-1]]: int(text[:-1])})


class DemoAct(Part):
    """One thing that happens to a case, of one sort (示範經過).

    Args:
        by: ``applicant``, ``crew``, an account of the demonstration, or a role, held then for the
            agency of the case.
        pay: key of the fee that the applicant pays.
        review: agency that answers in a joint review, with ``answer`` and ``opinion``.
        join: id of the case that this one duplicates.
    """

    after: Delay
    act: Key | None = None
    message: Text | None = None
    rate: Annotated[Whole, Limit(ge=1, le=5)] | None = None
    pay: Key | None = None
    review: AgencyRef | None = None
    acknowledge: Flag = False
    join: Key | None = None
    confirm: Flag = False
    by: Key = "officer"
    fields: dict[str, Any] = {}
    photos: Annotated[Whole, Limit(ge=0, le=3)] = 0
    papers: tuple[Key, ...] = ()
    answer: Literal["agree", "conditions", "return", "object"] = "agree"
    opinion: str = ""

    @property
    def sort(self) -> str:
        """Which sort of thing it is; empty if none is said."""
        return next(iter(self.sorts), "")

    @property
    def sorts(self) -> list[str]:
        """The sorts that are said: one, if it is right."""
        return [sort for sort in SORTS if getattr(self, sort)]


class DemoContact(Part):
    """Somebody invented who can be reached only in the demonstration (示範聯絡人)."""

    name: Text
    phone: str = ""
    email: str = ""
    language: str = ""


class DemoPlace(Part):
    """Where an invented case lies: a real point, an invented address."""

    longitude: float
    latitude: float
    address: str = ""


class DemoCall(Part):
    """The call by which a case came (示範來電)."""

    language: Text = "zh-Hant"
    wait_seconds: Annotated[Whole, Limit(ge=0, le=3_600)] = 10
    minutes: Annotated[Whole, Limit(ge=1, le=60)] = 4
    satisfaction: Annotated[Whole, Limit(ge=1, le=5)] | None = None


class DemoAnswered(DemoCall):
    """A call that the knowledge base answered, or that ended before (示範即時答覆)."""

    days_ago: DaysAgo
    time: Clock
    topic: Text
    entry: Key | None = None


class DemoCase(Part):
    """One invented case, from its opening to today (示範案件).

    ``story`` names acts that many cases share; they happen before ``acts``.
    """

    id: Key
    service: ServiceRef
    days_ago: DaysAgo
    time: Clock = "09:30"
    channel: Literal["web", "phone", "counter", "api", "batch"] = "web"
    description: str = ""
    place: DemoPlace | None = None
    answers: dict[str, Any] = {}
    photos: Annotated[Whole, Limit(ge=0, le=3)] = 0
    papers: tuple[Key, ...] = ()
    reporter: Key | None = None
    contact: DemoContact | None = None
    call: DemoCall | None = None
    story: Key | None = None
    acts: tuple[DemoAct, ...] = ()


@kinds.register("demo_cases/1")
class DemoCases(Body):
    """Cases of the demonstration (示範案件): everybody and everything in them is invented."""

    single = True

    synthetic: Literal[True]
    stories: dict[Key, tuple[DemoAct, ...]] = {}
    cases: tuple[DemoCase, ...]
    calls: tuple[DemoAnswered, ...] = ()

    def acts_of(self, case: DemoCase) -> list[DemoAct]:
        """Return everything that happens to a case, in the order of its moments."""
        acts = (*self.stories.get(case.story or "", ()), *case.acts)
        return sorted(acts, key=lambda each: delay_of(each.after))

    def findings(self, pack: object) -> Iterator[Finding]:
        """Report ids that stand twice, unknown stories and joins, acts that are of no one sort."""
        seen: set[str] = set()
        for index, case in enumerate(self.cases):
            path = ("cases", index)
            if case.id in seen:
                yield Finding((*path, "id"), f"“{case.id}” stands twice.", "unique")
            if case.story and case.story not in self.stories:
                yield Finding((*path, "story"), f"There is no story “{case.story}”.", "story")
            for act in self.acts_of(case):
                if act.join and act.join not in seen:
                    message = f"“{act.join}” does not stand above this case."
                    yield Finding(path, message, "join")
                if delay_of(act.after) > timedelta(days=case.days_ago + 1):
                    yield Finding(path, f"“{act.after}” is later than today.", "after")
                if len(act.sorts) != 1:
                    message = f"What happens after {act.after} is of no one sort."
                    yield Finding(path, message, "sort")
            seen.add(case.id)
