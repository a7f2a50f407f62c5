"""At which levels an indicator has figures, and what must be measured for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shizheng.statistics.definitions import Indicator
from shizheng.statistics.domain.formula.compiled import Formula
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.measuring.asking import Ask

Level = tuple[str, ...]
"""Dimensions by which the city is split: none, an area, a breakdown, or both."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An indicator that is to be computed: its definition, formula, and periods in order."""

    body: Indicator
    formula: Formula
    periods: tuple[Period, ...]

    @property
    def levels(self) -> list[Level]:
        """The whole city first; a breakdown is given for districts too, not for villages."""
        areas: list[Level] = [(area,) for area in self.body.areas]
        breakdowns: list[Level] = [(name,) for name in self.body.breakdowns]
        both: list[Level] = [
            ("district", name) for name in self.body.breakdowns if "district" in self.body.areas
        ]
        return [(), *areas, *breakdowns, *both]

    def asks(self, level: Level) -> Mapping[str, Ask]:
        """Return by name of an input that is a measure what must be measured at a level."""
        earliest = self.formula.earliest(self.periods[0])
        end = self.periods[-1].end
        return {
            name: Ask(
                measure=str(given.measure),
                frequency=self.body.every,
                start=self._start(earliest, name),
                end=end,
                by=level,
                where=tuple((key, tuple(values)) for key, values in sorted(given.where.items())),
                is_public=self.body.is_public,
            )
            for name, given in self.body.inputs.items()
            if given.measure is not None
        }

    def _start(self, earliest: Mapping[str, Period], name: str) -> date:
        return earliest.get(name, self.periods[0]).start


def cell_of(level: Level, keys: tuple[str, ...]) -> str:
    """Return the name of a cell: ``district=64000010;service=road_damage``."""
    return ";".join(f"{name}={key}" for name, key in zip(level, keys, strict=True))
