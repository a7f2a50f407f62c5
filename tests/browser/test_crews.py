"""Who leads an agency's upkeep forms a crew and takes somebody in, by keyboard."""

import pytest
from tests.browser.visitor import DESK, PHONE
from tests.services.conftest import kaohsiung, person

from shizheng.places.models import Crew

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["kaohsiung"]


@pytest.mark.parametrize(
    ("size", "language"), [(PHONE, ""), (DESK, "/en")], ids=["phone-zh", "desk-en"]
)
def test_a_crew_is_formed_and_joined(visit, kaohsiung, size, language, request):
    name = "crew-" + request.node.callspec.id
    lead = person("w_lead", "supervisor", "water_resources")
    person("w_digger", "officer", "water_resources")
    visitor = visit(lead, **size)
    visitor.open(f"{language}/upkeep/crews/", f"{name}-none")
    visitor.to("[name=agency]")
    visitor.page.locator("[name=agency]").select_option(index=1)
    visitor.write("name", "側溝一班")
    visitor.send("main form button.govuk-button")
    visitor.send('main a[href*="/upkeep/crews/"]')
    visitor.look(f"{name}-join")
    visitor.write("username", "w_digger")
    visitor.send("main form button.govuk-button")
    visitor.look(f"{name}-one")
    assert Crew.objects.get().members.count() == 1
