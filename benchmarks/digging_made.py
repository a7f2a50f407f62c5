"""A made city of streets and a year of digs in it, from a seed; nothing in it is real.

Streets form a grid of blocks like those of a dense city: sections of 60 to 140 m, an avenue every
fifth street. Owners plan along streets, more where many people live, so that some sections are
asked for often and most seldom.
"""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from shapely import LineString

from shizheng.analysis.digging.conflicts import Dig
from shizheng.analysis.digging.values import (
    Ban,
    BanKind,
    DigRequest,
    JointRules,
    Section,
    Year,
    moratoria,
)

YEAR = 2020
KINDS = ("water", "sewer", "power", "gas", "telecom", "signal")
CLOSED_DAYS = 365


def streets(random: np.random.Generator, side: int) -> dict[str, Section]:
    """Sections of a grid with ``side`` streets each way; ids tell street and number."""
    at = np.concatenate([[0.0], np.cumsum(random.uniform(60, 140, side - 1))])
    found = {}
    for along in range(side):
        for number in range(side - 1):
            for way in "ew", "ns":
                ends = [(at[number], at[along]), (at[number + 1], at[along])]
                if way == "ns":
                    ends = [(y, x) for x, y in ends]
                is_avenue = along % 5 == 0
                name = f"{way}{along:03d}-{number:03d}"
                found[name] = Section(
                    name,
                    LineString([(180_000 + x, 2_500_000 + y) for x, y in ends]),
                    "arterial" if is_avenue else "local",
                    capacity_vph=3600 if is_avenue else 900,
                    flow_vph=int(random.integers(1500, 3400) if is_avenue else 300),
                )
    return found


def paved(random: np.random.Generator, sections: dict[str, Section], share: float):
    """The same sections, a share of them paved in the year before."""
    return {
        name: replace(
            section, paved_on=date(YEAR - 1, 1, 1) + timedelta(int(random.integers(0, 365)))
        )
        if random.random() < share
        else section
        for name, section in sections.items()
    }


def year_of_requests(
    seed: int, requests: int, owners: int = 52, districts: int = 38, side: int = 26
) -> Year:
    """A year: ``districts`` grids that do not touch share the requests by size of population.

    Six in ten requests belong to a site - a new building, a street that is renewed - where two to
    six owners lay their pipes within some weeks; the others come alone.
    """
    random = np.random.default_rng(seed)
    sizes = random.dirichlet(np.full(districts, 3.0))
    counts = np.maximum(1, np.round(sizes * requests)).astype(int)
    counts[-1] += requests - counts.sum()
    sections: dict[str, Section] = {}
    asked: list[DigRequest] = []
    for district, count in enumerate(counts.tolist()):
        name = f"d{district:02d}"
        across = max(10, round(side * float(np.sqrt(count / counts.mean()))))
        own = {
            f"{name}-{section.id}": replace(section, id=f"{name}-{section.id}")
            for section in streets(random, across).values()
        }
        sections.update(paved(random, own, 0.06))
        until = len(asked) + count
        while len(asked) < until:
            partners = int(random.integers(2, 7)) if random.random() < 0.28 else 1
            chosen = random.choice(owners, min(until - len(asked), partners), replace=False)
            asked += _site(random, name, len(asked), across, chosen.tolist())
    holidays = tuple(
        Ban(name, BanKind.HOLIDAY, first, until, classes=frozenset({"arterial"}))
        for name, first, until in (
            ("lunar_new_year", date(YEAR, 1, 18), date(YEAR, 1, 31)),
            ("autumn_fair", date(YEAR, 10, 1), date(YEAR, 10, 12)),
        )
    )
    load = Counter(request.owner for request in asked)
    return Year(
        sections=sections,
        requests=tuple(asked),
        bans=holidays + moratoria(sections, CLOSED_DAYS),
        crews={(owner, "crew"): 2 + number // 18 for owner, number in load.items()},
        rules=JointRules(
            most_partners=4,
            days_per_partner=2,
            rest_days=7,
            apart=frozenset([frozenset(["gas", "power"])]),
        ),
    )


def _site(
    random: np.random.Generator, district: str, first_number: int, side: int, owners: list[int]
) -> list[DigRequest]:
    """Requests of one site: stretches of one street that overlap, near the middle more often."""
    along = int(np.clip(random.normal(side / 2, side / 4), 0, side - 1))
    middle = int(np.clip(random.normal(side / 2, side / 4), 0, side - 2))
    way = "ew" if random.random() < 0.5 else "ns"
    about = int(random.integers(0, 270))
    found = []
    for number, owner in enumerate(owners):
        low = max(0, middle - int(random.integers(0, 3)))
        high = min(side - 1, middle + 1 + int(random.integers(0, 3)))
        earliest = date(YEAR, 1, 1) + timedelta(about + int(random.integers(0, 45)))
        days = int(random.integers(3, 8)) + 2 * (high - low)
        found.append(
            DigRequest(
                id=f"{district}-{first_number + number:05d}",
                owner=f"owner{owner:02d}",
                kind=KINDS[owner % len(KINDS)],
                sections=tuple(f"{district}-{way}{along:03d}-{at:03d}" for at in range(low, high)),
                earliest=earliest,
                latest=earliest + timedelta(days + int(random.integers(30, 120))),
                days=days,
                crew="crew",
                received_on=date(YEAR - 1, 10, 1) + timedelta(int(random.integers(0, 90))),
                fixed=earliest if random.random() < 0.03 else None,
            )
        )
    return found


def permits(seed: int, count: int, years: int = 10, side: int = 50) -> list[Dig]:
    """Works of ten years on one grid of 4,900 sections, forty on each: street density."""
    random = np.random.default_rng(seed)
    sections = list(streets(random, side).values())
    places = np.minimum(
        (random.beta(1.2, 2.5, count) * len(sections)).astype(int), len(sections) - 1
    )
    order = random.permutation(len(sections))
    starts = random.integers(0, 365 * years, count)
    lengths = random.integers(2, 30, count)
    found = []
    for number, (place, start, length) in enumerate(
        zip(order[places].tolist(), starts.tolist(), lengths.tolist(), strict=True)
    ):
        section = sections[place]
        first = date(YEAR - years, 1, 1) + timedelta(start)
        low = random.uniform(0, 0.6)
        part = [section.line.interpolate(x, normalized=True) for x in (low, low + 0.4)]
        found.append(
            Dig(
                f"p{number:06d}",
                f"owner{number % 52:02d}",
                LineString(part),
                first,
                first + timedelta(length),
                (section.id,),
            )
        )
    return found
