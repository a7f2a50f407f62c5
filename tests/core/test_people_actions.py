from datetime import timedelta

import pytest
from tests.core.town import AT, grant, person, role

from shizheng.core.access import may
from shizheng.core.journal import entries_of
from shizheng.core.models import RoleGrant, User
from shizheng.core.people import actions
from shizheng.core.people.errors import (
    AccountTaken,
    GrantsTooMuch,
    LastAdministrator,
    RoleEndedAlready,
    RoleEndsTooEarly,
    RoleHeldAlready,
)
from shizheng.core.permissions import in_words
from shizheng.kernel.errors import NotPermitted

MANAGE = "core.manage_people"


@pytest.fixture
def clerk(db):
    return person("clerk")


@pytest.fixture
def chief(administrator_role, works):
    """Administers the works department only."""
    chief = person("chief", agency=works)
    grant(chief, administrator_role, agency=works, valid_to=AT + timedelta(days=30))
    return chief


def test_a_role_is_given_used_and_taken_back(administrator, clerk, clerk_role, works):
    assert not may(clerk, "core.manage_agencies", works, at=AT)
    given = actions.role_grant(
        person=clerk, role=clerk_role, agency=works, by=administrator, at=AT, why="New post"
    )
    assert may(clerk, "core.manage_agencies", works, at=AT)

    later = AT + timedelta(hours=1)
    actions.role_revoke(grant=given, by=administrator, at=later, why="Moved on")
    assert not may(clerk, "core.manage_agencies", works, at=later)
    assert may(clerk, "core.manage_agencies", works, at=AT), "what was held stays on record"
    assert [entry.why for entry in entries_of(given)] == ["Moved on", "New post"]


def test_a_role_is_revoked_once(administrator, clerk, clerk_role):
    given = actions.role_grant(person=clerk, role=clerk_role, by=administrator, at=AT)
    actions.role_revoke(grant=given, by=administrator, at=AT, why="A")
    with pytest.raises(RoleEndedAlready):
        actions.role_revoke(grant=given, by=administrator, at=AT, why="B")
    assert entries_of(given, "core.role.revoked").count() == 1


@pytest.mark.parametrize(
    "beyond",
    [
        pytest.param({"agency": "health"}, id="another-department"),
        pytest.param({"agency": None}, id="the-whole-city"),
    ],
)
def test_nobody_gives_a_role_where_they_do_not_manage_people(
    chief, clerk, clerk_role, health, beyond
):
    agency = health if beyond["agency"] else None
    with pytest.raises(NotPermitted):
        actions.role_grant(person=clerk, role=clerk_role, agency=agency, by=chief, at=AT)


def test_nobody_gives_more_than_they_hold(chief, clerk, clerk_role, roads):
    auditor = role("auditor", "core.view_journal")
    with pytest.raises(GrantsTooMuch, match=in_words("core.view_journal")):
        actions.role_grant(person=clerk, role=auditor, agency=roads, by=chief, at=AT)
    assert not RoleGrant.objects.filter(person=clerk).exists()


def test_nobody_gives_a_role_for_longer_than_they_hold_it(chief, clerk, clerk_role, roads):
    def give(valid_to):
        return actions.role_grant(
            person=clerk, role=clerk_role, agency=roads, valid_to=valid_to, by=chief, at=AT
        )

    with pytest.raises(GrantsTooMuch):
        give(None)
    with pytest.raises(GrantsTooMuch):
        give(AT + timedelta(days=31))
    assert give(AT + timedelta(days=30)).is_in_force(AT)


def test_a_role_must_be_of_use(administrator, clerk, clerk_role):
    with pytest.raises(RoleEndsTooEarly):
        actions.role_grant(person=clerk, role=clerk_role, valid_to=AT, by=administrator, at=AT)


def test_the_same_role_is_not_given_twice_for_one_time(administrator, clerk, clerk_role):
    month = timedelta(days=30)
    actions.role_grant(person=clerk, role=clerk_role, valid_to=AT + month, by=administrator, at=AT)
    with pytest.raises(RoleHeldAlready):
        actions.role_grant(person=clerk, role=clerk_role, by=administrator, at=AT)
    actions.role_grant(
        person=clerk, role=clerk_role, valid_from=AT + month, by=administrator, at=AT
    )


def test_the_last_administrator_stays(administrator, administrator_role, clerk, works):
    mine = administrator.grants.get()
    local = actions.role_grant(
        person=clerk, role=administrator_role, agency=works, by=administrator, at=AT
    )
    with pytest.raises(LastAdministrator):
        actions.role_revoke(grant=mine, by=administrator, at=AT, why="Leaving")
    with pytest.raises(LastAdministrator):
        actions.person_disable(person=administrator, by=None, at=AT, why="Leaving")

    actions.role_revoke(grant=local, by=administrator, at=AT, why="Not the last")
    actions.role_grant(person=clerk, role=administrator_role, by=administrator, at=AT)
    actions.role_revoke(grant=mine, by=administrator, at=AT, why="Clerk takes over")
    assert not may(administrator, MANAGE, at=AT)


def test_a_disabled_administrator_does_not_count(administrator, administrator_role, clerk):
    actions.role_grant(person=clerk, role=administrator_role, by=administrator, at=AT)
    actions.person_disable(person=clerk, by=administrator, at=AT, why="On leave")
    with pytest.raises(LastAdministrator):
        actions.person_disable(person=administrator, by=None, at=AT, why="Leaving")


def test_a_disabled_person_loses_and_regains_what_they_hold(administrator, clerk, clerk_role):
    grant(clerk, clerk_role)
    actions.person_disable(person=clerk, by=administrator, at=AT, why="On leave")
    assert not may(clerk, "core.manage_agencies", at=AT)
    actions.person_enable(person=clerk, by=administrator, at=AT, why="Back")
    assert may(clerk, "core.manage_agencies", at=AT)


def test_nobody_disables_a_person_who_holds_more(chief, administrator, works):
    administrator.agency = works
    administrator.save()
    with pytest.raises(NotPermitted):
        actions.person_disable(person=administrator, by=chief, at=AT, why="Coup")
    assert User.objects.get(pk=administrator.pk).is_active


def test_an_account_is_opened_within_ones_own_agency(chief, works, health):
    made = actions.person_create(
        username="lin", display_name="林小姐", email="lin@example.tw", agency=works, by=chief, at=AT
    )
    assert not made.has_usable_password()
    assert "林小姐" not in entries_of(made).get().now
    with pytest.raises(NotPermitted):
        actions.person_create(username="wu", display_name="Wu", agency=health, by=chief, at=AT)
    with pytest.raises(AccountTaken):
        actions.person_create(
            username="other", display_name="Lin", email="LIN@example.tw", agency=works, by=chief,
            at=AT,
        )  # fmt: skip
