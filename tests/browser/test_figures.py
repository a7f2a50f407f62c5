"""The figures and the load in a browser: accessible on a phone and on a desk, tables first."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from tests.browser.test_directive_journey import Keyboard
from tests.services.conftest import kaohsiung, people  # noqa: F401 - fixtures
from tests.services.figures.conftest import little_city, made  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = ((390, 844), (1440, 900))


@pytest.fixture
def site(live_server, little_city):  # noqa: F811
    return live_server


def test_figures_and_load_are_accessible_on_a_phone_and_on_a_desk(
    site, people, open_page, assert_accessible, shoot  # noqa: F811
):  # fmt: skip
    now = timezone.now()
    for days in range(1, 5):
        made(opened=now - timedelta(days=9), assignee=people.officer,
             due_at=now - timedelta(days=days))  # fmt: skip
        made(opened=now - timedelta(days=9), days=days)
    for width, height in SIZES:
        cache.clear()
        page = open_page(viewport={"width": width, "height": height})
        for name, query in (("services", ""), ("months", "&by=month"), ("empty", "&year=2019")):
            page.goto(f"{site.url}/en/services/figures/?year=2020{query}")
            assert_accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            shoot(page, f"figures-{name}-{width}")
        desk = Keyboard(
            open_page(viewport={"width": width, "height": height}), assert_accessible, site,
            people.supervisor,
        )  # fmt: skip
        desk.open("/en/desk/load/")
        desk.check(desk.page)
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
        shoot(desk.page, f"load-{width}")
