"""A certificate on a phone by keyboard: applied for, paid at the test bank, received, checked."""

import re

import pytest
from django.utils import timezone
from tests.browser.visitor import DESK, PHONE
from tests.services.conftest import kaohsiung  # noqa: F401 - a fixture
from tests.services.payments.zoning import applied, planners

from shizheng.services.models import Case, Charge, Output

pytestmark = pytest.mark.django_db(transaction=True)
ON = "main form button.govuk-button:not([name])"


@pytest.fixture
def people(kaohsiung):  # noqa: F811
    return planners()


def test_a_certificate_is_applied_for_paid_and_received_by_keyboard(people, visit):
    visitor = visit(**PHONE)
    page = visitor.page
    visitor.open("/services/zoning_certificate/")
    visitor.send("main .govuk-button")
    visitor.tick("parcels")
    visitor.write("copies", "1")
    visitor.send(ON)
    visitor.write("applicant", "王小明")
    visitor.tick("applicant_kind")
    visitor.send(ON)
    visitor.write("name", "王小明")
    visitor.write("email", "ming@example.org")
    visitor.send(ON)
    visitor.send(ON)
    visitor.look("paying-receipt")
    visitor.send("main a[href*='/pay/']")
    visitor.look("paying-ways")
    visitor.send("a[href*='method=card']")
    visitor.look("paying-card")
    visitor.send("#how form button")
    visitor.look("paying-bank")
    visitor.send("[name=act][value=pay]")
    visitor.look("paying-done")
    case, output = Case.objects.get(), Output.objects.get()
    assert (case.state, output.status) == ("issued", "valid")
    visitor.send("a[href*='/verify/']")
    visitor.look("verify-valid")
    assert output.number in page.locator("main").inner_text()
    doubter = visit(may_fail=True, **PHONE)  # an unknown code is a 404
    doubter.open("/verify/")
    doubter.write("code", "AAAA-BBBB-CCCC")
    doubter.send("form[action$='/verify/'] button")
    doubter.look("verify-unknown")
    assert doubter.page.locator("[role=alert]").is_visible()


@pytest.mark.parametrize(("language", "size"), [("", PHONE), ("/en", DESK)], ids=["phone", "desk"])
def test_slips_accounts_and_the_fees_of_a_case_fit(people, visit, language, size):
    opened = applied(by=people.resident, at=timezone.now())
    charge = Charge.objects.get(case=opened.case)
    payer, width = visit(people.resident, **size), size["viewport"]["width"]
    for method in ("transfer", "store", "counter"):
        payer.open(f"{language}/pay/{charge.number}/?method={method}", f"paying-{method}-{width}")
    assert len(re.findall("<svg", payer.page.content())) == 0
    chief = visit(people.supervisor, **size)
    chief.open(f"{language}/desk/cases/{opened.case.number}/payments/", f"paying-fees-{width}")
    chief.press("summary")
    chief.write("receipt", "A-109-17")
    chief.send("form[action$='/counter/'] button")
    chief.look(f"paying-counter-{width}")
    charge.refresh_from_db()
    assert charge.status == Charge.Status.PAID
    visit(**size).open(f"{language}/verify/", f"verify-{width}")
