"""A sale with a deadline: the agency enters a list, a household finds itself and applies."""

import pytest
from tests.browser.visitor import DESK, PHONE
from tests.services.conftest import kaohsiung, person
from tests.systems.tenure import Clock

from shizheng.places.models import SaleHousehold
from shizheng.places.tenure.actions.sales import sales_remind

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["kaohsiung"]
LISTED = "X-001,陳戶長,07-0000001,前鎮區草衙一路1號\nX-002,吳戶長"
SALE = "/property/sales/xincaoya/"
WALKS = [(PHONE, ""), (DESK, "/en")]
NAMED = ["phone-zh", "desk-en"]


@pytest.fixture
def clock(kaohsiung, monkeypatch) -> Clock:
    """The spring in which the sale ran: its last day is a fact of the outline."""
    return Clock(monkeypatch)


@pytest.mark.parametrize(("size", "language"), WALKS, ids=NAMED)
def test_the_agency_enters_a_list_and_a_household_applies_by_keyboard(
    visit, clock, size, language, request
):
    name = "sale-" + request.node.callspec.id
    keeper, resident = person("f_keeper", "officer", "finance"), person("f_resident")
    visitor = visit(keeper, **size)
    visitor.open(f"{language}{SALE}", f"{name}-none")
    visitor.send('main a[href$="/households/new/"]')
    visitor.look(f"{name}-list")
    visitor.write("list", LISTED)
    visitor.send("main form button.govuk-button")
    assert SaleHousehold.objects.count() == 2

    visitor.sign_in(resident)
    visitor.open(f"{language}/property/sales/", f"{name}s")
    visitor.send("main tbody a")
    visitor.look(f"{name}-public")
    visitor.send('main a[href$="/household/"]')
    visitor.look(f"{name}-find")
    visitor.write("number", "X-001")
    visitor.write("head", "陳戶長")
    visitor.send("main form button.govuk-button")
    visitor.look(f"{name}-mine")
    visitor.send('main a[href$="/apply/"]')
    visitor.look(f"{name}-apply")
    visitor.send("main form button.govuk-button")
    visitor.look(f"{name}-applied")
    mine = SaleHousehold.objects.get(number="X-001")
    assert (mine.state, mine.person) == (SaleHousehold.State.APPLIED, resident)

    sales_remind(at=clock.now)
    visitor.sign_in(keeper)
    visitor.open(f"{language}{SALE}", f"{name}-kept")


def test_a_name_that_does_not_belong_to_the_number_finds_nobody(visit, clock):
    keeper, resident = person("f_keeper", "officer", "finance"), person("f_resident")
    visitor = visit(keeper, may_fail=True, **PHONE)
    visitor.open(f"{SALE}households/new/")
    visitor.write("list", "X-001")
    visitor.send("main form button.govuk-button")
    visitor.look("sale-list-wrong")
    visitor.write("list", LISTED)
    visitor.send("main form button.govuk-button")
    visitor.sign_in(resident)
    visitor.open(f"{SALE}household/")
    visitor.write("number", "X-001")
    visitor.write("head", "吳戶長")
    visitor.send("main form button.govuk-button")
    visitor.look("sale-find-wrong")
    assert not SaleHousehold.objects.filter(person=resident).exists()
