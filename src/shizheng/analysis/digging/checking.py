"""Checks a plan against every rule, from the plan and the year alone.

It shares nothing with the planner but the values, so that an error of one is seen by the other.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from shizheng.analysis.digging.values import DigRequest, Opening, Plan, Year


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that a plan breaks, and the requests or openings that break it."""

    rule: str
    who: tuple[str, ...]
    detail: str = ""


def problems_of(year: Year, plan: Plan) -> list[Problem]:
    """Return every rule that a plan breaks; an empty list for a valid plan."""
    asked = {request.id: request for request in year.requests}
    found = list(_completeness(asked, plan))
    if found:
        return found
    for opening in plan.openings:
        partners = [asked[name] for name in opening.partners]
        found += _shape(year, opening, partners)
        found += _times(opening, partners)
        found += _bans(year, opening, partners)
    found += _sections(year, plan, asked)
    found += _crews(year, plan, asked)
    found += _precedence(plan, asked)
    found += _pins(year, plan)
    return found


def _completeness(asked: dict[str, DigRequest], plan: Plan) -> Iterator[Problem]:
    times: dict[str, int] = defaultdict(int)
    for opening in plan.openings:
        for name in opening.partners:
            times[name] += 1
    for name in plan.deferred:
        times[name] += 1
    for name in sorted(set(asked) | set(times)):
        if name not in asked:
            yield Problem("unknown", (name,))
        elif times[name] != 1:
            yield Problem("planned_once", (name,), f"{times[name]} times")
        elif asked[name].emergency and name in plan.deferred:
            yield Problem("emergency_deferred", (name,))


def _shape(year: Year, opening: Opening, partners: list[DigRequest]) -> Iterator[Problem]:
    """Who may share an opening, who leads it, and which sections it opens."""
    who = opening.partners
    union = {section for partner in partners for section in partner.sections}
    if tuple(sorted(union)) != opening.sections:
        yield Problem("sections_of_partners", who)
    most = max(len(partner.sections) for partner in partners)
    leads = min(partner.id for partner in partners if len(partner.sections) == most)
    if leads != opening.lead:
        yield Problem("lead_opens_most", who, opening.lead)
    lead = next(partner for partner in partners if partner.id == leads)
    for partner in partners:
        if not set(partner.sections) & set(lead.sections):
            yield Problem("shares_with_lead", (partner.id, leads))
    if len(partners) > year.rules.most_partners:
        yield Problem("most_partners", who)
    for at, one in enumerate(partners):
        for other in partners[at + 1 :]:
            yield from _pair(year, one, other)
    longest = max(partner.days for partner in partners)
    expected = longest + year.rules.days_per_partner * (len(partners) - 1)
    if opening.end - opening.start != timedelta(days=expected):
        yield Problem("length", who, f"{expected} days expected")


def _pair(year: Year, one: DigRequest, other: DigRequest) -> Iterator[Problem]:
    who = (one.id, other.id)
    if frozenset((one.kind, other.kind)) in year.rules.apart:
        yield Problem("kinds_apart", who)
    if frozenset(who) in year.pins.apart:
        yield Problem("pinned_apart", who)
    if one.emergency or other.emergency:
        yield Problem("emergency_alone", who)


def _times(opening: Opening, partners: list[DigRequest]) -> Iterator[Problem]:
    for partner in partners:
        if opening.start < partner.earliest or opening.end > partner.latest:
            yield Problem("window", (partner.id,))
        if partner.fixed is not None and opening.start != partner.fixed and not partner.emergency:
            yield Problem("fixed_day", (partner.id,))
        if partner.emergency and opening.start != partner.earliest:
            yield Problem("emergency_at_once", (partner.id,))


def _bans(year: Year, opening: Opening, partners: list[DigRequest]) -> Iterator[Problem]:
    for ban in year.bans:
        if ban.until <= opening.start or opening.end <= ban.start:
            continue
        for partner in partners:
            if partner.emergency or ban.id in partner.exempt:
                continue
            for name in partner.sections:
                covers = ban.sections is None or name in ban.sections
                if covers and (
                    ban.classes is None or year.sections[name].road_class in ban.classes
                ):
                    yield Problem("ban", (partner.id,), ban.id)


def _sections(year: Year, plan: Plan, asked: dict[str, DigRequest]) -> Iterator[Problem]:
    """Two openings of a section never overlap and leave the days of rest; emergencies may."""
    spans: dict[str, list[tuple[date, date, str, bool]]] = defaultdict(list)
    for work in year.standing:
        for name in work.sections:
            spans[name].append((work.start, work.end, work.id, True))
    for opening in plan.openings:
        is_emergency = any(asked[name].emergency for name in opening.partners)
        for name in opening.sections:
            spans[name].append((opening.start, opening.end, opening.lead, is_emergency))
    rest = timedelta(days=year.rules.rest_days)
    for name, on_section in spans.items():
        for at, (start, end, who, stands) in enumerate(on_section):
            for other_start, other_end, other, other_stands in on_section[at + 1 :]:
                if stands and other_stands:
                    continue
                if start < other_end + rest and other_start < end + rest:
                    yield Problem("section_open_twice", (who, other), name)


def _crews(year: Year, plan: Plan, asked: dict[str, DigRequest]) -> Iterator[Problem]:
    """Count crews day by day; what stands already is not the plan's fault."""
    at_work: dict[tuple[str, str, date], list[str]] = defaultdict(list)
    for work in year.standing:
        for day in range((work.end - work.start).days):
            at_work[work.owner, work.crew, work.start + timedelta(days=day)].append("")
    for opening in plan.openings:
        for request in (asked[name] for name in opening.partners):
            for day in range(0 if request.emergency else request.days):
                on = opening.start + timedelta(days=day)
                at_work[request.owner, request.crew, on].append(request.id)
    for (owner, crew, on), names in at_work.items():
        limit = year.crews.get((owner, crew))
        if limit is not None and len(names) > limit and any(names):
            yield Problem("crews", tuple(filter(None, names)), on.isoformat())


def _precedence(plan: Plan, asked: dict[str, DigRequest]) -> Iterator[Problem]:
    where = {name: opening for opening in plan.openings for name in opening.partners}
    for name, opening in where.items():
        for before in asked[name].after:
            if before not in where or where[before].end > opening.start:
                yield Problem("precedence", (before, name))


def _pins(year: Year, plan: Plan) -> Iterator[Problem]:
    where = {name: opening for opening in plan.openings for name in opening.partners}
    for name, day in year.pins.starts.items():
        if name not in where or where[name].start != day:
            yield Problem("pinned_start", (name,))
    for together in year.pins.together:
        if len({where[name].lead if name in where else name for name in together}) > 1:
            yield Problem("pinned_together", tuple(sorted(together)))
