"""Who asks for footage, who approves and who keeps it, by keyboard; the page for everybody."""

from datetime import timedelta

import pytest
import shapely
from django.utils import timezone
from tests.browser.visitor import DESK, PHONE
from tests.sensing.pictures import png
from tests.services.conftest import kaohsiung, person  # noqa: F401 - a fixture

from shizheng.places.actions.things import thing_record
from shizheng.places.models import Register
from shizheng.sensing.cameras.connecting import cameras_connect
from shizheng.sensing.models import CameraDay, FootageRelease, FootageRequest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cameras(kaohsiung):  # noqa: F811
    now = timezone.now()
    thing_record(
        register=Register.objects.get(code="cameras"), key="KH-1", by=None, at=now,
        valid_from=timezone.localdate(),
        values={"name": "示範路與範例街口", "precinct": "xinxing", "view": "路口北向車道"},
        geometry=shapely.Point(120.302, 22.63),
    )  # fmt: skip


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_empty_and_filled_pages_fit(cameras, visit, size):
    width = size["viewport"]["width"]
    anybody = visit(None, **size)
    anybody.open("/cameras/", f"cameras-empty-{width}")
    asker = visit(person("b_asker", "officer", "police"), **size)
    asker.open("/footage/", f"footage-empty-{width}")
    asker.open("/cameras/list/", f"cameras-list-{width}")
    keeper = visit(person("b_keeper", "footage_keeper", "police"), **size)
    keeper.open("/cameras/health/", f"cameras-health-{width}")
    cameras_connect(by=None, at=timezone.now())
    CameraDay.objects.create(
        camera="KH-1", precinct="xinxing", day=timezone.localdate(), expected_s=86_400, up_s=84_000
    )
    for language in ("", "/en"):
        anybody.open(f"{language}/cameras/", f"cameras-{width}{language[1:]}")
        keeper.open(f"{language}/cameras/health/")
    assert "97.2" in anybody.page.locator("#precincts").inner_text()


def test_footage_is_asked_for_approved_and_handed_out_by_keyboard(cameras, visit):
    asker = visit(person("b_asker", "officer", "police"), **DESK)
    asker.open("/cameras/list/")
    asker.send("#cameras a")
    asker.write("case_number", "新興分偵字第109001號")
    asker.page.locator("[name=ground]").first.check()
    asker.write("purpose", "查證嫌疑人逃逸方向")
    now = timezone.localtime()
    began = now - timedelta(hours=2)
    for name, moment in (("starts", began), ("ends", began + timedelta(minutes=30))):
        for part, value in zip(
            asker.page.locator(f"[name^={name}_on]").all(),
            (moment.year - 1911, moment.month, moment.day), strict=True,
        ):  # fmt: skip
            part.fill(str(value))
        asker.write(f"{name}_time", f"{moment:%H:%M}")
    asker.look("footage-ask")
    asker.send("main form button.govuk-button")
    asked = FootageRequest.objects.get()
    asker.look("footage-asked")

    chief = visit(person("b_chief", "supervisor", "police"), **DESK)
    chief.open(f"/footage/{asked.pk}/", "footage-to-decide")
    chief.write("why", "符合比例原則")
    chief.send("button[value=approve]")

    keeper = visit(person("b_keeper", "footage_keeper", "police"), **DESK)
    keeper.open(f"/footage/{asked.pk}/release/", "footage-release")
    keeper.page.locator("input[type=file]").set_input_files(
        {"name": "路口.png", "mimeType": "image/png", "buffer": png(320, 180)}
    )
    keeper.send("main form button.govuk-button")
    keeper.look("footage-released")
    assert FootageRelease.objects.get().mark == "pixels"
    phone = visit(person("b_asker2", "supervisor", "police"), **PHONE)
    phone.open(f"/footage/{asked.pk}/", "footage-released-phone")
    keeper.write("why", "案件已結")
    keeper.send("button[value=delete]")
    keeper.look("footage-deleted")
    assert FootageRelease.objects.get().proven_at is not None
