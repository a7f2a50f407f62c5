"""The year of cases that a demonstration has behind it, as a pack gives it (示範年度)."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field as Limit
from pydantic import StringConstraints

from shizheng.packs.schema import Body, Finding, Key, Part, Whole, kinds
from shizheng.services.schema.common import ServiceRef

MonthDay = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
Share = Annotated[float, Limit(ge=0, le=1_000)]


class StormOf(Part):
    """A typhoon week (颱風週): from a day of the year, how much more of which services."""

    from_: MonthDay = Limit(alias="from")
    days: Annotated[Whole, Limit(ge=1, le=31)] = 7
    services: dict[ServiceRef, Share]


class YearService(Part):
    """Cases of one service in a year: their share, and how they go.

    ``stories``: name of a story of the demonstration's cases to its weight at the beginning and at
    the end of the year; in between it goes evenly from one to the other.
    """

    share: Share
    stories: dict[Key, tuple[Share, Share]]


@kinds.register("demo_year/1")
class DemoYear(Body):
    """How many cases a demonstration makes for the year behind it; all of them invented.

    What people write, and where, is taken from the demonstration's cases of the same service.
    """

    single = True

    synthetic: Literal[True]
    seed: Whole
    size: Annotated[Whole, Limit(ge=1, le=2_000_000)]
    seasons: Annotated[tuple[Share, ...], Limit(min_length=12, max_length=12)]
    weekend: Share = 0.5
    storm: StormOf | None = None
    services: dict[ServiceRef, YearService]

    def findings(self, pack: object) -> Iterator[Finding]:
        """Report stories that the cases do not tell, services without cases, weights of nothing."""
        from shizheng.packs.pack import Pack
        from shizheng.services.demonstration.definitions import DemoCases

        assert isinstance(pack, Pack)  # noqa: S101 - the checker hands it in
        cases = next(iter(pack.bodies(DemoCases)), None)
        known = set(cases.stories) if cases else set()
        told = {case.service for case in cases.cases} if cases else set()
        for code, service in self.services.items():
            path = ("services", code)
            if code not in told:
                message = "the demonstration's cases have none of this service."
                yield Finding(path, message, "service")
            for story, weights in service.stories.items():
                if story not in known:
                    yield Finding((*path, "stories", story), "there is no such story.", "story")
                if sum(weights) == 0:
                    yield Finding((*path, "stories", story), "must have a weight.", "weight")
