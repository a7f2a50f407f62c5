"""The year's joint digging: a first plan, improved piece by piece, with its bound and its saving.

Each connected cluster is solved by itself, a large one in pieces with the rest standing still,
so that no step makes the plan worse or breaks a rule. Limits are the solver's deterministic
time, not the clock's: the same year, seed and effort give the same plan on any machine.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil

from shizheng.analysis.digging.clusters import (
    clusters_of,
    fewest_openings,
    leads_for,
    pieces_of,
)
from shizheng.analysis.digging.first_come import first_come
from shizheng.analysis.digging.joining import PinImpossible, join_greedily
from shizheng.analysis.digging.solving import Effort, Solved, Task, solve
from shizheng.analysis.digging.timetable import Placed, Timetable, sections_of
from shizheng.analysis.digging.values import DigRequest, Plan, Section, Year

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Method:
    """How the year is cut and solved.

    Args:
        effort: limits, seed and weights of the solver for one piece.
        piece: requests solved at once at most.
        rounds: how often large clusters are cut anew, elsewhere each time.
    """

    effort: Effort = field(default_factory=Effort)
    piece: int = 40
    rounds: int = 2


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, what it is compared with, and how near it is to the best possible.

    Args:
        plan: the joint plan; it keeps every rule and pin.
        first_come: the same requests, first come, first served.
        first_joint: opened sections of the joint plan before the solver improved it.
        bound: no plan of the same requests opens fewer sections. Of clusters solved whole it is
            the solver's bound, given the crews that the other clusters leave; of the others the
            sum of what each section needs by itself.
        clusters: how many, the largest, and how many were proven to be the best.
    """

    plan: Plan
    first_come: Plan
    first_joint: int
    bound: int
    clusters: int
    largest_cluster: int
    proven_clusters: int

    @property
    def saved_share(self) -> float:
        """Share of opened sections that first come, first served would have had besides."""
        before = self.first_come.opened_sections
        return 1 - self.plan.opened_sections / before if before else 0.0

    @property
    def gap_share(self) -> float:
        """How far the plan may be from the best possible, as a share of the bound."""
        return self.plan.opened_sections / self.bound - 1 if self.bound else 0.0


def plan_year(
    year: Year,
    method: Method | None = None,
    previous: Plan | None = None,
    progress: Progress | None = None,
) -> Planned:
    """Return the plan with the fewest opened sections that was found, then least disruption.

    Args:
        previous: an earlier plan; requests that need not move stay as they are there.
        progress: told after each cluster how many requests of how many are done.

    Raises:
        PinImpossible: a pin cannot be kept.
        ValueError: the year is not sound (unknown sections, repeated ids, waiting in a circle).
    """
    method = method or Method()
    baseline = first_come(year)
    table = join_greedily(year, previous)
    _not_worse(table, year, baseline)
    first_joint = table.plan().opened_sections
    clusters = clusters_of(year)
    improver = _Improver(table, method, previous)
    done, bound, proven = 0, 0, 0
    for cluster in clusters:
        found, is_proven = improver.improve(cluster)
        bound, proven, done = bound + found, proven + is_proven, done + len(cluster)
        if progress is not None:
            progress(done, len(year.requests))
    _refuse_broken_pins(table)
    return Planned(
        plan=table.plan(),
        first_come=baseline,
        first_joint=first_joint,
        bound=bound,
        clusters=len(clusters),
        largest_cluster=max((len(cluster) for cluster in clusters), default=0),
        proven_clusters=proven,
    )


def _refuse_broken_pins(table: Timetable) -> None:
    pins = table.year.pins
    for name in sorted({*pins.starts, *(n for together in pins.together for n in together)}):
        placed = table.at.get(name)
        if placed is None or placed.start != pins.starts.get(name, _day(placed)).toordinal():
            raise PinImpossible(request=name)


def _day(placed: Placed) -> date:
    return date.fromordinal(placed.start)


def _not_worse(table: Timetable, year: Year, baseline: Plan) -> None:
    """Fall back to first come, first served where joining did worse than that.

    Pins are kept either way, so a year with pins stays as it was joined.
    """
    pins = year.pins
    if pins.starts or pins.together or pins.apart:
        return
    joint = table.plan()
    if _cost(joint) <= _cost(baseline):
        return
    for placed in table.openings():
        table.remove(placed)
    for opening in baseline.openings:
        table.place([table.requests[opening.lead]], opening.start.toordinal())


def _cost(plan: Plan) -> tuple[int, int]:
    return len(plan.deferred), plan.opened_sections


class _Improver:
    """Solves clusters on a timetable, which it changes only for the better."""

    def __init__(self, table: Timetable, method: Method, previous: Plan | None) -> None:
        self.table, self.method = table, method
        before = previous.starts() if previous else {}
        self.wishes = {
            request.id: before.get(request.id, request.fixed or request.earliest).toordinal()
            for request in table.year.requests
        }
        self.leads_before = (
            {name: o.lead for o in previous.openings for name in o.partners} if previous else {}
        )
        self.weights = {name: weight_of(s) for name, s in table.year.sections.items()}

    def improve(self, cluster: Sequence[str]) -> tuple[int, bool]:
        """Improve a cluster; return the bound on its opened sections and whether that is met."""
        solved: Solved | None = None
        rounds = 1 if len(cluster) <= self.method.piece else self.method.rounds
        pinned = self.table.year.pins.together
        for turn in range(rounds):
            offset = turn * self.method.piece // rounds
            for piece in pieces_of(cluster, self.method.piece, offset, pinned):
                solved = self._improve_piece(piece)
        requests = [self.table.requests[name] for name in cluster if name in self.table.at]
        opened = self._opened(self._within(set(cluster)))
        bound = fewest_openings(self.table.year, requests)
        if rounds == 1 and solved is not None and len(requests) == len(cluster):
            bound = max(bound, min(opened, ceil(solved.bound - 1e-6)))
        return bound, bound == opened

    def _within(self, names: set[str]) -> list[Placed]:
        found = {self.table.at[name] for name in names if name in self.table.at}
        whole = [placed for placed in found if names.issuperset(placed.partners)]
        return sorted(whole, key=lambda placed: placed.lead)

    def _opened(self, openings: Iterable[Placed]) -> int:
        return sum(len(sections_of(self.table.requests, p.partners)) for p in openings)

    def _improve_piece(self, piece: Sequence[str]) -> Solved | None:
        """Solve what is free in a piece and keep the answer if it is not worse."""
        table = self.table
        hint = self._within(set(piece))
        inside = {name for placed in hint for name in placed.partners}
        free = [table.requests[n] for n in piece if n in inside or n not in table.at]
        if not self._is_worth_solving(free, inside):
            return None
        for placed in hint:
            table.remove(placed)
        task = Task(table, tuple(free), tuple(hint), self.wishes, self.leads_before, self.weights)
        solved = solve(task, self.method.effort)
        deferring = 1 + sum(len(request.sections) for request in free)
        cost = self._opened(hint) + deferring * (len(free) - len(inside))
        if solved is None or solved.cost > cost:
            self._put_back(hint)
            return solved
        for names, start in solved.openings:
            table.place([table.requests[name] for name in names], start)
        return solved

    def _put_back(self, hint: Iterable[Placed]) -> None:
        for placed in hint:
            self.table.place([self.table.requests[n] for n in placed.partners], placed.start)

    def _is_worth_solving(self, free: Sequence[DigRequest], inside: set[str]) -> bool:
        """A piece is solved if something may be joined, placed or moved nearer its wish."""
        if len(free) > len(inside):
            return True
        if any(self.table.at[r.id].start != self.wishes[r.id] for r in free):
            return True
        return any(len(leads) > 1 for leads in leads_for(self.table.year, free).values())


def weight_of(section: Section) -> int:
    """Return what a day of opening costs on a section: 1 on an empty road, 10 on a full one."""
    if section.capacity_vph <= 0:
        return 1
    return 1 + round(9 * min(1.0, section.flow_vph / section.capacity_vph))


def disruption_of(plan: Plan, sections: Mapping[str, Section]) -> int:
    """Return days of opening by the weight of the sections: what residents and traffic bear."""
    return sum(
        (opening.end - opening.start).days * weight_of(sections[name])
        for opening in plan.openings
        for name in opening.sections
    )
