"""Finding people who were counted twice (重複查記)."""

from collections.abc import Iterable
from dataclasses import dataclass

LEAST_PEOPLE = 3
"""Smaller households are often alike by chance."""


@dataclass(frozen=True, slots=True)
class Household:
    """What is compared of a household: of each of its people the hashed number, sex and age."""

    record: str
    village: str
    people: tuple[tuple[str, str, int | None], ...]


def twice(households: Iterable[Household]) -> dict[tuple[str, str], str]:
    """Return pairs of records that may be of the same people, the earlier first, with the reason.

    ``person``: a number stands in both. ``household``: three people or more of the same sexes and
    ages in the same village, and no numbers that tell them apart.
    """
    found: dict[tuple[str, str], str] = {}
    by_person: dict[str, str] = {}
    by_shape: dict[tuple[object, ...], list[Household]] = {}
    for each in households:
        for number in dict.fromkeys(number for number, _, _ in each.people if number):
            first = by_person.setdefault(number, each.record)
            if first != each.record:
                found[first, each.record] = "person"
        if len(each.people) < LEAST_PEOPLE:
            continue
        shape = (each.village, *sorted((sex, str(age)) for _, sex, age in each.people))
        for other in by_shape.get(shape, ()):
            if not _told_apart(each, other):
                found.setdefault((other.record, each.record), "household")
        by_shape.setdefault(shape, []).append(each)
    return found


def _told_apart(one: Household, other: Household) -> bool:
    """Whether numbers are known of both and none stands in both."""
    mine, theirs = ({number for number, _, _ in each.people if number} for each in (one, other))
    return bool(mine) and bool(theirs) and not mine & theirs
