"""A first joint plan: each request joins the opening that saves most, or opens the road alone."""

from collections.abc import Iterable, Sequence
from itertools import combinations

from shizheng.analysis.digging.timetable import Placed, Timetable, in_order, set_start
from shizheng.analysis.digging.values import DigRequest, Plan, Year, lead_order
from shizheng.kernel.errors import N_, DomainError


class PinImpossible(DomainError):
    """What people pinned breaks a rule that the planner must keep (釘選無法成立)."""

    code = "digging.pin_impossible"
    message = N_("The pin of {request} cannot be kept.")
    hint = N_("Look at its window, bans and partners, loosen the pin and plan again.")


def may_open_together(year: Year, partners: Sequence[DigRequest]) -> bool:
    """Return whether requests may share an opening by number, kinds, sections and precedence."""
    if len(partners) == 1:
        return True
    if len(partners) > year.rules.most_partners or any(p.emergency for p in partners):
        return False
    lead = min(partners, key=lead_order)
    on_lead = set(lead.sections)
    if not all(on_lead.intersection(partner.sections) for partner in partners):
        return False
    return all(may_pair(year, one, other) for one, other in combinations(partners, 2))


def may_pair(year: Year, one: DigRequest, other: DigRequest) -> bool:
    """Return whether two requests may share an opening by kind, pin and precedence."""
    return (
        year.rules.may_share(one.kind, other.kind)
        and frozenset((one.id, other.id)) not in year.pins.apart
        and one.id not in other.after
        and other.id not in one.after
    )


def units_of(year: Year) -> list[list[DigRequest]]:
    """Return the requests in the order of placing, those pinned together as one.

    Emergencies come first, then pinned days, pinned partners, fixed days, and the rest as received.

    Raises:
        PinImpossible: a pin names a request that is not there.
    """
    ordered = in_order(year)
    requests = {request.id: request for request in ordered}
    group: dict[str, int] = {name: at for at, name in enumerate(requests)}
    named = {*year.pins.starts, *(n for both in year.pins.apart for n in both)}
    named.update(name for together in year.pins.together for name in together)
    for name in sorted(named - set(requests)):
        raise PinImpossible(request=name)
    for together in year.pins.together:
        gone, kept = {group[name] for name in together}, min(group[name] for name in together)
        group = {name: kept if at in gone else at for name, at in group.items()}
    units: dict[int, list[DigRequest]] = {}
    for name, at in group.items():
        units.setdefault(at, []).append(requests[name])
    return sorted(
        units.values(),
        key=lambda unit: (
            not any(request.emergency for request in unit),
            not any(request.id in year.pins.starts for request in unit),
            len(unit) == 1,
            all(set_start(year, request) is None for request in unit),
        ),
    )


def join_greedily(year: Year, previous: Plan | None = None) -> Timetable:
    """Return a timetable that breaks no rule; what finds no place, pinned or not, is left out.

    Args:
        previous: an earlier plan; what of it still fits stays.

    Raises:
        PinImpossible: a pin names no request, or partners wait for each other.
    """
    table = Timetable(year)
    units = units_of(year)
    for unit in _waiting_last(units):
        if unit[0].id not in table.at and _is_set(year, unit):
            _place_set(table, unit)
    if previous is not None:
        _restore(table, previous)
    for unit in _waiting_last(units):
        if unit[0].id not in table.at:
            _place_best(table, unit)
    return table


def _waiting_last(units: Iterable[list[DigRequest]]) -> list[list[DigRequest]]:
    """Return units so that each follows those it waits for, otherwise in their order."""
    done: set[str] = set()
    left, ordered = list(units), []
    while left:
        ready = [u for u in left if all(b in done for r in u for b in r.after)]
        if not ready:
            raise PinImpossible(request=left[0][0].id)
        ordered += ready
        done.update(request.id for unit in ready for request in unit)
        taken = {id(unit) for unit in ready}
        left = [unit for unit in left if id(unit) not in taken]
    return ordered


def _is_set(year: Year, unit: Sequence[DigRequest]) -> bool:
    return len(unit) > 1 or set_start(year, unit[0]) is not None


def _place_set(table: Timetable, unit: Sequence[DigRequest]) -> None:
    """Place what is pinned or has its day; what it waits for was placed before or comes now."""
    for before in [b for request in unit for b in request.after]:
        if before not in table.at:
            _place_best(table, [table.requests[before]])
    start = table.first_start(unit) if may_open_together(table.year, unit) else None
    if start is not None:
        table.place(unit, start)


def _restore(table: Timetable, previous: Plan) -> None:
    """Put back the openings of an earlier plan that still fit where they were."""
    for opening in previous.openings:
        names = [n for n in opening.partners if n in table.requests and n not in table.at]
        partners = [table.requests[name] for name in names]
        if not partners or _splits_a_pin(table.year, names):
            continue
        start = opening.start.toordinal()
        if may_open_together(table.year, partners) and _fits_at(table, partners, start):
            table.place(partners, start)


def _splits_a_pin(year: Year, names: Sequence[str]) -> bool:
    inside = set(names)
    return any(inside & together and not together <= inside for together in year.pins.together)


def _fits_at(table: Timetable, partners: Sequence[DigRequest], start: int) -> bool:
    return table.first_start(partners, start) == start


def _place_best(table: Timetable, unit: list[DigRequest]) -> None:
    """Join the opening that saves most sections, the earliest of equals; else open alone."""
    if not all(before in table.at for request in unit for before in request.after):
        return
    sections = {section for request in unit for section in request.sections}
    leads = {lead for s in sections for _, _, lead in table.busy.get(s, ()) if lead in table.at}
    joined = sorted(
        {table.at[lead] for lead in leads},
        key=lambda placed: (-_shared(table, placed, sections), placed.start, placed.lead),
    )
    for placed in joined:
        if _join(table, placed, unit):
            return
    start = table.first_start(unit)
    if start is not None:
        table.place(unit, start)


def _shared(table: Timetable, placed: Placed, sections: set[str]) -> int:
    theirs = {s for name in placed.partners for s in table.requests[name].sections}
    return len(theirs & sections)


def _join(table: Timetable, placed: Placed, unit: Sequence[DigRequest]) -> bool:
    """Add a unit to an opening, which may move to the first day that suits all."""
    old = [table.requests[name] for name in placed.partners]
    partners = [*old, *unit]
    if not may_open_together(table.year, partners):
        return False
    table.remove(placed)
    start = table.first_start(partners)
    if start is None:
        table.place(old, placed.start)
        return False
    table.place(partners, start)
    return True
