"""System 16, paperless building permit 建造執照審查流程無紙化: from filing to the usage licence.

Everything is done over HTTP, each step by the person whose work it is: the architect files, five
agencies review, fire returns the drawings with marks and alone reviews again.
"""

import io
import re

import pytest
from django.test import Client
from tests.services.conftest import kaohsiung, person
from tests.services.documents.papers import pdf

from shizheng.core.journal import verify
from shizheng.services.models import (
    Case,
    CaseClock,
    CaseDocument,
    Charge,
    Draft,
    Notice,
    Output,
    Review,
    SheetMark,
)

__all__ = ["kaohsiung"]
SITE = {
    "parcel": "0123-0004", "site_area": "6000", "is_urban": "on", "near_water": "on",
}  # fmt: skip
BUILDING = {
    "work": "new", "building_use": "hospital", "structure": "src", "floors_above": "9",
    "floors_below": "2", "height": "38", "building_area": "3000", "floor_area": "12000",
}  # fmt: skip
PEOPLE = {
    "owner_name": "示範起造人", "owner_id": "A123456789", "architect_name": "示範建築師",
    "architect_licence": "示範字第 001 號",
}  # fmt: skip
PAPERS = ("application_form", "land_rights", "site_plan", "plans", "structure_plans",
          "equipment_plans")  # fmt: skip
PLACE = {"place_longitude": "120.2842", "place_latitude": "22.6515", "place_address": "明誠三路"}
ERRORS = r'(?s)class="govuk-error-(?:message|summary__list)"[^>]*>(.{1,300})'
HIDDEN = re.compile(r'type="hidden" name="(token|revision)" value="([^"]*)"')


def file(name: str, *texts: str) -> io.BytesIO:
    content = io.BytesIO(pdf(*texts))
    content.name = f"{name}.pdf"
    return content


def errors_of(response) -> str:
    """Return what a form that came back says is wrong."""
    page = response.content.decode()
    return f"{response.status_code}: {re.findall(ERRORS, page)}"


class Desk:
    """One person at a browser."""

    def __init__(self, someone=None) -> None:
        self.client, self.person = Client(), someone
        if someone:
            self.client.force_login(someone)

    def read(self, path: str, status: int = 200) -> str:
        response = self.client.get(path)
        assert response.status_code == status, f"{path}: {response.status_code}"
        return response.content.decode()

    def send(self, path: str, *, expect: tuple[int, ...] = (302, 303), **fields: object) -> str:
        """Open a form, fill it in and send it; return where it leads."""
        hidden = dict(HIDDEN.findall(self.read(path)))
        response = self.client.post(path, {**hidden, **fields})
        assert response.status_code in expect, errors_of(response)
        return response.get("Location", "")

    def act(self, case: Case, action: str, **fields: object) -> None:
        self.send(f"/desk/cases/{case.number}/act/{action}/", **fields)

    def review(self, case: Case, agency: str, answer: str, opinion: str = "") -> None:
        row = Review.objects.get(case=case, agency__code=agency, is_current=True, answer="waiting")
        self.send(f"/desk/cases/{case.number}/reviews/{row.pk}/", answer=answer, opinion=opinion)


@pytest.fixture
def desks(kaohsiung):
    works = "public_works"
    return {
        name: Desk(someone)
        for name, someone in {
            "architect": person("architect"),
            "works": person("works_officer", "officer", works),
            "chief": person("works_chief", "supervisor", works),
            "second": person("works_second", "supervisor", works),
            "planning": person("planning_officer", "officer", "urban_development"),
            "fire": person("fire_officer", "officer", "fire"),
            "water": person("water_officer", "officer", "water_resources"),
            "environment": person("environment_officer", "officer", "environmental_protection"),
            "culture": person("culture_officer", "officer", "cultural_affairs"),
        }.items()
    } | {"passer_by": Desk()}


def filed(desks) -> Case:
    """The architect fills the form in page by page and sends it."""
    architect = desks["architect"]
    architect.send("/services/building_permit/start/", **SITE)
    base = f"/drafts/{Draft.objects.get().pk}"
    papers = {name: file(name, f"{name} A", f"{name} B") for name in PAPERS}
    pages = {"building": BUILDING, "people": PEOPLE, "papers": papers, "the-place": PLACE}
    for part, sent in pages.items():
        architect.send(f"{base}/parts/{part}/", **sent)
    architect.client.post(f"{base}/parts/your-contact/", {"name": "示範建築師"})
    architect.send(f"{base}/check/")
    return Case.objects.get()


def approved_by_two(desks, case: Case, action: str, **fields: object) -> None:
    desks["chief"].act(case, action, **fields)
    case.refresh_from_db()
    assert case.state.endswith("deciding")
    desks["second"].send(f"/desk/cases/{case.number}/confirm/", answer="confirm")


def paid(desks, key: str) -> None:
    """The architect pays by the built-in test bank."""
    charge = Charge.objects.get(key=key, status="open")
    assert f"{charge.amount:,}" in desks["architect"].read(f"/pay/{charge.number}/")
    sent = {"charge": charge.number, "amount_twd": charge.amount, "method": "card", "act": "pay"}
    response = desks["architect"].client.post("/pay/test-bank/pay/", sent)
    assert response.status_code == 303, errors_of(response)


def returned(desks) -> Case:
    """Five agencies review; fire marks a drawing and returns the file."""
    case = filed(desks)
    desks["works"].act(case, "accept")
    asked = Review.objects.filter(case=case).values_list("agency__code", flat=True)
    assert set(asked) == {
        "public_works", "urban_development", "fire", "water_resources", "environmental_protection",
    }  # fmt: skip
    plans = CaseDocument.objects.get(case=case, field="plans")
    sheet = f"/cases/{case.number}/drawings/{plans.pk}/sheets/2/"
    desks["fire"].send(sheet, expect=(405,))  # the sheet itself takes nothing
    response = desks["fire"].client.post(
        f"{sheet}marks/", {"left": "30", "top": "40", "text": "安全梯寬度不足 120 公分"}
    )
    assert response.status_code == 303
    for name, agency in (
        ("works", "public_works"), ("planning", "urban_development"),
        ("water", "water_resources"), ("environment", "environmental_protection"),
    ):  # fmt: skip
        desks[name].review(case, agency, "agree")
    desks["fire"].review(case, "fire", "return", "安全梯寬度不符，請改正")
    case.refresh_from_db()
    assert case.state == "compiling"
    desks["works"].act(case, "send_correction", reason="建築技術規則設計施工編第 33 條")
    return case


def corrected(desks, case: Case) -> None:
    """The architect sees the mark and hands in new plans alone."""
    architect = desks["architect"]
    assert "安全梯寬度不足" in architect.read(f"/cases/{case.number}/drawings/")
    address = architect.send(f"/cases/{case.number}/correct/", act="resubmit")
    draft = Draft.objects.get(corrects=case)
    architect.send(
        f"/drafts/{draft.pk}/parts/papers/", plans=file("plans", "plans A", "plans wider")
    )
    architect.send(address, response="安全梯已加寬為 120 公分")


def started(desks, case: Case) -> None:
    desks["architect"].send(
        f"/cases/{case.number}/do/report_start/", start_on="2026-01-05", start_on_year="115",
        start_on_month="1", start_on_day="5", contractor="示範營造",
        contractor_licence="示範字第 1 號", site_architect="示範建築師",
        work_plan=file("計畫", "x"),
    )  # fmt: skip


def completed(desks, case: Case) -> None:
    desks["architect"].send(
        f"/cases/{case.number}/do/file_completion/", completed_on="2026-01-06",
        completed_on_year="115", completed_on_month="1", completed_on_day="6",
    )  # fmt: skip


def all_agree(desks, case: Case) -> None:
    for name, agency in (
        ("works", "public_works"), ("planning", "urban_development"), ("fire", "fire"),
        ("water", "water_resources"), ("environment", "environmental_protection"),
    ):  # fmt: skip
        desks[name].review(case, agency, "agree")


def under_construction(desks) -> Case:
    """A hospital that was approved, paid for and begun."""
    case = filed(desks)
    desks["works"].act(case, "accept")
    all_agree(desks, case)
    approved_by_two(desks, case, "approve")
    paid(desks, "permit")
    started(desks, case)
    case.refresh_from_db()
    assert case.state == "building"
    return case


def changed(desks, case: Case, **given: object) -> None:
    """The architect asks for another floor area, with new plans."""
    sent = {
        "changes": "增建一樓大廳", "new_floor_area": "12600", "changed_cost": "9000000",
        "plans": file("plans", "plans A", "plans larger"), **given,
    }  # fmt: skip
    desks["architect"].send(f"/cases/{case.number}/do/change_design/", **sent)


def test_a_permit_goes_from_filing_to_the_usage_licence_on_one_number(desks):
    case = returned(desks)
    first = CaseClock.objects.get(case=case, key="review")
    assert (first.is_running, first.breached_at) == (False, None)
    assert first.satisfied_at
    notice = Notice.objects.filter(case=case, template="permit_correction").first()
    assert "安全梯寬度不足 120 公分" in notice.text

    corrected(desks, case)
    case.refresh_from_db()
    assert case.state == "resubmitted"
    versions = CaseDocument.objects.filter(case=case, field="plans").order_by("number")
    assert [each.number for each in versions] == [1, 2]
    assert CaseDocument.objects.filter(case=case, field="site_plan").count() == 1
    rounds = CaseClock.objects.filter(case=case, key="review").order_by("round")
    assert [row.is_running for row in rounds] == [False, True]

    desks["works"].act(case, "recheck")
    again = Review.objects.filter(case=case, is_current=True, answer="waiting")
    assert [(row.agency.code, row.round) for row in again] == [("fire", 2)]
    compare = f"/cases/{case.number}/drawings/{versions[1].pk}/compare/?before=1&sheet=2&view=over"
    assert "compare/1/2.png" in desks["fire"].read(compare)
    mark = SheetMark.objects.get()
    settled = desks["fire"].client.post(f"/cases/{case.number}/marks/{mark.pk}/settle/")
    assert settled.status_code == 303
    desks["fire"].review(case, "fire", "agree")

    approved_by_two(desks, case, "approve")
    paid(desks, "permit")
    case.refresh_from_db()
    assert case.state == "licensed"
    permit = Output.objects.get(case=case, key="permit")
    assert permit.status == "valid", permit.problem

    started(desks, case)
    completed(desks, case)
    desks["works"].review(case, "public_works", "agree")
    desks["fire"].review(case, "fire", "agree")
    approved_by_two(desks, case, "approve_usage")
    paid(desks, "usage")
    case.refresh_from_db()
    assert (case.state, case.outcome, case.is_open) == ("completed", "completed", False)
    usage = Output.objects.get(case=case, key="usage")
    assert (usage.status, usage.values["contractor"]) == ("valid", "示範營造"), usage.problem
    assert verify().is_intact


def test_everybody_sees_stage_days_and_decision_but_no_drawing(desks):
    case = returned(desks)
    page = desks["passer_by"].read(f"/cases/{case.number}/")
    assert "待改正" in page
    assert "安全梯" not in page
    assert "示範起造人" not in page
    for path in (f"/cases/{case.number}/drawings/", f"/desk/cases/{case.number}/"):
        assert desks["passer_by"].client.get(path).status_code == 302
        assert desks["culture"].client.get(path).status_code == 404


def test_nobody_approves_alone(desks):
    case = filed(desks)
    desks["works"].act(case, "accept")
    all_agree(desks, case)
    desks["chief"].act(case, "approve")
    refused = desks["chief"].client.post(
        f"/desk/cases/{case.number}/confirm/", {"answer": "confirm"}
    )
    assert refused.status_code == 403
    case.refresh_from_db()
    assert case.state == "deciding"


def test_a_locked_drawing_is_refused_on_its_page(desks):
    from tests.services.documents.papers import locked

    architect = desks["architect"]
    architect.send("/services/building_permit/start/", **SITE)
    base = f"/drafts/{Draft.objects.get().pk}"
    content = io.BytesIO(locked())
    content.name = "plans.pdf"
    papers = {name: file(name, "A") for name in PAPERS} | {"plans": content}
    pages = {"building": BUILDING, "people": PEOPLE, "papers": papers, "the-place": PLACE}
    for part, sent in pages.items():
        architect.send(f"{base}/parts/{part}/", **sent)
    architect.client.post(f"{base}/parts/your-contact/", {"name": "示範建築師"})
    response = architect.client.post(f"{base}/check/")
    assert response.status_code == 422
    assert not Case.objects.exists()


def test_a_change_during_construction_is_reviewed_on_the_same_number(desks):
    """建築法 art. 39: new drawings, a review and a clock of its own; then work goes on."""
    case = under_construction(desks)
    first = Output.objects.get(case=case, key="permit")
    building = CaseClock.objects.get(case=case, key="building")
    changed(desks, case)
    case.refresh_from_db()
    assert (case.state, case.holder, case.answers["floor_area"]) == (
        "change_review", "agency", "12000",
    )  # fmt: skip
    plans = CaseDocument.objects.filter(case=case, field="plans").order_by("number")
    assert [each.number for each in plans] == [1, 2]
    clock = CaseClock.objects.get(case=case, key="change")
    assert (clock.amount, clock.is_running) == ("10d", True)
    building.refresh_from_db()
    assert building.is_running

    for name, agency in (
        ("works", "public_works"), ("planning", "urban_development"),
        ("water", "water_resources"), ("environment", "environmental_protection"),
    ):  # fmt: skip
        desks[name].review(case, agency, "agree")
    sheet = f"/cases/{case.number}/drawings/{plans[1].pk}/sheets/2/"
    desks["fire"].client.post(f"{sheet}marks/", {"left": "30", "top": "40", "text": "排煙不足"})
    desks["fire"].review(case, "fire", "return", "請補排煙")
    case.refresh_from_db()
    assert (case.state, case.holder) == ("change_correction", "applicant")
    assert "排煙不足" in desks["architect"].read(f"/cases/{case.number}/drawings/")
    desks["architect"].send(
        f"/cases/{case.number}/do/resubmit_change/", response="已補",
        plans=file("plans", "plans A", "plans with vents"),
    )  # fmt: skip
    rounds = CaseClock.objects.filter(case=case, key="change").order_by("round")
    assert [row.is_running for row in rounds] == [False, True]
    mark = SheetMark.objects.get(text="排煙不足")
    desks["fire"].client.post(f"/cases/{case.number}/marks/{mark.pk}/settle/")
    desks["fire"].review(case, "fire", "agree")
    approved_by_two(desks, case, "approve_change")

    case.refresh_from_db()
    assert case.state == "building"
    # What changed must be paid first: completion cannot be filed yet.
    desks["architect"].read(f"/cases/{case.number}/do/file_completion/", 303)
    assert Charge.objects.get(case=case, key="change").amount == 9_000
    paid(desks, "change")
    first.refresh_from_db()
    second = Output.objects.get(case=case, key="permit", status="valid")
    assert (first.status, first.revoked_reason) == ("revoked", "replaced")
    assert second.values["floor_area"] == "12600"
    completed(desks, case)
    case.refresh_from_db()
    assert case.state == "inspection"


def test_a_change_that_is_refused_or_withdrawn_leaves_the_permit_as_it_was(desks):
    case = under_construction(desks)
    changed(desks, case)
    all_agree(desks, case)
    desks["chief"].act(case, "refuse_change", reason="高度超過")
    desks["second"].send(f"/desk/cases/{case.number}/confirm/", answer="confirm")
    case.refresh_from_db()
    assert case.state == "building"
    assert not Charge.objects.filter(case=case, key="change").exists()

    changed(desks, case)
    desks["architect"].send(f"/cases/{case.number}/do/withdraw_change/")
    case.refresh_from_db()
    assert case.state == "building"
    permit = Output.objects.get(case=case, key="permit")
    assert (permit.status, permit.values["floor_area"]) == ("valid", "12000")
    assert not Review.objects.filter(case=case, answer="waiting").exists()
