"""Why an opening is as it is: who digs with whom, what is saved, and what set its day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shizheng.analysis.digging.timetable import set_start
from shizheng.analysis.digging.values import DigRequest, Opening, Plan, Year


class Because(StrEnum):
    """What keeps an opening from beginning a day earlier."""

    WINDOW = "window"  # a partner cannot begin before
    SET_DAY = "set_day"  # a partner has its day, or people pinned it
    BAN = "ban"  # a ban holds the day before
    SECTION_TAKEN = "section_taken"  # another opening, or its rest, is there
    CREW = "crew"  # the owner's crews are elsewhere
    AFTER = "after"  # waits for another request
    LEAST_DISRUPTION = "least_disruption"  # nothing; this day disturbs least


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason for a day, and the id of who or what it comes from."""

    because: Because
    who: str = ""


@dataclass(frozen=True, slots=True)
class Merge:
    """The account of one opening, for words on a page.

    Args:
        owners: owner of each partner, in the order of partners.
        shared: sections that two or more partners open, and that are opened once instead.
        saved_sections: openings of sections saved against each partner digging alone.
        saved_days: days of opening saved, summed over sections.
        first_common, last_common: first and last day on which all partners could begin.
        causes: why it does not begin a day earlier.
    """

    opening: Opening
    owners: tuple[str, ...]
    shared: tuple[str, ...]
    saved_sections: int
    saved_days: int
    first_common: date
    last_common: date
    causes: tuple[Cause, ...]


def explain(year: Year, plan: Plan) -> tuple[Merge, ...]:
    """Return the account of every opening of two or more partners, most saved first."""
    asked = {request.id: request for request in year.requests}
    where = {name: opening for opening in plan.openings for name in opening.partners}
    merges = [
        _merge(year, plan, opening, asked, where)
        for opening in plan.openings
        if len(opening.partners) > 1
    ]
    return tuple(sorted(merges, key=lambda m: (-m.saved_sections, m.opening.start, m.opening.lead)))


def _merge(
    year: Year,
    plan: Plan,
    opening: Opening,
    asked: Mapping[str, DigRequest],
    where: Mapping[str, Opening],
) -> Merge:
    partners = [asked[name] for name in opening.partners]
    times = {s: sum(s in partner.sections for partner in partners) for s in opening.sections}
    length = opening.end - opening.start
    alone = sum(partner.days * len(partner.sections) for partner in partners)
    return Merge(
        opening=opening,
        owners=tuple(partner.owner for partner in partners),
        shared=tuple(section for section, number in times.items() if number > 1),
        saved_sections=sum(times.values()) - len(times),
        saved_days=alone - length.days * len(times),
        first_common=max(partner.earliest for partner in partners),
        last_common=min(partner.latest for partner in partners) - length,
        causes=causes_of(year, plan, opening, asked, where),
    )


def causes_of(
    year: Year,
    plan: Plan,
    opening: Opening,
    asked: Mapping[str, DigRequest],
    where: Mapping[str, Opening],
) -> tuple[Cause, ...]:
    """Return what stands against the day before; ``LEAST_DISRUPTION`` where nothing does."""
    eve = opening.start - timedelta(1)
    found: list[Cause] = []
    for name in opening.partners:
        request = asked[name]
        if set_start(year, request) is not None:
            found.append(Cause(Because.SET_DAY, name))
        if request.earliest > eve:
            found.append(Cause(Because.WINDOW, name))
        found += [Cause(Because.AFTER, b) for b in request.after if where[b].end > eve]
        found += _bans_on(year, request, eve)
        found += _crew_missing(year, plan, request, asked, eve)
    found += _taken(year, plan, opening, eve)
    return tuple(dict.fromkeys(found)) or (Cause(Because.LEAST_DISRUPTION),)


def _bans_on(year: Year, request: DigRequest, day: date) -> list[Cause]:
    return [
        Cause(Because.BAN, ban.id)
        for ban in year.bans
        if ban.start <= day < ban.until
        and ban.id not in request.exempt
        and any(ban.holds_on(year.sections[name]) for name in request.sections)
    ]


def _taken(year: Year, plan: Plan, opening: Opening, day: date) -> list[Cause]:
    sections, rest = set(opening.sections), timedelta(year.rules.rest_days)
    others = [(o.lead, o.sections, o.end) for o in plan.openings if o is not opening]
    others += [(work.id, work.sections, work.end) for work in year.standing]
    return [
        Cause(Because.SECTION_TAKEN, who)
        for who, theirs, end in others
        if end <= opening.start and end + rest > day and sections.intersection(theirs)
    ]


def _crew_missing(
    year: Year, plan: Plan, request: DigRequest, asked: Mapping[str, DigRequest], day: date
) -> list[Cause]:
    limit = year.crews.get((request.owner, request.crew))
    if limit is None:
        return []
    at_work = sum(
        o.start <= day < o.start + timedelta(asked[name].days)
        for o in plan.openings
        for name in o.partners
        if name != request.id
        and (asked[name].owner, asked[name].crew) == (request.owner, request.crew)
    )
    at_work += sum(
        work.start <= day < work.end
        for work in year.standing
        if (work.owner, work.crew) == (request.owner, request.crew)
    )
    return [Cause(Because.CREW, request.owner)] if at_work >= limit else []
