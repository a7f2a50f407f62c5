"""Which requests can share an opening, and which therefore must be planned together."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from shizheng.analysis.digging.joining import may_pair
from shizheng.analysis.digging.timetable import set_start
from shizheng.analysis.digging.values import DigRequest, Year, lead_order


def by_section(requests: Iterable[DigRequest]) -> dict[str, list[DigRequest]]:
    """Return the requests that open each section, in the order in which they are given."""
    found: dict[str, list[DigRequest]] = {}
    for request in requests:
        for section in request.sections:
            found.setdefault(section, []).append(request)
    return found


def leads_for(year: Year, requests: Sequence[DigRequest]) -> dict[str, tuple[str, ...]]:
    """Return for each request those that could lead its opening, itself first.

    A lead comes before it in the order of leads, shares a section, may share the trench, and
    leaves a common window for the longer of the two.
    """
    sharing = by_section(requests)
    found: dict[str, tuple[str, ...]] = {}
    for request in requests:
        near = {other.id: other for s in request.sections for other in sharing[s]}
        leads = [
            other.id
            for other in near.values()
            if lead_order(other) < lead_order(request) and _could_join(year, request, other)
        ]
        found[request.id] = (request.id, *sorted(leads))
    return found


def _could_join(year: Year, one: DigRequest, other: DigRequest) -> bool:
    if one.emergency or other.emergency or not may_pair(year, one, other):
        return False
    if year.rules.most_partners < 2:
        return False
    days = max(one.days, other.days) + year.rules.days_per_partner
    firsts = [first_day(year, request) for request in (one, other)]
    lasts = [last_start(year, request) for request in (one, other)]
    ends = min(one.latest, other.latest).toordinal() - days
    return max(firsts) <= min(*lasts, ends)


def first_day(year: Year, request: DigRequest) -> int:
    """Return the first day on which a request may begin, as an ordinal."""
    wished = set_start(year, request)
    return request.earliest.toordinal() if wished is None else wished


def last_start(year: Year, request: DigRequest) -> int:
    """Return the last day on which a request may begin, as an ordinal."""
    wished = set_start(year, request)
    return request.latest.toordinal() - request.days if wished is None else wished


def clusters_of(year: Year) -> list[list[str]]:
    """Return the groups of requests that share sections, precedence or a pin, directly or not.

    Each is in the order of a walk from its first id, so that neighbours stand together; the
    groups are in the order of their first ids.
    """
    links = _links(year)
    seen: set[str] = set()
    found = []
    for name in sorted(request.id for request in year.requests):
        if name not in seen:
            found.append(_walk(name, links, seen))
    return found


def _walk(start: str, links: Mapping[str, set[str]], seen: set[str]) -> list[str]:
    order = [start]
    seen.add(start)
    for name in order:
        fresh = sorted(links.get(name, set()) - seen)
        seen.update(fresh)
        order += fresh
    return order


def _links(year: Year) -> dict[str, set[str]]:
    """Link requests of a section in a chain: who reaches one reaches all."""
    links: dict[str, set[str]] = {}

    def link(one: str, other: str) -> None:
        links.setdefault(one, set()).add(other)
        links.setdefault(other, set()).add(one)

    for together in by_section(year.requests).values():
        for one, other in pairwise(together):
            link(one.id, other.id)
    for request in year.requests:
        for before in request.after:
            link(request.id, before)
    for pinned in year.pins.together:
        names = sorted(pinned)
        for one_name, other_name in pairwise(names):
            link(one_name, other_name)
    return links


def pieces_of(
    cluster: Sequence[str], most: int, offset: int, together: Iterable[frozenset[str]]
) -> list[list[str]]:
    """Cut a cluster that is too large to solve at once into stretches of at most ``most``.

    Requests pinned together stay in one piece, which may then be larger.

    Args:
        offset: where the first cut falls, 0 to ``most``; later rounds cut elsewhere.
    """
    if len(cluster) <= most:
        return [list(cluster)]
    cuts = [0, *range(offset or most, len(cluster), most), len(cluster)]
    piece_of = {
        name: at for at, (first, end) in enumerate(pairwise(cuts)) for name in cluster[first:end]
    }
    for pinned in together:
        inside = [name for name in sorted(pinned) if name in piece_of]
        for name in inside[1:]:
            piece_of[name] = piece_of[inside[0]]
    pieces: dict[int, list[str]] = {}
    for name in cluster:
        pieces.setdefault(piece_of[name], []).append(name)
    return [pieces[at] for at in sorted(pieces)]


def fewest_on_section(year: Year, requests: Sequence[DigRequest]) -> int:
    """Return how many openings these requests of one section need at least.

    Each needs a start within its window, and an opening has one start: so many days as are
    needed to meet every window, and no more partners in each than are allowed.
    """
    needed, reached = 0, -1
    for first, last in sorted(
        ((first_day(year, r), last_start(year, r)) for r in requests), key=lambda span: span[1]
    ):
        if first > reached:
            needed, reached = needed + 1, last
    by_number = -(-len(requests) // year.rules.most_partners)
    return max(needed, by_number)


def fewest_openings(year: Year, requests: Iterable[DigRequest]) -> int:
    """Return a number of opened sections that no plan of these requests can go below."""
    return sum(fewest_on_section(year, group) for group in by_section(requests).values())
