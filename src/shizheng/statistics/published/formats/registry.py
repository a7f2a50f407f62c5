"""Formats in which an edition can be had: each a function from the edition to bytes."""

from collections.abc import Callable
from dataclasses import dataclass

from shizheng.kernel.registry import Registry
from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.published.editions import Edition

Render = Callable[[Edition], bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write an edition (格式).

    Args:
        ending: of the address, such as ``csv``.
        media_type: its registered name.
        name: for people; a proper name in every language.
        file_type: code in the EU's authority table of file types.
        needs_areas: whether there must be districts or villages in it.
    """

    ending: str
    media_type: str
    name: str
    file_type: str
    render: Render
    needs_areas: bool = False

    def fits(self, body: Definition) -> bool:
        """Whether an indicator can be had in it."""
        return bool(body.areas) or not self.needs_areas


formats: Registry[Format] = Registry("Formats")


def written_as(
    ending: str, *, media_type: str, name: str, file_type: str, needs_areas: bool = False
) -> Callable[[Render], Render]:
    """Return a decorator that enters a function as a format."""

    def enter(render: Render) -> Render:
        found = Format(ending, media_type, name, file_type, render, needs_areas)
        formats.register(ending)(found)
        return render

    return enter
