"""Queries whose SQL is made once answer as the same query does that is made anew."""

import sqlite3
from datetime import date

import pytest
from django.db import connection
from django.utils.functional import SimpleLazyObject
from tests.core.town import AT, area, grant, person

from shizheng.core.models import Area, RoleGrant, User
from shizheng.core.prepared import Prepared, Slot, raw
from shizheng.core.visibility import NOTHING, Viewer, forget

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


COLUMNS = ("code", "shape", "name", "parent_id", "valid_from", "valid_to")


@pytest.fixture
def areas():
    """Areas with what is hard to tell apart: no shape, an empty one, one of every byte."""
    for code, shape in (("a", None), ("b", b""), ('c\n\u0000,"路', bytes(range(256)) * 3)):
        one = area(code.replace("\u0000", ""))
        Area.objects.filter(pk=one.pk).update(shape=shape)
    area("d", one)
    Area.objects.filter(code="b").update(valid_to=date(2021, 1, 1))


def told(rows):
    """Rows of ``COLUMNS`` in the same words, however the database says them."""
    return [
        (code, None if shape is None else bytes(shape), name, str(parent), str(begin), str(end))
        for code, shape, name, parent, begin, end in rows
    ]


def plainly():
    sql, parameters = Area.objects.order_by("code").values_list(*COLUMNS).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return told(cursor.fetchall())


def at_once():
    return told(raw(Area.objects.order_by("code").values_list(*COLUMNS)))


def test_rows_at_once_are_the_rows_one_by_one(areas):
    assert len(at_once()) == 4
    assert at_once() == plainly()


def test_numbers_with_a_fraction_keep_every_digit(areas):
    from django.db.models import FloatField, Value

    exact = 0.1 + 0.2
    ((found,),) = raw(Area.objects.values_list(Value(exact, output_field=FloatField()))[:1])
    assert float(found) == exact


def test_json_over_many_lines_is_read_row_by_row(areas):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_area SET name = %s WHERE code = %s", ['{"en":\n "A"}', "a"])
    assert len(at_once()) == 4
    assert at_once() == plainly()


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="others give row by row")
def test_rows_longer_than_a_text_may_be_are_read_row_by_row(areas):
    known = plainly()
    before = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 900)
    try:
        with pytest.raises(sqlite3.DataError):
            connection.connection.execute("SELECT hex(zeroblob(800))").fetchone()
        assert at_once() == known
    finally:
        connection.connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, before)


def test_a_query_that_is_prepared_gives_its_rows_at_once_too(areas):
    slot = Slot("code", Area._meta.get_field("code"))
    asked = Prepared(
        lambda: Area.objects.filter(code__gte=slot).order_by("code").values_list(*COLUMNS)
    )
    for code in ("a", "b", "d", "e"):
        assert told(asked.rows_at_once(code=code)) == told(asked.rows(code=code))
    assert asked.rows_at_once(code="e") == []


def test_roles_of_who_asks_are_read_anew_after_they_changed(clerk_role):
    clerk = person("clerk")
    asks = SimpleLazyObject(lambda: clerk)
    (permission, *_rest) = clerk_role.permissions
    assert not Viewer(asks, AT).scopes(permission)
    grant(clerk, clerk_role)
    assert not Viewer(asks, AT).scopes(permission)
    forget(asks)
    assert Viewer(asks, AT).scopes(permission)
