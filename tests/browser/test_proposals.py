"""A resident proposes a change of a register, and the agency that keeps it decides, by keyboard."""

from datetime import UTC, datetime, timedelta

import pytest
import shapely
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.visitor import DESK, PHONE
from tests.services.conftest import kaohsiung, person

from shizheng.places.actions.things import thing_record
from shizheng.places.models import Proposal, Register, Thing

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["kaohsiung"]
AT = datetime(2020, 3, 2, 1, tzinfo=UTC)
WALKS = [(PHONE, ""), (DESK, "/en")]
NAMED = ["phone-zh", "desk-en"]
HERE = "/registers/gutters/things/G-1/"


@pytest.fixture
def gutter(kaohsiung) -> Thing:
    return thing_record(
        register=Register.objects.get(code="gutters"), key="G-1", by=None, at=AT,
        valid_from=timezone.localdate() - timedelta(days=90),
        values={"road": "示範路1號", "kind": "open", "width_m": "0.5", "silt_share": "0.2"},
        geometry=shapely.LineString([(120.30, 22.62), (120.3015, 22.6202)]),
    )  # fmt: skip


@pytest.mark.parametrize(("size", "language"), WALKS, ids=NAMED)
def test_a_resident_proposes_and_an_officer_decides(visit, gutter, size, language, request):
    name = "proposal-" + request.node.callspec.id
    resident = person("g_resident")
    keeper = person("g_keeper", "supervisor", gutter.register.owner.code)
    visitor = visit(resident, **size)
    visitor.open(f"{language}/registers/proposals/", f"{name}-none")
    visitor.open(f"{language}{HERE}", f"{name}-thing")
    visitor.send('main a[href$="/change/"]')
    visitor.look(f"{name}-form")
    visitor.write("field_silt_share", "0.9")
    visitor.write("points", "120.30, 22.62\n120.302, 22.6203")
    visitor.write("reason", "昨天看到滿了")
    visitor.send("main form button.govuk-button")
    visitor.look(f"{name}-sent")
    visitor.open(f"{language}/registers/proposals/", f"{name}-mine")
    visitor.send("main tbody a")
    visitor.look(f"{name}-one")

    visitor.sign_in(keeper)
    visitor.open(f"{language}/registers/proposals/", f"{name}-desk")
    visitor.send("main tbody a")
    visitor.look(f"{name}-decide")
    expect(visitor.page.locator("register-map[data-ready]")).to_have_count(1)
    visitor.press("[name=verdict]", "Space")
    visitor.send("main form button.govuk-button")
    visitor.look(f"{name}-decided")
    assert Proposal.objects.get().state == Proposal.State.ACCEPTED
    visitor.sign_in(resident)
    visitor.open(f"{language}/registers/proposals/{Proposal.objects.get().pk}/", f"{name}-answer")


@pytest.mark.parametrize(
    ("size", "language", "code", "kind", "corners"),
    [
        (PHONE, "", "gutters", "LineString", 2),
        (DESK, "/en", "industrial_land", "Polygon", 3),
        (PHONE, "/en", "manhole_covers", "Point", 1),
    ],
    ids=["line-phone-zh", "polygon-desk-en", "point-phone-en"],
)
def test_a_place_is_drawn_by_keyboard_and_written_as_points(
    *, visit, kaohsiung, size, language, code, kind, corners, request
):  # fmt: skip
    name = "drawn-" + request.node.callspec.id
    staff = person("g_staff", "officer", "public_works")
    visitor = visit(staff, **size)
    visitor.open(f"{language}/registers/{code}/new/")
    visitor.page.locator("location-field[data-ready]").wait_for()
    visitor.look(f"{name}-blank")
    visitor.page.locator("location-field canvas").focus()
    for _nearer in range(6):
        visitor.page.keyboard.press("+")
    for step in ("ArrowRight", "ArrowDown", "ArrowLeft")[:corners]:
        visitor.page.keyboard.press(step)
        if kind != "Point":
            visitor.page.keyboard.press("Enter")
    written = visitor.page.locator("[name=points]").input_value()
    assert len(written.splitlines()) == corners
    visitor.look(f"{name}-done")
    if kind != "Point":
        visitor.press("[data-clear]")
        assert visitor.page.locator("[name=points]").input_value() == ""
        visitor.write("points", written)
        visitor.look(f"{name}-typed")
    drawn = visitor.page.evaluate(
        "document.querySelector('[name=points]').value.trim().split('\\n').length"
    )
    assert drawn == corners
