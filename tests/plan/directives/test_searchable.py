"""Search never shows a directive that its own policy would not."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.town import grant, role
from tests.plan.directives.town import AT, agency

from shizheng.core import access, search
from shizheng.core.models import TextEntry, User
from shizheng.plan.directives.actions.issuing import directive_classify
from shizheng.plan.models import Directive

pytestmark = pytest.mark.django_db
KIND = "plan.directive"


def found_by(query, viewer):
    return {hit.key for hit in search.find(query, viewer=viewer, kinds_wanted=[KIND]).hits}


def test_a_directive_is_found_from_the_act_that_issues_it(issue, people):
    number = issue(confidentiality="public").number
    for query in ("愛河", "450", number, number[3:].lower()):
        assert found_by(query, AnonymousUser()) == {number}


def test_what_is_classified_is_found_by_those_who_may_see_it_from_then_on(issue, people):
    directive = issue(confidentiality="public")
    for level, resident, stranger, keeper in (
        ("restricted", False, False, True),
        ("internal", False, True, True),
        ("public", True, True, True),
    ):
        directive = directive_classify(
            directive=directive, by=people.control, at=AT, confidentiality=level, why="w"
        )
        for viewer, is_found in (
            (people.resident, resident), (people.stranger, stranger), (people.keeper, keeper)
        ):  # fmt: skip
            assert bool(found_by(directive.number, viewer)) is is_found
        assert bool(found_by("愛河", people.keeper)) is (level != "restricted")


def test_the_words_of_a_restricted_directive_are_not_kept_for_search(issue):
    directive = issue(confidentiality="restricted")
    entry = TextEntry.objects.get(kind=KIND, key=directive.number)
    assert (entry.title, entry.body) == (directive.number, "")


def test_a_text_that_lags_behind_shows_no_more_than_the_directive_would(issue, people):
    directive = issue(confidentiality="public")
    Directive.objects.update(confidentiality="restricted")
    assert found_by("愛河", AnonymousUser()) == set()
    assert found_by("愛河", people.stranger) == set()
    assert found_by(directive.number, people.keeper) == {directive.number}


def test_a_rebuild_finds_the_newest_directive_first(issue):
    numbers = [issue(confidentiality="public").number for _ in range(3)]
    TextEntry.objects.all().delete()
    search.rebuild()
    hits = search.find("愛河", viewer=AnonymousUser()).hits
    assert [hit.key for hit in hits] == numbers[::-1]


LEVEL = st.sampled_from(["public", "internal", "restricted"])
PLACE = st.integers(0, 3)
THINGS = st.lists(st.tuples(LEVEL, PLACE, st.sets(PLACE, max_size=2), PLACE), max_size=6)
NAMES = ("plan.view_internal", "plan.view_restricted", "plan.issue_directive")
GRANTS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.none() | PLACE, st.sampled_from([-1, 0, 1])), max_size=4
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(things=THINGS, held=GRANTS, is_indexed=st.booleans())
def test_search_and_the_list_of_directives_agree_for_any_roles(people, things, held, is_indexed):
    with transaction.atomic():
        places = [agency(f"place{number}", "局") for number in range(4)]
        for number, (level, lead, partners, control) in enumerate(things):
            made = Directive.objects.create(
                number=f"KH-L1090302-{number:04}", source="city_meeting", source_on=AT.date(),
                wording="愛河", search_text="", lead=places[lead], control=places[control],
                cadence="monthly", first_due_on=AT.date(), due_on=AT.date(),
                confidentiality=level, issued_at=AT, issued_on=AT.date(), issued_by=people.chief,
            )  # fmt: skip
            made.partners.set([places[place] for place in partners])
        search.rebuild()
        if not is_indexed:  # somebody changed the level and search was not told
            Directive.objects.filter(confidentiality="public").update(confidentiality="restricted")
        viewer = User.objects.create_user("viewer")
        roles = {name: role(name, name) for name in NAMES}
        for name, place, start in held:
            grant(
                viewer, roles[name], agency=None if place is None else places[place],
                valid_from=AT - timedelta(days=1), valid_to=AT + timedelta(days=start * 36_500)
                if start >= 0 else AT,
            )  # fmt: skip
        for person in (viewer, AnonymousUser()):
            access.forget(person)
            seen = set(Directive.objects.visible_to(person).values_list("number", flat=True))
            assert found_by("KH-L1090302", person) == seen
            assert found_by("愛河", person) <= seen
        transaction.set_rollback(True)
