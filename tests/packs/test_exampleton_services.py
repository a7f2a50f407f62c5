"""The second town: the same journeys by other services, agencies, weekend and currency."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests.services.conftest import person, without_plan

from shizheng.core.loading import load as load_pack
from shizheng.packs.loader import load as read_pack
from shizheng.services import city
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.actions.opening import Contact, Intake, case_open
from shizheng.services.models import Case, Charge, Output, Review, Service
from shizheng.services.outputs.actions.keeping import output_prepare
from shizheng.services.payments.actions.receiving import charge_pay_at_counter
from shizheng.services.places import Place
from shizheng.services.reviews.actions import review_answer

THURSDAY = datetime(2026, 1, 8, 9, 0, tzinfo=ZoneInfo("UTC"))
CONTACT = Contact(name="Example Resident", email="resident@example.org")


@pytest.fixture
def town(db, settings, tmp_path, packs):
    settings.MEDIA_ROOT, settings.HOME = tmp_path / "files", tmp_path
    cache.clear()
    city.forget()
    with without_plan():
        load_pack(read_pack(packs / "exampleton"), at=datetime(2026, 1, 2, tzinfo=ZoneInfo("UTC")))
    yield
    city.forget()


def opened(code: str, at: datetime = THURSDAY, **given: object):
    given.setdefault("channel", "web")
    service = Service.objects.get(code=code)
    return case_open(service=service, given=Intake(**given), by=None, at=at)


def bench(latitude: float = 0.03, at: datetime = THURSDAY) -> Case:
    return opened(
        "broken_bench", at, answers={"material": "wood"}, description="The bench is broken",
        place=Place(longitude=0.011, latitude=latitude), contact=CONTACT,
    ).case  # fmt: skip


def test_a_report_is_numbered_routed_and_due_by_the_town_s_own_calendar(town):
    hillside, waterside = bench(), bench(0.011)
    assert hillside.number.startswith("EXC-")
    assert (hillside.agency.code, waterside.agency.code) == ("works", "waterside_office")
    assert hillside.due_at.date().isoformat() == "2026-01-12"


def test_an_officer_closes_a_report_and_everybody_sees_the_answer(town):
    case = bench()
    officer = person("officer", "officer", "works")
    desk = Client()
    desk.force_login(officer)
    assert case.number in desk.get("/desk/?view=agency").content.decode()
    case = case_act(
        case=case, action="mend", by=officer, at=THURSDAY + timedelta(days=3),
        given=Given(fields={"reply": "New boards"}), revision=case.revision,
    )  # fmt: skip
    assert (case.state, case.is_late) == ("mended", False)
    page = Client().get(f"/en/cases/{case.number}/").content.decode()
    assert "Mended" in page


def test_programs_report_by_open311(town):
    answer = Client().get("/open311/v2/services.json").json()
    assert [each["service_code"] for each in answer] == ["broken_bench"]


def test_a_certificate_is_paid_for_issued_in_both_languages_and_checked_by_anybody(town):
    case = opened(
        "residence_certificate", timezone.now(), contact=CONTACT, channel="counter",
        answers={"applicant": "Example Resident", "home": "Stonebridge 1"},
    ).case  # fmt: skip
    charge = Charge.objects.get(case=case)
    officer = person("counter", "officer", "town_affairs")
    charge_pay_at_counter(charge=charge, receipt="A-1", by=officer, at=timezone.now())
    output = Output.objects.get(case=case)
    output_prepare(output=output, at=timezone.now())
    case.refresh_from_db()
    output.refresh_from_db()
    assert (charge.amount, case.state, output.status) == (30, "issued", "valid")
    assert re.match(r"EX-RES-\d{4}-0001", output.number)
    page = Client().get(f"/en/verify/{output.code}/").content.decode()
    assert output.number in page


def test_two_sections_review_and_only_the_one_that_returned_it_reviews_again(town):
    found = opened(
        "street_festival", description="Lanterns", contact=CONTACT, answers={"guests": 300}
    )
    case, party, at = found.case, found.party, THURSDAY
    clerk = person("clerk", "officer", "town_affairs")
    sections = {code: person(code, "officer", code) for code in ("works", "environment")}
    case = case_act(case=case, action="ask", by=clerk, at=at)
    answers = {"works": ("agree", ""), "environment": ("return", "Say who cleans up")}
    for code, (answer, opinion) in answers.items():
        row = Review.objects.get(case=case, agency__code=code, is_current=True)
        case = review_answer(
            review=row, by=sections[code], at=at, answer=answer, opinion=opinion
        )  # fmt: skip
    assert (case.state, case.holder) == ("correction", "applicant")
    case = case_act(case=case, action="change", by=None, as_party=party, at=at)
    row = Review.objects.get(case=case, answer="waiting", is_current=True)
    assert row.agency.code == "environment"
    case = review_answer(review=row, by=sections["environment"], at=at, answer="agree")
    assert (case.state, case.outcome) == ("permitted", "completed")


def test_residents_find_the_services_and_the_answers_of_the_town(town):
    page = Client().get("/en/services/").content.decode()
    assert "Broken benches" in page
    assert "Certificate of residence" in page
    assert "What if a bench is broken?" in Client().get("/en/questions/").content.decode()


def test_no_city_is_named_in_the_code(packs):
    source = packs.parent / "src/shizheng"
    files = [*source.rglob("*.py"), *source.rglob("*.html"), *source.rglob("*.js")]
    named = {
        str(file.relative_to(source))
        for file in files
        if re.search(r"kaohsiung|高雄|\bKHC?-", file.read_text("utf-8"), re.IGNORECASE)
    }
    # the pack that is loaded if no other is named, and examples of its path in the help
    assert named <= {"folders.py", "cli/city.py", "cli/packs.py"}
