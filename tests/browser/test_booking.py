"""Booking a hall in a browser, by keyboard, on a phone and at a desk; every page passes axe."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.browser.visitor import DESK, PHONE
from tests.services.conftest import kaohsiung, person

from shizheng.places.models import Bookable, Booking, SlotTally

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["kaohsiung"]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_resident_books_a_hall_and_cancels_and_the_owner_closes_it(visit, kaohsiung, size):
    resident = person("k_resident")
    keeper = person("k_keeper", "officer", "sports_development")
    hall = Bookable.objects.get(code="badminton_court_a")
    name = f"booking-{size['viewport']['width']}"
    day = timezone.localdate() + timedelta(days=3)
    visitor = visit(resident, **size)
    visitor.open("/bookings/", f"{name}-none")
    visitor.open("/bookables/", f"{name}-list")
    visitor.open(f"/bookables/{hall.code}/?from={day.isoformat()}", f"{name}-week")
    visitor.send(f'#slots a[href$="/{day.isoformat()}T0900/"]')
    visitor.look(f"{name}-slot")
    visitor.write("purpose", "社區羽球練習")
    visitor.send("main form button.govuk-button")
    visitor.look(f"{name}-mine")
    made = Booking.objects.get()
    assert (made.bookable, made.person, made.purpose) == (hall, resident, "社區羽球練習")
    visitor.open(f"/en/bookables/{hall.code}/?from={day.isoformat()}", f"{name}-week-en")
    visitor.open(f"/bookables/{hall.code}/slots/{day.isoformat()}T1000/")
    visitor.open("/bookings/")
    visitor.send("#bookings a")
    visitor.look(f"{name}-one")
    visitor.send("main form button.govuk-button--warning")
    made.refresh_from_db()
    assert made.state == Booking.State.CANCELLED
    visitor.look()
    visitor.sign_in(keeper)
    visitor.open(f"/bookables/{hall.code}/desk/?on={day.isoformat()}", f"{name}-desk")
    visitor.open(f"/bookables/{hall.code}/close/", f"{name}-close")


@pytest.mark.parametrize(
    ("size", "language"), [(PHONE, ""), (DESK, "/en")], ids=["phone-zh", "desk-en"]
)
def test_everybody_reads_how_places_are_used(visit, kaohsiung, size, language):
    court, today = Bookable.objects.get(code="badminton_court_a"), timezone.localdate()
    name = f"use-{size['viewport']['width']}"
    visitor = visit(**size)
    visitor.open(f"{language}/bookables/use/", f"{name}-none")
    for number in range(40):
        SlotTally.objects.create(
            bookable=court, on=today - timedelta(days=number), offered=1_200, used=700 + number,
            missed=20, waited=number % 3, is_synthetic=True,
        )  # fmt: skip
    visitor.open(f"{language}/bookables/use/", f"{name}-all")
    visitor.send(f'#uses a[href$="/{court.code}/use/"]')
    visitor.look(f"{name}-one")
