from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import Http404
from tests.core.town import AT, agency, grant, person

from shizheng.core.access import Viewer, acts_open_to, found, may, may_see, require
from shizheng.core.models import Agency, AgencyPeriod, RoleGrant, User
from shizheng.core.permissions import in_words
from shizheng.kernel.errors import NotPermitted
from shizheng.kernel.registry import UnknownKey

MANAGE = "core.manage_agencies"


@pytest.fixture
def clerk(clerk_role):
    return person("clerk")


def test_a_role_for_an_agency_reaches_the_agencies_below_it_only(
    clerk, clerk_role, works, roads, health
):
    grant(clerk, clerk_role, agency=works)
    assert may(clerk, MANAGE, roads, at=AT)
    assert may(clerk, MANAGE, works, at=AT)
    assert not may(clerk, MANAGE, health, at=AT)


def test_the_list_holds_what_the_single_check_allows(clerk, clerk_role, works, roads, health):
    grant(clerk, clerk_role, agency=works)
    allowed = Agency.objects.allowed_to(clerk, MANAGE, at=AT)
    assert set(allowed) == {works, roads}


@pytest.mark.parametrize(
    ("change", "held"),
    [
        pytest.param({}, True, id="without-an-end"),
        pytest.param({"valid_from": AT}, True, id="begins-now"),
        pytest.param({"valid_from": AT + timedelta(seconds=1)}, False, id="begins-later"),
        pytest.param({"valid_to": AT}, False, id="ends-now"),
        pytest.param({"valid_to": AT + timedelta(seconds=1)}, True, id="ends-later"),
        pytest.param({"revoked_at": AT}, False, id="revoked-now"),
        pytest.param({"revoked_at": AT + timedelta(seconds=1)}, True, id="revoked-later"),
    ],
)
def test_a_role_counts_only_in_its_time(clerk, clerk_role, works, change, held):
    grant(clerk, clerk_role, **change)
    assert may(clerk, MANAGE, works, at=AT) is held
    assert may(clerk, MANAGE, at=AT) is held


def test_a_person_who_is_disabled_or_unknown_holds_nothing(clerk, clerk_role, works):
    grant(clerk, clerk_role)
    clerk.is_active = False
    assert not may(clerk, MANAGE, works, at=AT)
    assert not may(AnonymousUser(), MANAGE, works, at=AT)
    assert not User.objects.visible_to(clerk, at=AT).exists()


def test_the_tree_is_that_of_the_day(clerk, clerk_role, works, health):
    grant(clerk, clerk_role, agency=works, valid_from=datetime(2018, 1, 1, tzinfo=UTC))
    office = agency("office", health)
    for parent, since, until in (
        (works, date(2018, 1, 1), date(2020, 3, 1)),
        (health, date(2020, 3, 1), None),
    ):
        AgencyPeriod.objects.create(
            agency=office,
            name={},
            short_name={},
            parent=parent,
            valid_from=since,
            valid_to=until,
        )
    assert may(clerk, MANAGE, office, at=datetime(2020, 2, 29, 15, 59, tzinfo=UTC))
    assert not may(clerk, MANAGE, office, at=datetime(2020, 2, 29, 16, 0, tzinfo=UTC))


def test_a_circle_in_the_tree_ends(clerk, clerk_role, works, roads):
    Agency.objects.filter(pk=works.pk).update(parent=roads)
    grant(clerk, clerk_role, agency=roads)
    assert set(Agency.objects.allowed_to(clerk, MANAGE, at=AT)) == {works, roads}


def test_what_may_not_be_seen_is_not_found_and_what_may_not_be_done_is_refused(
    clerk, clerk_role, works, administrator
):
    with pytest.raises(Http404):
        found(clerk, User, pk=administrator.pk)
    with pytest.raises(NotPermitted) as refusal:
        found(clerk, Agency.objects.all(), MANAGE, code="works", at=AT)
    assert refusal.value.status == 403
    assert in_words(MANAGE) in str(refusal.value)
    assert found(administrator, User, pk=clerk.pk, at=AT) == clerk


def test_a_permission_nobody_registered_is_a_mistake_not_a_no(clerk, works):
    with pytest.raises(UnknownKey):
        may(clerk, "core.manage_agencys", works, at=AT)


def test_a_list_costs_one_query_after_roles_and_tree_were_read(
    clerk, clerk_role, works, roads, django_assert_num_queries
):
    grant(clerk, clerk_role, agency=works)
    viewer = User.objects.get(pk=clerk.pk)
    with django_assert_num_queries(3):
        list(Agency.objects.allowed_to(viewer, MANAGE, at=AT))
    with django_assert_num_queries(2):
        list(Agency.objects.allowed_to(viewer, MANAGE, at=AT))
        may(viewer, MANAGE, roads, at=AT)
    with django_assert_num_queries(1):
        acts_open_to(viewer, roads, MANAGE, "core.manage_people", at=AT)


def test_the_query_of_a_person_without_roles_asks_the_database_nothing(
    clerk, works, django_assert_num_queries
):
    may(clerk, MANAGE, at=AT)
    with django_assert_num_queries(0):
        assert list(Agency.objects.allowed_to(clerk, MANAGE, at=AT)) == []


def test_a_condition_over_many_rows_repeats_nothing(clerk, clerk_role, works, roads):
    for who in ("a", "b"):
        person(who, agency=works)
    rows = Agency.objects.all().meeting(Q(people__is_active=True))
    assert list(rows) == [works]


def test_acts_open_to_a_person_are_told_in_one_go(administrator, works):
    names = (MANAGE, "core.manage_people", "core.run_jobs")
    assert acts_open_to(administrator, works, *names, at=AT) == {MANAGE, "core.manage_people"}


def test_restricted_things_are_for_those_who_need_to_know(
    clerk, clerk_role, administrator_role, works, health
):
    grant(clerk, clerk_role)
    grant(clerk, administrator_role, agency=works)
    at_works, at_health = person("a", agency=works), person("b", agency=health)
    for who in (at_works, at_health):
        who.is_staff = True  # any boolean column will do to mark a thing
        who.save()
    condition = Viewer(clerk, AT).unrestricted("core.manage_people", flag="is_staff")
    assert set(User.objects.filter(condition)) == {clerk, at_works}


def test_require_is_silent_when_allowed(administrator, works):
    require(administrator, MANAGE, works, at=AT)


def test_everyone_sees_their_own_account_and_roles(clerk, clerk_role):
    held = grant(clerk, clerk_role)
    assert may_see(clerk, clerk, at=AT)
    assert list(RoleGrant.objects.visible_to(clerk, at=AT)) == [held]
