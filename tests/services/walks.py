"""Random services and random acts, and a plain model of what ought to happen."""

import itertools
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from shizheng.core.models import Agency, City, PublishedDefinition
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.packs.pack import digest
from shizheng.services import city
from shizheng.services.definitions import Service as Definition
from shizheng.services.models import Service, ServiceVersion

ROLES = ("officer", "supervisor", "applicant", "system")
WORDS = {"zh-Hant": "字", "en": "word"}


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a service that the linter accepts: a chain to an end, and whatever else beside it."""
    count = draw(st.integers(3, 5))
    states = [f"s{number}" for number in range(count)]
    ends = [f"end{number}" for number in range(draw(st.integers(1, 2)))]
    chain = [*states, ends[0]]
    actions: dict[str, Any] = {}
    for number, (left, entered) in enumerate(itertools.pairwise(chain)):
        actions[f"step{number}"] = _action(draw, [left], entered)
    for end in ends[1:]:
        actions[f"to_{end}"] = _action(draw, [draw(st.sampled_from(states))], end)
    for number in range(draw(st.integers(2, 5))):
        left = draw(
            st.lists(st.sampled_from([*states, *ends]), min_size=1, max_size=3, unique=True)
        )
        entered = draw(st.none() | st.sampled_from([*states, *ends]))
        actions[f"extra{number}"] = _action(draw, left, entered)
    clocks = {f"c{n}": _clock(draw, states, ends) for n in range(draw(st.integers(1, 2)))}
    return {
        "id": "walk", "name": WORDS, "summary": WORDS, "category": "internal",
        "owner": "public_works",
        "guide": {"who": WORDS, "how_long": WORDS, "cost": WORDS, "after": WORDS},
        "intake": {"channels": ["web"], "contact": "none"},
        "routing": [{"to": "public_works"}],
        "start": "s0",
        "states": {
            **{key: {"label": WORDS, "holder": draw(st.sampled_from(["office", "applicant"]))}
               for key in states},
            **{key: {"label": WORDS, "final": True, "outcome": "completed"} for key in ends},
        },
        "actions": actions,
        "clocks": clocks,
    }  # fmt: skip


def _action(draw: st.DrawFn, left: list[str], entered: str | None) -> dict[str, Any]:
    by = draw(st.lists(st.sampled_from(ROLES), min_size=1, max_size=2, unique=True))
    found: dict[str, Any] = {"label": WORDS, "from": left, "by": by}
    if entered:
        found["to"] = entered
    return found


def _clock(draw: st.DrawFn, states: list[str], ends: list[str]) -> dict[str, Any]:
    some = st.lists(st.sampled_from(states), max_size=2, unique=True)
    unit = draw(st.sampled_from(["wd", "h"]))
    return {
        "label": WORDS,
        "amounts": [{"amount": f"{draw(st.integers(1, 60))}{unit}"}],
        "start": [draw(st.sampled_from(states[:2]))],
        "stop_in": ends,
        "pause_in": draw(
            st.lists(st.sampled_from(states[1:]), min_size=1, max_size=2, unique=True)
        ),
        "restart_in": draw(some),
    }


def enter(body: dict[str, Any], at: datetime) -> Service:
    """Publish a drawn service; it is new for every draw."""
    definition = Definition.model_validate(body)
    stored = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    number = ServiceVersion.objects.filter(service__code="walk").count() + 1
    published = PublishedDefinition.objects.create(
        city=City.objects.get(), kind="service", identifier="walk", version=number,
        digest=digest("service/1", stored), body=stored, published_at=at,
    )  # fmt: skip
    agency = Agency.objects.get(code="public_works")
    service, _ = Service.objects.get_or_create(
        code="walk", defaults={"name": WORDS, "category": "internal", "owner": agency}
    )
    version = ServiceVersion.objects.create(
        service=service, number=number, definition=published, published_at=at
    )
    service.current = version
    service.save()
    return service


@dataclass
class ClockModel:
    """One clock as somebody with paper would keep it: when it ran, when it stood still."""

    started: datetime
    amount: str
    pauses: list[list[datetime | None]] = field(default_factory=list)
    ended: datetime | None = None

    def due(self, calendar: WorkCalendar) -> datetime | date | None:
        """Walk day by day (or add up hours), as slowly as that is."""
        if self.pauses and self.pauses[-1][1] is None and self.ended is None:
            return self._due_while_paused(calendar)
        count = int(self.amount.rstrip("wdh"))
        if self.amount.endswith("h"):
            return self._hours(timedelta(hours=count))
        return self._days(count, calendar)

    def _due_while_paused(self, calendar: WorkCalendar) -> datetime | date | None:
        """It may have run out before it stood still; then the end is known."""
        stops = self.pauses[-1][0]
        assert stops is not None
        rest = ClockModel(self.started, self.amount, [list(each) for each in self.pauses])
        rest.pauses[-1][1] = datetime(9000, 1, 1, tzinfo=stops.tzinfo)
        count = int(self.amount.rstrip("wdh"))
        if self.amount.endswith("h"):
            found = rest._hours(timedelta(hours=count))
            return found if found <= stops else None
        tz = city.zone()
        day = self.started.astimezone(tz).date()
        while day < stops.astimezone(tz).date() - timedelta(days=1):
            day += timedelta(days=1)
            if rest._counts(day, calendar):
                count -= 1
            if not count:
                return day
        return None

    def _hours(self, left: timedelta) -> datetime:
        at = self.started
        for stops, again in self.pauses:
            assert stops is not None
            assert again is not None
            if stops - at >= left:
                break
            left -= max(stops - at, timedelta())
            at = max(at, again)
        return at + left

    def _days(self, count: int, calendar: WorkCalendar) -> date:
        day = self.started.astimezone(city.zone()).date()
        while count:
            day += timedelta(days=1)
            count -= self._counts(day, calendar)
        return day

    def _counts(self, day: date, calendar: WorkCalendar) -> bool:
        tz = city.zone()
        for stops, again in self.pauses:
            assert stops is not None
            last = again.astimezone(tz).date() if again else date.max
            if stops.astimezone(tz).date() <= day < last:
                return False
        return calendar.is_working(day)


class CaseModel:
    """The table of a definition, followed by hand."""

    def __init__(self, body: dict[str, Any], at: datetime) -> None:
        self.body, self.state = body, body["start"]
        self.clocks: dict[str, ClockModel] = {}
        self._enter(None, self.state, at)

    def allows(self, action: str, role: str) -> bool:
        found = self.body["actions"].get(action)
        return found is not None and self.state in found["from"] and role in found["by"]

    def act(self, action: str, at: datetime) -> None:
        entered = self.body["actions"][action].get("to") or self.state
        if entered != self.state:
            left, self.state = self.state, entered
            self._enter(left, entered, at)

    def _enter(self, left: str | None, entered: str, at: datetime) -> None:
        for key, body in self.body["clocks"].items():
            clock = self.clocks.get(key)
            runs = clock is not None and clock.ended is None
            if not runs:
                if entered in body["start"] or (clock and entered in body["restart_in"]):
                    self.clocks[key] = ClockModel(at, body["amounts"][0]["amount"])
                continue
            assert clock is not None
            stands = bool(clock.pauses) and clock.pauses[-1][1] is None
            if entered in body["stop_in"]:
                if stands:
                    clock.pauses[-1][1] = at
                clock.ended = at
            elif entered in body["restart_in"] and left not in body["restart_in"]:
                self.clocks[key] = ClockModel(at, body["amounts"][0]["amount"])
            elif entered in body["pause_in"]:
                if not stands:
                    clock.pauses.append([at, None])
            elif left in body["pause_in"] and stands:
                clock.pauses[-1][1] = at
