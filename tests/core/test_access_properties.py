"""Random trees, grants and things: the list, the single check and a naive reading agree."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.town import AT, agency, area, grant, person

from shizheng.core import fresh
from shizheng.core.access import may, may_see
from shizheng.core.models import RoleGrant

TREE = st.lists(st.none() | st.integers(0, 4), min_size=5, max_size=5)
PLACE = st.none() | st.integers(0, 4)
HOURS = st.integers(-3, 3)
GRANT = st.tuples(
    st.sampled_from(["manager", "clerk"]),
    PLACE,
    PLACE,
    HOURS,
    st.none() | st.integers(1, 4),
    st.none() | HOURS,
)


def grown(parents, make, letter):
    """Make places whose parent is one made before, or none."""
    places = []
    for number, parent in enumerate(parents):
        above = places[parent] if parent is not None and parent < number else None
        places.append(make(f"{letter}{number}", above))
    return places


def is_below(place, root):
    while place is not None and place != root:
        place = place.parent
    return place == root


def reaches(given_, permission, agency_, area_):
    starts, ends, revoked = given_.valid_from, given_.valid_to, given_.revoked_at
    return (
        permission in given_.role.permissions
        and starts <= AT
        and not (ends and ends <= AT)
        and not (revoked and revoked <= AT)
        and (given_.agency is None or (agency_ is not None and is_below(agency_, given_.agency)))
        and (given_.area is None or (area_ is not None and is_below(area_, given_.area)))
    )


def examples(viewer, other, roles, places, *, held, things):
    """Give ``viewer`` the roles of an example, and return the rows that make its things."""
    for role, at_agency, at_area, start, length, revoked in held:
        starts = AT + timedelta(hours=start)
        grant(
            viewer,
            roles[role],
            valid_from=starts,
            valid_to=None if length is None else starts + timedelta(hours=length),
            revoked_at=None if revoked is None else AT + timedelta(hours=revoked),
            agency=None if at_agency is None else places[0][at_agency],
            area=None if at_area is None else places[1][at_area],
        )
    return [
        grant(
            other,
            roles["clerk"],
            agency=None if at_agency is None else places[0][at_agency],
            area=None if at_area is None else places[1][at_area],
        )
        for at_agency, at_area in things
    ]


def agreed(viewer, other, rows):
    held = list(RoleGrant.objects.filter(person=viewer).select_related("role"))
    of_other = RoleGrant.objects.filter(person=other)

    def naive(permission, among):
        return {r for r in among if any(reaches(g, permission, r.agency, r.area) for g in held)}

    seen = set(of_other.visible_to(viewer, at=AT))
    assert seen == {row for row in rows if may_see(viewer, row, at=AT)}
    assert seen == naive("core.manage_people", rows)
    for permission in ("core.manage_people", "core.manage_agencies"):
        listed = set(of_other.allowed_to(viewer, permission, at=AT))
        assert listed == {row for row in rows if may(viewer, permission, row, at=AT)}
        assert listed == naive(permission, seen)


@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    trees=st.tuples(TREE, TREE),
    held=st.lists(GRANT, max_size=4),
    things=st.lists(st.tuples(PLACE, PLACE), min_size=1, max_size=6),
)
def test_lists_and_single_checks_and_a_naive_reading_agree(
    administrator_role, clerk_role, trees, held, things
):
    roles = {"manager": administrator_role, "clerk": clerk_role}
    with transaction.atomic():
        places = (grown(trees[0], agency, "a"), grown(trees[1], area, "r"))
        viewer, other = person("viewer"), person("other")
        fresh.forget_all()  # the trees of the example before
        rows = examples(viewer, other, roles, places, held=held, things=things)
        agreed(viewer, other, rows)
        transaction.set_rollback(True)
