"""A crew on its phone, and the control room: acknowledge, arrive with a photo, board and rota."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.browser.visitor import DESK, PHONE
from tests.services.conftest import kaohsiung  # noqa: F401 - a fixture
from tests.services.dispatch.conftest import crews, report  # noqa: F401 - a fixture
from tests.services.dispatch.test_dispatching import PNG

from shizheng.services.models import Dispatch

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_crew_acknowledges_and_arrives_by_keyboard(crews, visit):  # noqa: F811
    crew = visit(crews.leader, **PHONE)
    crew.open("/duty/", "duty-empty")
    case = report(at=timezone.now() - timedelta(minutes=2))
    leader = visit(_leader_of(case), **PHONE)
    leader.open("/duty/", "duty-sent")
    leader.send("form[action$='/acknowledge/'] button")
    leader.look("duty-on-the-way")
    leader.send(f"a[href*='{case.number}/arrive/']")
    leader.look("duty-arrive")
    leader.page.locator("input[type=file]").set_input_files(
        {"name": "倒樹.png", "mimeType": "image/png", "buffer": PNG}
    )
    leader.send("main form button.govuk-button")
    leader.look("duty-arrived")
    case.refresh_from_db()
    assert case.state == "on_site"
    chief = visit(crews.supervisor, **DESK)
    chief.open(f"/desk/cases/{case.number}/", "duty-case-on-the-desk")
    assert chief.page.locator(".duty-stamps img").count() == 1


def _leader_of(case):
    """Return somebody who answers for the crew that was sent; which one depends on the hour."""
    from shizheng.services.dispatch.crews import people_of_crew

    assert Dispatch.objects.filter(case=case).exists()
    return people_of_crew(case)[0]


@pytest.mark.parametrize(("language", "size"), [("/en", PHONE), ("", DESK)], ids=["phone", "desk"])
@pytest.mark.parametrize("count", [0, 3])
def test_board_rota_and_figures_fit(crews, visit, language, size, count):  # noqa: F811
    width, chief = size["viewport"]["width"], visit(crews.supervisor, **size)
    for turn in range(count):
        report(at=timezone.now() - timedelta(minutes=15 * turn + 2))
    for name in ("board", "rota", "figures"):
        chief.open(f"{language}/duty/{name}/", f"duty-{name}-{count}-{width}")
    board = chief.page
    board.goto(f"{chief.site}{language}/duty/board/")
    assert board.locator("tbody tr").count() == count
