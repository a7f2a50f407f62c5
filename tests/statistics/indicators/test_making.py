"""Figures are made from the work, kept once, revised as new vintages, and released in time."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from tests.services.figures.conftest import made
from tests.statistics.indicators.conftest import CLOSED, IN_TIME, defined

from shizheng.core.models import Area, Job
from shizheng.services.models import Case
from shizheng.statistics.indicators.errors import IndicatorsFailed
from shizheng.statistics.indicators.making import indicators_make
from shizheng.statistics.models import Figure, Indicator, Vintage
from shizheng.statistics.selectors import latest_values, series_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _only_those_of_the_test(kaohsiung):
    Indicator.objects.update(is_kept=False)


def numbers(series, cell=""):
    return {value.period.code: value.value for value in series.of(cell)}


def test_figures_are_those_counted_by_hand(little_city, at):
    sanmin, zuoying = little_city
    closed, in_time = defined("closed", CLOSED), defined("in_time", IN_TIME)
    run = indicators_make(at=at)
    run.raise_failures()
    series = series_at(closed, at=at)
    assert numbers(series) == {"2020-01": 0, "2020-02": 16, "2020-03": 4}
    assert numbers(series, f"district={sanmin}")["2020-02"] == 16
    assert numbers(series, f"district={zuoying}") == {"2020-01": 0, "2020-02": 0, "2020-03": 4}
    assert [value.status for value in series.of()] == ["A", "A", "P"]
    assert [value.rows for value in series.of()] == [0, 16, 4]
    share = series_at(in_time, at=at).of()
    assert share[0].value is None
    assert share[0].reason == "nothing_to_divide_by"
    assert share[1].value == Decimal("68.8")  # 5 of 10 pits and 6 of 6 noises: 11 of 16
    assert latest_values([closed], at=at)[closed.pk].period.code == "2020-03"


def test_the_same_work_makes_no_second_vintage(little_city, at):
    closed = defined("closed", CLOSED)
    assert indicators_make(at=at, codes=["closed"]).vintages == 1
    assert Job.objects.filter(name="plan.recompute_lights").count() == 1  # the plan has news
    again = indicators_make(at=at + timedelta(minutes=5), codes=["closed"])
    assert (again.indicators, again.vintages) == (1, 0)
    assert closed.vintages.count() == 1


def test_late_work_is_a_revision_and_the_old_number_stays_to_be_seen(little_city, at):
    closed = defined("closed", CLOSED)
    indicators_make(at=at)
    made(opened=datetime(2020, 2, 4, tzinfo=UTC), days=2)  # entered a month late
    later = at + timedelta(hours=1)
    indicators_make(at=later, why="補登二月案件")
    first, second = closed.vintages.order_by("number")
    assert (first.cause, second.cause) == (Vintage.Cause.SCHEDULED, Vintage.Cause.REVISION)
    assert second.why == "補登二月案件"
    assert (second.first_period, second.figure_count) == ("2020-02", 1)
    assert numbers(series_at(closed, at=at))["2020-02"] == 16
    assert numbers(series_at(closed, at=later))["2020-02"] == 17
    assert first.digest != second.digest
    assert not series_at(closed, at=at - timedelta(seconds=1)).values


def test_the_database_changes_no_figure(little_city, at):
    defined("closed", CLOSED)
    indicators_make(at=at)
    for rows in (Figure.objects, Vintage.objects):
        for change in (
            lambda rows=rows: rows.update(number=9),
            lambda rows=rows: rows.all().delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


def test_nobody_sees_a_figure_before_its_release(little_city, at):
    release = {"kind": "calendar", "after_days": 20, "at": "16:00"}
    closed = defined("closed", CLOSED | {"release": release})
    indicators_make(at=at)
    assert numbers(series_at(closed, at=at)) == {"2020-01": 0}
    assert numbers(series_at(closed, at=at, embargoed=True))["2020-02"] == 16
    just_before = datetime(2020, 3, 20, 7, 59, 59, tzinfo=UTC)
    assert "2020-02" not in numbers(series_at(closed, at=just_before))
    assert numbers(series_at(closed, at=just_before + timedelta(seconds=1)))["2020-02"] == 16
    assert not latest_values([closed], at=at - timedelta(days=1))


def test_an_indicator_reads_others_and_one_that_fails_stops_nobody_else(little_city, at):
    defined("closed", CLOSED)
    change = CLOSED | {
        "unit": "percent", "places": 1, "inputs": {"all": {"indicator": "closed"}},
        "formula": 'change(all, "period")', "areas": [],
    }  # fmt: skip
    changed = defined("changed", change)
    where = {"where": {"service": ["no_such_service"]}}
    wrong = {"closed": {"measure": "services.cases_closed", **where}}
    broken = defined("broken", CLOSED | {"inputs": wrong})
    defined("reads_broken", change | {"inputs": {"all": {"indicator": "broken"}}})
    run = indicators_make(at=at)
    assert set(run.failed) == {"broken", "reads_broken"}
    assert numbers(series_at(changed, at=at))["2020-03"] == Decimal("-75.0")
    assert not broken.vintages.exists()
    with pytest.raises(IndicatorsFailed, match="no_such_service"):
        run.raise_failures()


def test_years_later_what_is_settled_stays_and_is_still_read(little_city, at):
    defined("closed", CLOSED)
    body = CLOSED | {"inputs": {"all": {"indicator": "closed"}}, "areas": []}
    before = defined("before", body | {"formula": 'difference(all, "year")'})
    indicators_make(at=at)
    later = at.replace(year=2024)
    indicators_make(at=later).raise_failures()
    causes = [made.cause for made in before.vintages.all()]
    assert causes == [Vintage.Cause.SCHEDULED] * 2
    numbers_later = numbers(series_at(before, at=later))
    assert (numbers_later["2021-02"], numbers_later["2021-03"]) == (-16, -6)
    indicators_make(at=later)
    assert numbers(series_at(before, at=later)) == numbers_later


def test_small_cells_and_what_gives_them_away_are_withheld(kaohsiung, at):
    districts = [area.code for area in Area.objects.filter(kind="district").order_by("code")[:4]]
    for district, count in zip(districts, (2, 9, 30, 31), strict=True):
        for _ in range(count):
            made(opened=datetime(2020, 2, 3, tzinfo=UTC), days=3, district=district)
    closed = defined("closed", CLOSED | {"disclosure": {"threshold": 5}})
    indicators_make(at=at).raise_failures()
    seen = {
        value.cell: value
        for value in series_at(closed, at=at).values
        if value.period.code == "2020-02"
    }
    hidden = [seen[f"district={code}"] for code in districts[:2]]
    assert [(each.value, each.rows, each.reason) for each in hidden] == [(None, 0, "withheld")] * 2
    assert seen[""].value == 72
    assert seen[f"district={districts[2]}"].value == 30
    inside = series_at(closed, at=at, withheld=True)
    assert numbers(inside, f"district={districts[0]}")["2020-02"] == 2


def test_a_new_definition_is_a_vintage_of_its_own(little_city, at):
    defined("closed", CLOSED)
    indicators_make(at=at)
    services = {"where": {"service": ["noise"]}}
    body = CLOSED | {"inputs": {"closed": {"measure": "services.cases_closed", **services}}}
    closed = defined("closed", body, version=2)
    indicators_make(at=at + timedelta(hours=1))
    newest = closed.vintages.first()
    assert newest.cause == Vintage.Cause.DEFINITION
    assert numbers(series_at(closed, at=at + timedelta(hours=1)))["2020-02"] == 6


def test_invented_work_marks_its_figures(little_city, at):
    Case.objects.filter(service__code="noise").update(is_synthetic=True)
    closed = defined("closed", CLOSED)
    indicators_make(at=at)
    marks = {value.period.code: value.is_synthetic for value in series_at(closed, at=at).of()}
    assert marks == {"2020-01": False, "2020-02": True, "2020-03": False}
    assert closed.vintages.get().is_synthetic
