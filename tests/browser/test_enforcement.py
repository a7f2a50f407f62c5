"""Devices, a violation and a checkpoint, by keyboard; all of it on a phone and on a desk."""

import pytest
from django.utils import timezone
from tests.browser.visitor import DESK, PHONE
from tests.sensing.pictures import png
from tests.services.conftest import kaohsiung, person  # noqa: F401 - a fixture
from tests.services.documents.papers import pdf

from shizheng.sensing.models import Checkpoint, EnforcementDevice, ViolationFile

pytestmark = pytest.mark.django_db(transaction=True)


def fill_day(visitor, name, day):
    for part, value in zip(
        visitor.page.locator(f"[name^={name}_]").all(), (day.year - 1911, day.month, day.day),
        strict=True,
    ):  # fmt: skip
        part.fill(str(value))


def attach(visitor, *files):
    visitor.page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files]
    )


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_from_a_device_to_a_ticket_by_keyboard(kaohsiung, visit, size):  # noqa: F811
    width = size["viewport"]["width"]
    chief = visit(person("b_chief", "supervisor", "police"), **size)
    chief.open("/enforcement/", f"enforcement-empty-{width}")
    chief.open("/enforcement/devices/new/", f"device-new-{width}")
    chief.write("code", "G-1")
    chief.page.locator("[name=kind]").first.check()
    chief.write("place", "示範一路與示範二路口")
    chief.send("main form button.govuk-button")
    chief.look(f"device-without-{width}")
    device = EnforcementDevice.objects.get()
    chief.open(f"/enforcement/devices/{device.pk}/certificates/new/", f"certificate-new-{width}")
    chief.write("number", "J-1")
    chief.write("issuer", "示範檢定機構")
    today = timezone.localdate()
    fill_day(chief, "valid_from", today.replace(year=today.year - 1, day=1))
    fill_day(chief, "valid_until", today.replace(year=today.year + 1, day=1))
    attach(chief, ("J-1.pdf", "application/pdf", pdf("certificate")))
    chief.send("main form button.govuk-button")
    chief.look(f"device-{width}")

    chief.open("/enforcement/violations/", f"violations-empty-{width}")
    chief.open("/enforcement/violations/new/", f"violation-new-{width}")
    chief.write("plate", "ABC-1234")
    fill_day(chief, "occurred_on", today)
    chief.write("occurred_time", "00:00:02")
    chief.write("time_source", "NTP")
    chief.write("clock_offset_ms", "3")
    fill_day(chief, "checked_on", today)
    chief.write("checked_time", "00:00")
    attach(chief, *((f"{n}.png", "image/png", png(64, 36, (n, 9, 9))) for n in (1, 2)))
    chief.send("main form button.govuk-button")
    chief.look(f"violation-{width}")
    chief.send("button[value=issue]")
    chief.look(f"violation-issued-{width}")
    assert ViolationFile.objects.get().state == "issued"
    chief.open("/en/enforcement/")
    chief.open("/enforcement/violations/", f"violations-{width}")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_checkpoints_and_stops_fit(kaohsiung, visit, size):  # noqa: F811
    width = size["viewport"]["width"]
    officer = visit(person("b_officer", "officer", "police"), **size)
    officer.open("/enforcement/checkpoints/", f"checkpoints-empty-{width}")
    officer.open("/enforcement/checkpoints/new/", f"checkpoint-new-{width}")
    officer.write("place", "示範三路口")
    officer.write("reason", "去年酒駕事故多")
    today = timezone.localdate()
    for name in ("starts", "ends"):
        fill_day(officer, f"{name}_on", today)
    officer.write("starts_time", "00:00")
    officer.write("ends_time", "02:00")
    officer.send("main form button.govuk-button")
    officer.look(f"checkpoint-{width}")
    assert Checkpoint.objects.get().state == "planned"
    officer.open("/enforcement/stops/new/", f"stop-new-{width}")
    officer.write("place", "示範三路口")
    fill_day(officer, "stopped_on", today)
    officer.write("stopped_time", "00:00")
    officer.write("name", "王小明")
    officer.write("identity", "A123456789")
    officer.send("main form button.govuk-button")
    officer.look(f"stop-{width}")
    officer.open("/enforcement/crashes/new/")
    officer.open("/enforcement/checkpoints/", f"checkpoints-{width}")
    officer.open("/en/enforcement/checkpoints/")
