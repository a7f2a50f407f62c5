"""What can stand as evidence for a promise of the plan (證據來源), each entered by its own room.

``plan`` binds commitments to evidence by the name of a kind and a reference that the kind
understands: an indicator's code now; a register's filter, a class of documents, a ledger's account
or a model's run once their rooms enter themselves here.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from shizheng.kernel.registry import Registry

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack


@dataclass(frozen=True, slots=True)
class Observed:
    """One number of a source, of one period (觀測值).

    Args:
        period: as SDMX writes it.
        dated_on: the last day of the period, or the day of counting while it runs.
        rows: rows of the work that were counted.
        is_running: the period is not over.
    """

    period: str
    dated_on: date
    value: Decimal | None
    rows: int
    is_running: bool = False
    is_synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """What a source shows at a moment: its numbers, oldest first, and how they were made.

    Args:
        unit: code of the unit; ``unit_name`` is how people write it, by language.
        version: of the definition; ``vintage`` counts the states of knowledge.
        digest: SHA-256 of the series.
    """

    unit: str
    unit_name: Mapping[str, str]
    version: int
    vintage: int
    digest: str
    numbers: tuple[Observed, ...]


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """A kind of source (證據種類).

    Args:
        units_in: reference to unit of everything of this kind that a pack holds and that everybody
            may see.
        vintages: by reference, which state of knowledge is the newest at a moment; what shows
            nothing yet is absent. Cheap: it is asked before ``observe``.
        observe: what each reference shows at a moment.
        address: where people read how it is made; empty where there is no page.
    """

    units_in: Callable[["Pack"], Mapping[str, str]]
    vintages: Callable[[Collection[str], datetime], Mapping[str, int]]
    observe: Callable[[Collection[str], datetime], Mapping[str, Observation]]
    address: Callable[[str], str]


evidence_kinds: Registry[EvidenceKind] = Registry("Kinds of evidence")
