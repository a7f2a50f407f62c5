"""Somebody chooses on their account's page, by keyboard, to be told by e-mail as well."""

import pytest
from playwright.sync_api import expect
from tests.browser.visitor import DESK, PHONE
from tests.services.conftest import kaohsiung, person

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["kaohsiung"]


@pytest.mark.parametrize(
    ("size", "language"), [(PHONE, ""), (DESK, "/en")], ids=["phone-zh", "desk-en"]
)
def test_notices_go_by_email_as_well_to_who_chooses_so(visit, kaohsiung, size, language, request):
    name = "messages-" + request.node.callspec.id
    resident = person("m_resident")
    visitor = visit(resident, **size)
    visitor.open(f"{language}/my/", f"{name}-off")
    visitor.tick("notices_by_email")
    visitor.send("main form button[type=submit].govuk-button--secondary")
    visitor.look(f"{name}-on")
    expect(visitor.page.locator("[name=notices_by_email]")).to_be_checked()
    resident.refresh_from_db()
    assert resident.notices_by_email
