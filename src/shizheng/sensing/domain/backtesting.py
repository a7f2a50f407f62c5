"""What a rule would have warned of, beside what really happened (回測): hits, misses, false alarms.

Nothing here decides what is right: an incident that nobody reported makes a right warning look
false, and a place without a post cannot be warned of. Both are counted apart and said.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from shizheng.sensing.domain.warnings import Level, Machine, Reading, Rule, Seconds

STEP: Seconds = 600


@dataclass(frozen=True, slots=True)
class Episode:
    """A warning that the rule would have raised (警戒事件), in seconds since 1970."""

    subject: str
    began: Seconds
    ended: Seconds | None
    highest: Level


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened (災情): when, and which subjects could have warned of it."""

    key: str
    at: Seconds
    watched_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class Score:
    """How a rule did (回測結果).

    Attributes:
        leads: by incident that was warned of, how many minutes the warning came before it;
            negative: after.
        missed: incidents with a post near, of which none warned.
        unwatched: incidents without a post near.
        false: warnings without an incident.
    """

    leads: Mapping[str, float]
    missed: tuple[str, ...]
    unwatched: tuple[str, ...]
    false: tuple[Episode, ...]
    episodes: tuple[Episode, ...]

    @property
    def hit_share(self) -> float | None:
        """Share of the incidents near a post that were warned of; None where there is none."""
        count = len(self.leads) + len(self.missed)
        return len(self.leads) / count if count else None

    @property
    def false_share(self) -> float | None:
        """Share of the warnings without an incident; None where there is no warning."""
        return len(self.false) / len(self.episodes) if self.episodes else None

    @property
    def lead_minutes(self) -> float | None:
        """Median of how long before the incident the warning came."""
        return median(self.leads.values()) if self.leads else None


def episodes_of(
    rule: Rule, subject: str, readings: Mapping[str, Sequence[Reading]]
) -> list[Episode]:
    """Return the warnings that a rule raises of one subject, in order of time.

    The rule is asked at each reading, and every ten minutes while it stands or readings are
    missing, as the clock asks it in operation.

    Args:
        readings: of each sensor of the subject, usable ones, in order of time.
    """
    machine = Machine(rule, sorted(readings))
    moments = sorted(
        (each.at, sensor, each.value) for sensor, them in readings.items() for each in them
    )
    found: list[Episode] = []
    began: Seconds | None = None
    highest = Level.NONE

    def look(at: Seconds) -> None:
        nonlocal began, highest
        level = machine.state.level(rule)
        if level and began is None:
            began, highest = at, level
        elif level:
            highest = max(highest, level)
        elif began is not None:
            found.append(Episode(subject, began, at, highest))
            began = None

    for number, (at, sensor, value) in enumerate(moments):
        machine.take(sensor, at, value)
        look(at)
        following = moments[number + 1][0] if number + 1 < len(moments) else None
        _wait(machine, rule, at, following, look)
    if began is not None:
        found.append(Episode(subject, began, None, highest))
    return found


def _wait(
    machine: Machine, rule: Rule, at: Seconds, following: Seconds | None,
    look: Callable[[Seconds], None],
) -> None:  # fmt: skip
    """Let the clock ask until the next reading, as long as that can change anything."""
    holds = max((max(t.raise_after, t.clear_after) for t in rule.thresholds), default=0)
    until = at + rule.reach + holds + 2 * STEP
    tick = at + STEP
    while tick < (until if following is None else min(until, following)):
        if not machine.state.level(rule) and rule.when_missing != "raise":
            return
        machine.tick(tick)
        look(tick)
        tick += STEP


def judged(
    episodes: Sequence[Episode], incidents: Sequence[Happened], *, before: Seconds, after: Seconds
) -> Score:
    """Set warnings beside incidents.

    A warning belongs to an incident if it stood at any moment from ``before`` the incident until
    ``after`` it. The earliest counts for the lead time.
    """
    leads: dict[str, float] = {}
    missed: list[str] = []
    unwatched: list[str] = []
    meant: set[int] = set()
    for each in incidents:
        if not each.watched_by:
            unwatched.append(each.key)
            continue
        fitting = [
            (episode.began, number) for number, episode in enumerate(episodes)
            if episode.subject in each.watched_by and episode.began <= each.at + after
            and (episode.ended is None or episode.ended >= each.at - before)
        ]  # fmt: skip
        meant |= {number for _began, number in fitting}
        if fitting:
            leads[each.key] = round((each.at - min(fitting)[0]) / 60, 1)
        else:
            missed.append(each.key)
    false = tuple(each for number, each in enumerate(episodes) if number not in meant)
    return Score(leads, tuple(missed), tuple(unwatched), false, tuple(episodes))
