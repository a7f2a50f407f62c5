"""Public figures: counted right on both databases, and no small group told anywhere."""

import csv
import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.services.conftest import person
from tests.services.figures.conftest import made

from shizheng.services.figures.defined import MEASURES
from shizheng.services.figures.domain.suppression import is_small
from shizheng.services.figures.evaluating import evaluate, starts_at
from shizheng.services.figures.percentiles import interpolated
from shizheng.services.figures.published import Asked, published
from shizheng.services.models import Dispatch, Service

pytestmark = pytest.mark.django_db
AT = datetime(2021, 1, 5, 4, tzinfo=UTC)
COUNTS = ("received", "closed", "limited", "rated")


def row_of(found, code):
    return next(row for row in found.rows if row.code == code)


def test_the_figures_of_a_service_are_those_counted_by_hand(little_city):
    numbers = row_of(published(Asked(2020), AT), "road_damage").numbers
    assert (numbers["received"], numbers["closed"]) == (14, 14)
    assert numbers["on_time"] == round(7 / 14, 4)  # late: 6, 7, 8, 9, 10 days; 8 and 9 days
    assert numbers["office_days_median"] == 5.5  # of 1 1 2 2 3 4 5 6 7 8 8 9 9 10
    assert numbers["office_days_p90"] == 9  # rank 11.7 of 13, both neighbours are 9
    assert numbers["applicant_days_median"] == 0
    assert numbers["rated"] == 10
    assert numbers["satisfaction"] == pytest.approx(4.5)
    assert numbers["reopened"] == round(4 / 14, 4)
    assert numbers["handed_wrongly"] == 0


def test_a_month_begins_at_midnight_in_the_city(little_city):
    made(opened=datetime(2020, 6, 30, 15, 59, tzinfo=UTC))
    made(opened=datetime(2020, 6, 30, 16, 1, tzinfo=UTC))
    found = evaluate(
        [MEASURES["received"]], by=("month",), since=starts_at(date(2020, 6, 1)),
        until=starts_at(date(2020, 8, 1)),
    )  # fmt: skip
    assert {key: numbers["received"] for key, numbers in found.items()} == {
        (date(2020, 6, 1),): 1,
        (date(2020, 7, 1),): 1,
    }


def test_a_percentile_lies_between_two_cases_in_proportion(little_city):
    assert interpolated([1, 2, 3, 10], 0.9) == pytest.approx(7.9)
    for days in (1, 2, 3, 10):
        made("water_and_sewer", opened=datetime(2020, 5, 1, tzinfo=UTC), days=days)
    found = evaluate(
        MEASURES.values(), by=("service",), since=starts_at(date(2020, 1, 1)), until=AT
    )
    assert found["water_and_sewer",]["office_days_p90"] == pytest.approx(7.9)


def test_crews_that_answer_are_counted_in_minutes(little_city):
    at = datetime(2020, 5, 1, tzinfo=UTC)
    for number, minutes in enumerate((2, 4, 12), start=1):
        case = made(opened=at)
        Dispatch.objects.create(
            case=case, number=number, roster="r", crew="c", crew_name={}, agency=case.agency,
            sent_at=at, answer_by=at, acknowledged_at=at + timedelta(minutes=minutes),
        )  # fmt: skip
    total = published(Asked(2020), AT).total.numbers
    assert total["answer_minutes_median"] == 4
    assert total["dispatches_answered"] == 3


def test_two_street_lights_are_withheld_and_another_service_with_them(little_city):
    found = published(Asked(2020), AT)
    assert row_of(found, "street_light").numbers["closed"] is None
    assert row_of(found, "street_light").numbers["office_days_median"] is None
    assert row_of(found, "noise").numbers["closed"] is None  # else 22 - 14 - 6 would tell
    assert row_of(found, "road_damage").numbers["closed"] == 14
    assert found.total.numbers["closed"] == 22


def test_the_current_year_counts_to_the_last_full_day(little_city):
    asked = Asked(2020)
    at = datetime(2020, 2, 3, 12, tzinfo=UTC)
    assert published(asked, at).total.numbers["received"] == 0
    assert published(asked, at + timedelta(days=1)).total.numbers["received"] == 16
    assert published(asked, at).until == date(2020, 2, 2)


ADDRESSES = [
    "year=2020", "year=2020&by=district", "year=2020&by=agency", "year=2020&by=month",
    "year=2020&service=street_light", "year=2020&service=noise", "year=2020&service=road_damage",
    "year=2020&by=village&district={0}", "year=2020&district={1}",
    "year=2020&by=village&district={1}",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_small_number_leaves_by_page_file_or_interface(client, little_city, address):
    query = address.format(*little_city)
    shown = json.loads(client.get(f"/services/figures.json?{query}").content)
    for row in [*shown["rows"], shown["total"]]:
        assert not any(is_small(row[name] or 0) for name in COUNTS), row
        for name in row["withheld"]:
            assert row[name] is None
        for name, measure in MEASURES.items():
            if measure.of in row["withheld"]:
                assert row[name] is None
            if measure.aggregate == "share" and row[name] and row[measure.of]:
                assert not is_small(round(row[name] * row[measure.of]))
    text = client.get(f"/services/figures.csv?{query}").content.decode("utf-8-sig")
    for row in csv.DictReader(StringIO(text)):
        assert not any(row[name] in ("1", "2") for name in COUNTS), row
    for name in COUNTS:
        api = client.get(f"/api/measures/{name}?{query}").json()
        for cell in [*api["cells"], api["total"]]:
            assert not is_small(cell["value"] or 0)
            assert not (cell["withheld"] and cell["value"] is not None)
    page = client.get(f"/services/figures/?{query}", headers={"accept-language": "en"})
    for line in [*page.context["lines"]] if page.context["lines"] else []:
        received, closed = line.cells[0], line.cells[1]
        assert not {received.text, closed.text, line.cells[-1].text} & {"1", "2"}


def test_what_is_withheld_in_one_table_cannot_be_computed_from_another(client, little_city):
    """Month by month, a service that is withheld is so in every month, beside others."""
    months = {}
    for service in ("street_light", "noise", "road_damage"):
        found = published(Asked(2020, "month", "service", service), AT)
        months[service] = {row.code for row in found.rows if "closed" in row.withheld}
    for month in months["street_light"]:
        assert month in months["noise"]


def test_villages_of_a_withheld_district_are_withheld(little_city):
    made(opened=datetime(2020, 5, 1, tzinfo=UTC), days=1)  # in no district: one alone
    districts = published(Asked(2020, "district"), AT)
    hidden = next(row.code for row in districts.rows if row.code and "received" in row.withheld)
    found = published(Asked(2020, "village", "district", hidden), AT)
    assert all("received" in row.withheld for row in (*found.rows, found.total))


def test_a_year_without_cases_says_what_will_stand_here(client, kaohsiung):
    page = client.get("/en/services/figures/?year=2019")
    assert page.status_code == 200
    assert "Nothing to count in this year yet" in page.content.decode()


def test_the_page_names_its_period_and_its_meaning(client, little_city):
    page = client.get("/en/services/figures/?year=2020").content.decode()
    assert "1 January 2020" in page
    assert "31 December 2020" in page
    assert "whose main clock never ran out" in page
    assert "50.0 %" in page
    assert "68.2 %" in page  # 15 of 22, rounded and not cut off
    assert "withheld" in page


def test_an_address_that_nobody_offers_gives_this_year_by_service(client, little_city):
    page = client.get("/services/figures/?year=99999&by=colour&service=' OR 1=1")
    assert page.status_code == 200
    assert page.context["found"].asked.by == "service"


def test_measures_are_described_in_both_languages(client, kaohsiung):
    found = {each["id"]: each for each in client.get("/api/measures").json()}
    assert set(found) == set(MEASURES)
    assert set(found["on_time"]["name"]) == {"zh-Hant", "en"}
    assert found["on_time"]["of"] == "limited"
    assert client.get("/api/measures/nonsense").status_code == 404


def test_internal_services_are_not_told(client, little_city):
    shown = json.loads(client.get("/services/figures.json?year=2020").content)
    internal = set(Service.objects.filter(category="internal").values_list("code", flat=True))
    assert not internal & {row["service"] for row in shown["rows"]}


def test_the_page_asks_the_same_few_questions_for_any_number_of_cases(client, little_city):
    def asked():
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get("/services/figures/?year=2020")
        return len([each for each in found if "services_case" in each["sql"]])

    before = asked()
    for _ in range(20):
        made(opened=datetime(2020, 5, 1, tzinfo=UTC), days=2)
    assert asked() == before <= 6
    with CaptureQueriesContext(connection) as found:
        client.get("/services/figures/?year=2020")
    assert not [each for each in found if '"services_case"' in each["sql"]]


def test_nobody_needs_an_account(client, little_city):
    assert client.get("/services/figures/").status_code == 200
    client.force_login(person("someone"))
    assert client.get("/services/figures/").status_code == 200
