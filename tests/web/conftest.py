"""A plan as small as pages can show."""

from datetime import UTC, date, datetime

import pytest

from shizheng.core.models import Agency
from shizheng.plan.models import Annotation, Chapter, Edition, Item, Light, Plan

AT = datetime(2020, 3, 31, tzinfo=UTC)


@pytest.fixture
def plan(db: None) -> Plan:
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
            text=f"辦理臺灣側溝清淤第 {number} 項。",
            search_text=f"辦理臺灣側溝清淤第 {number} 項。",
            last_line=1,
            **place,
        )
        Annotation.objects.create(
            item=item, title={"zh-Hant": f"標題 {number}", "en": f"T{number}"}
        )
    first = Item.objects.get(code="30-1")
    Light.objects.create(
        item=first, colour="red", rule="x", rule_version=1, colour_since=AT, since=AT
    )
    edition.status = Edition.Status.ADOPTED
    edition.adopted_at = AT
    edition.save()
    return plan
