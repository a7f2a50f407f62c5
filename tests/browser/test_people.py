"""Who belongs to a case: an applicant adds a helper and appoints a proxy, who confirms."""

import re

import pytest
from django.utils import timezone
from tests.browser.visitor import DESK, PHONE
from tests.services.conftest import kaohsiung, people  # noqa: F401 - fixtures
from tests.services.following.conftest import road_damage
from tests.services.parties.conftest import lee  # noqa: F401 - a fixture

from shizheng.services.models import CaseParty, Notice

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_helper_is_added_and_a_proxy_confirms_by_keyboard(people, lee, visit):  # noqa: F811
    case = road_damage(reporter=people.resident, at=timezone.now()).case
    applicant = visit(people.resident, **PHONE)
    address = f"/cases/{case.number}/people/"
    applicant.open(address, "people-390")
    applicant.press("section[aria-labelledby=helper] summary")
    applicant.write("helper-name", "陳小華")
    applicant.write("helper-email", "hua@example.org")
    applicant.send("form[action$='/helpers/'] button")
    applicant.look("people-helper-390")
    helper = CaseParty.objects.get(case=case, role="helper")
    applicant.press("section[aria-labelledby=proxy] summary")
    applicant.write("proxy-name", "李代理")
    applicant.write("proxy-email", lee.email)
    applicant.send("form[action$='/proxies/'] button")
    applicant.look("people-proxy-390")
    told = Notice.objects.get(party__role="invited", channel="email")
    link = re.search(r"/proxies/\S+/", told.text)[0]
    proxy = visit(lee, **PHONE)
    proxy.open(link, "people-confirm-390")
    proxy.send("main form button")
    proxy.look()
    assert CaseParty.objects.get(case=case, person=lee).role == "proxy"
    applicant.open(address)
    applicant.send(f"form[action*='{helper.pk}'] button")
    helper.refresh_from_db()
    assert helper.ended_at is not None


@pytest.mark.parametrize(("language", "size"), [("/en", PHONE), ("", DESK)], ids=["phone", "desk"])
def test_the_pages_of_people_fit(people, visit, language, size):  # noqa: F811
    case = road_damage(reporter=people.resident, at=timezone.now()).case
    width = size["viewport"]["width"]
    resident = visit(people.resident, may_fail=True, **size)  # a form with faults is a 422
    resident.open(f"{language}/cases/{case.number}/people/", f"people-{width}")
    counter = visit(people.officer, **size)
    counter.open(f"{language}/desk/cases/{case.number}/proxy/", f"people-counter-{width}")
    resident.press("section[aria-labelledby=helper] summary")
    resident.send("form[action$='/helpers/'] button")
    resident.look(f"people-faults-{width}")
    assert resident.page.locator(".govuk-error-summary").count() == 1
    assert resident.page.locator("[name=helper-name]").is_visible()
