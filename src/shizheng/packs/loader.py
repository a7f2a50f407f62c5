"""Loads a pack: the one function that other rooms call to get a city as data."""

from pathlib import Path

from shizheng.packs.checker import examine
from shizheng.packs.pack import Pack
from shizheng.packs.problems import PackBroken
from shizheng.packs.reading import Kinds


def load(path: Path, known: Kinds | None = None) -> Pack:
    """Return the pack at ``path``, read and checked.

    Args:
        path: folder of the pack.
        known: kinds of definition; left out, every kind that a room of Shizheng brings.

    Raises:
        PackUnreadable: there is no such folder, or no pack in it.
        PackBroken: it has problems; the error holds all of them.
    """
    pack, problems = examine(path, known)
    if problems:
        raise PackBroken(str(path), problems)
    return pack
