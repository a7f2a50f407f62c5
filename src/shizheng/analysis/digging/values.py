"""The road and the works on it, as values: sections, requests, bans, openings and plans.

Lines are shapely lines in metres of the national grid (TWD97, EPSG:3826). Dates are local days;
every span is half open, so ``until`` and ``end`` are the first day after.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of road between two junctions (路段).

    Args:
        line: its middle line, metres.
        road_class: the class of the road, as a key of the pack (for example ``arterial``).
        paved_on: day of the last paving; None if not known.
        warranty_until: first day after the warranty of that paving.
        capacity_vph: vehicles an hour that it can carry, both directions together.
        flow_vph: vehicles an hour that want to pass at the peak.
        is_counted: both were measured there, not estimated from the class of the road.
    """

    id: str
    line: BaseGeometry
    road_class: str = ""
    paved_on: date | None = None
    warranty_until: date | None = None
    capacity_vph: int = 0
    flow_vph: int = 0
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class DigRequest:
    """What an owner of pipes wants to dig (挖掘申請), before it has dates of its own.

    Args:
        owner: key of the owner (管線單位).
        kind: what is laid, a key of the pack (``water``, ``gas``): some must not share a trench.
        sections: ids of the sections it opens, at least one.
        earliest: first day on which it may begin.
        latest: first day after the last on which it may still be open.
        days: how many days it is open when it is dug alone, 1 or more.
        crew: kind of crew it needs.
        received_on: when it was asked; the order of first come, first served.
        fixed: the day on which it must begin, where that cannot move.
        after: ids of requests that must be closed before it begins.
        emergency: begins on ``earliest`` whatever bans say, and shares its trench with nobody.
        exempt: ids of bans that were lifted for it (專案核准).

    Raises:
        ValueError: no section, no day, a window too short for its days, or an emergency that waits.
    """

    id: str
    owner: str
    kind: str
    sections: tuple[str, ...]
    earliest: date
    latest: date
    days: int
    received_on: date
    crew: str = ""
    fixed: date | None = None
    after: tuple[str, ...] = ()
    emergency: bool = False
    exempt: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.sections or len(set(self.sections)) != len(self.sections):
            raise ValueError(f"{self.id} must name its sections, each once, got {self.sections}")
        if self.days < 1 or self.latest - self.earliest < timedelta(self.days):
            raise ValueError(f"{self.id} does not fit {self.days} days into its window")
        if self.emergency and self.after:
            raise ValueError(f"{self.id} is an emergency and waits for nobody, got {self.after}")


class BanKind(StrEnum):
    """Why a section may not be opened for a time."""

    MORATORIUM = "moratorium"  # 新鋪路面禁挖
    HOLIDAY = "holiday"  # 節日禁挖
    EVENT = "event"  # 活動禁挖


@dataclass(frozen=True, slots=True)
class Ban:
    """A time in which sections may not be opened (禁挖): ``start <= day < until``.

    ``sections`` None: every section; ``classes`` None: roads of every class.
    """

    id: str
    kind: BanKind
    start: date
    until: date
    sections: frozenset[str] | None = None
    classes: frozenset[str] | None = None

    def holds_on(self, section: Section) -> bool:
        """Return whether it closes this section."""
        return (self.sections is None or section.id in self.sections) and (
            self.classes is None or section.road_class in self.classes
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """A work that already has its dates (已核准), around which others are planned."""

    id: str
    owner: str
    crew: str
    sections: tuple[str, ...]
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class JointRules:
    """How works may share an opening (聯合挖掘規則).

    Args:
        most_partners: requests in one opening at most, 1 or more.
        days_per_partner: days that each further partner adds to the longest work.
        rest_days: days between two openings of one section at least.
        apart: pairs of kinds that must not lie in one trench; a kind with itself is ``{kind}``.
    """

    most_partners: int = 4
    days_per_partner: int = 1
    rest_days: int = 0
    apart: frozenset[frozenset[str]] = frozenset()

    def may_share(self, one: str, other: str) -> bool:
        """Return whether two kinds may lie in one trench."""
        return frozenset((one, other)) not in self.apart


@dataclass(frozen=True, slots=True)
class Pins:
    """What people decided and the planner must keep (釘選).

    ``together`` are sets of requests in one opening; ``apart`` pairs that must not share one.
    """

    starts: Mapping[str, date] = field(default_factory=dict)
    together: tuple[frozenset[str], ...] = ()
    apart: frozenset[frozenset[str]] = frozenset()


@dataclass(frozen=True)
class Year:
    """All that a plan depends on. ``crews`` limits crews at work at once by (owner, crew)."""

    sections: Mapping[str, Section]
    requests: tuple[DigRequest, ...]
    bans: tuple[Ban, ...] = ()
    standing: tuple[Standing, ...] = ()
    crews: Mapping[tuple[str, str], int] = field(default_factory=dict)
    rules: JointRules = field(default_factory=JointRules)
    pins: Pins = field(default_factory=Pins)


@dataclass(frozen=True, slots=True)
class Opening:
    """A road opened once for one or more requests (聯合挖掘), ``start <= day < end``.

    ``lead`` is the partner that opens most sections, of equals the one that comes first by id;
    every partner shares a section with it. Sections are those of all partners, in order of id.
    """

    lead: str
    partners: tuple[str, ...]
    sections: tuple[str, ...]
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Plan:
    """Openings in order of start and lead, and the requests that found no place (未排入)."""

    openings: tuple[Opening, ...]
    deferred: tuple[str, ...] = ()

    @property
    def opened_sections(self) -> int:
        """How often a section is opened: the figure that joint digging makes small."""
        return sum(len(opening.sections) for opening in self.openings)

    def starts(self) -> dict[str, date]:
        """Return the first day of every planned request."""
        return {partner: o.start for o in self.openings for partner in o.partners}


def lead_order(request: DigRequest) -> tuple[int, str]:
    """Return what puts the lead of an opening first: most sections, then id."""
    return -len(request.sections), request.id


def moratoria(sections: Mapping[str, Section], days: int) -> tuple[Ban, ...]:
    """Return the bans that follow from the last pavings: ``days`` from the day of paving."""
    return tuple(
        Ban(
            id=f"moratorium:{section.id}",
            kind=BanKind.MORATORIUM,
            start=section.paved_on,
            until=section.paved_on + timedelta(days),
            sections=frozenset((section.id,)),
        )
        for section in sections.values()
        if section.paved_on is not None
    )
