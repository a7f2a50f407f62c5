"""Digging in a browser, by phone and keyboard: draw a dig and see the conflict, then the rest."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.visitor import PHONE
from tests.places.roadworks import LONG, SOUTH, WEST, crew, roads
from tests.services.conftest import kaohsiung

from shizheng.analysis.digging.categories import Works
from shizheng.places.digging.actions.applying import permit_apply, works_record_open
from shizheng.places.digging.actions.deciding import permit_grant
from shizheng.places.digging.models import DigPermit

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["kaohsiung"]


@pytest.mark.parametrize("size", [PHONE], ids=["phone-zh"])
def test_an_owner_draws_a_dig_and_sees_the_conflict(visit, kaohsiung, size):
    roads()
    people, today, now = crew(), timezone.localdate(), timezone.now()
    record = works_record_open(owner="power_company", title="示範地下化", by=people.power, at=now)
    permit = permit_apply(
        record=record, sections=["R-1"], works=Works(today, today), by=people.power, at=now
    )
    permit_grant(permit=permit, by=people.officer, at=now)
    visitor = visit(people.water, **size)
    visitor.open("/digging/", "digging-works")
    expect(visitor.page.locator("register-map[data-ready]")).to_have_count(1)
    visitor.send('main a[href$="/digging/apply/"]')
    visitor.look("digging-apply")
    visitor.write("title", "示範汰換水管")
    visitor.write("purpose", "汰換老舊管線")
    visitor.write("line_points", f"{WEST}, {SOUTH}\n{WEST + 2 * LONG}, {SOUTH}")
    for name in ("first", "last"):
        visitor.page.fill(f"[name^={name}]", today.isoformat())
    visitor.send("button[value=look]")
    visitor.look("digging-looked")
    expect(visitor.page.locator(".conflicts")).to_contain_text(permit.number)
    visitor.send("button[value=send]")
    visitor.look("digging-permit")
    mine = DigPermit.objects.get(record__owner="water_company")
    assert mine.sections == ["R-1", "R-2"]
    visitor.open("/digging/mine/", "digging-mine")
    visitor.open("/roads/", "roads")
    visitor.open("/roads/sections/R-5/", "roads-section")
    visitor.sign_in(people.officer)
    visitor.open("/digging/desk/", "digging-desk")
    visitor.open(f"/digging/permits/{mine.number}/", "digging-permit-office")
    visitor.open("/digging/plans/", "digging-plans")
    visitor.open("/digging/owners/", "digging-owners")
