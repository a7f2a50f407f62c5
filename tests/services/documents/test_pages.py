"""The pages of drawings over HTTP: who gets them, what they show, what they refuse."""

import re

import pytest
from django.test import Client
from tests.services.documents.conftest import applied, drawing
from tests.services.documents.test_marks import (
    answer,
    marked,
    resubmitted,
    returned_by_fire,
)

from shizheng.core.models import Role
from shizheng.services.actions.opening import hidden
from shizheng.services.models import Case, CaseParty, SheetMark
from shizheng.services.readings.selectors import readings_of


@pytest.fixture
def as_():
    """Return a browser of somebody."""

    def browser(person=None) -> Client:
        client = Client()
        if person is not None:
            client.force_login(person)
        return client

    return browser


def status(client: Client, address: str) -> int:
    """Ask for a page or a file, and read it to its end, which closes it."""
    response = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


def addresses(case) -> list[str]:
    document, root = drawing(case), f"/cases/{case.number}/drawings/"
    return [root, f"{root}{document.pk}/sheets/1/", f"{root}{document.pk}/sheets/2/240.png"]


def test_staff_who_see_the_case_and_its_architect_see_the_drawings(crew, case, as_):
    for address in addresses(case):
        for person in (crew.works, crew.fire, crew.architect):
            assert status(as_(person), address) == 200, address
        for person in (crew.culture, crew.stranger):
            assert status(as_(person), address) == 404, address
        assert status(as_(), address) == 302


def test_a_picture_is_kept_by_the_visitors_browser_alone(crew, case, as_):
    response = as_(crew.fire).get(addresses(case)[2])
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"].startswith("private")
    assert b"".join(response.streaming_content).startswith(b"\x89PNG")


def test_a_reviewer_places_a_mark_by_two_percentages(crew, case, as_):
    sheet = addresses(case)[1]
    response = as_(crew.fire).post(
        f"{sheet}marks/", {"left": "25", "top": "50", "text": "安全梯寬度不足"}
    )
    mark = SheetMark.objects.get()
    assert (response.status_code, response.url) == (303, f"{sheet}#mark-1")
    assert (mark.x, mark.y, mark.sheet) == (0.25, 0.5, 1)
    page = as_(crew.water).get(sheet).content.decode()
    assert "安全梯寬度不足" in page
    assert 'transform="translate(300.0 ' in page
    assert "安全梯寬度不足" not in as_(crew.architect).get(sheet).content.decode()


def test_what_is_wrong_comes_back_with_the_words(crew, case, as_):
    sheet = addresses(case)[1]
    response = as_(crew.fire).post(f"{sheet}marks/", {"left": "101", "top": "50", "text": "太寬"})
    assert response.status_code == 422
    assert "太寬" in response.content.decode()
    refused = as_(crew.architect).post(f"{sheet}marks/", {"left": "1", "top": "50", "text": "我"})
    assert refused.status_code == 403
    assert not SheetMark.objects.exists()


def test_versions_are_compared_side_by_side_and_over_each_other(crew, case, as_):
    case = resubmitted(crew, returned_by_fire(crew, case))
    page = f"/cases/{case.number}/drawings/{drawing(case).pk}/compare/"
    shown = as_(crew.fire).get(page).content.decode()
    assert len(re.findall(r"sheets/1/1200\.png", shown)) == 2
    over = as_(crew.fire).get(page, {"view": "over", "sheet": "2", "before": "1"}).content.decode()
    picture = re.search(r'src="([^"]+compare/1/2\.png)"', over)[1]
    assert status(as_(crew.fire), picture) == 200
    assert as_(crew.fire).get(page, {"sheet": "9"}).status_code == 200
    assert as_(crew.fire).get(page, {"before": "7"}).status_code == 200
    assert as_(crew.fire).get(page.replace("compare/", "compare/7/1.png")).status_code == 404


def test_the_applicant_reads_the_marks_of_a_returned_round_on_the_sheet(crew, case, as_):
    case = returned_by_fire(crew, case)
    page = as_(crew.architect).get(addresses(case)[1]).content.decode()
    assert "安全梯寬度不足" in page
    assert "data-mark-form" not in page
    assert "安全梯寬度不足" in as_(crew.architect).get(addresses(case)[0]).content.decode()


def test_marks_are_settled_and_withdrawn_from_the_table(crew, case, as_):
    mark = marked(case, crew.fire)
    root = f"/cases/{case.number}/marks/{mark.pk}/"
    assert as_(crew.water).post(f"{root}withdraw/").status_code == 403
    assert as_(crew.fire).post(f"{root}withdraw/").status_code == 303
    assert as_(crew.fire).post(f"{root}withdraw/").status_code == 409
    assert as_(crew.culture).post(f"{root}withdraw/").status_code == 404
    assert as_(crew.fire).get(f"{root}withdraw/").status_code == 405


def test_a_file_without_signature_says_so(crew, case, as_):
    document = drawing(case, "application_form")
    page = as_(crew.works).get(f"/en/cases/{case.number}/drawings/{document.pk}/signature/")
    assert "carries no electronic signature" in page.content.decode()
    hidden = as_(crew.culture).get(f"/cases/{case.number}/drawings/{document.pk}/signature/")
    assert hidden.status_code == 404


def test_an_answered_agency_keeps_reading_but_marks_no_more(crew, case, as_):
    answer(case, "fire", "agree", crew.fire)
    sheet = addresses(case)[1]
    assert "data-mark-form" not in as_(crew.fire).get(sheet).content.decode()
    refused = as_(crew.fire).post(f"{sheet}marks/", {"left": "1", "top": "1", "text": "x"})
    assert refused.status_code == 403


def test_staff_who_look_at_drawings_of_a_personal_case_are_noted_once_for_a_look(crew, case, as_):
    Case.objects.filter(pk=case.pk).update(access_class="personal")
    role = Role.objects.get(code="officer")
    role.permissions = [*role.permissions, "services.view_personal_case"]
    role.save()
    _list, sheet, picture = addresses(case)
    root = sheet.removesuffix("sheets/1/")

    for address in (sheet, picture, f"{root}signature/"):
        assert status(as_(crew.works), address) == 200
    assert status(as_(crew.architect), sheet) == 200

    assert [(each.username, each.fields) for each in readings_of(case)] == [
        ("works_officer", ("document plans",))
    ]


def test_who_looks_at_drawings_of_a_case_that_is_not_personal_is_not_noted(crew, case, as_):
    assert status(as_(crew.works), addresses(case)[1]) == 200
    assert readings_of(case) == []


@pytest.fixture
def by_code(case, as_):
    """A browser in which an applicant without an account entered the follow code."""
    secret = "KHCODE2345"
    CaseParty.objects.create(
        case=case,
        role="applicant",
        name="示範起造人",
        secret=hidden(secret),
        added_at=case.opened_at,
    )

    def browser(role="applicant"):
        CaseParty.objects.exclude(secret="").update(role=role)
        client = as_()
        client.post("/track/", {"number": case.number, "code": secret})
        return client

    return browser


def test_the_follow_code_opens_the_drawings_as_it_opens_the_case(crew, case, as_, by_code):
    browser = by_code()
    _list, sheet, _picture = addresses(case)
    root = sheet.removesuffix("sheets/1/")

    for address in (*addresses(case), f"{root}signature/"):
        assert status(browser, address) == 200, address
    page = browser.get(sheet).content.decode()
    assert (
        f"/cases/{case.number}/drawings/" in browser.get(f"/cases/{case.number}/").content.decode()
    )
    (link,) = re.findall(rf'href="(/cases/{case.number}/files/[^"]+)"', page)
    assert status(browser, link) == 200
    refused = browser.post(f"{sheet}marks/", {"left": "1", "top": "1", "text": "我"})
    assert (refused.status_code, SheetMark.objects.count()) == (302, 0)


def test_the_follow_code_of_a_follower_or_another_case_opens_no_drawings(crew, case, as_, by_code):
    assert status(by_code("follower"), addresses(case)[1]) == 404
    other = applied(crew)
    assert status(by_code(), f"/cases/{other.number}/drawings/") == 404


def test_a_party_by_code_sees_the_marks_that_were_handed_over_alone(crew, case, by_code):
    mark = marked(case, crew.fire, "樓梯寬度不足")
    sheet = addresses(case)[1]
    assert "樓梯寬度不足" not in by_code().get(sheet).content.decode()
    SheetMark.objects.filter(pk=mark.pk).update(handed_over_at=case.opened_at)
    assert "樓梯寬度不足" in by_code().get(sheet).content.decode()
