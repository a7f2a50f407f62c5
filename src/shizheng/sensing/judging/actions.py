"""Trying a rule on the past (回測), and setting real warnings beside what really happened."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.areas import areas_of
from shizheng.core.models import Area, PublishedDefinition, User
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.geodesy import distance_m
from shizheng.sensing.alerting.access import ANSWER
from shizheng.sensing.alerting.selectors import (
    Place,
    _rule,
    body_of,
    places_of,
    readings_usable,
    streams_watched,
)
from shizheng.sensing.domain.backtesting import Episode, Happened, Score, episodes_of, judged
from shizheng.sensing.domain.warnings import Reading
from shizheng.sensing.models import Alert, BackTest, Incident, WarningRule

LONGEST = timedelta(days=400)
MOST_READINGS, MOST_LISTED = 500_000, 500
BEFORE, AFTER, RADIUS_M = timedelta(hours=6), timedelta(hours=2), 1_000


class BackTestUnfit(DomainError):
    """A rule cannot be tried so (無法回測)."""

    code = "sensing.back_test_unfit"
    message = N_("This rule cannot be tried on these days: {reason}.")
    hint = N_("Choose up to 400 days that are over, with readings.")
    worded = ("reason",)


@transaction.atomic
def back_test_run(
    *, rule: WarningRule, starts: datetime, ends: datetime, incidents: str, by: User | None,
    at: datetime, version: PublishedDefinition | None = None, radius_m: int = RADIUS_M,
    before: timedelta = BEFORE, after: timedelta = AFTER,
) -> BackTest:  # fmt: skip
    """Try a version of a rule on stored readings, beside the incidents of a mapping (回測).

    It warns nobody and changes nothing but the list of such trials.

    Args:
        incidents: id of their mapping; empty: all that are known.

    Raises:
        NotPermitted: ``by`` does not answer warnings of the rule's agency.
        BackTestUnfit: the days make no sense, or there is nothing to try it on.
    """
    if by is not None:
        require(by, ANSWER, rule)
    version = version or rule.current
    if body_of(rule).subject == "outlook":
        raise BackTestUnfit(reason=N_("it is asked of forecasts, not of readings"))
    if not starts < ends or ends > at or ends - starts > LONGEST:
        raise BackTestUnfit(reason=N_("the days are not over, or too many"))
    subjects, score = _scored(
        rule, version, (starts, ends), incidents, radius_m=radius_m, before=before, after=after
    )
    made = BackTest.objects.create(
        rule=rule, version=version, starts_at=starts, ends_at=ends, incidents=incidents,
        radius_m=radius_m, before_hours=before / timedelta(hours=1),
        after_hours=after / timedelta(hours=1), result=_result(score, subjects), made_at=at,
        made_by=by,
    )  # fmt: skip
    facts = {"rule": rule.code, "version": version.version, "hits": len(score.leads)}
    journal.record("sensing.rule.tried", made, by=by, at=at, now=facts)
    return made


Subjects = Mapping[str, Mapping[int, Place]]


def _scored(
    rule: WarningRule, version: PublishedDefinition, span: tuple[datetime, datetime],
    incidents: str, *, radius_m: int, before: timedelta, after: timedelta,
) -> tuple[Subjects, Score]:  # fmt: skip
    """Return what the rule would have warned of, beside what happened."""
    starts, ends = span
    domain, body = _rule(version.pk), body_of(rule)
    places = places_of(list(streams_watched([body.observed_property])))
    subjects = _subjects(places, is_district=body.subject == "district")
    readings = readings_usable(places, starts, ends, domain.unusable)
    count = sum(map(len, readings.values()))
    if not count or count > MOST_READINGS:
        raise BackTestUnfit(reason=N_("there is no reading in them, or over 500,000"))
    episodes: list[Episode] = []
    for name, inside in subjects.items():
        them: dict[str, Sequence[Reading]] = {str(pk): readings[pk] for pk in inside}
        episodes += episodes_of(domain, name, them)
    heard = {
        name: {pk: place for pk, place in inside.items() if readings[pk]}
        for name, inside in subjects.items()
    }
    rows = Incident.objects.filter(began_at__gte=starts, began_at__lt=ends)
    rows = rows.filter(kind=incidents) if incidents else rows
    happened = _happened(list(rows.order_by("began_at", "pk")), heard, radius_m)
    seconds = before.total_seconds(), after.total_seconds()
    return subjects, judged(
        sorted(episodes, key=lambda each: (each.began, each.subject)), happened,
        before=seconds[0], after=seconds[1],
    )  # fmt: skip


def _subjects(places: Mapping[int, Place], *, is_district: bool) -> Subjects:
    found: dict[str, dict[int, Place]] = defaultdict(dict)
    for pk, place in places.items():
        if not is_district:
            found[str(pk)][pk] = place
        elif place.district is not None:
            found[f"area:{place.district}"][pk] = place
    return found


def _happened(rows: Sequence[Incident], heard: Subjects, radius_m: int) -> list[Happened]:
    """Return incidents with the subjects that could have warned: those that were heard of."""
    codes = areas_of(
        [(each.longitude, each.latitude) for each in rows],
        on=datetime.now().date(), kind=Area.Kind.DISTRICT,
    ) if rows else []  # fmt: skip
    found = []
    for row, code in zip(rows, codes, strict=True):
        spot = (row.longitude, row.latitude)
        near = {
            name for name, inside in heard.items() if inside and (
                name == f"area:{code}" if name.startswith("area:")
                else any(_away(spot, place) <= radius_m for place in inside.values())
            )
        }  # fmt: skip
        found.append(Happened(str(row.pk), row.began_at.timestamp(), frozenset(near)))
    return found


def _away(spot: tuple[float, float], place: Place) -> float:
    if place.longitude is None or place.latitude is None:
        return float("inf")
    return distance_m(spot, (place.longitude, place.latitude))


def _result(score: Score, subjects: Subjects) -> dict[str, Any]:
    names = {
        name: next(iter(inside.values())).name if not name.startswith("area:") else name[5:]
        for name, inside in subjects.items() if inside
    }  # fmt: skip
    return {
        "incidents": len(score.leads) + len(score.missed) + len(score.unwatched),
        "hits": len(score.leads), "missed": len(score.missed),
        "unwatched": len(score.unwatched), "warnings": len(score.episodes),
        "false": len(score.false), "hit_share": score.hit_share,
        "false_share": score.false_share, "lead_minutes": score.lead_minutes,
        "leads": dict(list(score.leads.items())[:MOST_LISTED]),
        "missed_keys": list(score.missed[:MOST_LISTED]),
        "episodes": [
            {
                "name": names.get(each.subject, each.subject), "began": each.began,
                "ended": each.ended, "level": int(each.highest), "is_false": each in score.false,
            }
            for each in score.episodes[:MOST_LISTED]
        ],
    }  # fmt: skip


@transaction.atomic
def incidents_match(*, at: datetime, days: int = 7) -> int:
    """Set real warnings beside the incidents of the last days (比對實際警戒與災情).

    Returns:
        how many incidents were found to be warned of.
    """
    rows = Incident.objects.filter(alert=None, began_at__gte=at - timedelta(days=days))
    found = 0
    for row in rows:
        alerts = Alert.objects.filter(
            is_drill=False, stream__isnull=False, began_at__lte=row.began_at + AFTER,
            longitude__isnull=False, latitude__isnull=False,
        ).exclude(ended_at__lt=row.began_at - BEFORE).order_by("began_at", "pk")  # fmt: skip
        near = next(
            (
                each for each in alerts
                if distance_m(
                    (row.longitude, row.latitude), (each.longitude or 0.0, each.latitude or 0.0)
                ) <= RADIUS_M
            ), None,
        )  # fmt: skip
        if near is not None:
            row.alert = near
            row.lead_minutes = round((row.began_at - near.raised_at).total_seconds() / 60, 1)
            row.save(update_fields=["alert", "lead_minutes"])
            found += 1
    return found
