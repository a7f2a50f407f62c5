import pytest
from tests.core.town import AT, person

from shizheng.core.access import may
from shizheng.core.people.operator import UnknownRole, WeakPassword, administrator_make


def make(**more):
    terms = {
        "username": "chief",
        "display_name": "Chief",
        "email": "chief@example.tw",
        "role": "administrator",
        "password": "a long harbour wind",
        "at": AT,
    }
    return administrator_make(**terms | more)


def test_the_first_administrator_is_made_once(administrator_role):
    chief, grant = make()
    assert may(chief, "core.manage_people", at=AT)
    assert chief.check_password("a long harbour wind")
    assert make() == (chief, grant)


def test_an_account_that_is_there_keeps_its_password(administrator_role):
    person("chief", password="an older harbour wind")
    chief, _ = make(password=None)
    assert chief.check_password("an older harbour wind")


def test_an_unknown_role_is_refused_with_the_known_ones(administrator_role):
    with pytest.raises(UnknownRole, match="administrator"):
        make(role="king")


def test_a_weak_password_is_refused_with_the_reasons(administrator_role):
    with pytest.raises(WeakPassword, match="10"):
        make(password="short")
