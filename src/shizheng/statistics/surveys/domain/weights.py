"""Weighting a sample to what is known of the whole (事後分層加權).

Source: Holt and Smith 1979; Lohr, Sampling: Design and Analysis, 2nd ed., section 4.4.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from shizheng.kernel.errors import N_, DomainError

Cell = tuple[str, str, str]
"""Area, sex, age."""
ALL = "*"
_LEVELS: tuple[Callable[[Cell], Cell], ...] = (
    lambda cell: (cell[0], cell[1], ALL),
    lambda cell: (cell[0], ALL, ALL),
    lambda cell: (ALL, ALL, ALL),
)


class TotalsUnfit(DomainError):
    """What is known of the whole does not fit the sample (母體人數不符)."""

    code = "statistics.survey.totals_unfit"
    worded = ("reason",)
    message = N_("The numbers of the population cannot be used: {reason}.")
    hint = N_("Compare the file with the register of the reference date.")


def poststratified(
    sample: Sequence[Cell], totals: Mapping[Cell, int], *, least: int = 1
) -> list[Decimal]:
    """Return the weight of each person of the sample: people of the cell by people asked of it.

    A cell with fewer than ``least`` people asked joins all ages of its sex and area, then the
    area, then the city; with it go the cells that it joins. The weights add up to the totals.

    Raises:
        TotalsUnfit: nobody was asked, or there are fewer people than were asked.
    """
    if not sample or sum(totals.values()) < len(sample):
        raise TotalsUnfit(reason=N_("there are fewer people than answered"))
    place = {cell: cell for cell in {*sample, *(cell for cell, n in totals.items() if n)}}
    for level in _LEVELS:
        weak = _weak(sample, totals, place, least)
        if not weak:
            break
        joined = {level(stratum) for stratum in weak}
        place = {
            cell: level(stratum) if level(stratum) in joined else stratum
            for cell, stratum in place.items()
        }
    if _weak(sample, totals, place, least):
        place = dict.fromkeys(place, (ALL, ALL, ALL))
    asked, known = _counted(sample, totals, place)
    return [Decimal(known[place[cell]]) / asked[place[cell]] for cell in sample]


def _counted(
    sample: Sequence[Cell], totals: Mapping[Cell, int], place: Mapping[Cell, Cell]
) -> tuple[Counter[Cell], Counter[Cell]]:
    """Return how many were asked of each stratum, and how many there are."""
    known: Counter[Cell] = Counter()
    for cell, number in totals.items():
        if number:
            known[place[cell]] += number
    return Counter(place[cell] for cell in sample), known


def _weak(
    sample: Sequence[Cell], totals: Mapping[Cell, int], place: Mapping[Cell, Cell], least: int
) -> set[Cell]:
    asked, known = _counted(sample, totals, place)
    return {
        stratum for stratum in set(place.values())
        if asked[stratum] < least or known[stratum] < asked[stratum]
    }  # fmt: skip
