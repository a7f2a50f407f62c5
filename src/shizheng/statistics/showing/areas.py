"""The page's parts by place and by group: maps, small multiples, tables of one period."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.indicators.reading import Reading, newest_of
from shizheng.statistics.selectors import CITY, Value
from shizheng.statistics.showing.choropleth import AreaMap, Shaded, map_of, outline_of
from shizheng.statistics.showing.drawing import path_of
from shizheng.statistics.showing.meaning import dimension_name, names_of
from shizheng.statistics.showing.words import (
    joined,
    mark_words,
    period_words,
    value_words,
    without_value,
)

MULTIPLE_WIDTH, MULTIPLE_HEIGHT = 132, 44
MULTIPLE_PERIODS = 24


@dataclass(frozen=True, slots=True)
class Multiple:
    """One area of the small multiples: its line, and its newest figure in words."""

    name: str
    path: str
    words: str


@dataclass(frozen=True, slots=True)
class AreaView:
    """Figures of one period by area: the map, the same as a table, and how each came there."""

    kind: str
    period: str
    map: AreaMap
    multiples: tuple[Multiple, ...]
    lowest: str
    highest: str
    silent: str = ""
    """Names of the areas of which there is no figure at all."""

    @property
    def table(self) -> list[Shaded]:
        """The areas with the highest figure first, those without one last."""
        return sorted(
            self.map.areas,
            key=lambda each: (
                each.value is None or each.value.value is None,
                -(each.value.value or 0) if each.value and each.value.value is not None else 0,
                each.shape.code,
            ),
        )

    @property
    def withheld_count(self) -> int:
        """How many areas have a figure that is not told."""
        return sum(each.shade == "withheld" for each in self.map.areas)


@dataclass(frozen=True, slots=True)
class Group:
    """One group of a breakdown."""

    name: str
    value: str
    marks: str


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The newest figures by the groups of one dimension, the highest first."""

    name: str
    period: str
    groups: tuple[Group, ...]


def district_view(reading: Reading) -> AreaView | None:
    """Return the newest figures of the districts with the line of each; None without any."""
    if "district" not in reading.body.areas:
        return None
    values = reading.values(level=["district"])
    found = _view(reading.body, "district", values)
    if found is None:
        return None
    lines = _by_code(values)
    told = [float(each.value) for each in values if each.value is not None]
    bounds = (min(0.0, *told), max(told)) if len(told) > 1 else (0.0, 1.0)
    multiples = tuple(
        Multiple(
            area.shape.name,
            path_of(
                [each.value for each in lines.get(area.shape.code, [])[-MULTIPLE_PERIODS:]],
                MULTIPLE_WIDTH, MULTIPLE_HEIGHT, bounds,
            ),
            area.words,
        )
        for area in found.map.areas
        if area.shape.code in lines
    )  # fmt: skip
    silent = [area.shape.name for area in found.map.areas if area.shape.code not in lines]
    return replace(found, multiples=multiples, silent=joined(silent))


def village_view(reading: Reading, *, parent: str = "") -> AreaView | None:
    """Return the newest figures of all villages, or of those of one district; None without any."""
    if "village" not in reading.body.areas or reading.vintage is None:
        return None
    newest, _cells = newest_of(reading.values(cells=[CITY]))
    if newest is None:
        return None
    values = reading.values(level=["village"], since=newest.start)
    return _view(reading.body, "village", values, parent=parent)


def _view(
    body: Definition, kind: str, values: Sequence[Value], *, parent: str = ""
) -> AreaView | None:
    newest, cells = newest_of(values)
    if newest is None:
        return None
    by_code = {cell.split("=", 1)[1]: value for cell, value in cells.items()}
    return view_of(
        kind, period_words(newest), map_of(outline_of(kind, parent=parent), by_code, body)
    )


def view_of(kind: str, period: str, drawn: AreaMap) -> AreaView:
    """Return a map with the areas that have its lowest and its highest figure."""
    told = sorted(
        (each for each in drawn.areas if each.value is not None and each.value.value is not None),
        key=lambda each: (each.value.value if each.value else None) or 0,
    )
    return AreaView(
        kind, period, drawn, (),
        lowest=told[0].title if told else "", highest=told[-1].title if told else "",
    )  # fmt: skip


def _by_code(values: Sequence[Value]) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for each in values:
        found.setdefault(each.cell.split("=", 1)[1], []).append(each)
    return found


def breakdowns_of(reading: Reading) -> list[Breakdown]:
    """Return a table for each breakdown that has figures."""
    found = []
    for dimension in reading.body.breakdowns:
        newest, cells = newest_of(reading.values(level=[dimension]))
        if newest is None:
            continue
        by_code = {cell.split("=", 1)[1]: value for cell, value in cells.items()}
        names = names_of(reading.body, dimension, by_code)
        ordered = sorted(
            by_code.items(),
            key=lambda item: (item[1].value is None, -(item[1].value or 0), item[0]),
        )
        groups = tuple(
            Group(names[code], _written(value, reading.body), " · ".join(mark_words(value)))
            for code, value in ordered
        )
        found.append(Breakdown(dimension_name(dimension), period_words(newest), groups))
    return found


def _written(value: Value, body: Definition) -> str:
    if value.value is None:
        return without_value(value)
    return value_words(value.value, body.places, body.unit_name)
