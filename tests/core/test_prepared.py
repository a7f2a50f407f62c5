"""Queries whose SQL is made once answer as the same query does that is made anew."""

import pytest
from tests.core.town import AT, grant, person

from shizheng.core.models import RoleGrant, User
from shizheng.core.prepared import Prepared, Slot, raw
from shizheng.core.visibility import NOTHING

pytestmark = pytest.mark.django_db


def test_it_answers_each_value_as_the_query_made_anew(clerk_role, works, roads):
    people = [person("clerk"), person("other"), person("nobody")]
    grant(people[0], clerk_role, agency=works)
    grant(people[0], clerk_role, agency=roads)
    grant(people[1], clerk_role)
    slot = Slot("person", RoleGrant._meta.get_field("person"))
    asked = Prepared(lambda: RoleGrant.objects.filter(person=slot).select_related("role"))
    for each in people:
        found = asked.all(person=each.pk)
        anew = list(RoleGrant.objects.filter(person=each).select_related("role"))
        assert found == anew
        for one, other in zip(found, anew, strict=True):
            for field in RoleGrant._meta.concrete_fields:
                assert getattr(one, field.attname) == getattr(other, field.attname)
            assert one.role.permissions == other.role.permissions
    assert len(asked.all(person=people[0].pk)) == 2


def test_its_objects_need_no_further_question(clerk_role, django_assert_num_queries):
    grant(clerk := person("clerk"), clerk_role)
    slot = Slot("person", RoleGrant._meta.get_field("person"))
    asked = Prepared(lambda: RoleGrant.objects.filter(person=slot).select_related("role"))
    with django_assert_num_queries(1):
        (found,) = asked.all(person=clerk.pk)
        assert found.role == clerk_role
        assert found.is_in_force(AT)


def test_what_nothing_can_meet_is_empty(clerk_role):
    person("clerk")
    assert Prepared(lambda: User.objects.filter(NOTHING)).all() == []
    assert raw(User.objects.filter(NOTHING).values_list("pk")) == []
