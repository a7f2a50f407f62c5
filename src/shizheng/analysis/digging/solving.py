"""The best openings of a few requests, everything around them standing still, by CP-SAT.

OR-Tools is imported when a piece is solved and nowhere else: it takes a quarter of a second.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

from shizheng.analysis.digging.clusters import by_section, fewest_on_section, leads_for
from shizheng.analysis.digging.joining import may_pair
from shizheng.analysis.digging.timetable import Placed, Span, Timetable, set_start
from shizheng.analysis.digging.values import DigRequest

if TYPE_CHECKING:
    from ortools.sat.python import cp_model


@dataclass(frozen=True, slots=True)
class Effort:
    """How long the solver may think about a piece, in its own deterministic seconds, and how.

    Args:
        openings, days: for the fewest openings, and then for the least disruption.
        seed: of the solver; the same seed gives the same plan on any machine.
        move_weight: what a request moved by a day costs against a day of full disruption.
        regroup_weight: what a request moved to another opening costs when a plan is made anew.
    """

    openings: float = 1.0
    days: float = 0.5
    seed: int = 0
    move_weight: int = 1
    regroup_weight: int = 1000


@dataclass(frozen=True)
class Task:
    """A piece to solve: free requests, wished starts, earlier leads and weights of sections.

    ``table`` holds everything but the free requests; ``hint`` is how they stood.
    """

    table: Timetable
    free: tuple[DigRequest, ...]
    hint: tuple[Placed, ...]
    wishes: Mapping[str, int]
    leads_before: Mapping[str, str]
    weights: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Solved:
    """Openings found as partners and start, and the solver's bound on sections opened.

    ``bound`` counts what is deferred as in ``Model.deferring``; None: nothing better was found.
    """

    openings: tuple[tuple[tuple[str, ...], int], ...]
    bound: float
    is_proven: bool
    cost: int


@dataclass
class Model:
    """Variables of a piece. ``joins[r, g]``: request r digs in the opening that g leads."""

    task: Task
    base: int
    horizon: int
    cp: "cp_model.CpModel"
    starts: dict[str, Any] = field(default_factory=dict)
    ends: dict[str, Any] = field(default_factory=dict)
    lengths: dict[str, Any] = field(default_factory=dict)
    placed: dict[str, Any] = field(default_factory=dict)
    joins: dict[tuple[str, str], Any] = field(default_factory=dict)
    opens: dict[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def deferring(self) -> int:
        """What it costs to leave a request out: more than all sections together."""
        return 1 + sum(len(request.sections) for request in self.task.free)


def solve(task: Task, effort: Effort) -> Solved | None:
    """Return the best openings found for a piece, or None if nothing as good as before is.

    First as few deferred requests and opened sections as can be, then, among those, the least
    disruption and movement.
    """
    from ortools.sat.python import cp_model

    model = _build(task, cp_model.CpModel())
    if model is None:
        return None
    cost = sum(model.opens.values()) + model.deferring * sum(
        1 - placed for placed in model.placed.values()
    )
    hint = {name: placed for placed in task.hint for name in placed.partners}
    _hint(model, hint)
    model.cp.minimize(cost)
    solver = _solver(cp_model, effort, effort.openings)
    status = solver.solve(model.cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    fewest, bound = round(solver.objective_value), solver.best_objective_bound
    is_proven = status == cp_model.OPTIMAL
    found = _read(model, solver)
    model.cp.clear_objective()  # type: ignore[no-untyped-call]
    model.cp.add(cost <= fewest)
    model.cp.clear_hints()  # type: ignore[no-untyped-call]
    _hint_from(model, solver)
    model.cp.minimize(_disruption(model, effort))
    second = _solver(cp_model, effort, effort.days)
    if second.solve(model.cp) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        found = _read(model, second)
    return Solved(found, bound, is_proven, fewest)


def _solver(cp_model: Any, effort: Effort, limit: float) -> Any:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = effort.seed
    solver.parameters.max_deterministic_time = limit
    return solver


def _build(task: Task, cp: "cp_model.CpModel") -> Model | None:
    """State the piece; None where a request that cannot be left out has no day at all."""
    base = min(request.earliest.toordinal() for request in task.free) - 1
    last = max(request.latest.toordinal() for request in task.free)
    model = Model(task, base, last - base, cp)
    for request in task.free:
        if not _add_request(model, request):
            return None
    _add_joins(model)
    _add_sections(model)
    _add_crews(model)
    _add_pins(model)
    return model


def _add_request(model: Model, request: DigRequest) -> bool:
    """Add the days of a request and whether it is placed at all."""
    from ortools.sat.python import cp_model

    year, name = model.task.table.year, request.id
    spans = _days_possible(model, request)
    model.placed[name] = model.cp.new_bool_var(f"placed {name}")
    must_dig = name in year.pins.starts or any(name in t for t in year.pins.together)
    must_dig = must_dig or request.emergency
    if must_dig:
        model.cp.add(model.placed[name] == 1)
    if not spans:
        if must_dig:
            return False
        model.cp.add(model.placed[name] == 0)
        spans = [(0, 0)]
    domain = cp_model.Domain.from_intervals([list(span) for span in spans])
    most = model.horizon
    model.starts[name] = model.cp.new_int_var_from_domain(domain, f"start {name}")
    model.ends[name] = model.cp.new_int_var(0, most + request.days, f"end {name}")
    model.lengths[name] = model.cp.new_int_var(request.days, most + request.days, f"days {name}")
    window = model.task.table.window(_without(request, {r.id for r in model.task.free}))
    if window is not None:
        end_by = window[1] - model.base
        model.cp.add(model.ends[name] <= end_by).only_enforce_if(model.placed[name])
    interval = model.cp.new_optional_interval_var(
        model.starts[name], model.lengths[name], model.ends[name], model.placed[name], name
    )
    bans = [
        (first, end)
        for first, end in merged(model.task.table.banned(request))
        if end > model.base and first - model.base < most
    ]
    if bans:
        fixed = [
            model.cp.new_fixed_size_interval_var(first - model.base, end - first, "ban")
            for first, end in bans
        ]
        model.cp.add_no_overlap([interval, *fixed])
    return True


def _days_possible(model: Model, request: DigRequest) -> list[Span]:
    """Return first and last of the runs of days, from ``base``, on which it may begin alone."""
    table = model.task.table
    free = {r.id for r in model.task.free}
    outside = [b for b in request.after if b not in free and b not in table.at]
    window = table.window(_without(request, free))
    if outside or window is None:
        return []
    first, last = window[0], window[1] - request.days
    wished = set_start(table.year, request)
    if wished is not None:
        first, last = max(first, wished), min(last, wished)
    spans = [(first, last)]
    for ban_first, ban_end in merged(table.banned(request)):
        spans = [
            part
            for low, high in spans
            for part in (
                (low, min(high, ban_first - request.days)),
                (max(low, ban_end), high),
            )
            if part[0] <= part[1]
        ]
    return sorted({(low - model.base, high - model.base) for low, high in spans})


def _without(request: DigRequest, free: set[str]) -> DigRequest:
    """Return the request without predecessors that are free themselves."""
    return replace(request, after=tuple(b for b in request.after if b not in free))


def merged(spans: Sequence[Span]) -> list[Span]:
    """Return the same days as the fewest spans, in order."""
    out: list[Span] = []
    for first, end in sorted(spans):
        if out and first <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((first, end))
    return out


def _add_joins(model: Model) -> None:
    """Every placed request digs in one opening; who joins has the days of its lead."""
    task, cp, rules = model.task, model.cp, model.task.table.rules
    leads = leads_for(task.table.year, task.free)
    requests = {request.id: request for request in task.free}
    for name, candidates in leads.items():
        for lead in candidates:
            model.joins[name, lead] = cp.new_bool_var(f"{name} in {lead}")
        cp.add(sum(model.joins[name, lead] for lead in candidates) == model.placed[name])
    partners: dict[str, list[str]] = {}
    for name, lead in model.joins:
        partners.setdefault(lead, []).append(name)
    for lead, names in partners.items():
        cp.add(model.ends[lead] == model.starts[lead] + model.lengths[lead])
        leads_it = model.joins[lead, lead]
        number = sum(model.joins[name, lead] for name in names)
        cp.add(number <= rules.most_partners)
        for name in names:
            joins = model.joins[name, lead]
            days = requests[name].days + rules.days_per_partner * (number - 1)
            cp.add(model.lengths[lead] >= days).only_enforce_if(joins)
            if name != lead:
                cp.add_implication(joins, leads_it)
                cp.add(model.starts[name] == model.starts[lead]).only_enforce_if(joins)
                cp.add(model.ends[name] == model.ends[lead]).only_enforce_if(joins)
                cp.add(model.lengths[name] == model.lengths[lead]).only_enforce_if(joins)
        for one, other in combinations(names, 2):
            if not may_pair(task.table.year, requests[one], requests[other]):
                cp.add_bool_or(~model.joins[one, lead], ~model.joins[other, lead])
    _add_precedence(model)


def _add_precedence(model: Model) -> None:
    for request in model.task.free:
        for before in request.after:
            if before in model.placed:
                placed = model.placed[request.id]
                model.cp.add_implication(placed, model.placed[before])
                model.cp.add(model.starts[request.id] >= model.ends[before]).only_enforce_if(placed)


def _add_sections(model: Model) -> None:
    """A section is open for one opening at a time, with rest between two."""
    task, cp = model.task, model.cp
    requests = {request.id: request for request in task.free}
    joining: dict[tuple[str, str], list[str]] = {}
    for name, lead in model.joins:
        for section in requests[name].sections:
            joining.setdefault((lead, section), []).append(name)
    for (lead, section), names in joining.items():
        if lead in names:
            model.opens[lead, section] = model.joins[lead, lead]
            continue
        opens = model.opens[lead, section] = cp.new_bool_var(f"{lead} opens {section}")
        joins = [model.joins[name, lead] for name in names]
        for literal in joins:
            cp.add_implication(literal, opens)
        cp.add_bool_or(joins).only_enforce_if(opens)
    leads_on: dict[str, list[str]] = {}
    for lead, section in model.opens:
        leads_on.setdefault(section, []).append(lead)
    for section, group in by_section(task.free).items():
        _open_once(model, section, leads_on[section], requests)
        if len(group) > 1:
            opened = sum(model.opens[lead, section] for lead in leads_on[section])
            left_out = sum(1 - model.placed[request.id] for request in group)
            cp.add(opened + left_out >= fewest_on_section(task.table.year, group))


def _open_once(
    model: Model, section: str, leads: Sequence[str], requests: Mapping[str, DigRequest]
) -> None:
    """Keep openings of one section apart, and clear of what is open there already."""
    cp, table = model.cp, model.task.table
    rest = table.rules.rest_days
    taken = [(first, end + rest) for first, end, _ in table.busy.get(section, ())]
    intervals = []
    for lead in leads:
        request = requests[lead]
        if request.emergency:
            first = request.earliest.toordinal()
            taken.append((first, first + request.days + rest))
            continue
        interval = cp.new_optional_interval_var(
            model.starts[lead],
            model.lengths[lead] + rest,
            model.ends[lead] + rest,
            model.opens[lead, section],
            f"{lead} on {section}",
        )
        intervals.append(interval)
    fixed = [
        cp.new_fixed_size_interval_var(first - model.base, end - first, "taken")
        for first, end in merged(taken)
    ]
    if intervals and len(intervals) + len(fixed) > 1:
        cp.add_no_overlap([*intervals, *fixed])


def _add_crews(model: Model) -> None:
    """Crews of an owner at work at once, those around the piece included."""
    task, cp = model.task, model.cp
    by_crew: dict[tuple[str, str], list[DigRequest]] = {}
    for request in task.free:
        key = (request.owner, request.crew)
        if key in task.table.year.crews and not request.emergency:
            by_crew.setdefault(key, []).append(request)
    for key, group in by_crew.items():
        limit = task.table.year.crews[key]
        first = min(request.earliest.toordinal() for request in group)
        end = max(request.latest.toordinal() for request in group)
        levels = _levels(task.table.crew_days.get(key, Counter()), first, end)
        if len(group) + max((level for _, _, level in levels), default=0) <= limit:
            continue
        intervals = [
            cp.new_optional_fixed_size_interval_var(
                model.starts[r.id], r.days, model.placed[r.id], f"crew {r.id}"
            )
            for r in group
        ]
        intervals += [
            cp.new_fixed_size_interval_var(start - model.base, stop - start, "crew")
            for start, stop, _ in levels
        ]
        demands = [1] * len(group) + [min(level, limit) for _, _, level in levels]
        cp.add_cumulative(intervals, demands, limit)


def _levels(at_work: Mapping[int, int], first: int, end: int) -> list[tuple[int, int, int]]:
    """Return the runs of days with the same number of crews at work, where there is any."""
    runs: list[tuple[int, int, int]] = []
    for day in range(first, end):
        level = at_work.get(day, 0)
        if level and runs and runs[-1][1:] == (day, level):
            runs[-1] = (runs[-1][0], day + 1, level)
        elif level:
            runs.append((day, day + 1, level))
    return runs


def _add_pins(model: Model) -> None:
    """Requests pinned together are in one opening, whoever leads it."""
    for together in model.task.table.year.pins.together:
        names = sorted(name for name in together if name in model.placed)
        leads = {lead for name, lead in model.joins if name in together}
        for one, other in pairwise(names):
            for lead in leads:
                model.cp.add(model.joins.get((one, lead), 0) == model.joins.get((other, lead), 0))


def _hint(model: Model, hint: Mapping[str, Placed]) -> None:
    for request in model.task.free:
        placed = hint.get(request.id)
        model.cp.add_hint(model.placed[request.id], placed is not None)
        if placed is not None:
            model.cp.add_hint(model.starts[request.id], placed.start - model.base)
            model.cp.add_hint(model.ends[request.id], placed.end - model.base)
            model.cp.add_hint(model.lengths[request.id], placed.end - placed.start)
    for (name, lead), joins in model.joins.items():
        model.cp.add_hint(joins, name in hint and hint[name].lead == lead)


def _hint_from(model: Model, solver: Any) -> None:
    for variables in (model.starts, model.ends, model.lengths):
        for variable in variables.values():
            model.cp.add_hint(variable, solver.value(variable))
    for literals in (model.placed, model.joins):
        for literal in literals.values():
            model.cp.add_hint(literal, solver.boolean_value(literal))


def _disruption(model: Model, effort: Effort) -> Any:
    """Days open by the weight of each section, days moved, and openings left."""
    task, cp = model.task, model.cp
    terms = []
    for (lead, section), opens in model.opens.items():
        days = cp.new_int_var(0, model.horizon * 2, f"open {lead} {section}")
        cp.add(days >= model.lengths[lead]).only_enforce_if(opens)
        terms.append(task.weights.get(section, 1) * days)
    for request in task.free:
        wish = task.wishes[request.id] - model.base
        moved = cp.new_int_var(0, max(model.horizon, abs(wish)) * 2, f"moved {request.id}")
        for side in (1, -1):
            cp.add(moved >= side * (model.starts[request.id] - wish)).only_enforce_if(
                model.placed[request.id]
            )
        terms.append(effort.move_weight * moved)
        before = task.leads_before.get(request.id, "")
        if (request.id, before) in model.joins:
            terms.append(effort.regroup_weight * (1 - model.joins[request.id, before]))
    return sum(terms)


def _read(model: Model, solver: Any) -> tuple[tuple[tuple[str, ...], int], ...]:
    """Return the openings of a solution as partners and start."""
    partners: dict[str, list[str]] = {}
    for (name, lead), joins in model.joins.items():
        if solver.boolean_value(joins):
            partners.setdefault(lead, []).append(name)
    return tuple(
        (tuple(sorted(names)), solver.value(model.starts[lead]) + model.base)
        for lead, names in sorted(partners.items())
    )
