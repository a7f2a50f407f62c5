"""The invented land: parcels that fill the blocks, house numbers, and who is joined to a sewer."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from shizheng.places.synthetic.domain.grid import DEEP, SIDE, WIDE
from shizheng.places.synthetic.domain.made import City, Made
from shizheng.places.synthetic.domain.roads import BASIN, basins, sewer_states
from shizheng.places.synthetic.domain.streets import HOUSES, Name, Streets

ROWS = 4
"""Rows of parcels in a block: on the road south of it, on both sides of the lane, on the road."""
NARROWEST, INSIDE = 7.5, WIDE - 2 * SIDE
LANE_HALF = 3.0
PER_BLOCK = ROWS * HOUSES
SECTION = 10
"""So many blocks along and across make a cadastral section (地段)."""


def _cuts(city: City) -> Any:
    """Return where parcels begin and end along a block: (blocks, rows, houses + 1), metres."""
    random = city.random("parcels")
    spare = INSIDE - NARROWEST * HOUSES
    shares = random.dirichlet(np.full(HOUSES, 6.0), (len(city.blocks), ROWS))
    widths = NARROWEST + shares * spare
    ends = np.concatenate([np.zeros((*widths.shape[:2], 1)), np.cumsum(widths, axis=2)], axis=2)
    ends[:, :, -1] = INSIDE
    return ends


def _bands() -> tuple[tuple[float, float], ...]:
    """Return the rows of a block across: from, to in metres from its road in the south."""
    middle, depth = DEEP / 2, (DEEP / 2 - LANE_HALF - SIDE) / 2
    return (
        (SIDE, SIDE + depth),
        (SIDE + depth, middle - LANE_HALF),
        (middle + LANE_HALF, middle + LANE_HALF + depth),
        (middle + LANE_HALF + depth, DEEP - SIDE),
    )


def parcels(city: City) -> Made:
    """Return the parcels: four rows in each block, side by side without a gap (宗地)."""
    cuts, blocks = _cuts(city), city.blocks
    u, v = blocks.column[:, None, None] * WIDE + SIDE, blocks.row[:, None] * DEEP
    west, east = u + cuts[:, :, :-1], u + cuts[:, :, 1:]
    low = np.stack([v[:, 0] + band[0] for band in _bands()], axis=1)[:, :, None]
    high = np.stack([v[:, 0] + band[1] for band in _bands()], axis=1)[:, :, None]
    shape = west.shape
    rings = city.ground.rings(
        west.reshape(-1), np.broadcast_to(low, shape).reshape(-1), east.reshape(-1),
        np.broadcast_to(high, shape).reshape(-1),
    )  # fmt: skip
    random, count = city.random("parcel_values"), len(rings)
    area = shapely.area(rings)
    numbers, sections, codes = _lots(city)
    return Made(
        rings,
        {
            "section": sections,
            "section_code": codes,
            "lot": numbers,
            "lot_number": [str(number) for number in numbers],
            "lot_code": [f"{number:04}-0000" for number in numbers],
            "area_m2": np.round(area, 2).tolist(),
            "zoning": random.choice(["home", "trade"], count, p=[0.85, 0.15]).tolist(),
            "assessed_twd_m2": (random.integers(30, 180, count) * 1000).tolist(),
            "survey": random.choice(["numeric", "graphic"], count, p=[0.8, 0.2]).tolist(),
        },
    )


def _lots(city: City) -> tuple[list[int], list[str], list[str]]:
    """Return lot number, section and code of section of every parcel, each pair once."""
    columns, rows = city.blocks.column, city.blocks.row
    squares, which = np.unique(
        np.stack([columns // SECTION, rows // SECTION], axis=1), axis=0, return_inverse=True
    )
    inside = (columns % SECTION) + SECTION * (rows % SECTION)
    first = np.repeat(inside * PER_BLOCK, PER_BLOCK) + np.tile(
        np.arange(1, PER_BLOCK + 1), len(columns)
    )
    of_block = which.reshape(-1).tolist()
    words = city.streets.words
    names = [
        f"{words[at % len(words)][0]}段{_small(at // len(words))}" for at in range(len(squares))
    ]
    sections = [names[at] for at in of_block for _ in range(PER_BLOCK)]
    codes = [f"{9000 + at:04}" for at in of_block for _ in range(PER_BLOCK)]
    return first.tolist(), sections, codes


def _small(number: int) -> str:
    return "" if not number else f"{'一二三四五六七八九'[(number - 1) % 9]}小段"


def addresses(city: City) -> Made:
    """Return a house number at the front of each parcel (門牌)."""
    cuts = _cuts(city)
    middle = (cuts[:, :, :-1] + cuts[:, :, 1:]) / 2
    u = city.blocks.column[:, None, None] * WIDE + SIDE + middle
    bands = _bands()
    front = np.array([bands[0][0] + 2, bands[1][1] - 2, bands[2][0] + 2, bands[3][1] - 2])
    v = np.broadcast_to(
        (city.blocks.row[:, None] * DEEP + front[None, :])[:, :, None], middle.shape
    )
    spots = shapely.points(city.ground.metres(u.reshape(-1), v.reshape(-1)))
    rows = [
        _said(road, number, city.districts[district])
        for column, row, district in zip(
            city.blocks.column.tolist(), city.blocks.row.tolist(), city.blocks.district.tolist(),
            strict=True,
        )
        for band in range(ROWS)
        for road, number in _fronts(city.streets, column, row, band)
    ]  # fmt: skip
    address, english, road, number = (list(each) for each in zip(*rows, strict=True))
    return Made(
        spots,
        {"address": address, "address_en": english, "road": road, "house": number},
        {"on_parcel": list(range(len(rows)))},
    )


def _said(road: Name, number: int, district: tuple[str, str]) -> tuple[str, str, str, int]:
    zh, en = district
    return f"{zh}{road.zh}{number}號", f"No. {number}, {road.en}, {en}", road.zh, number


def _fronts(streets: Streets, column: int, row: int, band: int) -> Iterator[tuple[Name, int]]:
    """Yield the road before each parcel of a row, and its house number on that side."""
    if band in (0, ROWS - 1):
        line, side = (row, 1) if band == 0 else (row + 1, 2)
        road, before = streets.road(0, line, column), streets.rank(0, column) * HOUSES
        yield from ((road, 2 * (before + place) + side) for place in range(HOUSES))
        return
    side, half = 2 if band == 1 else 1, HOUSES // 2 + 1
    lane, alley = streets.lane(column, row)[0], streets.alley(column, row)
    for place in range(HOUSES):
        if alley is not None and place >= half:
            yield alley, 2 * (place - half) + side
        else:
            yield lane, 2 * place + side


def sewer_districts(city: City) -> Made:
    """Return the sewer districts: squares of blocks that are joined to one plant (污水區)."""
    columns, rows = city.blocks.column, city.blocks.row
    squares, which = np.unique(
        np.stack([columns // BASIN, rows // BASIN], axis=1), axis=0, return_inverse=True
    )
    which = which.reshape(-1)
    boxes = city.ground.rings(columns * WIDE, rows * DEEP, (columns + 1) * WIDE, (rows + 1) * DEEP)
    shapes = np.array(
        [shapely.union_all(boxes[which == at], grid_size=0.001) for at in range(len(squares))],
        dtype=object,
    )
    firsts = (squares[:, 0] * BASIN).tolist(), (squares[:, 1] * BASIN).tolist()
    states = sewer_states(*firsts)
    count = np.bincount(which, minlength=len(squares)) * PER_BLOCK
    return Made(
        shapes,
        {
            "basin": basins(*firsts),
            "households": count.tolist(),
            "planned_year": [
                None if state == "in_use" else city.today.year + 2 for state in states
            ],
            "state": states,
        },
    )


def sewer_connections(city: City) -> Made:
    """Return whether each house is joined to the sewer, and when it is planned (用戶接管)."""
    houses = addresses(city)
    random, count = city.random("sewer_connections"), len(houses)
    columns = np.repeat(city.blocks.column, PER_BLOCK).tolist()
    rows = np.repeat(city.blocks.row, PER_BLOCK).tolist()
    chance = random.random(count).tolist()
    states = [
        "planned" if state == "planned" else ("connected" if luck < 0.72 else "unconnected")
        for state, luck in zip(sewer_states(columns, rows), chance, strict=True)
    ]
    days = city.days(random, count, 8)
    ahead = city.today.replace(month=12, day=31)
    return Made(
        houses.shapes,
        {
            "address": houses.columns["address"],
            "basin": basins(columns, rows),
            "connected_on": [
                day if state == "connected" else None
                for day, state in zip(days, states, strict=True)
            ],
            "planned_on": [
                ahead.replace(year=ahead.year + 2) if state == "planned" else None
                for state in states
            ],
            "state": states,
        },
    )
