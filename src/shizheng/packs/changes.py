"""The difference between two versions of a definition, value by value."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shizheng.packs.problems import Path, Place

KEYS = ("id", "code", "item", "number", "username", "date")
Locate = Callable[[Path], Place | None]


class ChangeKind(StrEnum):
    """What happened to a value."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs (異動); ``path`` is that of the new content, or of the removed one.

    Rows of a list are told apart by their key where they have one (``agencies[police]``), so that
    a new row in the middle is one change.
    """

    kind: ChangeKind
    path: str
    was: Any
    now: Any
    place: Place | None = None


def nowhere(path: Path) -> None:
    """Say that the place of a value is not known."""
    return


def diff(old: Any, new: Any, locate: Locate = nowhere) -> list[Change]:
    """Return what differs between two contents made of JSON values.

    Args:
        old, new: bodies of definitions.
        locate: gives the place of a path in the new content.
    """
    return [*_differences(old, new, (), "", locate)]


def _differences(old: Any, new: Any, path: Path, shown: str, locate: Locate) -> Iterator[Change]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _of_mappings(old, new, path, shown, locate)
    elif _is_list(old) and _is_list(new):
        yield from _of_lists(old, new, path, shown, locate)
    elif old != new or isinstance(old, bool) != isinstance(new, bool):
        yield Change(ChangeKind.CHANGED, shown, old, new, locate(path))


def _of_mappings(
    old: Mapping[str, Any], new: Mapping[str, Any], path: Path, shown: str, locate: Locate
) -> Iterator[Change]:
    for key in [*old, *(key for key in new if key not in old)]:
        here = f"{shown}.{key}" if shown else key
        if key not in new:
            yield Change(ChangeKind.REMOVED, here, old[key], None, locate(path))
        elif key not in old:
            yield Change(ChangeKind.ADDED, here, None, new[key], locate((*path, key)))
        else:
            yield from _differences(old[key], new[key], (*path, key), here, locate)


def _of_lists(
    old: Sequence[Any], new: Sequence[Any], path: Path, shown: str, locate: Locate
) -> Iterator[Change]:
    before, after = _by_key(old), _by_key(new)
    if before.keys() & after.keys() and [*before] != [*after] and {*before} == {*after}:
        order = ([*before], [*after])
        yield Change(ChangeKind.CHANGED, f"{shown} (order)", *order, locate(path))
    for key, (_, value) in before.items():
        if key not in after:
            yield Change(ChangeKind.REMOVED, f"{shown}[{key}]", value, None, locate(path))
    for key, (index, value) in after.items():
        here = (*path, index)
        if key not in before:
            yield Change(ChangeKind.ADDED, f"{shown}[{key}]", None, value, locate(here))
        else:
            yield from _differences(before[key][1], value, here, f"{shown}[{key}]", locate)


def _by_key(rows: Sequence[Any]) -> dict[str, tuple[int, Any]]:
    """Return the rows by the first of ``KEYS`` that tells them all apart, else by position."""
    for key in KEYS:
        if all(isinstance(row, Mapping) and key in row for row in rows):
            found = {str(row[key]): (index, row) for index, row in enumerate(rows)}
            if len(found) == len(rows):
                return found
    if rows and all(isinstance(row, str) for row in rows) and len({*rows}) == len(rows):
        return {row: (index, row) for index, row in enumerate(rows)}
    return {str(index): (index, row) for index, row in enumerate(rows)}


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)
