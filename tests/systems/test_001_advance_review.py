"""System 1, 先期作業: a large project enters the budget only after a scored advance review."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from tests.plan.works.site import CONTROL, Desk, item_adopted
from tests.services.conftest import kaohsiung, person

from shizheng.core.journal import verify
from shizheng.core.models import Agency
from shizheng.plan.evidence.sources import findings_of
from shizheng.plan.models import (
    AdvanceProject,
    AdvanceVersion,
    Chapter,
    Commitment,
    Edition,
    Item,
    Target,
)
from shizheng.plan.register.complete import items_incomplete

__all__ = ["kaohsiung"]
CODES = ("need", "benefit", "feasible", "upkeep")
PAGE = "/advance-reviews/1/"


@pytest.fixture
def desks(kaohsiung):
    item_adopted("30-9")
    people = {
        "fire": person("a_fire", "officer", "fire"),
        "chief": person("a_chief", "supervisor", "fire"),
        "tourism": person("a_tourism", "supervisor", "tourism"),
        "controller": person("a_controller", "controller", CONTROL),
    }
    return {name: Desk(one) for name, one in people.items()} | {"anybody": Desk()}


def plan(**given: object) -> dict[str, object]:
    return {
        "cost_twd": 80_000_000, "starts_on": "2020-01-01", "ends_on": "2021-12-31",
        "summary": "汰換老舊消防車", "midterm_goal": "縮短到達時間", **given,
    }  # fmt: skip


def proposed(desks, expect: int = 302, **given: object) -> str:
    fire = str(Agency.objects.get(code="fire").pk)
    fields = plan(agency=fire, name="消防車輛汰換", items="30-9", **given)
    return desks["fire"].send("/advance-reviews/new/", expect=expect, **fields)


def scores(value: object) -> dict[str, object]:
    return {f"score_{code}": value for code in CODES}


def test_a_project_passes_on_its_second_version_and_the_first_is_kept(desks):
    assert "50,000,000" in proposed(desks, expect=422, cost_twd=49_999_999)
    assert not AdvanceProject.objects.exists()
    assert proposed(desks, ends_on="2019-01-01", expect=422)
    assert proposed(desks) == PAGE
    assert desks["anybody"].client.get(PAGE).status_code == 404
    assert PAGE in desks["fire"].read("/search/?q=消防車輛汰換")
    assert PAGE not in desks["anybody"].read("/search/?q=消防車輛汰換")
    own = desks["chief"].send(PAGE + "score/", expect=403, **scores(100))
    assert "govuk-error-summary" in own
    assert desks["fire"].client.get(PAGE + "score/").status_code == 403
    desks["tourism"].send(PAGE + "score/", **scores(60), comment="效益不明")
    assert "效益不明" not in desks["controller"].read(PAGE)
    few = desks["controller"].send(PAGE + "decision/", expect=422, conditions="x")
    assert "govuk-error-summary" in few
    desks["controller"].send(PAGE + "score/", **scores(70))
    assert "效益不明" in desks["controller"].read(PAGE)
    assert desks["fire"].client.get(PAGE + "decision/").status_code == 403
    desks["controller"].send(PAGE + "decision/", conditions="請補效益分析")
    project = AdvanceProject.objects.get()
    assert project.status == "failed"

    desks["fire"].send(PAGE + "version/", **plan(cost_twd=75_000_000, summary="補充效益"))
    again = desks["fire"].send(PAGE + "version/", expect=409, **plan())
    assert "govuk-error-summary" in again
    desks["tourism"].send(PAGE + "score/", **scores(70))
    desks["controller"].send(PAGE + "score/", **scores("70.00"))
    desks["controller"].send(PAGE + "decision/", conditions="每年回報維護")
    project.refresh_from_db()
    assert project.status == "may_enter_budget"
    kept = AdvanceVersion.objects.order_by("number").values_list("number", "score", "is_passed")
    assert list(kept) == [(1, 65, False), (2, 70, True)]
    assert PAGE in desks["anybody"].read("/search/?q=消防車輛汰換")
    public = desks["anybody"].read(PAGE)
    assert "每年回報維護" in public
    assert "請補效益分析" not in public
    assert "消防車輛汰換" in desks["anybody"].read("/advance-reviews/")
    item = Item.objects.get(code="30-9")
    known = findings_of(Item.objects.filter(pk=item.pk))[item.pk]
    assert {each.reference for each in known.evidence} >= {"1-1", "1-2"}
    assert verify().is_intact


def test_nothing_but_a_passed_review_lets_a_project_into_the_budget(desks):
    proposed(desks)
    for change in (
        lambda: AdvanceProject.objects.update(status="may_enter_budget"),
        lambda: AdvanceVersion.objects.update(cost_twd=1),
        lambda: AdvanceVersion.objects.update(score=10, is_passed=True),
        lambda: AdvanceVersion.objects.all().delete(),
        lambda: AdvanceProject.objects.create(
            number=9, name="x", agency=Agency.objects.get(code="fire"),
            control=Agency.objects.get(code=CONTROL), status="may_enter_budget",
        ),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert AdvanceProject.objects.get().status == "under_review"
    assert AdvanceVersion.objects.get().midterm_to == date(2023, 1, 1)


def test_a_new_item_is_adopted_only_with_owner_day_and_indicator(desks):
    first = Edition.objects.get()
    draft = Edition.objects.create(
        plan=first.plan, number=2, title="第二版", imported_at=timezone.now(), source_digest="2"
    )
    chapter = Chapter.objects.create(
        edition=draft, number=30, label="參拾", title="研考", source_start=0, source_end=9, line=1
    )
    old, new = (
        Item.objects.create(
            edition=draft, chapter=chapter, number=number, code=f"30-{number}9", label="一",
            text=text, search_text=text, source_start=4, source_end=9, line=2, last_line=2,
        )
        for number, text in ((1, first.items.get().text), (2, "全新項目"))
    )  # fmt: skip
    adopt = f"/plan/{first.plan.code}/editions/2/adopt/"
    fields = {"on": "2020-06-01", "why": "市政會議"}

    def sent() -> int:
        return desks["controller"].client.post(adopt, fields).status_code

    assert sent() == 422
    assert items_incomplete(draft) == [new.code]
    assert items_incomplete(first) == []
    commitment = Commitment.objects.create(
        item=new, number=1, kind="deliver", statement={}, held_from=timezone.now(),
        agency=Agency.objects.get(code="fire"), due_on=date(2020, 12, 31),
    )  # fmt: skip
    assert sent() == 422
    Target.objects.create(
        commitment=commitment,
        name={},
        value=5,
        unit={},
        source="年度統計",
        held_from=timezone.now(),
    )
    assert items_incomplete(draft) == []
    assert sent() == 303
    draft.refresh_from_db()
    assert (draft.status, old.code) == ("adopted", "30-19")
