"""When a warning begins, rises, falls and ends (警戒判定): windows, two levels, hysteresis, holds.

A rule is asked at every reading and every tick of the clock. Each level has a condition that
raises it and one that clears it; either must hold without a break for a while. What a level does
depends on nothing but what was known at each moment so far, so a replay gives the same answer.
"""

from bisect import bisect_right, insort
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from math import fsum, isfinite
from typing import Any, Literal, TypeAlias

from shizheng.sensing.domain.quality import DOUBTFUL

Seconds: TypeAlias = float
WindowKind = Literal["last", "min", "max", "mean", "sum", "count", "rise", "rate"]


class Level(IntEnum):
    """How urgent it is (警戒等級): nothing, advisory (二級), warning (一級)."""

    NONE = 0
    ADVISORY = 1
    WARNING = 2


@dataclass(frozen=True, slots=True, order=True)
class Reading:
    """A usable reading: seconds since 1970 and the value in the unit of its property."""

    at: Seconds
    value: float


@dataclass(frozen=True, slots=True)
class Window:
    """A number made of the readings of the last while (時間窗).

    ``rise`` is the newest less the lowest before it, ``rate`` the change from the first to the
    newest an hour. A window always holds the newest reading, however old.
    """

    kind: WindowKind
    seconds: Seconds

    def of(self, readings: Sequence[Reading], at: Seconds) -> float:
        """Return its number at a moment; ``readings`` are in order and at least one."""
        begin = min(bisect_right(readings, at - self.seconds, key=_when), len(readings) - 1)
        return _KINDS[self.kind](readings[begin:])


def _when(reading: Reading) -> Seconds:
    return reading.at


def _rate(readings: Sequence[Reading]) -> float:
    first, last = readings[0], readings[-1]
    return 0.0 if last.at == first.at else (last.value - first.value) / (last.at - first.at) * 3_600


def _sum(readings: Sequence[Reading]) -> float:
    try:
        return fsum(each.value for each in readings)
    except OverflowError:  # no sensor means this; infinite compares as the sum would
        return float(sum(each.value for each in readings))


_KINDS: Mapping[WindowKind, Callable[[Sequence[Reading]], float]] = {
    "last": lambda them: them[-1].value,
    "min": lambda them: min(each.value for each in them),
    "max": lambda them: max(each.value for each in them),
    "sum": _sum,
    "mean": lambda them: _sum(them) / len(them),
    "count": lambda them: float(len(them)),
    "rise": lambda them: max(them[-1].value - min(each.value for each in them), 0.0),
    "rate": _rate,
}

Condition: TypeAlias = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True, slots=True)
class Threshold:
    """What raises a level and what clears it (門檻), and how long each must hold."""

    level: Level
    when: Condition
    clear: Condition
    raise_after: Seconds = 0
    clear_after: Seconds = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it is carried out (警戒規則).

    Attributes:
        windows: names that conditions read.
        together: conditions read ``sensors``, a list with a record for each that is not silent.
        missing_after: a sensor is silent when its newest usable reading is older.
        when_missing: hold the level as it is, clear it, or raise the lowest level.
        unusable: flags with which a reading is not used.
    """

    windows: Mapping[str, Window]
    thresholds: tuple[Threshold, ...]
    missing_after: Seconds
    when_missing: Literal["hold", "clear", "raise"] = "hold"
    together: bool = False
    unusable: int = int(DOUBTFUL)

    @property
    def reach(self) -> Seconds:
        """How far back it looks."""
        return max([self.missing_after, *(each.seconds for each in self.windows.values())])


@dataclass(frozen=True, slots=True)
class Streak:
    """How one level stands: on or off, and since when either condition has held."""

    is_on: bool = False
    raising_since: Seconds | None = None
    clearing_since: Seconds | None = None


@dataclass(frozen=True, slots=True)
class State:
    """How a rule stands for one subject (警戒狀態); small, so that it can be stored."""

    streaks: tuple[Streak, ...]
    at: Seconds = float("-inf")
    is_suppressed: bool = False

    def level(self, rule: Rule) -> Level:
        """Return the highest level that is on."""
        on = [
            threshold.level
            for threshold, streak in zip(rule.thresholds, self.streaks, strict=True)
            if streak.is_on
        ]
        return max(on, default=Level.NONE)


@dataclass(frozen=True, slots=True)
class Change:
    """A level that came or went at a moment, with the numbers that it was decided on."""

    at: Seconds
    was: Level
    now: Level
    numbers: Mapping[str, Any]
    is_missing: bool = False


def begin(rule: Rule) -> State:
    """Return the state before anything is known."""
    return State(tuple(Streak() for _each in rule.thresholds))


def numbers(
    rule: Rule, readings: Mapping[str, Sequence[Reading]], at: Seconds
) -> dict[str, Any] | None:
    """Return what conditions read at a moment; None where every sensor is silent.

    Args:
        readings: usable readings of each sensor up to ``at``, in order.
    """
    heard = {
        sensor: them
        for sensor, them in readings.items()
        if them and at - them[-1].at <= rule.missing_after
    }
    if not heard:
        return None
    each = {
        sensor: {name: window.of(them, at) for name, window in rule.windows.items()}
        for sensor, them in sorted(heard.items())
    }
    if not rule.together:
        return next(iter(each.values()))
    return {
        "sensors": [{"sensor": sensor, **values} for sensor, values in each.items()],
        "silent_count": len(readings) - len(heard),
    }


def advance(rule: Rule, state: State, at: Seconds, found: Mapping[str, Any] | None) -> State:
    """Return the state after looking at a moment; ``found`` is what :func:`numbers` said."""
    if state.is_suppressed:
        return replace(begin(rule), at=at, is_suppressed=True)
    lowest = min((each.level for each in rule.thresholds), default=Level.NONE)
    streaks = []
    for threshold, streak in zip(rule.thresholds, state.streaks, strict=True):
        if found is None:
            raises = rule.when_missing == "raise" and threshold.level == lowest
            clears = rule.when_missing == "clear"
        else:
            raises, clears = threshold.when(found), threshold.clear(found)
        streaks.append(_moved(threshold, streak, at, raises=raises, clears=clears))
    return replace(state, streaks=tuple(streaks), at=at)


def _moved(
    threshold: Threshold, streak: Streak, at: Seconds, *, raises: bool, clears: bool
) -> Streak:
    raising = (streak.raising_since if streak.raising_since is not None else at) if raises else None
    clearing = (
        (streak.clearing_since if streak.clearing_since is not None else at) if clears else None
    )
    is_on = streak.is_on
    if raising is not None and at - raising >= threshold.raise_after:
        is_on = True
    elif clearing is not None and at - clearing >= threshold.clear_after:
        is_on = False
    return Streak(is_on, raising, clearing)


def suppressed(state: State, *, is_on: bool) -> State:
    """Return the state with maintenance begun or ended: meanwhile no level is raised (維護抑制)."""
    return replace(state, is_suppressed=is_on)


@dataclass(slots=True)
class Machine:
    """Carries out one rule for one subject, reading by reading (逐筆判定).

    It keeps only the readings that the windows can still see. Moments never go back: a reading
    that comes late takes its place among the others and counts from the newest moment on.
    """

    rule: Rule
    sensors: Sequence[str]
    state: State = field(init=False)
    kept: dict[str, list[Reading]] = field(init=False)

    def __post_init__(self) -> None:
        self.state = begin(self.rule)
        self.kept = {sensor: [] for sensor in self.sensors}

    def take(self, sensor: str, at: Seconds, value: float, flags: int = 0) -> Change | None:
        """Take a reading; a doubtful one or none is a look at the clock."""
        if isfinite(value) and not flags & self.rule.unusable:
            insort(self.kept[sensor], Reading(at, value))
        return self.tick(max(at, self.state.at))

    def tick(self, at: Seconds) -> Change | None:
        """Look at the rule at a moment; silence is noticed here."""
        at = max(at, self.state.at)
        for readings in self.kept.values():
            gone = bisect_right(readings, at - self.rule.reach, key=_when)
            del readings[: min(gone, max(len(readings) - 1, 0))]
        was = self.state.level(self.rule)
        found = numbers(self.rule, self.kept, at)
        self.state = advance(self.rule, self.state, at, found)
        now = self.state.level(self.rule)
        return None if now == was else Change(at, was, now, found or {}, found is None)

    def maintain(self, at: Seconds, *, is_on: bool) -> Change | None:
        """Begin or end maintenance."""
        self.state = suppressed(self.state, is_on=is_on)
        return self.tick(at)
