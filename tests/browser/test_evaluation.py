"""Evaluations in a browser: a reviewer scores, the round closes, everybody reads the results."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.browser.visitor import DESK, PHONE
from tests.plan.works.site import CONTROL, item_adopted
from tests.services.conftest import kaohsiung, person

from shizheng.core.models import Agency
from shizheng.plan.advance import reviewing
from shizheng.plan.evaluation.actions import findings, rounds
from shizheng.plan.models import EvaluationReview, EvaluationRound, FindingSource

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["kaohsiung"]
CODES = ("targets", "progress", "money", "records")


def test_a_reviewer_scores_and_the_round_closes_by_keyboard(visit, kaohsiung):
    item = item_adopted("30-4")
    controller = person("b_controller", "controller", CONTROL)
    auditor = person("b_auditor", "controller", CONTROL)
    officer = person("b_officer", "officer", "fire")
    at, fire = timezone.now() - timedelta(hours=1), Agency.objects.get(code="fire")
    round_ = rounds.round_open(
        by=controller, at=at, type_="policy_plan", title="109年度重要施政計畫考核", agencies=[fire],
        reviewers=[controller, auditor],
    )  # fmt: skip
    subject = round_.subjects.get()
    rounds.self_assessment_submit(
        subject=subject, by=officer, at=at, scores=dict.fromkeys(CODES, Decimal(90)),
        evidence=dict.fromkeys(CODES, "年報第 3 頁"), items=[item],
    )  # fmt: skip
    rounds.review_submit(
        subject=subject, by=auditor, at=at, scores=dict.fromkeys(CODES, Decimal(80))
    )
    findings.finding_record(
        by=controller, at=at, agency=fire, source=FindingSource.AUDIT, code="IC-1",
        text="作業程序未更新", found_on=timezone.localdate() - timedelta(days=90),
    )  # fmt: skip
    reviewing.project_propose(
        by=officer, at=at, agency=fire, name="消防車輛汰換", cost_twd=80_000_000,
        starts_on=timezone.localdate(), ends_on=timezone.localdate() + timedelta(days=300),
        summary="汰換老舊消防車", midterm_goal="縮短到達時間", items=[item],
    )  # fmt: skip

    desk = visit(controller, **DESK)
    desk.open("/evaluations/1/fire/score/", "evaluation-score")
    for code in CODES:
        desk.write(f"score_{code}", "85.5")
    desk.send("main button.govuk-button")
    desk.look("evaluation-open")
    assert EvaluationReview.objects.get(reviewer=controller).total == Decimal("85.5")
    with desk.page.expect_event("load"):
        desk.page.keyboard.press("c")
    desk.write("conclusion", "消防局表現良好")
    desk.send("main button.govuk-button")
    desk.look("evaluation-closed")
    assert EvaluationRound.objects.get().closed_at is not None
    for path in ("findings/", "findings/new/", "advance-reviews/1/", "advance-reviews/1/score/",
                 "evaluations/new/policy_plan/"):  # fmt: skip
        desk.open(f"/{path}", path.strip("/").replace("/", "-"))

    phone = visit(**PHONE)
    for path in ("evaluations/", "evaluations/1/", "en/evaluations/1/", "advance-reviews/"):
        phone.open(f"/{path}", "phone-" + path.strip("/").replace("/", "-"))
    staff = visit(officer, **PHONE)
    for path in ("findings/", "advance-reviews/1/", "en/advance-reviews/"):
        staff.open(f"/{path}", "phone-staff-" + path.strip("/").replace("/", "-"))
