"""What follows from the answers of an inspection: faults and a score."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from shizheng.places.upkeep.definitions import ItemOf, RoundOf, UpkeepBody
from shizheng.places.upkeep.domain.errors import ItemMissing, ItemUnfit

CAPS = {"urgent": 20, "serious": 50, "minor": 80}
"""The best score of a thing with such a fault."""
SOUND, FAIR = 80, 50
LONGEST_NOTE = 1_000
FAILED = frozenset({"fail", "no", "false"})
PASSED = frozenset({"pass", "yes", "true"})


@dataclass(frozen=True, slots=True)
class Judged:
    """An inspection as it was judged (檢查結果).

    ``values`` by item as they are kept; ``faults`` without repeats, in the checklist's order;
    ``score`` 0 (fails everything) to 100 (sound).
    """

    values: Mapping[str, Any]
    failed: tuple[str, ...]
    faults: tuple[str, ...]
    score: int

    @property
    def is_sound(self) -> bool:
        """Whether nothing failed."""
        return not self.failed


def condition_of(score: int) -> str:
    """Return the condition (狀況) that everybody may know: ``good``, ``fair`` or ``poor``."""
    return "good" if score >= SOUND else "fair" if score >= FAIR else "poor"


def judged(
    body: UpkeepBody, asked: RoundOf, given: Mapping[str, Any], *, photos: Collection[str] = ()
) -> Judged:
    """Judge the answers of a round.

    The score is the weight of what passed in the weight of what was judged, and no better than
    the worst fault allows (``CAPS``).

    Args:
        given: by item: ``pass`` or ``fail``, a number, the id of an option, or words.
        photos: items of which there is a photo.

    Raises:
        ItemMissing, ItemUnfit: the first answer that is wanted or cannot be.
    """
    values: dict[str, Any] = {}
    failed: list[str] = []
    faults: list[str] = []
    passed_weight = judged_weight = 0
    for item in asked.items:
        value = _read(item, given.get(item.id), has_photo=item.id in photos)
        if value is None:
            continue
        values[item.id] = value
        if item.kind in ("photo", "note"):
            continue
        fault = fault_of(item, value)
        judged_weight += item.weight
        if fault is None:
            passed_weight += item.weight
            continue
        failed.append(item.id)
        if fault not in faults:
            faults.append(fault)
    score = round(100 * passed_weight / judged_weight) if judged_weight else 100
    for name in faults:
        known = body.fault(name)
        if known is not None:
            score = min(score, CAPS[known.severity])
    return Judged(values, tuple(failed), tuple(faults), score)


def fault_of(item: ItemOf, value: Any) -> str | None:
    """Return the fault that an answer is, if it is one."""
    if item.kind == "pass":
        return item.fault if value is False else None
    if item.kind == "number":
        is_low = item.least is not None and value < item.least
        is_high = item.most is not None and value > item.most
        return item.fault if is_low or is_high else None
    return next((each.fault for each in item.options if each.id == value), None)


def _read(item: ItemOf, value: Any, *, has_photo: bool) -> Any:
    """Return an answer as it is kept; None where there is none and none is needed."""
    if item.kind == "photo":
        if item.required and not has_photo:
            raise ItemMissing(item=dict(item.name))
        return True if has_photo else None
    text = str("" if value is None else value).strip()
    if not text:
        if item.required and item.kind != "note":
            raise ItemMissing(item=dict(item.name))
        return None
    if item.kind == "note":
        return text[:LONGEST_NOTE]
    if item.kind == "pass":
        return _passed(item, text)
    if item.kind == "number":
        return _number(item, text)
    if text not in {each.id for each in item.options}:
        raise _unfit(item, text)
    return text


def _passed(item: ItemOf, text: str) -> bool:
    if text.lower() in PASSED:
        return True
    if text.lower() in FAILED:
        return False
    raise _unfit(item, text)


def _number(item: ItemOf, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise _unfit(item, text) from None
    too_low = item.low is not None and number < item.low
    too_high = item.high is not None and number > item.high
    if not isfinite(number) or too_low or too_high:
        raise _unfit(item, text)
    return number


def _unfit(item: ItemOf, text: str) -> ItemUnfit:
    low, high = ("–" if limit is None else limit for limit in (item.low, item.high))
    return ItemUnfit(item=dict(item.name), value=text[:60], low=low, high=high)
