"""Property and bookings of the demonstration: there once, and said to be invented."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.places.conftest import people, town
from tests.services.conftest import KAOHSIUNG, pack_at

import shizheng.places.tasks  # noqa: F401 - enters the chapters of the room
from shizheng.core.demo_year import Month, chapters
from shizheng.places.models import (
    Booking,
    Feature,
    PropertyItem,
    SaleHousehold,
    SlotTally,
    Space,
)

__all__ = ["people", "town"]


@pytest.fixture
def month(town, people) -> Month:
    now = timezone.now()
    for each in vars(people).values():
        each.is_demo = True
        each.save(update_fields=["is_demo"])
    return Month(now - timedelta(days=27), now, now, None)


def play(name, month):
    chapters[name].play(pack_at(KAOHSIUNG.parent / "exampleton"), month, float)


def test_property_is_invented_once_and_says_so(month):
    play("property", month)
    items = PropertyItem.objects.all()
    assert items.count() == 7
    assert all(each.is_synthetic for each in items)
    assert Space.objects.count() == 2
    spaces = Feature.objects.filter(register__code__in=("empty_rooms", "idle_space"))
    assert spaces.exists()
    assert all(each.is_synthetic for each in spaces)
    assert all(each.is_synthetic for each in SaleHousehold.objects.all())
    play("property", month)
    assert PropertyItem.objects.count() == 7


def test_bookings_are_of_sample_places_and_their_figures_are_invented(month):
    play("bookings", month)
    made = Booking.objects.count()
    assert made > 0
    play("bookings", month)
    assert Booking.objects.count() == made
    assert SlotTally.objects.exists()
    assert all(each.is_synthetic for each in SlotTally.objects.filter(used__gt=0))
