"""What differs between two quarters (與上季差異): lights, and figures that came late or changed.

Takes the records of quarters as plain values, so that anybody can compute it again from the data.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Record = Mapping[str, Any]
NEW, GONE = "new", "gone"


@dataclass(frozen=True, slots=True)
class LightChange:
    """An item whose light is another (燈號變動): from which, to which, and the weightiest reason.

    ``was`` is ``new`` for an item that was not there, ``now`` is ``gone`` for one that is no more.
    """

    code: str
    was: str
    now: str
    cause: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure about a quarter that was closed already (遲到或修正之數據).

    ``was`` is None where it came after the closing.
    """

    code: str
    source: str
    reference: str
    period: str
    was: str | None
    now: str


def lights_changed(before: Sequence[Record], now: Sequence[Record]) -> list[LightChange]:
    """Return the items whose light differs, in the order of the newer record, then those gone."""
    old = {item["code"]: item["light"] for item in before}
    changes = [
        LightChange(
            item["code"],
            old.get(item["code"], NEW),
            item["light"],
            item["reasons"][0] if item["reasons"] else None,
        )
        for item in now
        if old.get(item["code"]) != item["light"]
    ]
    kept = {item["code"] for item in now}
    gone = [LightChange(code, light, GONE) for code, light in old.items() if code not in kept]
    return changes + gone


def figures_changed(
    before: Sequence[Record], known: Mapping[tuple[str, str], Iterable[Sequence[Any]]], by: date
) -> list[FigureChange]:
    """Return the figures of a closed quarter that are known otherwise by now.

    Args:
        before: the items of the closed quarter, each with the evidence that counted.
        known: by source and reference, what is known now: period, last day, value, rows, runs.
        by: the last day of that quarter.
    """
    found = []
    for item in before:
        for shown in item["evidence"]:
            place = (shown["source"], shown["reference"])
            for period, day, value, _rows, is_running in known.get(place, ()):
                if value is None or is_running or day > by.isoformat():
                    continue
                was = shown["value"] if shown["period"] == period else None
                is_late = was is None and (not shown["on"] or day > shown["on"])
                if is_late or (was is not None and not _same(was, value)):
                    found.append(FigureChange(item["code"], *place, period, was, _plain(value)))
    return found


def _same(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    """Return a decimal without the zeros at its end."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def moved(changes: Iterable[LightChange]) -> tuple[list[LightChange], list[LightChange]]:
    """Return the changes for the better and those for the worse; grey is the worst."""
    rank = {"grey": 0, "red": 1, "yellow": 2, "green": 3}
    better: list[LightChange] = []
    worse: list[LightChange] = []
    for change in changes:
        if change.was in rank and change.now in rank:
            (better if rank[change.now] > rank[change.was] else worse).append(change)
    return better, worse


@dataclass(frozen=True, slots=True)
class Known:
    """A figure of an indicator as one vintage has it (某版次之數值); None: it has no value."""

    vintage: int
    value: str | None
    cause: str = ""
    why: str = ""


def revised(before: Known | None, since: Sequence[Known]) -> tuple[Known, Known] | None:
    """Return what stood at the last closing and what stands now, if the value is another.

    What came out for the first time is not a revision. The reasons of all vintages between are
    joined, oldest first.

    Args:
        before: the figure as it stood at the last closing; None if there was none.
        since: the figures of the same period that came out after it, in order of vintage.
    """
    if before is None or not since:
        return None
    last = since[-1]
    if _same(before.value or "", last.value or ""):
        return None
    reasons = " ".join(dict.fromkeys(each.why for each in since if each.why))
    return before, Known(last.vintage, last.value, last.cause, reasons)
