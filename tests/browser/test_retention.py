"""What goes soon is read, and one case kept and let go again, by keyboard."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.browser.visitor import DESK, PHONE
from tests.services.conftest import kaohsiung, people  # noqa: F401 - fixtures
from tests.services.retention.conftest import old_case

pytestmark = pytest.mark.django_db(transaction=True)
FIVE_YEARS = timedelta(days=1_816)


@pytest.mark.parametrize(("language", "size"), [("", PHONE), ("/en", DESK)], ids=["phone", "desk"])
def test_a_case_whose_time_is_nearly_over_is_kept_and_let_go(people, visit, language, size):  # noqa: F811
    width, chief = size["viewport"]["width"], visit(people.supervisor, **size)
    chief.open(f"{language}/desk/retention/", f"retention-0-{width}")
    assert chief.page.locator(".empty").is_visible()
    at = timezone.now() - FIVE_YEARS
    case = old_case(people, at=at - timedelta(days=2), closed=at)
    chief.open(f"{language}/desk/retention/", f"retention-1-{width}")
    chief.send(f"a[href*='{case.number}/hold/']")
    chief.look(f"retention-hold-{width}")
    chief.write("reason", "行政訴訟中")
    chief.send("main form button.govuk-button")
    chief.look()
    case.refresh_from_db()
    assert case.is_on_hold
    chief.open(f"{language}/desk/retention/", f"retention-kept-{width}")
    why = "Kept by order" if language else "依指示保全"
    assert why in chief.page.locator("main table").inner_text()
