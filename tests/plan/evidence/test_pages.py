"""The page of an item with its evidence, and the lights under another rule."""

from datetime import timedelta

import pytest
from django.urls import reverse

from shizheng.core.models import PublishedDefinition
from shizheng.plan.evidence.comparing import lights_compare
from shizheng.plan.models import Light
from shizheng.plan.register.rules import LightRuleUnknown, light_rule_of, light_rules

from .conftest import APRIL, judged, months, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def figures(edition):
    published("requests_closed", months(40, 41, 42))
    published("requests_in_time", months(99, 97, 94), is_synthetic=True)
    judged(edition)


def page(client, item, language="zh-hant"):
    return client.get(
        item.get_absolute_url(), {"date": "2026-04-11"}, headers={"accept-language": language}
    ).content.decode()


@pytest.mark.usefixtures("figures")
def test_each_commitment_shows_value_target_curve_table_and_why(client, item):
    shown = page(client, item)
    for said in ("94 %", "95 %", "80 %", "400", 'class="curve"', "<polyline", "state-fresh"):
        assert said in shown
    assert "示範" in shown  # the mark of invented data
    assert 'style="' not in shown


@pytest.mark.usefixtures("figures")
def test_the_page_of_an_earlier_day_shows_what_was_known_then(client, item, edition):
    published("requests_in_time", {"2026-03": 71}, at=APRIL + timedelta(days=5))
    judged(edition, APRIL + timedelta(days=5))
    assert "71 %" not in page(client, item)
    later = client.get(item.get_absolute_url(), {"date": "2026-04-20"}).content.decode()
    assert "71 %" in later


def test_an_item_whose_source_is_awaited_names_what_would_show_it(client, edition):
    item = edition.items.get(code="3-1")
    shown = page(client, item)
    assert "水位感測器妥善率" in shown
    assert "light-grey" in shown


@pytest.mark.usefixtures("figures")
def test_the_page_asks_no_more_for_more_figures(client, item, django_assert_max_num_queries):
    item.get_absolute_url()
    client.get(item.get_absolute_url())
    with django_assert_max_num_queries(34):
        client.get(item.get_absolute_url())


@pytest.mark.usefixtures("figures")
def test_the_overview_counts_grey_against_each_department(client, edition):
    shown = client.get(reverse("plan:overview")).content.decode()
    assert "0/4" in shown
    assert "0/3" in shown


def publish_second_version():
    first = PublishedDefinition.objects.get(kind="light_rule")
    body = first.body | {"version": 2, "fresh_days": 5}
    body["progress"] = body["progress"] | {"longest_fresh_days": 5}
    PublishedDefinition.objects.create(
        city=first.city, kind="light_rule", identifier=first.identifier, version=2,
        digest="0" * 64, body=body, published_at=APRIL,
    )  # fmt: skip


@pytest.fixture
def on_target(edition):
    for code, values in (("requests_closed", (40, 41, 42)), ("requests_in_time", (96, 97, 98))):
        published(code, months(*values))
    judged(edition)


@pytest.mark.usefixtures("on_target")
def test_another_version_of_the_rule_is_tried_without_writing(client, edition, item):
    publish_second_version()
    assert list(light_rules()) == [1, 2]
    before = Light.objects.count()
    found = lights_compare(edition, light_rule_of(1), on=APRIL.date(), at=APRIL)
    assert (found.standing.version, found.other.version) == (2, 1)
    (difference,) = found.differences
    assert (difference.code, difference.now, difference.then) == ("1-1", "yellow", "green")
    assert "98 %" in difference.why[0]
    address = reverse("plan:light_rules", args=(edition.plan.code,))
    shown = client.get(address, {"rule": 1, "date": "2026-04-10"}).content.decode()
    assert item.get_absolute_url() in shown
    assert client.get(address, {"rule": "nine"}).status_code == 200
    assert Light.objects.count() == before


@pytest.mark.usefixtures("edition")
def test_a_version_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(LightRuleUnknown) as refusal:
        light_rule_of(7)
    assert "1" in refusal.value.refusal().hint


@pytest.mark.usefixtures("figures")
def test_the_api_tells_the_numbers_behind_a_light(client, edition, item):
    answer = client.get(f"/api/plans/{edition.plan.code}/items/{item.code}")
    reason = answer.json()["reasons"][0]
    assert (reason["code"], reason["unit"]) == ("off_target", "percent")
    assert {float(reason["value"]), float(reason["against"])} == {94, 95}
    assert answer.json()["commitments"] == {"1": "yellow"}
