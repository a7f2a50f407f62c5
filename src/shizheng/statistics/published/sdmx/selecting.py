"""Which structures a query names, and which of those that they point to come along."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from shizheng.statistics.models import Indicator
from shizheng.statistics.published.sdmx.artefacts import (
    KINDS,
    Artefact,
    Codelist,
    Dataflow,
    DataStructure,
)
from shizheng.statistics.published.sdmx.errors import NoResults, QueryUnreadable
from shizheng.statistics.published.sdmx.naming import Standard, maintainer
from shizheng.statistics.published.sdmx.structures import Structures, flow_id

ANY = frozenset({"all", "*", ""})
NEWEST = frozenset({"latest", "~", "+", *ANY})
STUBS = frozenset({"allstubs", "allcompletestubs"})
DETAILS = ("full", "referencestubs", "referencepartial", "referencecompletestubs", "raw", *STUBS)
REFERENCES = (
    "none", "parents", "parentsandsiblings", "ancestors", "children", "descendants", "all",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Selection:
    """Structures that a query names: kind, maintainer, ids, version, and what comes along."""

    kind: str
    agency: str = "all"
    ids: frozenset[str] = ANY
    version: str = "latest"
    references: str = "none"
    is_stub: bool = False


def selection(parts: list[str], given: QueryDict) -> Selection:
    """Read the address and the parameters of a query for structures.

    Raises:
        QueryUnreadable: what to change.
    """
    kind, agency, ids, version = (*parts, *("", "all", "all", "latest")[len(parts) :])[:4]
    if kind not in {*KINDS, "structure"} or len(parts) > 5:
        raise QueryUnreadable(value=kind[:60], name="resource", expected=", ".join(KINDS))
    references = given.get("references", "none").lower()
    if references not in {*REFERENCES, *KINDS}:
        known = ", ".join((*REFERENCES, *KINDS))
        raise QueryUnreadable(value=references[:60], name="references", expected=known)
    detail = given.get("detail", "full").lower()
    if detail not in DETAILS:
        raise QueryUnreadable(value=detail[:60], name="detail", expected=", ".join(DETAILS))
    wanted = frozenset(ids.replace(" ", "+").replace("+", ",").split(","))
    return Selection(kind, agency, wanted, version, references, detail in STUBS)


def selected(asked: Selection, standard: Standard, *, at: datetime) -> list[Artefact]:
    """Return the structures, then those that come along.

    Raises:
        NoResults: none is there.
    """
    structures = Structures(at)
    kinds = KINDS if asked.kind == "structure" else [asked.kind]
    found = [each for kind in kinds for each in _named(structures, kind, asked, standard)]
    if not found:
        raise NoResults(kind=asked.kind, name=", ".join(sorted(asked.ids))[:60])
    along = list(_along(structures, found, asked.references))
    return [*found, *along]


def _named(
    structures: Structures, kind: str, asked: Selection, standard: Standard
) -> Iterator[Artefact]:
    if asked.agency not in {*ANY, maintainer()}:
        return
    for each in _of_kind(structures, kind, asked.ids):
        if asked.version in {*NEWEST, standard.version(each.version)}:
            yield each


def _of_kind(structures: Structures, kind: str, ids: frozenset[str]) -> Iterable[Artefact]:
    """Return artefacts of a kind; of many indicators only those that are named are read."""
    if ids & ANY or kind in ("codelist", "conceptscheme"):
        return (each for each in structures.all(kind) if ids & ANY or each.id in ids)
    names = {name.removeprefix("DSD_") if kind == "datastructure" else name for name in ids}
    rows = [row for row in structures.indicators() if flow_id(row.code) in names]
    made: list[Artefact] = [
        structures.dataflow(row) if kind == "dataflow" else structures.datastructure(row)
        for row in rows
    ]
    return (each for each in made if each.id in ids)


def _along(structures: Structures, found: list[Artefact], references: str) -> Iterator[Artefact]:
    """Yield what is pointed to, and what points to it, as ``references`` says."""
    flows = {each.id for each in found if isinstance(each, Dataflow)}
    dsds = {each.id for each in found if isinstance(each, DataStructure)}
    lists = {each.id for each in found if isinstance(each, Codelist)}
    goes_down = references in ("children", "descendants", "all", "parentsandsiblings", *KINDS)
    goes_up = references in ("parents", "parentsandsiblings", "ancestors", "all")
    for row in structures.indicators():
        flow, dsd = flow_id(row.code), f"DSD_{flow_id(row.code)}"
        if goes_down and (flow in flows or dsd in dsds):
            is_deep = references != "children" or dsd in dsds
            yield from _below(structures, row, references, is_deep=is_deep)
        if goes_up and dsd in dsds:
            yield structures.dataflow(row)
        if goes_up and lists:
            structure = structures.datastructure(row)
            if lists & {each.id for each in structure.codelists}:
                yield structure


def _below(
    structures: Structures, row: Indicator, references: str, *, is_deep: bool
) -> Iterator[Artefact]:
    structure = structures.datastructure(row)
    parts: list[Artefact] = [structure]
    if is_deep:
        parts += [structures.concepts(), *structure.codelists]
    wanted = KINDS.get(references)
    yield from (each for each in parts if wanted is None or isinstance(each, wanted))
