"""What stands against a dig: other works near in place and time, bans, dangerous pipes, traffic.

Distances are metres of the national grid; days are spans ``start <= day < end``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from shizheng.analysis.digging.values import Ban, BanKind, Section


class Reason(StrEnum):
    """Why two things conflict; the code that page, API and journal show."""

    SAME_SECTION = "same_section"  # 同一路段
    NEARBY = "nearby"  # 鄰近
    MORATORIUM = "moratorium"  # 新鋪路面禁挖
    HOLIDAY_BAN = "holiday_ban"  # 節日禁挖
    EVENT = "event"  # 活動禁挖
    HAZARDOUS_PIPE = "hazardous_pipe"  # 油氣管線，須管線單位到場
    TRAFFIC_CAPACITY = "traffic_capacity"  # 平行道路同時施工，容量不足


REFUSES = frozenset({Reason.MORATORIUM, Reason.HOLIDAY_BAN, Reason.EVENT})
"""Reasons for which a permit is refused; the others are to be settled between the two sides."""

BAN_REASONS = {
    BanKind.MORATORIUM: Reason.MORATORIUM,
    BanKind.HOLIDAY: Reason.HOLIDAY_BAN,
    BanKind.EVENT: Reason.EVENT,
}


@dataclass(frozen=True, slots=True)
class Dig:
    """A work with its place and dates (施工), ``start <= day < end``.

    ``closes_share`` is the share of a road's capacity that it takes, 0 to 1.
    """

    id: str
    owner: str
    line: BaseGeometry
    start: date
    end: date
    sections: tuple[str, ...] = ()
    closes_share: float = 0.5
    exempt: frozenset[str] = frozenset()

    def days_from(self, other: "Dig") -> int:
        """Return whole days between the two; 0 where they overlap or follow without a gap."""
        return max(0, (self.start - other.end).days, (other.start - self.end).days)


@dataclass(frozen=True, slots=True)
class HazardousPipe:
    """A pipe of gas or oil (油氣管線); within ``buffer_m`` its operator must be on site."""

    id: str
    operator: str
    substance: str
    line: BaseGeometry
    buffer_m: float


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing against a dig: ``other`` is the id of the second side, by ``reason``'s kind.

    ``section`` names the section where there is one; ``distance_m`` and ``days`` how near it is.
    Of traffic, ``left_vph`` is what both roads together can still carry, ``wanted_vph`` what wants
    to pass, vehicles an hour; ``is_counted`` whether both were measured.
    """

    reason: Reason
    dig: str
    other: str
    section: str = ""
    distance_m: float | None = None
    days: int | None = None
    left_vph: int | None = None
    wanted_vph: int | None = None
    is_counted: bool = True

    @property
    def refuses(self) -> bool:
        """Return whether a permit cannot be granted with it."""
        return self.reason in REFUSES


class DigIndex:
    """Works by place and time: which are within metres and days of another, none left out.

    Boxes of lines stand in a tree; the few that a widened box meets are cut by days and then by
    exact distance. The index does not change: it is made anew when works do.

    Args:
        digs: in any order; the index answers in this order.
    """

    def __init__(self, digs: Sequence[Dig]) -> None:
        self.digs = tuple(digs)
        self.lines = np.array([dig.line for dig in digs], dtype=object)
        self.starts = np.array([dig.start.toordinal() for dig in digs], dtype=np.int64)
        self.ends = np.array([dig.end.toordinal() for dig in digs], dtype=np.int64)
        self.tree = shapely.STRtree(self.lines)
        self.on_section: dict[str, list[int]] = {}
        for at, dig in enumerate(self.digs):
            for section in dig.sections:
                self.on_section.setdefault(section, []).append(at)

    def near(self, dig: Dig, metres: float, days: int) -> list[tuple[Dig, float]]:
        """Return works of the same section or within ``metres``, with their distance, in order.

        Only those within ``days`` count; ``dig`` itself is not among them.

        Raises:
            ValueError: metres or days below 0.
        """
        if metres < 0 or days < 0:
            raise ValueError(f"metres and days must be 0 or more, got {metres} and {days}")
        found = self.positions(dig.line, dig.start, dig.end, metres, days)
        found = np.union1d(found, self._same_section(dig, days))
        distances = shapely.distance(self.lines[found], dig.line)
        return [
            (self.digs[at], float(distance))
            for at, distance in zip(found.tolist(), distances.tolist(), strict=True)
            if self.digs[at].id != dig.id
        ]

    def _same_section(self, dig: Dig, days: int) -> NDArray[np.int64]:
        met = [at for section in dig.sections for at in self.on_section.get(section, ())]
        return self._in_time(np.array(met, dtype=np.int64), dig.start, dig.end, days)

    def _in_time(
        self, met: NDArray[np.int64], start: date, end: date, days: int
    ) -> NDArray[np.int64]:
        first, last = start.toordinal() - days, end.toordinal() + days
        return met[(self.starts[met] <= last) & (self.ends[met] >= first)]

    def positions(
        self, line: BaseGeometry, start: date, end: date, metres: float, days: int
    ) -> NDArray[np.int64]:
        """Return where in the order of ``digs`` the works near a line and span stand, rising.

        Returns:
            int64 (hits,).
        """
        west, south, east, north = line.bounds
        around = shapely.box(west - metres, south - metres, east + metres, north + metres)
        met = self._in_time(self.tree.query(around), start, end, days)
        shapely.prepare(line)
        met = met[shapely.dwithin(self.lines[met], line, metres)]
        return np.sort(met)


@dataclass(frozen=True, slots=True)
class ConflictRules:
    """How near is too near; figures of the pack.

    Args:
        near_m, near_days: works so near in metres and days conflict.
        parallel_m: roads so near and alike in direction carry each other's traffic.
        parallel_degrees: how far directions of parallel roads may differ.
    """

    near_m: float
    near_days: int
    parallel_m: float = 400.0
    parallel_degrees: float = 20.0


@dataclass(frozen=True)
class Surroundings:
    """All that a dig may conflict with; ``parallel`` as from ``parallel_sections``."""

    works: DigIndex
    sections: Mapping[str, Section]
    bans: Sequence[Ban] = ()
    pipes: Sequence[HazardousPipe] = ()
    parallel: Mapping[str, frozenset[str]] = field(default_factory=dict)


def conflicts_of(dig: Dig, around: Surroundings, rules: ConflictRules) -> tuple[Conflict, ...]:
    """Return everything that stands against ``dig``: refusals first, then by reason and id."""
    found = [
        *_with_works(dig, around, rules),
        *_with_bans(dig, around),
        *_with_pipes(dig, around.pipes),
        *_with_traffic(dig, around),
    ]
    return tuple(sorted(found, key=lambda c: (not c.refuses, c.reason, c.other, c.section)))


def _with_works(dig: Dig, around: Surroundings, rules: ConflictRules) -> Iterable[Conflict]:
    own = set(dig.sections)
    for other, distance in around.works.near(dig, rules.near_m, rules.near_days):
        days = dig.days_from(other)
        shared = sorted(own.intersection(other.sections))
        reason = Reason.SAME_SECTION if shared else Reason.NEARBY
        yield Conflict(
            reason, dig.id, other.id, shared[0] if shared else "", round(distance, 2), days
        )


def _with_bans(dig: Dig, around: Surroundings) -> Iterable[Conflict]:
    for ban in around.bans:
        if ban.id in dig.exempt or not (ban.start < dig.end and dig.start < ban.until):
            continue
        for name in dig.sections:
            if ban.holds_on(around.sections[name]):
                yield Conflict(BAN_REASONS[ban.kind], dig.id, ban.id, name)


def _with_pipes(dig: Dig, pipes: Sequence[HazardousPipe]) -> Iterable[Conflict]:
    if not pipes:
        return
    distances = shapely.distance(np.array([pipe.line for pipe in pipes], dtype=object), dig.line)
    for pipe, distance in zip(pipes, distances.tolist(), strict=True):
        if distance <= pipe.buffer_m:
            yield Conflict(
                Reason.HAZARDOUS_PIPE, dig.id, pipe.id, distance_m=round(float(distance), 2)
            )


def _with_traffic(dig: Dig, around: Surroundings) -> Iterable[Conflict]:
    """Roads that carry each other's traffic and are open together: is enough capacity left?"""
    for name in dig.sections:
        mine = around.sections[name]
        for parallel in sorted(around.parallel.get(name, ())):
            theirs = around.sections[parallel]
            for other in _open_on(theirs, dig, around.works):
                left = mine.capacity_vph * (1 - dig.closes_share)
                left += theirs.capacity_vph * (1 - other.closes_share)
                wanted = mine.flow_vph + theirs.flow_vph
                if left < wanted:
                    yield Conflict(
                        Reason.TRAFFIC_CAPACITY, dig.id, other.id, parallel,
                        left_vph=round(left), wanted_vph=wanted,
                        is_counted=mine.is_counted and theirs.is_counted,
                    )  # fmt: skip


def _open_on(section: Section, dig: Dig, works: DigIndex) -> Iterable[Dig]:
    for at in works.on_section.get(section.id, ()):
        other = works.digs[at]
        if other.start < dig.end and dig.start < other.end and other.id != dig.id:
            yield other


def parallel_sections(
    sections: Mapping[str, Section], rules: ConflictRules
) -> dict[str, frozenset[str]]:
    """Return for each section those beside it that run alike and could take its traffic.

    Two sections are parallel if neither touches the other, the middle of one is within
    ``parallel_m`` of the other, and their directions differ by ``parallel_degrees`` at most.
    """
    names = sorted(sections)
    lines = np.array([sections[name].line for name in names], dtype=object)
    if not len(lines):
        return {}
    angles = np.array([_direction(line) for line in lines])
    middles = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    tree = shapely.STRtree(lines)
    one, other = tree.query(middles, predicate="dwithin", distance=rules.parallel_m)
    turn = np.abs(angles[one] - angles[other])
    turn = np.minimum(turn, 180 - turn)
    apart = (turn <= rules.parallel_degrees) & ~shapely.intersects(lines[one], lines[other])
    found: dict[str, set[str]] = {}
    for a, b in zip(one[apart].tolist(), other[apart].tolist(), strict=True):
        found.setdefault(names[a], set()).add(names[b])
        found.setdefault(names[b], set()).add(names[a])
    return {name: frozenset(beside) for name, beside in found.items()}


def _direction(line: BaseGeometry) -> float:
    """Return the direction from first to last point, degrees from 0 to below 180."""
    points = shapely.get_coordinates(line)
    east, north = points[-1] - points[0]
    return float(np.degrees(np.arctan2(north, east)) % 180)


def line_of(sections: Mapping[str, Section], names: Iterable[str]) -> BaseGeometry:
    """Return the line of some sections as one geometry."""
    return shapely.union_all([sections[name].line for name in names])
