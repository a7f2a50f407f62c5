"""What a pack says of leaks: substances with their cards and distances, and who is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StringConstraints

from shizheng.packs.schema import AgencyRef, Body, Finding, Part, Whole, Words, kinds
from shizheng.places.definitions import RegisterBody, RegisterRef

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

UnNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
Distance = Annotated[Whole, Field(ge=1, le=20_000)]


class DistancesOf(Part):
    """Metres to isolate all around, and to protect downwind of a small and a large spill."""

    isolate_m: Distance
    small_m: Distance
    large_m: Distance


class SubstanceOf(Part):
    """The card of a substance (物質安全卡): what it does, and what to do first."""

    un: UnNumber
    name: Words
    guide: str
    dangers: tuple[Words, ...]
    first: tuple[Words, ...]
    distances: DistancesOf


@kinds.register("leaks/1")
class LeaksBody(Body):
    """Leaks of industrial pipelines (管線洩漏通報); ``unknown`` is for what has no card."""

    single = True

    source: Words
    responsible: AgencyRef
    pipelines: RegisterRef
    told: Annotated[tuple[AgencyRef, ...], Field(min_length=1)]
    substances: tuple[SubstanceOf, ...]
    unknown: DistancesOf

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check that cards are there once, distances rise, and pipelines are lines."""
        numbers = [each.un for each in self.substances]
        for place, each in enumerate(self.substances):
            if each.un in numbers[:place]:
                yield Finding(("substances", place, "un"), f"“{each.un}” is there twice.", "twice")
            yield from _rising(("substances", place, "distances"), each.distances)
        yield from _rising(("unknown",), self.unknown)
        register = next((r for r in pack.bodies(RegisterBody) if r.id == self.pipelines), None)
        if register is not None and register.geometry.kind not in ("line", "line_3d"):
            yield Finding(("pipelines",), f"“{self.pipelines}” keeps no lines.", "lines")

    def substance(self, un_number: str) -> SubstanceOf | None:
        """Return the card of a substance, if there is one."""
        return next((each for each in self.substances if each.un == un_number), None)


def _rising(where: tuple[str | int, ...], given: DistancesOf) -> Iterator[Finding]:
    if not given.isolate_m <= given.small_m <= given.large_m:
        yield Finding(where, "must rise: isolate_m, small_m, large_m.", "order")
