"""Pages of indicators: what everybody sees, what only some do, and what it costs to ask."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.statistics.indicators.conftest import CLOSED, defined
from tests.statistics.pages.conftest import CASES, NOON
from tests.web.test_weight import LIMIT, LINKED, weight

from shizheng.core import search
from shizheng.core.models import Area, City, PublishedDefinition
from shizheng.statistics.models import Indicator

pytestmark = pytest.mark.django_db(transaction=True)


def shown(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode())


def queries(client, path):
    client.get(path)  # what is read once a process is read now
    with CaptureQueriesContext(connection) as found:
        client.get(path)
    return len(found)


def test_the_list_says_of_each_what_it_says_last_and_how_it_stands(client, figures):
    page = shown(client, "/figures/?q=satisfaction")
    assert "74.4 %" in page
    assert "108年第4季" in page
    late = shown(client, "/figures/?state=late")
    assert "市民滿意度" not in late
    off = shown(client, "/en/figures/?state=off_target&owner=research_development_and_evaluation")
    assert "Closed in time" in off
    assert "target not reached" in off
    assert "Target 95.0 %" in off
    assert "臨櫃人次" in shown(client, "/figures/?made=entered")
    assert "臨櫃人次" not in shown(client, "/figures/?made=computed")
    assert "查無符合的指標" in shown(client, "/figures/?q=不存在的指標")


def test_without_indicators_the_list_says_how_the_first_one_comes(client, kaohsiung, now):
    Indicator.objects.update(is_kept=False)
    assert "尚無統計指標" in shown(client, "/figures/")
    assert "沒有待發布的統計" in shown(client, "/figures/releases/")


def test_three_thousand_indicators_are_listed_a_page_at_a_time(client, kaohsiung, now):
    template = defined("many", CLOSED)
    body = template.current.body
    published = PublishedDefinition.objects.bulk_create(
        PublishedDefinition(
            city=City.objects.get(), kind="indicator", identifier=f"many_{n}", version=1,
            digest=f"many{n}", body=body, published_at=NOON,
        )
        for n in range(3000)
    )  # fmt: skip
    Indicator.objects.bulk_create(
        Indicator(
            code=f"many_{n}", current=each, owner=template.owner, name=template.name,
            unit_name=template.unit_name, frequency="M", position=n,
        )
        for n, each in enumerate(published)
    )  # fmt: skip
    page = shown(client, "/figures/?q=many_")
    assert page.count('href="/figures/many_') == 50
    assert "page=60" in page
    assert queries(client, "/figures/?q=many_") <= 8
    assert "many_2999" in shown(client, "/figures/?q=many_&state=late&page=60")


@pytest.mark.parametrize(
    ("path", "most"),
    [("/figures/", 8), ("/figures/cases_closed/", 16), ("/figures/visitors/", 10),
     ("/figures/cases_closed/villages/", 14), ("/figures/releases/", 3)],
)  # fmt: skip
def test_a_page_asks_the_database_a_few_times_however_much_it_shows(client, figures, path, most):
    assert queries(client, path) <= most


def test_a_page_says_what_the_number_is_from_what_as_of_when_and_how_sure(client, figures):
    page = shown(client, "/en/figures/in_time/")
    assert "Closed in time in February 2020:" in page
    assert "Target 95.0 % or more: not reached." in page
    assert "as a share of" in page
    assert "share(in_time, closed)" in page
    assert "Research, Development and Evaluation Commission" in page
    assert "10 March 2020 11:00" in page
    assert "補登二月案件" in page
    digest = figures.in_time.vintages.first().digest
    assert digest[:16] in page
    assert "/figures/in_time/v" in page
    assert re.search(r'/data/indicators/in_time/v\d+\.csv"', page)


def test_a_revision_is_marked_and_the_old_number_told(client, figures):
    page = shown(client, "/en/figures/cases_closed/")
    assert "<strong>revised</strong>" in page
    assert re.search(r"\(was \d+\)", page)


def test_a_page_can_be_read_as_it_was_published_on_a_day(client, figures):
    before, after = NOON - timedelta(days=1), NOON
    assert before.date() != after.date()
    then = shown(client, f"/en/figures/cases_closed/?as_of={before:%Y-%m-%d}")
    assert "as they were published on 9 March 2020" in then
    assert "<strong>revised</strong>" not in then
    assert "(was" not in then
    assert "There is no figure" in shown(client, "/en/figures/cases_closed/?as_of=2020-03-08")
    assert "This is no day" in shown(client, "/en/figures/cases_closed/?as_of=yesterday", 422)


def test_every_vintage_has_its_address(client, figures):
    page = shown(client, "/en/figures/cases_closed/v1/")
    assert "You see vintage 1, for good" in page
    assert "There is a newer one" in page
    assert "no published vintage 9" in shown(client, "/en/figures/cases_closed/v9/", 404)
    assert shown(client, "/figures/nothing_like_it/", 404)


def test_nobody_outside_sees_a_figure_before_its_release(client, figures):
    assert "2020-02" not in shown(client, "/figures/held_back/")
    assert "2月" not in shown(client, "/en/figures/held_back/")
    number = figures.embargoed.vintages.order_by("-number").first().number
    assert shown(client, f"/figures/held_back/v{number}/", 404)
    client.force_login(figures.resident)
    assert shown(client, f"/figures/held_back/v{number}/", 404)
    client.force_login(figures.signer)
    seen = shown(client, f"/en/figures/held_back/v{number}/")
    assert "Under embargo" in seen
    assert "February 2020" in seen


def test_an_internal_indicator_is_there_only_for_those_who_may_see_it(client, figures):
    assert shown(client, "/figures/internal/", 404)
    assert "內部結案" not in shown(client, "/figures/?q=internal")
    client.force_login(figures.signer)
    assert "內部結案" in shown(client, "/figures/internal/")
    assert "內部結案" in shown(client, "/figures/?q=internal")


def test_small_numbers_are_withheld_on_map_and_table_alike(client, figures):
    defined("cases_closed", CASES, version=2)
    page = shown(client, "/en/figures/cases_closed/villages/")
    assert "withheld" in page
    assert 880 < page.count("<title>") <= 892
    assert "Withheld: counts below 5" in page
    district = Area.objects.filter(kind="district").order_by("code").first()
    inside = shown(client, f"/figures/cases_closed/villages/?district={district.code}")
    count = Area.objects.filter(parent=district, valid_to=None).count()
    assert inside.count("<title>") <= count + 1
    assert shown(client, "/figures/visitors/villages/", 404)


def test_a_change_within_the_error_of_a_poll_is_no_change(client, figures):
    page = shown(client, "/en/figures/satisfaction/")
    assert "From 1,068 answers, with a margin of ±2.9 percentage points" in page
    assert "+0.5 percentage points from Q3 2019: within the error of ±4.1, so not a change." in page


def test_a_long_series_is_shown_without_its_season(client, figures):
    page = shown(client, "/en/figures/visitors/")
    assert "By how much each season differs from the year" in page
    assert "% from a year before." in page
    short = shown(client, "/en/figures/satisfaction/")
    assert "The season cannot be told apart yet." in short


def test_officers_see_the_rows_behind_and_residents_do_not(client, figures):
    assert "status=any" not in shown(client, "/figures/cases_closed/")
    client.force_login(figures.signer)
    assert "/desk/?view=all&amp;status=any" in shown(client, "/figures/cases_closed/")


def test_search_finds_indicators_and_internal_ones_only_for_those_who_see_them(client, figures):
    assert "/figures/visitors/" in shown(client, "/search/?q=臨櫃人次")
    assert "/figures/internal/" not in shown(client, "/search/?q=內部結案")
    client.force_login(figures.signer)
    assert "/figures/internal/" in shown(client, "/search/?q=內部結案")
    assert search.kinds["statistics.indicator"].texts


def test_the_calendar_says_when_figures_come_out(client, figures):
    page = shown(client, "/en/figures/releases/?page=1")
    assert "20 March 2020 16:00" in page
    assert page.index("Closed, held back") < page.index("every night")


def test_pages_hold_no_inline_script_or_style(client, figures):
    for path in ("/figures/", "/figures/visitors/", "/figures/cases_closed/villages/"):
        page = shown(client, path)
        assert " style=" not in page
        assert "<style" not in page
        assert "<script>" not in page


@pytest.mark.parametrize(
    "address", ["/figures/", "/figures/visitors/", "/figures/cases_closed/villages/"]
)
def test_a_page_weighs_at_most_100_kb_before_a_chart_is_in_view(client, figures, address):
    page = client.get(address).content.decode()
    needed = {address, *LINKED.findall(page)}
    assert sum(weight(client, part) for part in needed) <= LIMIT
    assert "vendor/vega/" not in "".join(needed)
