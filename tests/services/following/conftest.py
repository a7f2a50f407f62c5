"""A report and its reporter, with an account and without."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shizheng.services.actions.opening import Contact, Intake, case_open
from shizheng.services.models import Service
from shizheng.services.places import Place

SANMIN = Place(longitude=120.3127, latitude=22.6483, address="三民區建國三路 100 號")
WORDS = "路中央有個大坑洞很危險"


@pytest.fixture
def now():
    """The moment of the test; pages look at the real clock."""
    return timezone.now()


def road_damage(*, at, reporter=None, contact=None, place=SANMIN, words=WORDS):
    """Report road damage."""
    given = Intake(
        channel="web", description=words, place=place, answers={"kind": "pothole"},
        reporter=reporter, contact=contact or Contact(),
    )  # fmt: skip
    service = Service.objects.get(code="road_damage")
    return case_open(service=service, given=given, by=reporter, at=at)


@pytest.fixture
def report(people, now):
    """Return a function that reports road damage, two hours ago unless it says when."""

    def make(*, at=None, **given):
        return road_damage(at=at or now - timedelta(hours=2), **given)

    return make


@pytest.fixture
def signed_in():
    """Return a browser of somebody."""

    def make(person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return make
