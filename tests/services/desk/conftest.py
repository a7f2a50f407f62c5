"""Cases at the desk: reports of road damage, opened now, so that their clocks run now."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shizheng.services.actions.opening import Contact, Intake, case_open
from shizheng.services.models import Service
from shizheng.services.places import Place

SANMIN = Place(longitude=120.3127, latitude=22.6483, address="三民區建國三路 118 號前")


@pytest.fixture
def report(people):
    """Open a report of road damage; of public works, unless it is about a cover."""

    def one(description="路中央有個大坑洞", kind="pothole", days_ago=0, source=None):
        given = Intake(
            channel="web", description=description, place=SANMIN, answers={"kind": kind},
            contact=Contact(name="王小明", phone="0912345678", email="wang@example.org"),
            reporter=people.resident, source=source or {},
        )  # fmt: skip
        at = timezone.now() - timedelta(days=days_ago)
        service = Service.objects.get(code="road_damage")
        return case_open(service=service, given=given, by=people.resident, at=at).case

    return one


@pytest.fixture
def at_desk():
    """Sign somebody in."""

    def sit(person):
        client = Client()
        client.force_login(person)
        return client

    return sit
