"""Which section is open when and which crew is where: the state on which works are placed.

Days are proleptic ordinals here; a span ``(first, end)`` is half open.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shizheng.analysis.digging.values import (
    Ban,
    DigRequest,
    Opening,
    Plan,
    Year,
    lead_order,
)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Placed:
    """An opening on the timetable: partners by id, lead first named, and its days."""

    lead: str
    partners: tuple[str, ...]
    start: int
    end: int


class Timetable:
    """The openings placed so far, and what they leave room for.

    Args:
        year: what is asked and what stands; its requests must have each id once.

    Raises:
        ValueError: an id is repeated, or a section or predecessor is not in the year.
    """

    def __init__(self, year: Year) -> None:
        self.year, self.rules = year, year.rules
        self.requests = {request.id: request for request in year.requests}
        if len(self.requests) != len(year.requests):
            raise ValueError("two requests have one id")
        self.followers: dict[str, list[str]] = {}
        self.at: dict[str, Placed] = {}
        self.busy: dict[str, list[tuple[int, int, str]]] = {}
        self.crew_days: dict[tuple[str, str], Counter[int]] = {}
        self._bans: dict[str, tuple[tuple[int, int, Ban], ...]] = {}
        self._of_all = tuple(ban for ban in year.bans if ban.sections is None)
        self._of_some: dict[str, list[Ban]] = {}
        for ban in year.bans:
            for section in ban.sections or ():
                self._of_some.setdefault(section, []).append(ban)
        self._check()
        for work in year.standing:
            span = work.start.toordinal(), work.end.toordinal()
            for section in work.sections:
                self.busy.setdefault(section, []).append((*span, work.id))
            self._count_crew((work.owner, work.crew), span, 1)

    def _check(self) -> None:
        for request in self.year.requests:
            for section in request.sections:
                if section not in self.year.sections:
                    raise ValueError(f"{request.id} names no section of the year: {section}")
            for before in request.after:
                if before not in self.requests:
                    raise ValueError(f"{request.id} waits for no request of the year: {before}")
                self.followers.setdefault(before, []).append(request.id)

    def _count_crew(self, crew: tuple[str, str], span: Span, change: int) -> None:
        if crew in self.year.crews:
            at_work = self.crew_days.setdefault(crew, Counter())
            for day in range(*span):
                at_work[day] += change

    def bans_on(self, section: str) -> tuple[tuple[int, int, Ban], ...]:
        """Return the bans on a section as first day, end and ban."""
        if section not in self._bans:
            road = self.year.sections[section]
            bans = [*self._of_all, *self._of_some.get(section, ())]
            self._bans[section] = tuple(
                (ban.start.toordinal(), ban.until.toordinal(), ban)
                for ban in bans
                if ban.holds_on(road)
            )
        return self._bans[section]

    def banned(self, request: DigRequest) -> list[Span]:
        """Return the spans in which bans keep a request from being open."""
        if request.emergency:
            return []
        return [
            (first, end)
            for section in request.sections
            for first, end, ban in self.bans_on(section)
            if ban.id not in request.exempt
        ]

    def length(self, partners: Sequence[DigRequest]) -> int:
        """Return for how many days an opening of these partners is open."""
        extra = self.rules.days_per_partner * (len(partners) - 1)
        return max(partner.days for partner in partners) + extra

    def window(self, request: DigRequest) -> Span | None:
        """Return first possible start and last possible end, given what is placed around it.

        None where a predecessor has no place.
        """
        first, end = request.earliest.toordinal(), request.latest.toordinal()
        for before in request.after:
            if before not in self.at:
                return None
            first = max(first, self.at[before].end)
        for later in self.followers.get(request.id, ()):
            if later in self.at:
                end = min(end, self.at[later].start)
        return first, end

    def starts_possible(self, partners: Sequence[DigRequest]) -> Span | None:
        """Return first and last start that windows, fixed dates and pins allow, or None."""
        first, last = 0, date.max.toordinal()
        length = self.length(partners)
        for partner in partners:
            window = self.window(partner)
            if window is None:
                return None
            first, last = max(first, window[0]), min(last, window[1] - length)
            wished = set_start(self.year, partner)
            if wished is not None:
                first, last = max(first, wished), min(last, wished)
        return (first, last) if first <= last else None

    def first_start(self, partners: Sequence[DigRequest], earliest: int = 0) -> int | None:
        """Return the first day on which these partners can open the road together, or None.

        Args:
            earliest: no day before it counts.
        """
        possible = self.starts_possible(partners)
        if possible is None:
            return None
        day, last = max(earliest, possible[0]), possible[1]
        length = self.length(partners)
        blockers = [span for partner in partners for span in self.banned(partner)]
        if not any(partner.emergency for partner in partners):
            blockers += self._occupied(partners)
        blockers.sort()
        while day <= last:
            moved = self._after_blockers(blockers, day, length)
            if moved == day:
                moved = self._after_crews(partners, day)
            if moved == day:
                return day
            day = moved
        return None

    def _occupied(self, partners: Sequence[DigRequest]) -> Iterable[Span]:
        rest = self.rules.rest_days
        for section in {section for partner in partners for section in partner.sections}:
            for first, end, _ in self.busy.get(section, ()):
                yield first - rest, end + rest

    @staticmethod
    def _after_blockers(blockers: Sequence[Span], day: int, length: int) -> int:
        for first, end in blockers:
            if first < day + length and day < end:
                day = end
        return day

    def _after_crews(self, partners: Sequence[DigRequest], day: int) -> int:
        """Return ``day``, or the day after the first on which a crew is missing."""
        own: dict[tuple[str, str], list[int]] = {}
        for partner in partners:
            if not partner.emergency and (partner.owner, partner.crew) in self.year.crews:
                own.setdefault((partner.owner, partner.crew), []).append(partner.days)
        for crew, days in own.items():
            at_work, limit = self.crew_days.get(crew, Counter()), self.year.crews[crew]
            for offset in range(max(days)):
                if at_work[day + offset] + sum(length > offset for length in days) > limit:
                    return day + offset + 1
        return day

    def place(self, partners: Sequence[DigRequest], start: int) -> Placed:
        """Put an opening on the timetable; the caller knows that it fits."""
        lead = min(partners, key=lead_order)
        names = tuple(sorted(partner.id for partner in partners))
        placed = Placed(lead.id, names, start, start + self.length(partners))
        for section in {section for partner in partners for section in partner.sections}:
            self.busy.setdefault(section, []).append((placed.start, placed.end, lead.id))
        for partner in partners:
            self.at[partner.id] = placed
            if not partner.emergency:
                span = start, start + partner.days
                self._count_crew((partner.owner, partner.crew), span, 1)
        return placed

    def remove(self, placed: Placed) -> None:
        """Take an opening off the timetable."""
        taken = (placed.start, placed.end, placed.lead)
        partners = [self.requests[name] for name in placed.partners]
        for section in {section for partner in partners for section in partner.sections}:
            self.busy[section].remove(taken)
        for partner in partners:
            del self.at[partner.id]
            if not partner.emergency:
                span = placed.start, placed.start + partner.days
                self._count_crew((partner.owner, partner.crew), span, -1)

    def openings(self) -> list[Placed]:
        """Return the openings placed, by start and lead."""
        return sorted(set(self.at.values()), key=lambda placed: (placed.start, placed.lead))

    def plan(self) -> Plan:
        """Return what is placed as a plan."""
        openings = tuple(
            Opening(
                lead=placed.lead,
                partners=placed.partners,
                sections=sections_of(self.requests, placed.partners),
                start=date.fromordinal(placed.start),
                end=date.fromordinal(placed.end),
            )
            for placed in self.openings()
        )
        return Plan(openings, tuple(sorted(name for name in self.requests if name not in self.at)))


def set_start(year: Year, request: DigRequest) -> int | None:
    """Return the day on which a request must begin, or None if it is free."""
    if request.emergency:
        return request.earliest.toordinal()
    fixed = year.pins.starts.get(request.id, request.fixed)
    return None if fixed is None else fixed.toordinal()


def sections_of(requests: Mapping[str, DigRequest], names: Iterable[str]) -> tuple[str, ...]:
    """Return the sections that some requests open together, by id."""
    return tuple(sorted({section for name in names for section in requests[name].sections}))


def in_order(year: Year) -> list[DigRequest]:
    """Return the requests as they came, each after those it waits for.

    Raises:
        ValueError: some wait for each other in a circle.
    """
    requests = {request.id: request for request in year.requests}
    arrived = sorted(year.requests, key=lambda r: (not r.emergency, r.received_on, r.id))
    done: dict[str, DigRequest] = {}
    for request in arrived:
        _take(request, requests, done)
    return list(done.values())


def _take(
    request: DigRequest, requests: Mapping[str, DigRequest], done: dict[str, DigRequest]
) -> None:
    """Take a request after all it waits for, depth first, without recursion."""
    stack, waiting = [request], set[str]()
    while stack:
        top = stack[-1]
        if top.id in done:
            stack.pop()
            continue
        missing = [requests[name] for name in top.after if name not in done]
        if not missing:
            done[top.id] = stack.pop()
            waiting.discard(top.id)
            continue
        if top.id in waiting:
            raise ValueError(f"{top.id} waits for itself")
        waiting.add(top.id)
        stack += missing
