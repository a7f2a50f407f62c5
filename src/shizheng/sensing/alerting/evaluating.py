"""Asks the rules when readings arrive and when the clock moves, and acts on what they say."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from shizheng.core.models import Area
from shizheng.sensing.alerting.actions import alert_level_set, alert_raise
from shizheng.sensing.alerting.definitions import WarningBody
from shizheng.sensing.alerting.selectors import (
    Place,
    body_of,
    maintained,
    moment_of,
    places_of,
    readings_usable,
    rule_of,
    rules_kept,
    streams_watched,
)
from shizheng.sensing.domain.warnings import (
    Level,
    Reading,
    Rule,
    State,
    Streak,
    advance,
    begin,
    numbers,
)
from shizheng.sensing.models import Alert, Datastream, RuleState, WarningRule

DISTRICT = "area:"
KEPT_READINGS = 60


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule is asked of: one stream, or all of a district."""

    name: str
    places: Mapping[int, Place]

    @property
    def is_district(self) -> bool:
        """Whether it is several streams together."""
        return self.name.startswith(DISTRICT)


def readings_arrived(streams: Iterable[int], *, at: datetime) -> int:
    """Ask the rules that watch these streams; return how many levels came or went.

    Called after readings were stored. It reads what it needs from the store, so that calling it
    twice, late, or from several workers changes nothing: a moment is judged once.
    """
    wanted = set(streams)
    changed = 0
    for row in rules_kept():
        body = body_of(row)
        if body.subject == "outlook":
            continue
        watched = list(streams_watched([body.observed_property]))
        if not any(each.pk in wanted for each in watched):
            continue
        for subject in subjects(body, watched, wanted):
            changed += judge(row, subject, at=at, is_tick=False)
    return changed


def clock_moved(*, at: datetime) -> int:
    """Ask the rules where only time can have changed the answer: what stands, and silence."""
    changed = 0
    for row in rules_kept():
        body = body_of(row)
        if body.subject == "outlook":
            continue
        standing = set(row.states.exclude(level=0).values_list("subject", flat=True))
        if not standing and body.missing.then != "raise":
            continue
        watched = list(streams_watched([body.observed_property]))
        for subject in subjects(body, watched, {each.pk for each in watched}):
            if subject.name in standing or body.missing.then == "raise":
                changed += judge(row, subject, at=at, is_tick=True)
    return changed


def subjects(
    body: WarningBody, watched: Sequence[Datastream], wanted: set[int]
) -> Iterable[Subject]:
    """Yield the subjects of a rule that the wanted streams belong to."""
    if body.subject == "stream":
        places = places_of([each for each in watched if each.pk in wanted])
        yield from (Subject(str(stream), {stream: place}) for stream, place in places.items())
        return
    districts: dict[str, dict[int, Place]] = defaultdict(dict)
    for stream, place in places_of(watched).items():
        if place.district is not None:
            districts[place.district][stream] = place
    for code, places in sorted(districts.items()):
        if wanted & places.keys():
            yield Subject(DISTRICT + code, places)


@transaction.atomic
def judge(row: WarningRule, subject: Subject, *, at: datetime, is_tick: bool) -> int:
    """Ask one rule of one subject about every moment that it has not seen yet."""
    rule = rule_of(row)
    kept, _made = RuleState.objects.select_for_update().get_or_create(
        rule=row, subject=subject.name
    )
    reach = timedelta(seconds=rule.reach)
    since = min(kept.at or at, at) - reach
    readings = readings_usable(subject.places, since, at, rule.unusable)
    off = maintained(subject.places, at)
    state = _state(rule, kept, is_suppressed=off == set(subject.places))
    changed = 0
    for moment in _moments(readings, kept.at, at, reach, is_tick=is_tick):
        known = {
            str(stream): [each for each in them if each.at <= moment]
            for stream, them in readings.items()
            if stream not in off
        }
        found = numbers(rule, known, moment)
        was = state.level(rule)
        state = advance(rule, state, moment, found)
        now = state.level(rule)
        if now != was:
            changed += 1
            _act(row, subject, now, moment=moment_of(moment), at=at, found=found, known=known)
    _keep(kept, rule, state)
    return changed


def _moments(
    readings: Mapping[int, Sequence[Reading]], seen: datetime | None, at: datetime,
    reach: timedelta, *, is_tick: bool,
) -> list[float]:  # fmt: skip
    """Return what is still to be judged, in order; what is older than the rule reaches is past."""
    after = max(seen.timestamp() if seen else float("-inf"), (at - reach).timestamp())
    moments = {each.at for them in readings.values() for each in them if each.at > after}
    if is_tick and at.timestamp() > after:
        moments.add(at.timestamp())
    return sorted(moments)


def _state(rule: Rule, kept: RuleState, *, is_suppressed: bool) -> State:
    if len(kept.streaks) != len(rule.thresholds):
        return State(begin(rule).streaks, is_suppressed=is_suppressed)
    return State(
        tuple(Streak(*each) for each in kept.streaks),
        kept.at.timestamp() if kept.at else float("-inf"),
        is_suppressed,
    )


def _keep(kept: RuleState, rule: Rule, state: State) -> None:
    if state.at == float("-inf"):
        return
    kept.level = int(state.level(rule))
    kept.streaks = [[each.is_on, each.raising_since, each.clearing_since] for each in state.streaks]
    kept.at = moment_of(state.at)
    kept.save(update_fields=["level", "streaks", "at"])


def _act(
    row: WarningRule, subject: Subject, level: Level, *, moment: datetime, at: datetime,
    found: Mapping[str, object] | None, known: Mapping[str, Sequence[Reading]],
) -> None:  # fmt: skip
    read = dict(found or {"missing": True})
    alert = Alert.objects.filter(
        rule=row, subject=subject.name, is_drill=False, ended_at=None
    ).first()
    if alert is not None:
        alert_level_set(alert=alert, level=int(level), at=moment, numbers=read)
    elif level:
        alert_raise(
            rule=row, subject=subject.name, level=int(level), began=moment, at=at, numbers=read,
            readings=[
                [stream, each.at, each.value]
                for stream, them in known.items()
                for each in them[-KEPT_READINGS:]
            ],
            **_whereabouts(subject),
        )  # fmt: skip


def _whereabouts(subject: Subject) -> dict[str, Any]:
    if subject.is_district:
        area = Area.objects.get(code=subject.name.removeprefix(DISTRICT))
        return {"area": area, "place": area.name}
    place = next(iter(subject.places.values()))
    return {
        "stream": place.stream,
        "area": Area.objects.filter(code=place.district).first() if place.district else None,
        "place": {"zh-Hant": place.name},
        "point": (place.longitude, place.latitude),
    }
