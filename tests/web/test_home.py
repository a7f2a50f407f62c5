from datetime import UTC, date, datetime

import pytest

from shizheng.core.models import Agency
from shizheng.plan.models import Annotation, Chapter, Edition, Item, Light, Plan

pytestmark = pytest.mark.django_db
AT = datetime(2020, 3, 31, tzinfo=UTC)


@pytest.fixture
def plan() -> Plan:
    """A plan of one department with three items, one of them lit."""
    plan = Plan.objects.create(
        code="109",
        title={"zh-Hant": "109 年度施政計畫", "en": "Policy plan of 2020"},
        period_from=date(2020, 1, 1),
        period_to=date(2021, 1, 1),
    )
    edition = Edition.objects.create(
        plan=plan, number=1, title="施政綱要", source_digest="0" * 64, imported_at=AT
    )
    agency = Agency.objects.create(
        code="research",
        kind="department",
        name={"zh-Hant": "研究發展考核委員會", "en": "Research Commission"},
        short_name={"zh-Hant": "研考會", "en": "Research"},
        valid_from=date(2010, 12, 25),
    )
    place = {"source_start": 0, "source_end": 1, "line": 1}
    chapter = Chapter.objects.create(
        edition=edition, number=30, label="三十", title="研考", agency=agency, **place
    )
    for number in (1, 2, 3):
        item = Item.objects.create(
            edition=edition,
            chapter=chapter,
            number=number,
            code=f"30-{number}",
            label=f"（{number}）",
            text=f"第 {number} 項",
            search_text=f"第 {number} 項",
            last_line=1,
            **place,
        )
        Annotation.objects.create(
            item=item, title={"zh-Hant": f"標題 {number}", "en": f"T{number}"}
        )
    first = Item.objects.get(code="30-1")
    Light.objects.create(item=first, colour="red", rule="x", rule_version=1, since=AT)
    edition.status = Edition.Status.ADOPTED
    edition.adopted_at = AT
    edition.save()
    return plan


@pytest.mark.parametrize("address", ["/", "/en/"])
def test_home_answers_in_both_languages_before_there_is_a_plan(client, address):
    answer = client.get(address)

    assert answer.status_code == 200
    assert "shizheng load" in answer.content.decode()


def test_home_counts_what_is_known_and_what_is_not(client, plan):
    page = client.get("/").content.decode()

    assert "市府承諾 3 項，其中 1 項有註明日期的證據" in page
    assert "1/3" in page
    assert "3 項中 1 項有證據：正常 0、注意 0、落後 1" in page


def test_home_shows_what_changed_last_in_the_readers_language(client, plan):
    page = client.get("/en/").content.decode()

    assert "T1" in page
    assert "Behind" in page
    assert "31 March 2020" in page


def test_home_reads_the_database_a_fixed_number_of_times(
    client, plan, django_assert_max_num_queries
):
    with django_assert_max_num_queries(6):
        client.get("/")
