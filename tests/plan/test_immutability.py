from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from shizheng.plan.models import Chapter, Edition, Item, Plan

AT = datetime(2020, 1, 2, tzinfo=UTC)
ADOPTED = {"adopted_on": date(2020, 1, 1), "in_force_from": date(2020, 1, 1), "adopted_at": AT}


@pytest.fixture
def edition(db):
    plan = Plan.objects.create(
        code="2020", title={}, period_from=date(2020, 1, 1), period_to=date(2021, 1, 1)
    )
    edition = Edition.objects.create(
        plan=plan,
        number=1,
        title="T",
        pieces=[["chapter", "1", "一、A\n"], ["item", "1-1", "(一) B"]],
        imported_at=AT,
    )
    chapter = Chapter.objects.create(
        edition=edition, number=1, label="一", title="A", source_start=0, source_end=9, line=1
    )
    Item.objects.create(
        edition=edition, chapter=chapter, number=1, code="1-1", label="(一)", text="B",
        search_text="B", source_start=4, source_end=9, line=2, last_line=2,
    )  # fmt: skip
    return edition


def change(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_draft_may_still_be_changed(edition):
    change("UPDATE plan_item SET text = 'C'")
    assert Item.objects.get().text == "C"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE plan_item SET text = 'C'",
        "DELETE FROM plan_item",
        "UPDATE plan_chapter SET title = 'C'",
        "UPDATE plan_edition SET pieces = '[]'",
        "UPDATE plan_edition SET status = 'draft'",
        "UPDATE plan_edition SET adopted_on = '2019-01-01'",
        "INSERT INTO plan_item SELECT * FROM plan_item",
    ],
)
def test_nothing_changes_an_adopted_edition(edition, sql):
    Edition.objects.update(status="adopted", **ADOPTED)
    with pytest.raises(DatabaseError):
        change(sql)
    assert Item.objects.get().text == "B"
    assert Edition.objects.get().pieces


def test_an_adopted_edition_can_be_superseded(edition):
    Edition.objects.update(status="adopted", **ADOPTED)
    Edition.objects.update(status="superseded", in_force_to=date(2020, 7, 1))
    assert Edition.objects.get().status == "superseded"
