"""Small cities and years for the planner's tests: by hand, by hypothesis and by brute force."""

from datetime import date, timedelta
from itertools import product

from hypothesis import strategies as st
from shapely import LineString

from shizheng.analysis.digging.values import (
    Ban,
    BanKind,
    DigRequest,
    JointRules,
    Section,
    Standing,
    Year,
)

FIRST = date(2020, 3, 2)


def day(number):
    return FIRST + timedelta(number)


def section(name, **more):
    at = float(sum(map(ord, name)))
    return Section(name, LineString([(0, at * 10), (100, at * 10)]), **more)


def sections(names):
    return {name: section(name) for name in names}


def request(name, where, first=0, last=30, days=3, **more):
    values = {"owner": "water", "kind": "water", "received_on": FIRST} | more
    return DigRequest(
        id=name, sections=tuple(where), earliest=day(first), latest=day(last), days=days, **values
    )


def year(*requests, **more):
    names = sorted({s for r in requests for s in r.sections} | set(more.pop("also", "")))
    return Year(sections(names), tuple(requests), **more)


@st.composite
def years(draw, most=7, horizon=24, names="abcd"):
    """Years of up to ``most`` requests on four sections, with every kind of rule in them."""
    count = draw(st.integers(1, most))
    requests = []
    for number in range(count):
        days = draw(st.integers(1, 5))
        first = draw(st.integers(0, horizon - days))
        last = draw(st.integers(first + days, horizon))
        where = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
        is_emergency = draw(st.integers(0, 9)) == 0
        after = (
            draw(st.lists(st.sampled_from(requests), max_size=1))
            if requests and not is_emergency
            else []
        )
        requests.append(
            request(
                f"r{number}",
                where,
                first,
                last,
                days,
                owner=draw(st.sampled_from(["water", "gas"])),
                kind=draw(st.sampled_from(["water", "gas", "power"])),
                received_on=day(-draw(st.integers(1, 9))),
                fixed=day(first) if draw(st.integers(0, 5)) == 0 else None,
                after=tuple(r.id for r in after if draw(st.booleans())),
                emergency=is_emergency,
                exempt=frozenset(["ban0"]) if draw(st.integers(0, 4)) == 0 else frozenset(),
            )
        )
    bans = tuple(
        Ban(
            f"ban{number}",
            BanKind.HOLIDAY,
            day(start),
            day(start + draw(st.integers(1, 4))),
            frozenset(draw(st.lists(st.sampled_from(names), min_size=1))),
        )
        for number, start in enumerate(draw(st.lists(st.integers(0, horizon), max_size=2)))
    )
    standing = tuple(
        Standing("stands", "water", "", (draw(st.sampled_from(names)),), day(s), day(s + 3))
        for s in draw(st.lists(st.integers(0, horizon), max_size=1))
    )
    rules = JointRules(
        most_partners=draw(st.integers(1, 4)),
        days_per_partner=draw(st.integers(0, 2)),
        rest_days=draw(st.integers(0, 3)),
        apart=frozenset([frozenset(["gas", "power"])]),
    )
    crews = {("water", ""): draw(st.integers(1, 3))} if draw(st.booleans()) else {}
    return Year(sections(names), tuple(requests), bans, standing, crews, rules)


def groupings(names):
    """Every way to put names into groups."""
    if not names:
        yield []
        return
    first, rest = names[0], names[1:]
    for partition in groupings(rest):
        yield [[first], *partition]
        for at in range(len(partition)):
            yield [*partition[:at], [first, *partition[at]], *partition[at + 1 :]]


def fewest_by_force(tiny):
    """Return (deferred, opened sections) of the best plan, trying every group and every day."""
    from shizheng.analysis.digging.checking import problems_of
    from shizheng.analysis.digging.values import Opening, Plan

    asked = {r.id: r for r in tiny.requests}
    horizon = max((r.latest - FIRST).days for r in tiny.requests)
    found = None
    for mask in product([True, False], repeat=len(asked)):
        names = [name for name, is_in in zip(asked, mask, strict=True) if is_in]
        deferred = tuple(sorted(set(asked) - set(names)))
        for groups in groupings(names):
            opened = sum(len({s for n in group for s in asked[n].sections}) for group in groups)
            key = (len(deferred), opened)
            if found is not None and key >= found:
                continue
            for starts in product(range(horizon), repeat=len(groups)):
                openings = []
                for group, start in zip(groups, starts, strict=True):
                    lead = min(group, key=lambda n: (-len(asked[n].sections), n))
                    length = max(asked[n].days for n in group)
                    length += tiny.rules.days_per_partner * (len(group) - 1)
                    where = tuple(sorted({s for n in group for s in asked[n].sections}))
                    openings.append(
                        Opening(lead, tuple(sorted(group)), where, day(start), day(start + length))
                    )
                if not problems_of(tiny, Plan(tuple(openings), deferred)):
                    found = key
                    break
    return found
