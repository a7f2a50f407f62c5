"""Who leads an agency's upkeep sets a crew's shifts by keyboard."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.visitor import DESK, PHONE
from tests.services.conftest import kaohsiung, person

from shizheng.core.models import Agency
from shizheng.places.models import CrewShift
from shizheng.places.upkeep.actions.crews import crew_form, crew_member_enter

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["kaohsiung"]


@pytest.mark.parametrize(
    ("size", "language"), [(PHONE, ""), (DESK, "/en")], ids=["phone-zh", "desk-en"]
)
def test_the_shifts_of_a_crew_are_set(visit, kaohsiung, size, language, request):
    name = "shifts-" + request.node.callspec.id
    lead = person("w_lead", "supervisor", "water_resources")
    person("w_digger", "officer", "water_resources")
    now = timezone.now()
    row = crew_form(
        agency=Agency.objects.get(code="water_resources"), name="側溝一班", by=lead, at=now
    )
    crew_member_enter(crew=row, username="w_digger", by=lead, at=now)
    visitor = visit(lead, **size)
    visitor.open(f"{language}/upkeep/crews/")
    visitor.send('main a[href$="/shifts/"]')
    visitor.look(f"{name}-none")
    visitor.to("[name=shift]")
    visitor.page.locator("[name=shift]").select_option("night_call")
    visitor.send("main form button.govuk-button")
    tomorrow = (timezone.localtime(now) + timedelta(days=2)).isoweekday()
    visitor.press(f"[name=days][value='{tomorrow}']", "Space")
    visitor.write("starts", "08:00")
    visitor.write("ends", "17:30")
    visitor.page.locator("[name=holidays]").select_option("kept")
    visitor.send("main form button.govuk-button")
    visitor.look(f"{name}-set")
    assert CrewShift.objects.filter(crew=row, ended_at=None).count() == 2
    expect(visitor.page.locator("main ul.govuk-list > li")).to_have_count(2)
    visitor.open(f"{language}/upkeep/crews/", f"{name}-crews")
