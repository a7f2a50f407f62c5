"""Names, classes and widths of the invented roads, and the house numbers along them."""

from dataclasses import dataclass

import numpy as np

from shizheng.places.synthetic.domain.grid import LANE, ROAD, Whole

NUMERALS = (
    "一", "二", "三", "四", "五", "六", "七", "八", "九", "十",
    "十一", "十二", "十三", "十四", "十五", "十六", "十七", "十八", "十九", "二十",
)  # fmt: skip
STRETCH, STRETCHES = 12, 9
"""So many blocks, or more where the road would have too many, make one stretch (段) of a road."""
HOUSES = 11
"""Houses on one side of a block."""


@dataclass(frozen=True, slots=True)
class RoadClass:
    """A class of roads (道路等級): its code, width in metres, lanes, capacity in PCU an hour."""

    code: str
    width_m: float
    lanes: int
    capacity_vph: int


MAIN = RoadClass("main", 20.0, 6, 4800)
SECONDARY = RoadClass("secondary", 16.0, 4, 2800)
LOCAL = RoadClass("service", 12.0, 2, 1200)
NARROW = RoadClass("lane", 6.0, 1, 300)


def road_class(kind: int, line: int) -> RoadClass:
    """Return the class of the line of that number: every eighth is a main road."""
    if kind == LANE:
        return NARROW
    if line % 8 == 0:
        return MAIN
    return SECONDARY if line % 4 == 0 else LOCAL


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a road in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Streets:
    """The names of all lines (道路名稱): lines are counted from the lowest in the city.

    Args:
        words: (Chinese, English) first words of names; each serves twenty roads.
        lowest: the lowest row and column of blocks.
        highest: the highest of both, for whether a road is long enough for stretches.
    """

    words: tuple[tuple[str, str], ...]
    lowest: tuple[int, int]
    highest: tuple[int, int]

    def line(self, kind: int, number: int) -> Name:
        """Return the name of a road along (路) or a street across (街), without its stretch.

        Raises:
            ValueError: there are more lines than names.
        """
        at = number - (self.lowest[1] if kind == ROAD else self.lowest[0])
        word, numeral = divmod(at, len(NUMERALS))
        if word >= len(self.words):
            raise ValueError(f"{at + 1} roads need more than {len(self.words)} words for names")
        zh, en = self.words[word]
        ending, english = ("路", "Rd.") if kind == ROAD else ("街", "St.")
        return Name(f"{zh}{NUMERALS[numeral]}{ending}", f"{en} {_ordinal(numeral + 1)} {english}")

    def road(self, kind: int, line: int, block: int) -> Name:
        """Return the name of a line at a block, with the stretch (段) where it is long."""
        plain = self.line(kind, line)
        stretch = self.stretch(kind, block)
        if not stretch:
            return plain
        return Name(f"{plain.zh}{NUMERALS[stretch - 1]}段", f"Sec. {stretch}, {plain.en}")

    def stretch(self, kind: int, block: int) -> int:
        """Return the number of the stretch at a block; 0 where the road has none."""
        at = 0 if kind == ROAD else 1
        if self.highest[at] - self.lowest[at] < STRETCH:
            return 0
        return (block - self.lowest[at]) // self._length(at) + 1

    def _length(self, at: int) -> int:
        return max(STRETCH, -(-(self.highest[at] - self.lowest[at] + 2) // STRETCHES))

    def rank(self, kind: int, block: int) -> int:
        """Return how many blocks of the same stretch lie before a block."""
        at = 0 if kind == ROAD else 1
        before = block - self.lowest[at]
        return before % self._length(at) if self.stretch(kind, block) else before

    def lane(self, column: int, row: int) -> tuple[Name, int]:
        """Return the lane (巷) through a block: it leaves the street west of it."""
        street = self.road(1, column, row)
        number = 2 * HOUSES * self.rank(1, row) + 1
        return Name(f"{street.zh}{number}巷", f"Ln. {number}, {street.en}"), number

    def alley(self, column: int, row: int) -> Name | None:
        """Return the alley (弄) in which every third lane ends; None for the others."""
        if (column + row) % 3:
            return None
        lane, _ = self.lane(column, row)
        return Name(f"{lane.zh}3弄", f"Aly. 3, {lane.en}")


def streets_of(words: tuple[tuple[str, str], ...], columns: Whole, rows: Whole) -> Streets:
    """Return the names for blocks of those columns and rows."""
    return Streets(
        words, (int(np.min(columns)), int(np.min(rows))), (int(np.max(columns)), int(np.max(rows)))
    )


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 < number % 100 < 14 else ending}"
