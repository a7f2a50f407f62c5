"""An officer writes a commitment on a draft by keyboard; the control unit sees what is missing."""

from datetime import date

import pytest
from django.utils import timezone
from tests.browser.visitor import DESK, PHONE
from tests.plan.works import site
from tests.services.conftest import kaohsiung

from shizheng.core.models import Agency
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

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["kaohsiung"]
DRAFT = "/plan/109/editions/2/"
PAGE = f"{DRAFT}items/13-1/"
MIDTERM = "/plan/midterm/midterm-108-111/"


@pytest.fixture
def people(kaohsiung):
    item = site.item_adopted()
    draft = Edition.objects.create(
        plan=item.edition.plan, number=2, title="第二版", imported_at=timezone.now(),
        source_digest="2",
    )  # fmt: skip
    agency = Agency.objects.get(code="public_works")
    chapter = Chapter.objects.create(
        edition=draft, number=13, label="拾參", title="工務", source_start=0, source_end=9,
        line=1, agency=agency,
    )  # fmt: skip
    for number in range(1, 41):
        text = f"第{number}項全新的人行環境改善與無障礙設施計畫"
        Item.objects.create(
            edition=draft, chapter=chapter, number=number, code=f"13-{number}", label="一",
            text=text, search_text=text, source_start=4, source_end=9, line=2, last_line=2,
        )  # fmt: skip
    midterm = MidtermPlan.objects.create(
        code="midterm-108-111", title={"zh-Hant": "108至111年度中程計畫", "en": "Mid-term plan"},
        period_from=date(2019, 1, 1), period_to=date(2023, 1, 1),
    )  # fmt: skip
    goal = MidtermGoal.objects.create(
        midterm=midterm, code="G1", name={"zh-Hant": "人人走得安全", "en": "Safe to walk"}
    )
    goal.links.create(item=item, linked_at=timezone.now())
    return site.people()


def written(number: int) -> None:
    """Give an item a commitment with three indicators and two milestones."""
    now, agency = timezone.now(), Agency.objects.get(code="public_works")
    row = Commitment.objects.create(
        item=Item.objects.get(edition__number=2, code=f"13-{number}"), number=1, kind="deliver",
        statement={"zh-Hant": "改善學校周邊人行道", "en": "Better pavements around schools"},
        agency=agency, goal="學童走得安全", budget_twd=12_000_000, due_on=date(2020, 12, 31),
        is_proposed=False, is_written=True, held_from=now,
    )  # fmt: skip
    for name, weight in (("改善長度", 50), ("改善處數", 30), ("滿意度", 20)):
        Target.objects.create(
            commitment=row, name={"zh-Hant": name, "en": "Length"}, value=12, baseline=3,
            baseline_on=date(2019, 12, 31), unit={"zh-Hant": "公里", "en": "km"}, weight=weight,
            source="工程管理系統", held_from=now, is_proposed=False,
        )  # fmt: skip
    for month in (6, 11):
        Milestone.objects.create(
            commitment=row, name={"zh-Hant": "完工", "en": "Built"}, due_on=date(2020, month, 30),
            held_from=now, is_proposed=False,
        )  # fmt: skip


def test_an_officer_writes_a_commitment_by_keyboard(visit, people):
    visitor = visit(people.officer, may_fail=True, **DESK)  # two answers refuse (422)
    visitor.open(DRAFT, "draft-edition")
    visitor.send("main a[href$='/write/']")
    visitor.look("draft-list")
    visitor.send("main th a")
    visitor.look("draft-item-empty")
    visitor.send("main a.govuk-button")
    visitor.send("main form button.govuk-button")
    visitor.look("draft-commitment-errors")
    visitor.write("statement_zh", "改善人行道")
    visitor.write("due_on_year", "109-12-31")
    visitor.send("main form button.govuk-button")
    visitor.look("draft-item-one")
    visitor.send("main a[href$='/indicators/new/']")
    visitor.look("draft-indicator")
    visitor.write("name_zh", "改善長度")
    visitor.write("unit_zh", "公里")
    visitor.write("value", "12")
    visitor.write("weight", "101")
    visitor.write("source", "工程管理系統")
    visitor.send("main form button.govuk-button")
    visitor.look("draft-indicator-errors")
    visitor.write("weight", "100")
    visitor.send("main form button.govuk-button")
    visitor.look("draft-item-whole")
    assert Target.objects.get().weight == 100
    assert "這一項已具備核定所需的內容" in visitor.page.inner_text("main")


@pytest.mark.parametrize(
    ("size", "language"), [(PHONE, ""), (DESK, "/en")], ids=["phone-zh", "desk-en"]
)
def test_the_pages_of_a_draft_and_of_the_goals_fit_and_pass_axe(visit, people, size, language):
    written(1)
    visitor = visit(people.controller, **size)
    name = f"{size['viewport']['width']}{language.replace('/', '-')}"
    for path, shot in (
        (DRAFT, "edition"), (f"{DRAFT}write/?of=all", "list"), (PAGE, "item"),
        (f"{DRAFT}adopt/", "adopt"), ("/plan/109/items/13-1/", "public-item"),
        (MIDTERM, "midterm"), (f"{MIDTERM}goals/G1/", "goal"),
        (f"{MIDTERM}new/", "goal-new"), ("/plan/midterm/", "midterms"),
    ):  # fmt: skip
        visitor.open(f"{language}{path}", f"draft-{shot}-{name}")
    visitor.sign_in(people.officer)
    visitor.open(f"{language}{PAGE}goals/", f"draft-choose-goals-{name}")
