"""Staff take in a file of cases by keyboard: refused rows by their line, then the cases."""

import pytest
from tests.browser.visitor import DESK, PHONE
from tests.services.api.test_importing import BAD, GOOD, HEAD
from tests.services.conftest import kaohsiung, people  # noqa: F401 - fixtures

from shizheng.services.models import Case

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("language", "size"), [("/en", PHONE), ("", DESK)], ids=["phone", "desk"])
def test_a_file_is_refused_by_line_and_then_taken_in(people, visit, language, size):  # noqa: F811
    width, staff = size["viewport"]["width"], visit(people.call_taker, may_fail=True, **size)
    staff.open(f"{language}/desk/import/", f"import-{width}")
    staff.press("details summary")
    staff.look()
    for text, name in ((HEAD + GOOD + BAD, "refused"), (HEAD + GOOD, "taken")):
        staff.page.locator("[name=service]").select_option("road_damage")
        staff.page.locator("[name=file]").set_input_files(
            {"name": "cases.csv", "mimeType": "text/csv", "buffer": text.encode()}
        )
        staff.send("main form .actions button")
        staff.look(f"import-{name}-{width}")
        assert staff.page.locator("#report").is_visible()
    assert Case.objects.count() == 2
