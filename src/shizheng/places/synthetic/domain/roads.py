"""What lies on and under the invented roads: paving, lamps, hydrants, gutters, sewers, pipes."""

from datetime import timedelta
from typing import Any

import numpy as np
import shapely

from shizheng.places.synthetic.domain.grid import DEEP, LANE, WIDE, Floats
from shizheng.places.synthetic.domain.made import City, Made
from shizheng.places.synthetic.domain.streets import MAIN, road_class

CONTRACTORS = ("A", "B", "C")
WARRANTY = timedelta(days=3 * 365)
MANHOLE_ASIDE = 2.0
"""From the middle of the crossing to the manhole, along and across."""
PIPES = (
    ("water", 1.5, 1.2, (100, 150, 200, 300)),
    ("gas", 0.9, 1.0, (50, 80, 100)),
    ("telecom", -0.9, 0.8, (80, 100)),
    ("power", -1.5, 0.7, (100, 150)),
)
"""Kind, metres to the left of the middle of the road, depth in metres, sizes in millimetres."""


def road_sections(city: City) -> Made:
    """Return the sections of roads with class, capacity, flow, paving and evenness (路段).

    The flow at the peak is invented as 25 to 85 % of the capacity.
    """
    random, held = city.random("road_sections"), city.sections
    paved = city.days(random, len(held), 12)
    roughness = np.round(random.gamma(4.0, 0.7, len(held)) + 0.8, 2)
    pick = random.integers(0, len(CONTRACTORS), len(held)).tolist()
    busy = random.uniform(0.25, 0.85, len(held))
    return Made(
        city.lines(),
        {
            "road": [each.zh for each in city.names],
            "road_en": [each.en for each in city.names],
            "road_class": [each.code for each in city.classes],
            "lanes": [each.lanes for each in city.classes],
            "capacity_vph": [each.capacity_vph for each in city.classes],
            "flow_vph": [
                round(each.capacity_vph * share)
                for each, share in zip(city.classes, busy.tolist(), strict=True)
            ],
            "width_m": city.widths.tolist(),
            "paved_on": paved,
            "contractor": [CONTRACTORS[at] for at in pick],
            "warranty_until": [day + WARRANTY for day in paved],
            "roughness": roughness.tolist(),
        },
    )


def gutters(city: City) -> Made:
    """Return the gutters: two rings in each block, each gutter along one side of one (側溝).

    The ends of the gutters of a ring meet in its corners, so that no end is loose.
    """
    random, blocks = city.random("gutters"), city.blocks
    count = len(blocks)
    west, south, east, north = _kerbs(city)
    middle = (blocks.row + 0.5) * DEEP
    lane = 2.5
    rings = ((south, middle - lane), (middle + lane, north))
    lines: list[Any] = []
    roads: list[list[str]] = []
    for number, (low, high) in enumerate(rings):
        corners = [
            city.ground.metres(u, v)
            for u, v in ((west, low), (east, low), (east, high), (west, high))
        ]
        for side in range(4):
            lines.append(
                shapely.linestrings(np.stack([corners[side], corners[(side + 1) % 4]], axis=1))
            )
            roads.append(_beside(city, number, side))
    shapes = np.stack(lines, axis=1).reshape(-1)
    whole = 8 * count
    silt = np.round(np.clip(random.beta(1.6, 5.0, whole), 0, 1), 2)
    kinds = random.choice(["covered", "open", "box"], whole, p=[0.8, 0.12, 0.08]).tolist()
    width = np.round(random.choice([0.3, 0.4, 0.5, 0.6], whole), 2)
    return Made(
        shapes,
        {
            "road": [roads[at][block] for block in range(count) for at in range(8)],
            "kind": kinds,
            "width_m": width.tolist(),
            "height_m": np.round(width + 0.1, 2).tolist(),
            "slope_permille": np.round(random.uniform(0.5, 6.0, whole), 2).tolist(),
            "cleared_on": city.days(random, whole, 2),
            "silt_share": silt.tolist(),
            "has_cables": (random.random(whole) < 0.12).tolist(),
            "state": ["silted" if share > 0.5 else "sound" for share in silt.tolist()],
        },
    )


def _kerbs(city: City) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the kerbs of the roads around each block: west, south, east, north."""
    columns, rows = city.blocks.column, city.blocks.row

    def half(kind: int, lines: list[int]) -> Floats:
        return np.array([road_class(kind, line).width_m / 2 - 0.5 for line in lines])

    return (
        columns * WIDE + half(1, columns.tolist()),
        rows * DEEP + half(0, rows.tolist()),
        (columns + 1) * WIDE - half(1, (columns + 1).tolist()),
        (rows + 1) * DEEP - half(0, (rows + 1).tolist()),
    )


def _beside(city: City, ring: int, side: int) -> list[str]:
    """Return the road beside one side of a ring in each block."""
    streets = city.streets
    pairs = list(zip(city.blocks.column.tolist(), city.blocks.row.tolist(), strict=True))
    if side in (1, 3):
        return [streets.road(1, column + (side == 1), row).zh for column, row in pairs]
    if (ring, side) in ((0, 2), (1, 0)):
        return [streets.lane(column, row)[0].zh for column, row in pairs]
    return [streets.road(0, row + ring, column).zh for column, row in pairs]


def manholes(city: City) -> Made:
    """Return one manhole beside each place where roads meet (人孔)."""
    random = city.random("manholes")
    places, _, _ = city.places
    spots = city.ground.metres(
        places[:, 0] * WIDE / 2 + MANHOLE_ASIDE, places[:, 1] * DEEP / 2 + MANHOLE_ASIDE
    )
    return Made(
        shapely.points(spots),
        {
            "kind": ["sewer"] * len(places),
            "bottom_m": np.round(_bottoms(city), 2).tolist(),
            "is_level": (random.random(len(places)) < 0.9).tolist(),
        },
    )


def _bottoms(city: City) -> Floats:
    """Return the height of the bottom of each manhole: it falls towards where the grid begins."""
    places, _, _ = city.places
    fall = (places[:, 0] - places[:, 0].min()) + (places[:, 1] - places[:, 1].min())
    return np.asarray(-6.0 + 3.5 * fall / max(1, int(fall.max())), dtype=np.float64)


def sewers(city: City) -> Made:
    """Return a sewer under each section, from manhole to manhole, with depth (污水管段)."""
    random = city.random("sewers")
    _, first, second = city.places
    held, bottoms = city.sections, _bottoms(city)
    u, v, u2, v2 = held.ends
    one = city.ground.metres(u + MANHOLE_ASIDE, v + MANHOLE_ASIDE)
    other = city.ground.metres(u2 + MANHOLE_ASIDE, v2 + MANHOLE_ASIDE)
    ends = np.stack(
        [
            np.column_stack([other, np.round(bottoms[second], 2)]),
            np.column_stack([one, np.round(bottoms[first], 2)]),
        ],
        axis=1,
    )
    columns, rows = held.a // 2, held.b // 2
    return Made(
        shapely.linestrings(ends),
        {
            "basin": basins(columns.tolist(), rows.tolist()),
            "diameter_mm": np.where(held.kind == LANE, 200, 300).tolist(),
            "material": random.choice(["rcp", "pvc", "dip"], len(held)).tolist(),
            "built_on": city.days(random, len(held), 15),
            "state": sewer_states(columns.tolist(), rows.tolist()),
        },
        {"begins_at": second.tolist(), "ends_at": first.tolist()},
    )


BASIN = 8
"""So many blocks along and across make a sewer district."""


def basins(columns: list[int], rows: list[int]) -> list[str]:
    """Return the mark of the sewer district (污水區) of blocks."""
    return [f"{column // BASIN}/{row // BASIN}" for column, row in zip(columns, rows, strict=True)]


def sewer_states(columns: list[int], rows: list[int]) -> list[str]:
    """Return whether the sewer of blocks is in use or planned: a third of the districts waits."""
    return [
        "planned" if (column // BASIN + row // BASIN) % 3 == 1 else "in_use"
        for column, row in zip(columns, rows, strict=True)
    ]


def pipelines(city: City) -> Made:
    """Return water, gas, telecom and power under each section, side by side (公共管線)."""
    random, count = city.random("pipelines"), len(city.sections)
    shapes = np.stack([city.lines(aside) for _, aside, *_ in PIPES], axis=1).reshape(-1)
    depths = np.array([depth for *_, depth, _ in PIPES])
    found = depths + random.normal(0, 0.08, (count, len(PIPES)))
    sizes = np.stack([random.choice(each[-1], count) for each in PIPES], axis=1)
    return Made(
        shapes,
        {
            "kind": [each[0] for each in PIPES] * count,
            "size_mm": sizes.reshape(-1).tolist(),
            "material": random.choice(["DIP", "PE", "PVC"], count * len(PIPES)).tolist(),
            "depth_m": np.round(np.clip(found, 0.3, 5), 2).reshape(-1).tolist(),
        },
    )


def industrial_pipelines(city: City) -> Made:
    """Return one industrial pipeline under the main roads, deep (既有工業管線)."""
    which = np.array([each is MAIN for each in city.classes])
    random, count = city.random("industrial_pipelines"), int(which.sum())
    flat = shapely.get_coordinates(city.lines(5.0, which)).reshape(count, 2, 2)
    deep = np.full((count, 2, 1), -2.5)
    return Made(
        shapely.linestrings(np.concatenate([flat, deep], axis=2)),
        {
            "pressure_bar": random.choice([20.0, 40.0], count).tolist(),
            "wall_mm": np.round(random.uniform(7, 12, count), 1).tolist(),
            "tested_on": city.days(random, count, 4),
        },
    )


def hydrants(city: City) -> Made:
    """Return a hydrant beside every second section (消防栓)."""
    which = np.arange(len(city.sections)) % 2 == 0
    random, count = city.random("hydrants"), int(which.sum())
    is_faulty = random.random(count) < 0.03
    return Made(
        city.spots(0.4, city.widths[which] / 2 + 0.3, which),
        {
            "kind": random.choice(["above", "below"], count, p=[0.7, 0.3]).tolist(),
            "bore_mm": random.choice([65, 100], count).tolist(),
            "flow_l_min": random.integers(600, 2400, count).tolist(),
            "tested_on": city.days(random, count, 2),
            "fault": ["weak" if bad else None for bad in is_faulty.tolist()],
            "state": ["faulty" if bad else "ready" for bad in is_faulty.tolist()],
        },
    )


def street_lights(city: City) -> Made:
    """Return two lamps beside each section, one on each side (路燈)."""
    count = len(city.sections)
    random, which = city.random("street_lights"), np.repeat(np.arange(count), 2)
    share = np.tile([0.3, 0.7], count)
    side = np.tile([1.0, -1.0], count) * (city.widths[which] / 2 + 0.2)
    whole = 2 * count
    return Made(
        city.spots(share, side, which),
        {
            "lamp": random.choice(
                ["led", "sodium", "mercury"], whole, p=[0.8, 0.18, 0.02]
            ).tolist(),
            "power_w": random.choice([60, 90, 120, 150], whole).tolist(),
            "pole_m": random.choice([6.0, 8.0, 10.0], whole).tolist(),
            "installed_on": city.days(random, whole, 15),
            "state": np.where(random.random(whole) < 0.02, "dark", "lit").tolist(),
        },
    )


def trees(city: City) -> Made:
    """Return three trees beside each section that is no lane (行道樹)."""
    held = np.flatnonzero(city.sections.kind != LANE)
    which, share = np.repeat(held, 3), np.tile([0.2, 0.5, 0.8], len(held))
    random, count = city.random("trees"), len(which)
    return Made(
        city.spots(share, city.widths[which] / 2 + 1.0, which),
        {
            "species": random.choice(["A", "B", "C", "D"], count).tolist(),
            "diameter_cm": random.integers(8, 60, count).tolist(),
            "height_m": np.round(random.uniform(3, 14, count), 1).tolist(),
            "planted_on": city.days(random, count, 30),
        },
    )
