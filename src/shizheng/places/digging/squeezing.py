"""Works that together leave too little of parallel roads to traffic, as the feed tells them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shizheng.core.showing import number
from shizheng.places.digging.models import DigPermit

REASON = "traffic_capacity"


@dataclass(frozen=True, slots=True)
class Squeeze:
    """That a work and another one squeeze traffic (容量不足): with which, on which section.

    ``left`` of both roads can pass in cars an hour at the peak, ``wanted`` want to; None where a
    conflict was kept before figures were.
    """

    other: str
    section: str
    left: int | None
    wanted: int | None
    is_counted: bool


def squeezes_of(rows: Iterable[DigPermit]) -> dict[str, list[Squeeze]]:
    """Return by number of the permit what squeezes traffic, told of both sides.

    A conflict counts while both works are among ``rows`` and some day is common to them.
    """
    known = {row.number: row for row in rows}
    found: dict[str, dict[str, Squeeze]] = defaultdict(dict)
    for row in known.values():
        for each in row.conflicts_at_grant or row.conflicts:
            other = known.get(str(each["other"])) if each["reason"] == REASON else None
            if other is None or row.first > other.last or other.first > row.last:
                continue
            theirs = str(each["section"])
            found[row.number][other.number] = _squeeze(each, other.number, theirs)
            mine = _squeeze(each, row.number, row.sections[0])
            found[other.number].setdefault(row.number, mine)
    return {key: [by[name] for name in sorted(by)] for key, by in found.items()}


def _squeeze(each: Mapping[str, Any], other: str, section: str) -> Squeeze:
    left, wanted = each.get("left_vph"), each.get("wanted_vph")
    return Squeeze(other, section, left, wanted, bool(each.get("is_counted", True)))


def squeeze_words(each: Squeeze, road_of: Callable[[str], str]) -> str:
    """Return what who drives there has to know."""
    if each.left is None or each.wanted is None:
        text = _("Too little is left to traffic together with {number} on {road}.")
        return text.format(number=each.other, road=road_of(each.section))
    text = _("Expect delays at the peak: with {number} on {road} open as well, {left} cars an hour can pass and {wanted} want to.")  # noqa: E501  # fmt: skip
    told = text.format(
        number=each.other, road=road_of(each.section), left=number(each.left),
        wanted=number(each.wanted),
    )  # fmt: skip
    if not each.is_counted:
        told += " " + _("Estimated from the class of the road; nobody counted there.")
    return told
