"""Shared places: one case a day, given back when it ends, taken anew when its days change."""

from datetime import date
from types import SimpleNamespace

import pytest
from tests.services.masters.conftest import AT, filming
from tests.services.test_acting import reported

from shizheng.services.actions.acting import Given, case_act
from shizheng.services.masters.errors import BookingClash
from shizheng.services.masters.places import places_of, register_of
from shizheng.services.models import Booking, Case, Review, Service
from shizheng.services.schema.subjects import BookingOf
from shizheng.services.versions import definition_by

NEXT = {"first_day": "2020-03-10", "last_day": "2020-03-11"}


def test_a_place_is_given_once_a_day_from_the_moment_of_filing(team):
    first = filming(team)
    with pytest.raises(BookingClash) as refusal:
        filming(team, by=team.stranger, first_day="2020-03-06", last_day="2020-03-09")
    assert "愛河之心" in refusal.value.refusal().message
    assert first.number not in refusal.value.refusal().message
    assert Case.objects.count() == 1
    filming(team, by=team.stranger, first_day="2020-03-07", last_day="2020-03-09")
    filming(team, by=team.stranger, places=["demo-market"])
    assert Booking.objects.filter(released_at=None).count() == 3


def test_owners_of_the_chosen_places_are_asked_and_the_helpers_that_are_needed(team):
    case = filming(
        team, places=["demo-love-river", "demo-lotus-pond", "demo-pier-warehouse"],
        needs_road="on", roads="河東路",
    )  # fmt: skip
    case_act(case=case, action="accept", by=team.film_office, at=AT)
    asked = Review.objects.filter(case=case).values_list("agency__code", flat=True)
    assert set(asked) == {
        "water_resources", "tourism", "cultural_affairs", "transportation", "police",
    }  # fmt: skip


def test_other_days_free_the_old_ones_and_keep_both_where_the_new_are_taken(team):
    case = filming(team)
    filming(team, by=team.stranger, **NEXT)
    case = case_act(case=case, action="accept", by=team.film_office, at=AT)
    with pytest.raises(BookingClash):
        case_act(
            case=case, action="change_dates", by=team.investor, at=AT, given=Given(answers=NEXT)
        )
    kept = Booking.objects.get(case=case, released_at=None)
    assert kept.first == date(2020, 3, 5)
    later = {"first_day": "2020-03-20", "last_day": "2020-03-20"}
    case_act(case=case, action="change_dates", by=team.investor, at=AT, given=Given(answers=later))
    rows = Booking.objects.filter(case=case).order_by("first")
    assert [(row.first.day, row.released_at is None) for row in rows] == [(5, False), (20, True)]
    assert Review.objects.filter(case=case, is_current=True, round=2).count() == 1


def test_a_case_that_comes_to_nothing_gives_its_places_back(team):
    case = filming(team)
    case_act(case=case, action="cancel", by=team.investor, at=AT)
    assert not Booking.objects.filter(released_at=None).exists()
    filming(team, by=team.stranger)


def taken_by_another_service(people, register="filming_places", resource="demo-love-river"):
    """Let a case of another service hold a place."""
    case = reported(people)
    return Booking.objects.create(
        case=case, key="stands", register=register, resource=resource,
        first=date(2020, 3, 6), last=date(2020, 3, 8),
    )  # fmt: skip


def test_a_place_that_another_service_took_from_the_same_register_is_taken(team):
    held = taken_by_another_service(SimpleNamespace(resident=team.stranger))
    with pytest.raises(BookingClash) as refusal:
        filming(team)
    assert "愛河之心" in refusal.value.refusal().message
    filming(team, last_day="2020-03-05")
    held.released_at = AT
    held.save()
    filming(team, by=team.stranger, first_day="2020-03-06")


def test_the_public_catalogue_shows_what_another_service_took(team, client):
    taken_by_another_service(SimpleNamespace(resident=team.stranger))
    definition = definition_by(Service.objects.get(code="film_location").current_id)
    rows = {row.key: row for row in places_of(definition, "places", today=date(2020, 3, 1))}
    assert rows["demo-love-river"].taken == ((date(2020, 3, 6), date(2020, 3, 8)),)
    assert rows["demo-market"].taken == ()


@pytest.mark.parametrize(
    ("register", "resource"),
    [("road_damage.stands", "demo-love-river"), ("filming_places", "demo-market")],
    ids=["another-register", "another-place"],
)
def test_places_of_one_name_in_different_registers_are_different_places(team, register, resource):
    taken_by_another_service(SimpleNamespace(resident=team.stranger), register, resource)
    assert filming(team).is_open


def test_without_a_register_the_places_are_of_the_booking_alone():
    plain = BookingOf(label={"zh-Hant": "x", "en": "x"}, resources="a", first="b", last="c")
    definition = SimpleNamespace(id="festival", bookings={"stands": plain})
    assert register_of(definition, "stands") == "festival.stands"
