"""Agencies of a city as a dated tree."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shizheng.packs.problems import Path
from shizheng.packs.schema import (
    AgencyRef,
    Body,
    DistrictRef,
    Finding,
    Key,
    Part,
    Position,
    Text,
    Words,
    kinds,
)


class Agency(Part):
    """One agency (機關) over one span of days; a renamed agency stands here once for each name."""

    id: Key
    kind: Literal["government", "department", "district_office", "office"]
    name: Words
    short_name: Words
    official_code: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None
    parent: AgencyRef | None = None
    position: Position = 0
    district: DistrictRef | None = None
    valid_from: date
    valid_to: date | None = None
    note: Text | None = None


@kinds.register("agency_tree/1")
class AgencyTree(Body):
    """The agencies of a city (機關組織), each under its parent, with the days it existed."""

    single = True
    required = True

    source: Text
    agencies: Annotated[tuple[Agency, ...], Field(min_length=1)]

    def provides(self) -> Iterator[tuple[str, str]]:
        """Every agency may be named by its id."""
        for agency in self.agencies:
            yield "agency", agency.id

    def findings(self, pack: object) -> Iterator[Finding]:
        """Check dates, overlaps, codes and the shape of the tree."""
        yield from self._dates()
        yield from self._codes()
        yield from self._cycles()

    def _dates(self) -> Iterator[Finding]:
        spans: dict[str, list[tuple[int, Agency]]] = defaultdict(list)
        for index, agency in enumerate(self.agencies):
            path: Path = ("agencies", index)
            if agency.valid_to and agency.valid_to <= agency.valid_from:
                message = f"must be after {agency.valid_from}, got {agency.valid_to}."
                yield Finding((*path, "valid_to"), message, "dates")
            for other_index, other in spans[agency.id]:
                if _meet(agency, other):
                    message = f"“{agency.id}” is valid on the same days as agencies.{other_index}."
                    hint = "End the earlier one on the day the later one begins."
                    yield Finding((*path, "valid_from"), message, "overlap", hint)
            spans[agency.id].append((index, agency))
        for index, agency in enumerate(self.agencies):
            parents = [span for _, span in spans.get(agency.parent or "", [])]
            if parents and agency.valid_from < min(span.valid_from for span in parents):
                message = f"begins on {agency.valid_from}, before its parent “{agency.parent}”."
                yield Finding(("agencies", index, "valid_from"), message, "dates")

    def _codes(self) -> Iterator[Finding]:
        holders: dict[str, str] = {}
        for index, agency in enumerate(self.agencies):
            code = agency.official_code
            if code and holders.setdefault(code, agency.id) != agency.id:
                message = f"{code} is the code of “{holders[code]}” already."
                yield Finding(("agencies", index, "official_code"), message, "code")

    def _cycles(self) -> Iterator[Finding]:
        parents = {agency.id: agency.parent for agency in self.agencies}
        for index, agency in enumerate(self.agencies):
            above, steps = agency.parent, [agency.id]
            while above and above not in steps:
                steps.append(above)
                above = parents.get(above)
            if above == agency.id:
                message = f"“{agency.id}” is above itself: {' > '.join([*steps, above])}."
                yield Finding(("agencies", index, "parent"), message, "cycle")


def _meet(one: Agency, other: Agency) -> bool:
    """Say whether two half-open spans share a day."""
    return one.valid_from < (other.valid_to or date.max) and other.valid_from < (
        one.valid_to or date.max
    )
