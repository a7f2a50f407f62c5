"""In which order indicators are computed that are made of indicators."""

from collections.abc import Collection, Mapping
from graphlib import CycleError, TopologicalSorter

from shizheng.statistics.domain.errors import IndicatorCycle


def order(inputs: Mapping[str, Collection[str]]) -> list[str]:
    """Return the indicators so that each comes after those it uses; ties by name.

    Args:
        inputs: of every indicator the names its formula reads (``Formula.inputs``); names that
            are not indicators are measures and need no place.

    Raises:
        IndicatorCycle: some are computed from each other; it names them all, in order.
    """
    sorter = TopologicalSorter(
        {name: sorted(used for used in inputs[name] if used in inputs) for name in sorted(inputs)}
    )
    try:
        sorter.prepare()
    except CycleError as error:
        raise IndicatorCycle(cycle=" → ".join(_turned(error.args[1]))) from None
    ordered: list[str] = []
    while ready := sorted(sorter.get_ready()):
        ordered += ready
        sorter.done(*ready)
    return ordered


def _turned(cycle: list[str]) -> list[str]:
    """Return a closed cycle as "a uses b uses a", beginning with the first name."""
    around = cycle[:0:-1]
    first = around.index(min(around))
    return [*around[first:], *around[: first + 1]]
