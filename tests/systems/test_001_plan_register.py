"""System 1, 施政計畫: a department writes on a draft until it can be adopted, linked to its goals.

Everything is done over HTTP, each step by the person whose work it is.
"""

import re
import uuid
from datetime import date

import pytest
from django.utils import timezone
from tests.plan.works.site import CONTROL, HIDDEN, Desk, item_adopted
from tests.services.conftest import kaohsiung, person

from shizheng.core.journal import verify
from shizheng.core.models import Agency, JournalEntry
from shizheng.plan.models import (
    Chapter,
    Commitment,
    Edition,
    Item,
    MidtermGoal,
    MidtermPlan,
    Milestone,
    Target,
)

__all__ = ["kaohsiung"]
DRAFT, PAGE = "/plan/109/editions/2/", "/plan/109/editions/2/items/13-2/"
MIDTERM = "/plan/midterm/midterm-108-111/"


@pytest.fixture
def desks(kaohsiung):
    old = item_adopted("13-1")
    draft = Edition.objects.create(
        plan=old.edition.plan, number=2, title="第二版", imported_at=timezone.now(),
        source_digest="2",
    )  # fmt: skip
    chapter = Chapter.objects.create(
        edition=draft, number=13, label="拾參", title="工務", source_start=0, source_end=9,
        line=1, agency=Agency.objects.get(code="public_works"),
    )  # fmt: skip
    for number, text in ((1, old.text), (2, "全新的人行環境改善計畫")):
        Item.objects.create(
            edition=draft, chapter=chapter, number=number, code=f"13-{number}", label="一",
            text=text, search_text=text, source_start=4, source_end=9, line=2, last_line=2,
        )  # fmt: skip
    MidtermPlan.objects.create(
        code="midterm-108-111", title={"zh-Hant": "中程計畫", "en": "Mid-term plan"},
        period_from=date(2019, 1, 1), period_to=date(2023, 1, 1),
    )  # fmt: skip
    people = {
        "works": person("d_works", "officer", "public_works"),
        "chief": person("d_chief", "supervisor", "public_works"),
        "fire": person("d_fire", "officer", "fire"),
        "controller": person("d_controller", "controller", CONTROL),
        "resident": person("d_resident"),
    }
    return {name: Desk(one) for name, one in people.items()} | {"anybody": Desk()}


def commitment(**given: object) -> dict[str, object]:
    works = str(Agency.objects.get(code="public_works").pk)
    return {
        "statement_zh": "改善學校周邊人行道", "kind": "deliver", "agency": works,
        "due_on_year": "109", "due_on_month": "12", "due_on_day": "31", "goal": "學童走得安全",
        "budget_twd": "12000000", "source": "第3次會議", **given,
    }  # fmt: skip


def indicator(**given: object) -> dict[str, object]:
    return {
        "name_zh": "改善長度", "unit_zh": "公里", "unit_en": "km", "direction": "at_least",
        "value": "12.5", "baseline": "3", "baseline_on_year": "108", "baseline_on_month": "12",
        "baseline_on_day": "31", "weight": "60", "source": "工程管理系統", **given,
    }  # fmt: skip


def error_at(page: str, name: str) -> str:
    """Return the error that stands at a field."""
    found = re.search(rf'id="id_{name}_error"[^>]*>(.*?)</div>', page, re.DOTALL)
    assert found, page[page.find("<main") :][:2500]
    return found[1]


def test_a_department_writes_until_nothing_is_missing_and_the_gate_opens(desks):
    works, controller = desks["works"], desks["controller"]
    assert desks["anybody"].client.get(PAGE).status_code == 302
    assert desks["resident"].client.get(PAGE).status_code == 404
    assert "13-2" in desks["fire"].read(PAGE)
    assert desks["fire"].client.get(f"{PAGE}commitments/new/").status_code == 403
    refused = controller.client.post(f"{DRAFT}adopt/", {"on": "2020-06-01", "why": "市政會議"})
    assert refused.status_code == 422
    assert f'href="{PAGE}"' in refused.content.decode()
    assert f'href="{PAGE}"' in controller.read(DRAFT)
    assert "13-2" in works.read(f"{DRAFT}write/")
    assert "13-2" not in desks["fire"].read(f"{DRAFT}write/")

    early = works.send(f"{PAGE}commitments/new/", expect=422, **commitment(due_on_year="108"))
    assert error_at(early, "due_on")
    assert works.send(f"{PAGE}commitments/new/", **commitment()) == PAGE
    row = Commitment.objects.get(item__code="13-2")
    assert (row.due_on, row.budget_twd, row.is_written) == (date(2020, 12, 31), 12_000_000, True)
    of = f"{PAGE}commitments/{row.pk}/"
    late = works.send(
        f"{of}milestones/new/", expect=422, name_zh="完工", due_on_year="110", due_on_month="1",
        due_on_day="1",
    )  # fmt: skip
    assert error_at(late, "due_on")
    works.send(
        f"{of}milestones/new/",
        name_zh="完工",
        due_on_year="109",
        due_on_month="11",
        due_on_day="30",
    )
    works.send(f"{of}indicators/new/", **indicator())
    alone = works.send(f"{of}indicators/new/", expect=422, **indicator(baseline="", weight=""))
    assert error_at(alone, "baseline")
    above = works.send(f"{of}indicators/new/", expect=422, **indicator(weight="50"))
    assert "110" in error_at(above, "weight")
    refused = controller.client.post(f"{DRAFT}adopt/", {"on": "2020-06-01", "why": "市政會議"})
    assert refused.status_code == 422
    works.send(f"{of}indicators/new/", **indicator(name_zh="改善處數", weight="40"))
    assert "100" in works.read(PAGE)

    answer = controller.client.post(f"{DRAFT}adopt/", {"on": "2020-06-01", "why": "市政會議"})
    assert answer.status_code == 303
    public = desks["anybody"].read("/plan/109/items/13-2/")
    for shown in ("改善長度", "12.5", "60 %", "工程管理系統", "12,000,000", "學童走得安全", "完工"):
        assert shown in public, shown
    (told,) = desks["anybody"].json("/api/plans/109/items/13-2")["promises"]
    assert (told["budget_twd"], told["due_on"]) == (12_000_000, "2020-12-31")
    weights = {each["name"]["zh-Hant"]: float(each["weight"]) for each in told["targets"]}
    assert weights == {"改善長度": 60, "改善處數": 40}
    assert float(told["targets"][0]["baseline"]) == 3
    assert works.client.get(PAGE).status_code == 404
    assert works.client.post(f"{of}indicators/new/", indicator()).status_code == 404
    assert verify().is_intact


def test_two_people_who_write_at_once_are_both_told_and_neither_text_is_lost(desks):
    desks["works"].send(f"{PAGE}commitments/new/", **commitment())
    row = Commitment.objects.get(item__code="13-2")
    form = f"{PAGE}commitments/{row.pk}/"
    stale = dict(HIDDEN.findall(desks["works"].read(form)))
    desks["chief"].send(form, **commitment(statement_zh="主管改的文字"))
    answer = desks["works"].client.post(form, {**stale, **commitment(statement_zh="承辦的文字")})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "承辦的文字" in page
    assert "主管改的文字" in page
    row.refresh_from_db()
    assert row.statement["zh-Hant"] == "主管改的文字"
    again = dict(HIDDEN.findall(page))
    sent = {**again, **commitment(statement_zh="兩人說好的文字")}
    assert desks["works"].client.post(form, sent).status_code == 302
    assert desks["works"].client.post(form, sent).status_code == 302
    row.refresh_from_db()
    assert (row.statement["zh-Hant"], row.revision) == ("兩人說好的文字", 3)

    stale = dict(HIDDEN.findall(desks["works"].read(form)))
    desks["chief"].send(f"{form}remove/")
    gone = desks["works"].client.post(form, {**stale, **commitment()})
    assert gone.status_code == 409
    assert desks["works"].client.get(form).status_code == 404
    entry = JournalEntry.objects.get(action="plan.draft.removed")
    assert "兩人說好的文字" in str(entry.was)


def test_parts_are_changed_and_taken_out_and_a_draft_thrown_away_leaves_nothing(desks):
    works = desks["works"]
    works.send(f"{PAGE}commitments/new/", **commitment())
    of = f"{PAGE}commitments/{Commitment.objects.get(item__code='13-2').pk}/"
    works.send(f"{of}indicators/new/", **indicator())
    works.send(
        f"{of}milestones/new/", name_zh="完工", due_on_year="109", due_on_month="6", due_on_day="1"
    )
    target, step = Target.objects.get(), Milestone.objects.get()
    works.send(f"{PAGE}indicators/{target.pk}/", **indicator(weight="100", value="20"))
    target.refresh_from_db()
    assert (target.weight, target.value, target.revision) == (100, 20, 2)
    works.send(f"{PAGE}milestones/{step.pk}/remove/")
    assert not Milestone.objects.exists()
    missing = works.client.get(f"{PAGE}milestones/{uuid.uuid4()}/")
    assert missing.status_code == 404
    assert desks["fire"].client.get(f"{PAGE}indicators/{target.pk}/").status_code == 403
    thrown = desks["controller"].client.post(f"{DRAFT}discard/", {"why": "重編"})
    assert thrown.status_code == 303
    assert not Commitment.objects.exists()
    assert not Target.objects.exists()


def test_an_item_shows_its_mid_term_goal_and_a_goal_its_items_with_their_lights(desks):
    controller = desks["controller"]
    goal = {
        "name_zh": "人行道安全", "name_en": "Safe pavements", "code": "G1", "items": "13-1",
        "source": "中程計畫第3章",
    }  # fmt: skip
    assert desks["works"].client.get(f"{MIDTERM}new/").status_code == 403
    assert controller.send(f"{MIDTERM}new/", **goal) == f"{MIDTERM}goals/G1/"
    twice = controller.send(f"{MIDTERM}new/", expect=422, **goal)
    assert error_at(twice, "code")
    assert "G1" in desks["anybody"].read("/plan/109/items/13-1/")
    page = desks["anybody"].read(f"{MIDTERM}goals/G1/")
    assert "/plan/109/items/13-1/" in page
    assert "無證據" in page
    assert "人行道安全" in desks["anybody"].read(MIDTERM)
    assert "中程計畫" in desks["anybody"].read("/plan/midterm/")

    key = str(MidtermGoal.objects.get().pk)
    desks["works"].send(f"{PAGE}goals/", goals=[key])
    assert "人行道安全" in desks["works"].read(PAGE)
    assert "13-2" not in desks["anybody"].read(f"{MIDTERM}goals/G1/")
    controller.send(f"{MIDTERM}goals/G1/change/", **(goal | {"items": ""}))
    assert "/plan/109/items/13-1/" not in desks["anybody"].read(f"{MIDTERM}goals/G1/")
    assert "人行道安全" in desks["works"].read(PAGE)
