"""Rules tried on the past, forecasts judged, nights played again: with real floods and invented."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.utils import timezone
from tests.places.roadworks import Site
from tests.sensing.alerting_city import BLOCK_US, measured, town, us
from tests.services.conftest import KAOHSIUNG, kaohsiung, person

from shizheng.core.models import JournalEntry, OutboxEvent
from shizheng.packs.loader import load
from shizheng.sensing.actions.intake import stream_known
from shizheng.sensing.alerting.definitions import WarningBody
from shizheng.sensing.definitions import ObservationImport, ObservedPropertyBody
from shizheng.sensing.domain.backtesting import Happened, episodes_of, judged
from shizheng.sensing.domain.warnings import Reading
from shizheng.sensing.importing import observations_import
from shizheng.sensing.judging.actions import BackTestUnfit, back_test_run, incidents_match
from shizheng.sensing.judging.definitions import IncidentImport
from shizheng.sensing.judging.forecasts import ahead, models_fit, models_listed
from shizheng.sensing.judging.importing import incidents_import
from shizheng.sensing.models import Alert, Incident, Thing, WarningRule
from shizheng.sensing.store.writing import readings_added

__all__ = ["kaohsiung"]
DATA = Path(__file__).parents[2].parent / "shared" / "data"
FLOODS = DATA / "flood_sensors"
needs_data = pytest.mark.skipif(not FLOODS.is_dir(), reason="the real floods are not beside us")
JUNE, JULY = datetime(2025, 6, 13, 16, tzinfo=UTC), datetime(2025, 7, 15, 16, tzinfo=UTC)


def mapping(kind, identifier):
    return next(each for each in load(KAOHSIUNG).bodies(kind) if each.id == identifier)


@needs_data
def test_the_rule_beside_the_real_floods_of_2025_and_what_it_missed_is_said(kaohsiung):
    stream_known.forget()
    properties = {each.id: each for each in load(KAOHSIUNG).bodies(ObservedPropertyBody)}
    counts = observations_import(
        mapping(ObservationImport, "flood_sensors"), FLOODS, properties=properties,
        at=timezone.now(),
    )  # fmt: skip
    assert counts["things"] == 159
    assert counts["new"] + counts["same"] + counts["contradicts"] == 872
    body = mapping(IncidentImport, "emic_floods_2025")
    taken = incidents_import(body, DATA / "emergency_cases")
    assert taken["new"] == 48
    assert sum(taken.values()) == 943
    assert incidents_import(body, DATA / "emergency_cases")["new"] == 0
    assert not Incident.objects.filter(began_at__date="2025-10-28").exists(), "that was a drill"

    rule = WarningRule.objects.get(code="road_flooding")
    made = back_test_run(
        rule=rule, starts=JUNE, ends=JULY, incidents="emic_floods_2025", by=None, at=timezone.now()
    )
    found = made.result
    assert found["incidents"] == found["hits"] + found["missed"] + found["unwatched"]
    assert (found["hits"], found["missed"], found["unwatched"]) == (3, 3, 10)
    assert (found["warnings"], found["false"]) == (63, 55)
    assert found["lead_minutes"] > 0
    assert not Alert.objects.exists(), "a trial warns nobody"
    assert not OutboxEvent.objects.filter(type__startswith="sensing.alert").exists()

    page = Site().read(f"/warnings/tried/{made.pk}/")
    for said in ("回測", "以下都不是警戒", "55 / 63"):
        assert said in page, said
    assert "3 / 6" in Site().read("/warnings/rules/")
    the_night_is_played_again()
    assert models_fit(at=datetime(2025, 7, 16, tzinfo=UTC)) == len(models_listed())
    used = [skill.is_used for _name, _row, model in models_listed() for skill in model.skills]
    assert not any(used), "a month of readings above 2 cm is too little, and nothing is forecast"


def the_night_is_played_again():
    site = Site(person("j_duty", "officer", "water_resources"))
    page = site.read("/warnings/replay/?rule=road_flooding")
    assert "重播" in page
    told = json.loads(re.search(r'id="night" type="application/json">(.+?)</script>', page)[1])
    night = datetime.fromtimestamp(told["start"], UTC), datetime.fromtimestamp(told["end"], UTC)
    assert night[0] < datetime(2025, 7, 7, tzinfo=UTC) < night[1], "Typhoon Danas"
    assert len(told["posts"]) > 10
    assert told["silent"] + len(told["posts"]) == Thing.objects.count()
    assert max(each["highest"] for each in told["posts"]) == 2
    assert told["incidents"]
    site.read("/warnings/replay/?rule=road_flooding&start=2025-07-06T12:00&end=2025-07-07T12:00")
    empty = site.read("/warnings/replay/?start=2024-01-01T12:00&end=2024-01-02T12:00")
    assert "這段時間沒有紀錄" in empty
    wrong = site.read("/warnings/replay/?start=2025-07-06T12:00&end=2025-07-01T12:00")
    assert "最長三天" in wrong
    site.read("/warnings/replay/?start=yesterday&end=x")


@needs_data
def test_the_floods_that_were_reported_in_2024_would_have_raised_a_warning_by_their_depth(
    kaohsiung,
):
    counts = incidents_import(mapping(IncidentImport, "flood_incidents_2024"), FLOODS)
    assert counts["new"] == 383
    rule = mapping(WarningBody, "road_flooding").rule()
    raised = {}
    for each in Incident.objects.exclude(value=None):
        at = each.began_at.timestamp()
        them = [Reading(at - 600, 0.0), Reading(at, each.value)]
        raised[each.pk] = (each.value, bool(episodes_of(rule, "0", {"0": them})))
    deep = [was for value, was in raised.values() if value >= 10]
    shallow = [was for value, was in raised.values() if value < 10]
    assert len(deep) == 143
    assert all(deep)
    assert not any(shallow), "water below the threshold is no warning, and is counted as missed"


def reading(minute, value):
    return Reading(minute * 60.0, float(value))


def test_hits_misses_and_false_alarms_are_counted_apart():
    rule = mapping(WarningBody, "road_flooding").rule()
    wet = [
        reading(m, v) for m, v in ((0, 3), (10, 12), (20, 14), (30, 4), (40, 3), (50, 2), (60, 1))
    ]
    found = episodes_of(rule, "a", {"a": wet})
    assert [(each.began / 60, each.ended / 60, int(each.highest)) for each in found] == [
        (10, 50, 1)
    ]
    quiet = episodes_of(rule, "b", {"b": [reading(0, 12)]})
    assert [each.ended is not None for each in quiet] == [True], "silence ends it by the rule"
    score = judged(
        [*found, *quiet],
        [Happened("hit", 1_800, frozenset("a")), Happened("late", 900_000, frozenset("a")),
         Happened("nowhere", 1_800, frozenset())],
        before=3_600, after=600,
    )  # fmt: skip
    assert score.leads == {"hit": 20.0}
    assert (score.missed, score.unwatched) == (("late",), ("nowhere",))
    assert [each.subject for each in score.false] == ["b"]
    assert (score.hit_share, score.false_share, score.lead_minutes) == (0.5, 0.5, 20.0)
    nothing = judged([], [], before=0, after=0)
    assert (nothing.hit_share, nothing.false_share, nothing.lead_minutes) == (None, None, None)


@pytest.fixture
def city(db, settings, tmp_path):
    return town(settings, tmp_path)


def test_a_trial_is_for_who_answers_the_rule_and_says_what_it_cannot_do(city):
    chief, stranger = Site(city.duty), Site(city.stranger)
    address = "/en/warnings/rules/high_water/try/"
    stranger.read(address, status=403)
    given = {"rule_version": "1", "first": "2026-07-01", "last": "2026-07-10", "incidents": "",
             "radius_m": "1000", "before_hours": "6", "after_hours": "2"}  # fmt: skip
    page = chief.send(address, status=422, **given)
    assert "no reading" in page
    measured(city.streams["Ford"], (0, 3), (10, 12), (20, 40), (30, 41))
    result = chief.send(address, **given)
    assert "1 / 1" in chief.read(result)
    assert JournalEntry.objects.filter(action="sensing.rule.tried").count() == 1
    page = chief.send(address, status=422, **{**given, "last": "2099-01-01"})
    assert "not over" in page
    rule = WarningRule.objects.get(code="flood_outlook")
    with pytest.raises(BackTestUnfit):
        back_test_run(
            rule=rule, starts=JUNE, ends=JULY, incidents="", by=city.chief, at=timezone.now()
        )


def test_a_real_warning_is_set_beside_what_happened_there(city):
    from shizheng.sensing.alerting.evaluating import readings_arrived

    now = timezone.now()
    ford = city.streams["Ford"]
    readings_added([(ford.pk, us(now), 15.0, 0, None)], {ford.pk: BLOCK_US}, us(now))
    readings_arrived([ford.pk], at=now)
    for key, x in (("near", 0.0111), ("far", 0.039)):
        Incident.objects.create(
            kind="calls", key=key, began_at=now + timedelta(minutes=25), longitude=x,
            latitude=0.002, place=key,
        )  # fmt: skip
    assert incidents_match(at=now + timedelta(hours=1)) == 1
    near = Incident.objects.get(key="near")
    assert near.alert == Alert.objects.get()
    assert near.lead_minutes == pytest.approx(25, abs=0.1)


def test_a_forecast_that_beats_persistence_says_on_the_board_when_the_level_comes(city):
    """A gauge that answers rain as a bucket does; held back, the model does better."""
    rng = np.random.default_rng(7)
    level, levels = 0.0, []
    push = np.zeros(1_500)
    for start in rng.integers(0, 1_450, 45):
        push[start : start + 10] += rng.uniform(0, 4)
    for rise in push:
        level = max(level * 0.9 + rise, 0.0)
        levels.append(round(level, 1))
    ford = city.streams["Ford"]
    now = timezone.now().replace(second=0, microsecond=0)
    tail = [0.5, 1.0, 1.5, 2.5, 3.5, 4.6, 5.7, 6.7, 7.6, 8.4]
    whole = [*levels, *tail]
    rows = [
        (ford.pk, us(now - timedelta(minutes=10 * (len(whole) - 1 - n))), value, 0, None)
        for n, value in enumerate(whole)
    ]
    readings_added(rows, {ford.pk: BLOCK_US}, us(now))
    assert ahead(now) == []
    assert models_fit(at=now) == 1
    ((name, _row, model),) = models_listed()
    assert name == "Ford"
    assert all(each.is_used for each in model.skills if each.horizon <= 2)
    (said,) = ahead(now)
    assert said.level == 1
    assert 0 < said.minutes <= 60
    board = Site(city.duty).read("/en/warnings/board/")
    assert "May come next" in board
    assert "Advisory in about" in board
    assert "better than" in board
    assert ahead(now + timedelta(hours=2)) == [], "of a gauge that went silent nothing is said"


def test_noise_cannot_be_forecast_and_is_not(city):
    rng = np.random.default_rng(3)
    quay = city.streams["Quay"]
    now = timezone.now().replace(second=0, microsecond=0)
    walk = 100 + np.cumsum(rng.normal(0, 0.4, 600))
    rows = [
        (quay.pk, us(now - timedelta(minutes=10 * (len(walk) - 1 - n))), round(value, 1), 0, None)
        for n, value in enumerate(walk.tolist())
    ]
    readings_added(rows, {quay.pk: BLOCK_US}, us(now))
    models_fit(at=now)
    page = Site().read("/en/warnings/rules/")
    for _name, _row, model in models_listed():
        assert not any(each.is_used for each in model.skills)
        assert "no better than persistence" in page
