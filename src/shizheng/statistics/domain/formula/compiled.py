"""A checked formula, ready to be evaluated any number of times."""

from dataclasses import dataclass, field

from shizheng.statistics.domain.formula.steps import Step
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.domain.units import Unit


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula whose names and units fit (公式).

    Args:
        source: as written.
        unit: the declared unit, which the formula gives.
        inputs: names of the measures and indicators it reads, in order.
    """

    source: str
    unit: Unit
    inputs: tuple[str, ...]
    step: Step = field(repr=False, compare=False)

    def earliest(self, period: Period) -> dict[str, Period]:
        """Return for each input the first period that the figure of ``period`` reads.

        It reads none after ``period``. May be a day early for the year before 29 February.
        """
        found: dict[str, Period] = {}
        for name, first in self.step.earliest(period):
            found[name] = min(first, found.get(name, first))
        return found

    def affected(self, name: str, period: Period) -> Period:
        """Return the last period whose figure changes when input ``name`` changes at ``period``.

        Raises:
            KeyError: the formula does not read ``name``.
        """
        reach = 1
        while self.earliest(period + reach)[name] <= period:
            reach *= 2
        low, high = reach // 2, reach
        while high - low > 1:
            middle = (low + high) // 2
            is_reached = self.earliest(period + middle)[name] <= period
            low, high = (middle, high) if is_reached else (low, middle)
        return period + low
