"""Asks the rules when readings arrive and when the clock moves, and acts on what they say."""

import json
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from shizheng.core.fresh import Fresh
from shizheng.core.models import Area
from shizheng.sensing.actions.streams import streams_named
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
from shizheng.sensing.models import Alert, RuleState, WarningRule
from shizheng.sensing.store.turns import turn

DISTRICT = "area:"
KEPT_READINGS = 60
TOGETHER, TOGETHER_DISTRICTS = 100, 8


@dataclass(slots=True)
class Kept:
    """How a rule stands for a subject, as the database keeps it; thousands are read at once."""

    pk: int
    level: int
    streaks: list[Any]
    at: datetime | None


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
    twice, late, or from several workers changes nothing: a moment is judged once. Posts come
    before districts, for which all their posts are read.
    """
    wanted = set(streams)
    changed = 0
    for row in sorted(rules_kept(), key=lambda rule: body_of(rule).subject != "stream"):
        body = body_of(row)
        if body.subject == "outlook":
            continue
        asked = list(subjects(body, _places(body.observed_property, wanted), wanted))
        changed += _judged(row, asked, at=at, is_tick=False)
    return changed


def clock_moved(*, at: datetime) -> int:
    """Ask the rules where only time can have changed the answer: what stands, and silence."""
    changed = 0
    for row in rules_kept():
        body = body_of(row)
        if body.subject == "outlook":
            continue
        standing = set(row.states.exclude(level=0).values_list("subject", flat=True))
        raises = body.missing.then == "raise"
        if not standing and not raises:
            continue
        places = places_watched(body.observed_property)
        asked = subjects(body, places, set(places))
        some = [each for each in asked if raises or each.name in standing]
        changed += _judged(row, some, at=at, is_tick=True)
    return changed


def _read_places(code: str) -> dict[int, Place]:
    return places_of(list(streams_watched([code])))


places_watched = Fresh(_read_places, seconds=30.0)
"""Where posts of an observed property stand, by stream; one that moves does so within 30 s."""


def _places(code: str, wanted: set[int]) -> dict[int, Place]:
    """Return where posts stand, read anew where a stream of the property is not among them yet."""
    places = places_watched(code)
    others = streams_named(wanted - places.keys()).values()
    if any(each.property == code and not each.is_multi for each in others):
        places_watched.forget()
        places = places_watched(code)
    return places


def subjects(body: WarningBody, places: Mapping[int, Place], wanted: set[int]) -> Iterator[Subject]:
    """Yield the subjects of a rule that the wanted streams belong to."""
    if body.subject == "stream":
        for stream in sorted(wanted & places.keys()):
            yield Subject(str(stream), {stream: places[stream]})
        return
    districts: dict[str, dict[int, Place]] = defaultdict(dict)
    for stream, place in places.items():
        if place.district is not None:
            districts[place.district][stream] = place
    for code, them in sorted(districts.items()):
        if wanted & them.keys():
            yield Subject(DISTRICT + code, them)


def _judged(row: WarningRule, asked: Sequence[Subject], *, at: datetime, is_tick: bool) -> int:
    """Ask one rule of many subjects, so many in one transaction that others wait only shortly."""
    some = TOGETHER_DISTRICTS if asked and asked[0].is_district else TOGETHER
    changed = 0
    for first in range(0, len(asked), some):
        with turn():
            changed += judge(row, asked[first : first + some], at=at, is_tick=is_tick)
    return changed


@transaction.atomic
def judge(row: WarningRule, asked: Sequence[Subject], *, at: datetime, is_tick: bool) -> int:
    """Ask one rule of some subjects about every moment that it has not seen yet."""
    rule = rule_of(row)
    states = _states(row, [each.name for each in asked])
    reach = timedelta(seconds=rule.reach)
    since = {name: _since(kept.at, at, reach) for name, kept in states.items()}
    places = {stream: place for each in asked for stream, place in each.places.items()}
    read = readings_usable(places, min(since.values()), at, rule.unusable)
    off = maintained(places, at)
    changed = 0
    moved: list[Kept] = []
    for subject in asked:
        kept = states[subject.name]
        begin = since[subject.name].timestamp()
        readings = {
            stream: read[stream][bisect_left(read[stream], begin, key=_when) :]
            for stream in subject.places
        }
        moments = _moments(readings, kept.at, at, reach, is_tick=is_tick)
        if subject.is_district:
            moments = _last_of_seconds(moments)
        if not moments:
            continue
        heard = {stream: them for stream, them in readings.items() if stream not in off}
        state = _state(rule, kept, is_suppressed=off >= subject.places.keys())
        for moment in moments:
            known = {
                str(stream): them[: bisect_right(them, moment, key=_when)]
                for stream, them in heard.items()
            }
            found = numbers(rule, known, moment)
            was = state.level(rule)
            state = advance(rule, state, moment, found)
            now = state.level(rule)
            if now != was:
                changed += 1
                _act(row, subject, now, moment=moment_of(moment), at=at, found=found, known=known)
        _move(kept, rule, state)
        moved.append(kept)
    _keep(moved)
    return changed


def _when(reading: Reading) -> float:
    return reading.at


def _since(seen: datetime | None, at: datetime, reach: timedelta) -> datetime:
    """Return from when on readings matter to moments that are still to be judged."""
    return max(min(seen or at, at), at - reach) - reach if seen else at - reach


def _last_of_seconds(moments: Sequence[float]) -> list[float]:
    """Return the last moment of each second: a district is not asked for each of its posts."""
    return list({int(moment): moment for moment in moments}.values())


def _states(row: WarningRule, names: Sequence[str]) -> dict[str, Kept]:
    """Return how a rule stands for subjects, made where it never was, held until the end."""
    rows = RuleState.objects.select_for_update().filter(rule=row, subject__in=names)
    asked = rows.order_by("subject").values_list("subject", "pk", "level", "streaks", "at")
    found = {name: Kept(*kept) for name, *kept in asked}
    missing = [name for name in names if name not in found]
    if missing:
        made = [RuleState(rule=row, subject=name) for name in sorted(missing)]
        RuleState.objects.bulk_create(made, ignore_conflicts=True)
        found = {name: Kept(*kept) for name, *kept in asked.all()}
    return found


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


def _state(rule: Rule, kept: Kept, *, is_suppressed: bool) -> State:
    if len(kept.streaks) != len(rule.thresholds):
        return State(begin(rule).streaks, is_suppressed=is_suppressed)
    return State(
        tuple(Streak(*each) for each in kept.streaks),
        kept.at.timestamp() if kept.at else float("-inf"),
        is_suppressed,
    )


def _move(kept: Kept, rule: Rule, state: State) -> None:
    kept.level = int(state.level(rule))
    kept.streaks = [[each.is_on, each.raising_since, each.clearing_since] for each in state.streaks]
    kept.at = moment_of(state.at)


def _keep(moved: Sequence[Kept]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {RuleState._meta.db_table} SET level = %s, streaks = %s, at = %s "  # noqa: S608
            "WHERE id = %s",
            [
                (
                    each.level, json.dumps(each.streaks),
                    connection.ops.adapt_datetimefield_value(each.at), each.pk,
                )
                for each in moved
            ],
        )  # fmt: skip


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
