"""The invented cases of a day, always the same ones for the same seed and day. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from random import Random

from shizheng.services.demonstration.definitions import (
    DemoAct,
    DemoCase,
    DemoCases,
    DemoPlace,
    delay_of,
)
from shizheng.services.demonstration.year.definitions import DemoYear, YearService

DAYS = 365
NEAR = 0.002
"""Degrees, some 200 metres: how far a case lies from one that the pack places."""
PHOTO_SHARE = 0.05
HOURS = (*range(7, 22), 8, 9, 10, 11, 14, 15, 16, 17)
"""Hours of the day in which people report, the busy ones more often."""


@dataclass(frozen=True)
class Year:
    """Makes the cases of a year; a day's cases do not depend on those of another day.

    Args:
        size: how many cases the year has, roughly: seasons and storms move it.
        today: the last day of the year.
    """

    body: DemoYear
    cases: DemoCases
    size: int
    today: date

    @cached_property
    def _models(self) -> dict[str, list[DemoCase]]:
        """Cases that the pack tells in full, by service: those that can be told again."""
        found: dict[str, list[DemoCase]] = {}
        for case in self.cases.cases:
            is_plain = not case.papers and not any(act.join or act.papers for act in case.acts)
            if case.service in self.body.services and is_plain:
                found.setdefault(case.service, []).append(case)
        return found

    def on(self, day: date) -> Iterator[DemoCase]:
        """Yield the cases that are opened on a day."""
        chance = Random(f"{self.body.seed} {day.isoformat()} {self.size}")  # noqa: S311 - a play
        number = 0
        for code in sorted(self._models):
            expected = self._expected(code, day)
            count = int(expected) + (chance.random() < expected % 1)
            for _ in range(count):
                number += 1
                yield self._case(code, day, number, chance)

    def _expected(self, code: str, day: date) -> float:
        body = self.body
        whole = sum(service.share for service in body.services.values())
        factor = body.seasons[day.month - 1] * (body.weekend if day.weekday() > 4 else 1.0)
        if body.storm is not None and self._is_stormy(day):
            factor *= body.storm.services.get(code, 1.0)  # type: ignore[call-overload]
        return self.size / DAYS * body.services[code].share / whole * factor  # type: ignore[index]

    def _is_stormy(self, day: date) -> bool:
        assert self.body.storm is not None  # noqa: S101 - asked by the caller
        month, first = map(int, self.body.storm.from_.split("-"))
        begins = date(day.year, month, min(first, 28))
        return begins <= day < begins + timedelta(days=self.body.storm.days)

    def _case(self, code: str, day: date, number: int, chance: Random) -> DemoCase:
        model = chance.choice(self._models[code])
        at = time(chance.choice(HOURS), chance.randrange(60))
        story = self._story(self.body.services[code], day, chance)  # type: ignore[index]
        age = timedelta(days=(self.today - day).days)
        left = datetime.combine(self.today, time()) + age - datetime.combine(self.today, at)
        return DemoCase.model_construct(
            **{name: getattr(model, name) for name in DemoCase.model_fields}
            | {
                "id": f"y{self.size}_{day:%y%m%d}_{number}",
                "days_ago": age.days,
                "time": f"{at:%H:%M}",
                "place": _near(model.place, chance),
                "photos": int(chance.random() < PHOTO_SHARE),
                "story": None,
                "acts": self._acts(story, left),
            }
        )

    def _story(self, service: YearService, day: date, chance: Random) -> str:
        gone = 1 - min(max((self.today - day).days / DAYS, 0.0), 1.0)
        weights = [first + (last - first) * gone for first, last in service.stories.values()]
        return chance.choices(list(service.stories), weights)[0]

    def _acts(self, story: str, left: timedelta) -> tuple[DemoAct, ...]:
        """Return what has happened by now."""
        acts = sorted(self.cases.stories[story], key=lambda act: delay_of(act.after))
        return tuple(act for act in acts if delay_of(act.after) < left)


def _near(place: DemoPlace | None, chance: Random) -> DemoPlace | None:
    if place is None:
        return None
    return DemoPlace.model_construct(
        longitude=round(place.longitude + chance.uniform(-NEAR, NEAR), 6),
        latitude=round(place.latitude + chance.uniform(-NEAR, NEAR), 6),
        address=place.address,
    )
