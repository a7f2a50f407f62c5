"""Sums of lights: of the city and of each department (燈號統計)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

COLOURS = ("green", "yellow", "red", "grey")


def counts_of(items: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many items have each light; every light is there, be it with 0."""
    counted = Counter(item["light"] for item in items)
    return {colour: counted[colour] for colour in COLOURS}


def on_course_share(counts: Mapping[str, int]) -> float | None:
    """Return the share of green ones of all, 0 to 1: what is grey counts against it."""
    total = sum(counts[colour] for colour in COLOURS)
    return counts["green"] / total if total else None


def weakest(departments: Sequence[Mapping[str, Any]], most: int) -> list[Mapping[str, Any]]:
    """Return the departments with the smallest share on course, then with the most behind."""
    some = [each for each in departments if sum(each["counts"].values())]
    return sorted(
        some,
        key=lambda each: (
            on_course_share(each["counts"]) or 0.0, -each["counts"]["red"], each["number"],
        ),
    )[:most]  # fmt: skip
