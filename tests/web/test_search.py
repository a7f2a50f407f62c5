from datetime import date

import pytest
from tests.core.town import grant, person, role

from shizheng.core import search
from shizheng.core.models import Agency
from shizheng.plan.models import Directive

from .conftest import AT

pytestmark = pytest.mark.django_db
HIT = '<li>\n  <p class="small">'


@pytest.fixture
def found(client, plan):
    """Everything of the plan can be found."""
    search.rebuild()
    return client


@pytest.fixture
def directives(plan):
    """One directive for each level, which the tests find by 愛河."""
    agency = Agency.objects.get()
    for number, level in enumerate(("public", "internal", "restricted"), start=1):
        Directive.objects.create(
            number=f"KH-L1090302-000{number}", source="city_meeting", source_reference="第 450 次",
            source_on=date(2020, 2, 25), wording=f"愛河第 {number} 段清淤", search_text="x",
            lead=agency, control=agency, cadence="monthly", first_due_on=date(2020, 5, 29),
            due_on=date(2020, 5, 29), confidentiality=level, issued_at=AT,
            issued_on=date(2020, 3, 31), issued_by=person(f"issuer{number}"),
        )  # fmt: skip


def asked(client, query, path="/search/", **more):
    answer = client.get(path, {"q": query} | more)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("query", "count"),
    [
        pytest.param("側溝", 3, id="two-characters"),
        pytest.param("溝", 3, id="one-character"),
        pytest.param("台灣 側溝", 3, id="every-word-and-one-character-for-two"),
        pytest.param("３０-２", 1, id="full-width-digits"),
        pytest.param("t2", 1, id="the-english-title"),
        pytest.param("研究發展", 4, id="a-department-and-its-items"),
        pytest.param("不存在", 0, id="nothing"),
    ],
)
def test_search_finds_what_holds_every_word(found, query, count):
    page = asked(found, query)

    assert page.count(HIT) == count
    if not count:
        assert f"找不到「{query}」" in page
        assert "怎麼搜尋" in page


def test_departments_come_before_items_and_both_in_printed_order(found):
    page = asked(found, "研")
    places = [page.index(words) for words in ("departments/30/", "items/30-1/", "items/30-3/")]
    assert places == sorted(places)


def test_the_item_whose_number_was_typed_comes_first(found):
    page = asked(found, "30-2")
    assert page.index("<mark>30-2</mark> 標題 2") > 0
    first = asked(found, "30")
    assert first.index("departments/30/") < first.index("items/30-1/")


def test_english_pages_show_english_titles_and_lead_to_english_pages(found):
    page = asked(found, "側溝", "/en/search/")
    assert 'href="/en/plan/109/items/30-2/">30-2 T2</a>' in page
    assert '<p lang="zh-Hant">辦理臺灣<mark>側溝</mark>清淤第 2 項。' in page
    assert "3 results for" in page
    assert 'href="/plan/109/items/30-2/">30-2 標題 2</a>' in asked(found, "側溝")


def test_what_was_typed_is_shown_as_text(found):
    page = asked(found, '<script>alert("1")</script>', "/en/search/")
    assert "<script>alert" not in page


def test_a_search_for_too_much_is_answered_on_the_page(found):
    answer = found.get("/search/", {"q": "側" * 101})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "側" * 101 in page
    assert "notice-warning" in page
    assert page.count(HIT) == 0
    assert found.get("/search/", {"q": "1 2 3 4 5 6 7 8 9"}).status_code == 422


@pytest.mark.parametrize("address", ["/search/", "/en/search/", "/search/?q=%20", "/search/?q=%00"])
def test_before_anything_is_typed_the_page_says_how_to_search(found, address):
    page = found.get(address).content.decode()
    assert "1-1" in page
    assert "<ol" not in page


def test_results_narrow_to_one_kind_of_thing(found):
    page = asked(found, "研究發展", kind="plan.department")
    assert page.count(HIT) == 1
    assert 'href="?q=%E7%A0%94%E7%A9%B6%E7%99%BC%E5%B1%95" ' not in page
    assert asked(found, "研究發展", kind="no.such").count(HIT) == 4


def test_pages_keep_the_question(found, monkeypatch):
    monkeypatch.setattr(search, "PAGE_SIZE", 2)
    page = asked(found, "側溝", page="2")
    assert page.count(HIT) == 1
    assert '<ol class="results" start="3">' in page
    assert 'rel="prev" href="?q=%E5%81%B4%E6%BA%9D&amp;page=1"' in page
    for number in ("99", "0", "-1", "x", "9" * 30, "²"):
        assert asked(found, "側溝", page=number).count(HIT) >= 1


def test_more_than_is_counted_is_said_so(found, monkeypatch):
    monkeypatch.setattr(search, "COUNT_LIMIT", 2)
    assert "找到 2 筆以上" in asked(found, "側溝")
    assert "2+ results" in asked(found, "側溝", "/en/search/")


def test_people_find_the_directives_that_they_may_see(directives, found):
    public, internal = "KH-L1090302-0001", "KH-L1090302-0002"
    assert asked(found, "愛河").count(HIT) == 1
    assert f"/directives/{public}/" in asked(found, public.lower())
    assert internal not in asked(found, "愛河")

    staff = person("staff")
    grant(staff, role("reader", "plan.view_internal"))
    found.force_login(staff)
    page = asked(found, "愛河")
    assert page.index(internal) < page.index(public)
    assert "KH-L1090302-0003" not in asked(found, "L1090302")


def test_a_restricted_directive_is_found_by_its_number_alone(directives, found):
    keeper = person("keeper")
    grant(keeper, role("keeper", "plan.view_restricted"))
    found.force_login(keeper)
    assert "KH-L1090302-0003" not in asked(found, "愛河")
    page = asked(found, "KH-L1090302-0003")
    assert "/directives/KH-L1090302-0003/" in page
    assert "清淤" not in page
