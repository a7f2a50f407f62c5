"""One's own data in a browser: looked at, taken along, a correction asked, by keyboard."""

import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone
from tests.browser.visitor import DESK, PHONE
from tests.services.conftest import kaohsiung, people  # noqa: F401 - fixtures
from tests.services.following.conftest import road_damage

from shizheng.core.worker import run_all
from shizheng.statistics.models import DataRequest

PASSWORD = "only-for-this-test-7291"
pytestmark = pytest.mark.django_db(transaction=True)


def done_and_closed() -> None:
    """Run what waits, as a worker of its own does."""
    try:
        run_all()
    finally:
        connection.close()


def test_a_person_looks_takes_along_and_asks_for_a_correction(people, visit):  # noqa: F811
    case = road_damage(reporter=people.resident, at=timezone.now()).case
    people.resident.set_password(PASSWORD)
    people.resident.save()
    visitor = visit(people.resident, **PHONE)
    visitor.open("/my/data/", "my-data-390")
    visitor.send("form[action='/my/data/copy/'] button")
    visitor.look("my-data-again-390")
    visitor.write("password", PASSWORD)
    visitor.send("main form button[type=submit]")
    visitor.look("my-data-making-390")
    with ThreadPoolExecutor(1) as worker:  # a browser's thread has an event loop of its own
        worker.submit(done_and_closed).result()
    visitor.page.wait_for_selector("#copies a[download]")
    visitor.look("my-data-ready-390")
    visitor.to("#copies a[download]")
    with visitor.page.expect_download() as taken:
        visitor.page.keyboard.press("Enter")
    assert "services.cases.json" in zipfile.ZipFile(taken.value.path()).namelist()
    visitor.press("section[aria-labelledby=services-cases] summary")
    visitor.look("my-data-open-390")
    visitor.send(f"a[href*='{case.number}/request/']")
    visitor.look("my-data-ask-390")
    visitor.write("text", "地點應為對街")
    visitor.send("main form button")
    visitor.look()
    assert DataRequest.objects.get().text == "地點應為對街"
    desk = visit(people.resident, **DESK)
    desk.open("/en/my/data/", "my-data-1440-en")
    desk.open("/en/my/data/consents/", "my-data-consents-1440-en")
    office = visit(people.supervisor, **DESK)
    office.open("/personal-data/", "personal-data-1440")
    office.send("main table a")
    office.look("personal-data-request-1440")
