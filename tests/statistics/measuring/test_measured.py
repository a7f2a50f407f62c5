"""Every published measure is what one counts by hand, on both databases and from files."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import ForeignKey
from tests.statistics.measuring.brute import counted
from tests.statistics.measuring.conftest import AT

from shizheng.core.measures import measures
from shizheng.services.calls.figures import call_rows, figures_of
from shizheng.services.figures.defined import MEASURES
from shizheng.services.figures.evaluating import evaluate, starts_at
from shizheng.services.models import Call, Case
from shizheng.statistics.domain.periods import Frequency
from shizheng.statistics.measuring.answering import answered, measured
from shizheng.statistics.measuring.asking import Ask
from shizheng.statistics.measuring.engine import over_city
from shizheng.statistics.measuring.parquet import over_parquet, write
from shizheng.statistics.measuring.staging import needs_of, needs_of_all

CODES = sorted(measures)
KEYS_COUNTED = {"by", "answered_by", "agency", "thing", "alert"}
SPANS = {
    Frequency.YEAR: (date(2020, 1, 1), date(2022, 1, 1)),
    Frequency.HALF: (date(2020, 7, 1), date(2021, 7, 1)),
    Frequency.QUARTER: (date(2020, 10, 1), date(2021, 4, 1)),
    Frequency.MONTH: (date(2020, 11, 1), date(2021, 3, 1)),
    Frequency.WEEK: (date(2020, 12, 28), date(2021, 1, 25)),
    Frequency.DAY: (date(2020, 12, 30), date(2021, 1, 3)),
}


def asks_of(code):
    """Each dimension by month and year, all frequencies as a whole, and what everybody may see."""
    dimensions = measures[code].dimensions
    for frequency, (start, end) in SPANS.items():
        yield Ask(code, frequency, start, end)
    yield Ask(code, Frequency.MONTH, *SPANS[Frequency.MONTH], is_public=True)
    for frequency in (Frequency.MONTH, Frequency.YEAR):
        for name in dimensions:
            yield Ask(code, frequency, *SPANS[frequency], by=(name,))
    yield Ask(code, Frequency.MONTH, *SPANS[Frequency.MONTH], by=tuple(dimensions)[:2])


ASKS = [ask for code in CODES for ask in asks_of(code)]


@pytest.fixture(scope="module")
def answers(lived_in):
    return measured(ASKS, at=AT)


@pytest.fixture(scope="module")
def rows_of(lived_in):
    """Rows of a table with all that paths lead to, read once."""
    known = {}

    def rows(table):
        if table not in known:
            paths = {
                dimension.column.rpartition(".")[0].replace(".", "__")
                for measure in measures.values()
                if measure.table is table
                for dimension in measure.dimensions.values()
            }
            known[table] = list(table._base_manager.select_related(*filter(None, paths)))
        return known[table]

    return rows


def plain(table):
    return {
        (row.period_start, row.keys): (row.value, row.rows, row.synthetic_rows) for row in table
    }


def same(found, expected):
    """Counts and sums to the last digit; percentiles to a millionth."""
    assert found.keys() == expected.keys()
    for key, (value, *rest) in expected.items():
        assert list(found[key][1:]) == rest, key
        if isinstance(value, float):
            assert found[key][0] == pytest.approx(value, abs=1e-6), key
        elif isinstance(value, Decimal):
            assert abs(Decimal(found[key][0]) - value) < Decimal("1e-18"), key
        else:
            assert found[key][0] == value, key


@pytest.mark.parametrize("code", CODES)
def test_a_measure_is_what_one_counts_by_hand(code, answers, rows_of):
    rows = rows_of(measures[code].table)
    for ask in asks_of(code):
        same(plain(answers[ask]), counted(ask, AT, rows))


def test_the_small_city_has_something_to_count_in_every_measure(answers):
    empty = {ask.measure for ask in ASKS if ask.frequency == Frequency.YEAR and not ask.by
             and not ask.is_public and not answers[ask].rows}  # fmt: skip
    assert empty == set()


@pytest.mark.parametrize("code", CODES)
def test_parts_add_up_to_the_whole_where_a_measure_says_so(code, answers):
    measure, (start, end) = measures[code], SPANS[Frequency.MONTH]
    whole = answers[Ask(code, Frequency.MONTH, start, end)]
    if not measure.is_additive:
        assert not measure.is_additive_over_time
        return
    for name in measure.dimensions:
        parts = answers[Ask(code, Frequency.MONTH, start, end, by=(name,))]
        for row in whole:
            split = [each for each in parts if each.period_start == row.period_start]
            assert sum(each.value or 0 for each in split) == pytest.approx(row.value or 0)
            assert sum(each.rows for each in split) == row.rows


def test_what_the_public_figures_say_is_what_the_measures_say(answers):
    since, until = starts_at(date(2020, 1, 1)), starts_at(date(2022, 1, 1))
    told = evaluate(MEASURES.values(), by=("service",), since=since, until=until, within={})
    alike = {
        "received": "cases_opened", "closed": "cases_closed", "limited": "cases_closed_with_limit",
        "on_time": "cases_closed_in_time", "reopened": "cases_reopened", "rated": "ratings",
        "handed_wrongly": "cases_handed_wrongly", "dispatches_answered": "crews_answered",
    }  # fmt: skip
    future = {each.service.code for each in Case.objects.filter(opened_at__gt=AT)}
    for name, measure in alike.items():
        ask = Ask(f"services.{measure}", Frequency.YEAR, *SPANS[Frequency.YEAR], by=("service",))
        ours = {}
        for row in answers[ask]:
            ours[row.keys] = ours.get(row.keys, 0) + row.value
        theirs = {key: numbers[name] for key, numbers in told.items() if numbers.get(name)}
        for key in ours.keys() | theirs.keys():
            if key[0] not in future or name != "received":
                assert ours.get(key, 0) == theirs.get(key, 0), (name, key)


def test_what_the_call_centre_says_is_what_the_measures_say(answers):
    start, end = SPANS[Frequency.YEAR]
    told = figures_of("", call_rows(since=starts_at(start), until=starts_at(end)), suppress=False)

    def ours(name):
        return sum(
            row.value for row in answers[Ask(f"services.{name}", Frequency.YEAR, start, end)]
        )

    assert told.count == ours("calls") > 0
    assert told.first_contact_share == ours("calls_solved_at_once") / ours("calls_taken")
    assert told.handoff_count == ours("call_handoffs")


def test_a_filter_keeps_the_rows_of_its_values_and_no_others(lived_in, rows_of):
    services = sorted({case.service.code for case in Case.objects.all()})[:2]
    district = Case.objects.exclude(district=None).order_by("number").first().district.code
    ask = Ask(
        "services.cases_opened", Frequency.MONTH, *SPANS[Frequency.MONTH], by=("channel",),
        where=(("service", tuple(services)), ("district", (district, ""))),
    )  # fmt: skip
    found = measured([ask], at=AT)[ask]
    same(plain(found), counted(ask, AT, rows_of(Case)))
    assert found.rows


def test_a_case_belongs_to_the_day_that_it_was_in_the_city(lived_in):
    ask = Ask("services.cases_opened", Frequency.DAY, date(2020, 12, 31), date(2021, 1, 2),
              where=(("service", ("road_damage", "water_and_sewer")),))  # fmt: skip
    found = measured([ask], at=AT)[ask]
    midnight = datetime.fromisoformat("2021-01-01T00:00:00+08:00")
    day, second = timedelta(days=1), timedelta(seconds=1)
    chosen = Case.objects.filter(service__code__in=["road_damage", "water_and_sewer"])
    before = chosen.filter(opened_at__range=(midnight - day, midnight - second)).count()
    after = chosen.filter(opened_at__range=(midnight, midnight + day - second)).count()
    assert (found.value(date(2020, 12, 31)), found.value(date(2021, 1, 1))) == (before, after)
    assert before >= 1
    assert after >= 2


def test_what_lies_after_the_moment_does_not_count_and_invented_rows_are_told(answers):
    ask = Ask("services.cases_opened", Frequency.YEAR, *SPANS[Frequency.YEAR])
    total = sum(row.value for row in answers[ask])
    assert total == Case.objects.filter(opened_at__lte=AT).count() == Case.objects.count() - 1
    assert answers[ask].is_synthetic
    invented = sum(row.synthetic_rows for row in answers[ask])
    assert invented == Case.objects.filter(is_synthetic=True).count() < total


def test_files_give_the_same_figures_as_the_database(answers, tmp_path):
    files = write(needs_of_all(CODES), tmp_path)
    assert {file.suffix for file in files} == {".parquet"}
    with over_parquet(needs_of(ASKS), tmp_path) as engine:
        found = answered(ASKS, engine, at=AT)
    for ask in ASKS:
        same(plain(found[ask]), plain(answers[ask]))


def test_all_tables_are_as_they_were_at_one_moment(lived_in):
    span = (Frequency.YEAR, *SPANS[Frequency.YEAR])
    first, later = Ask("services.cases_opened", *span), Ask("services.calls", *span)
    call = Call.objects.exclude(ended_at=None).order_by("started_at").first()
    was = measured([later], at=AT)[later]
    with over_city(needs_of([first, later])) as engine:
        answered([first], engine, at=AT)
        Call.objects.filter(pk=call.pk).update(started_at=AT + timedelta(days=1))
        try:
            assert answered([later], engine, at=AT)[later] == was
        finally:
            Call.objects.filter(pk=call.pk).update(started_at=call.started_at)


def test_no_key_and_no_word_of_a_person_is_staged():
    for need in needs_of_all(CODES):
        for column, _measure in need.columns.values():
            assert not isinstance(column.field, ForeignKey) or column.path in KEYS_COUNTED, column
            personal = getattr(need.table, "PERSONAL", ()) + getattr(need.table, "WORDS", ())
            assert column.path not in personal
            assert column.path not in ("title", "description", "address", "longitude", "latitude")


def test_asking_for_nothing_opens_nothing(django_assert_num_queries, lived_in):
    assert connection.vendor in ("sqlite", "postgresql")
    assert measured([], at=AT) == {}
