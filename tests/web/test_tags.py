from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override

from shizheng.core import city
from shizheng.web.templatetags import shizheng as tags

BOTH = {"zh-Hant": "高雄市", "en": "Kaohsiung"}


@pytest.fixture(autouse=True)
def _no_city(monkeypatch):
    monkeypatch.setattr(city, "writes_roc", lambda: True)


def test_a_text_is_given_in_the_language_of_the_page():
    with override("zh-hant"):
        assert tags.localised(BOTH) == "高雄市"
    with override("en"):
        assert tags.localised(BOTH) == "Kaohsiung"


def test_a_missing_language_falls_back_and_is_marked():
    with override("en"):
        assert tags.localised({"zh-Hant": "里<長>"}) == '<span lang="zh-Hant">里&lt;長&gt;</span>'
        assert tags.localised_text({"zh-Hant": "里長"}) == "里長"
        assert tags.localised({}) == ""


@pytest.mark.parametrize(
    ("day", "language", "words"),
    [
        pytest.param(date(2020, 3, 2), "zh-hant", "109年3月2日", id="roc"),
        pytest.param(date(2020, 3, 2), "en", "2 March 2020", id="english"),
        pytest.param(date(1905, 3, 2), "zh-hant", "1905年3月2日", id="before-the-republic"),
        pytest.param(None, "zh-hant", "", id="none"),
        pytest.param(
            datetime(2020, 3, 1, 17, tzinfo=UTC), "zh-hant", "109年3月2日", id="a-moment-is-local"
        ),
    ],
)
def test_dates_are_written_as_the_city_writes_them(day, language, words):
    with override(language):
        assert tags.city_date(day) == words


def test_a_moment_has_its_local_time_and_its_iso_form():
    moment = datetime(2020, 3, 2, 6, 5, tzinfo=UTC)
    with override("zh-hant"):
        assert tags.city_datetime(moment) == "109年3月2日 14:05"
        assert 'datetime="2020-03-02T06:05:00+00:00"' in tags.time_tag(moment)


@pytest.mark.parametrize(
    ("amount", "places", "written"),
    [
        (1234567, None, "1,234,567"),
        (Decimal("91.25"), 1, "91.2"),
        (None, None, "–"),
        (0, None, "0"),
    ],
)
def test_numbers_have_separators(amount, places, written):
    with override("zh-hant"):
        assert tags.number(amount, places) == written


def test_what_search_found_is_marked_whatever_the_variant():
    assert tags.marked("臺灣側溝", "台灣") == "<mark>臺灣</mark>側溝"
    assert tags.marked("a <b> C", "c") == "a &lt;b&gt; <mark>C</mark>"
    assert tags.marked("全文", "") == "全文"


def test_verbatim_text_keeps_its_lines_and_is_escaped():
    assert tags.paragraphs("一\n\n<二>") == "<p>一</p>\n<p>&lt;二&gt;</p>"


def test_addresses_of_this_site_lead_there_and_others_do_not(settings):
    settings.SITE_URL = "https://city.example"
    said = tags.linked_paragraphs(
        "見 https://city.example/warnings/1/?a=1&b=<2>\nhttps://other.example/ <b>"
    )
    assert said == (
        '<p>見 <a href="https://city.example/warnings/1/?a=1&amp;b=">'
        "https://city.example/warnings/1/?a=1&amp;b=</a>&lt;2&gt;</p>\n"
        "<p>https://other.example/ &lt;b&gt;</p>"
    )


def test_an_unknown_colour_has_no_evidence():
    with override("zh-hant"):
        assert tags.light_word("blue") == "無證據"
