"""Registers in a browser: the list, a register with its map, a thing, a proposal by keyboard."""

from datetime import UTC, datetime, timedelta

import pytest
import shapely
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.visitor import DESK, PHONE
from tests.services.conftest import kaohsiung, person

from shizheng.places.actions.things import thing_change, thing_record
from shizheng.places.models import Proposal, Register

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["kaohsiung"]
AT = datetime(2020, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def gutters(kaohsiung) -> Register:
    """Sixty invented gutters, so that there is more than a page."""
    register = Register.objects.get(code="gutters")
    today = timezone.localdate()
    for number in range(60):
        x, y = 120.30 + number % 10 * 0.002, 22.62 + number // 10 * 0.002
        made = thing_record(
            register=register, key=f"G-{number + 1}", by=None, at=AT,
            valid_from=today - timedelta(days=90),
            values={"road": f"示範路{number + 1}號", "kind": ("open", "covered")[number % 2],
                    "width_m": "0.5", "silt_share": "0.2"},
            geometry=shapely.LineString([(x, y), (x + 0.0015, y + 0.0002)]),
        )  # fmt: skip
    thing_change(
        thing=made, seen=1, by=None, at=AT, valid_from=today - timedelta(days=3), state="silted",
        values={"silt_share": "0.7"},
    )  # fmt: skip
    return register


@pytest.mark.parametrize(
    ("size", "language"), [(PHONE, ""), (DESK, "/en")], ids=["phone-zh", "desk-en"]
)
def test_everybody_reads_the_registers(visit, gutters, size, language):
    visitor = visit(**size)
    name = f"{size['viewport']['width']}{language.replace('/', '-')}"
    visitor.open(f"{language}/registers/", f"registers-{name}")
    visitor.open(f"{language}/registers/gutters/", f"register-{name}")
    expect(visitor.page.locator("register-map[data-ready]")).to_have_count(1)
    visitor.look(f"register-map-{name}")
    expect(visitor.page.locator("#things tbody tr")).to_have_count(50)
    visitor.open(f"{language}/registers/gutters/things/G-60/", f"thing-{name}")
    visitor.open(f"{language}/registers/gutters/difference/", f"difference-{name}")
    visitor.open(f"{language}/registers/hydrants/", f"register-empty-{name}")


def test_a_resident_finds_the_gutter_of_the_street_and_proposes_by_keyboard(visit, gutters):
    resident = person("g_resident")
    visitor = visit(resident, **DESK)
    visitor.open("/registers/gutters/")
    expect(visitor.page.locator("register-map[data-ready]")).to_have_count(1)
    visitor.write("q", "示範路7號")
    with visitor.page.expect_event("load"):
        visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("#things tbody tr")).to_have_count(1)
    visitor.send('#things a[href$="/G-7/"]')
    visitor.look("thing-resident")
    visitor.send('a[href$="/change/"]')
    visitor.look("propose")
    visitor.write("field_silt_share", "0.9")
    visitor.write("reason", "昨天看到滿了")
    visitor.send("main form button.govuk-button")
    visitor.look("proposed")
    proposal = Proposal.objects.get()
    assert (proposal.key, proposal.values) == ("G-7", {"silt_share": 0.9})
    visitor.open("/registers/proposals/", "proposals")
    visitor.open(f"/registers/proposals/{proposal.pk}/", "proposal")
