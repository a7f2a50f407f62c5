"""The duty board and the pages near me with nothing, with three and with three thousand posts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.visitor import DESK, PHONE
from tests.sensing.alerting_city import town

from shizheng.sensing import moments
from shizheng.sensing.models import (
    Alert,
    Datastream,
    Location,
    ObservedProperty,
    Sensor,
    Thing,
    WarningRule,
)
from shizheng.sensing.store.writing import readings_added

pytestmark = pytest.mark.django_db(transaction=True)
BLOCK_US = 86_400 * 1_000_000


def crowd(city, count):
    """Make posts of water with a warning each, and as many stations of air."""
    now, works = timezone.now(), city.streams["Ford"].owner
    rule = WarningRule.objects.get(code="high_water")
    sensor = Sensor.objects.create(name="Many")
    for code, unit in (("water_depth", "cm"), ("fine_dust", "µg/m³")):
        observed = ObservedProperty.objects.get(code=code)
        things = Thing.objects.bulk_create(
            Thing(name=f"{code} {n}, 示範路與範例街口東北側", owner=works) for n in range(count)
        )
        places = Location.objects.bulk_create(
            Location(
                name="", geometry={"type": "Point", "coordinates": [x, 0.01]},
                min_x=x, max_x=x, min_y=0.01, max_y=0.01,
            )
            for x in (0.0001 * (n % 400) for n in range(count))
        )  # fmt: skip
        Thing.locations.through.objects.bulk_create(
            Thing.locations.through(thing=thing, location=place)
            for thing, place in zip(things, places, strict=True)
        )
        streams = Datastream.objects.bulk_create(
            Datastream(
                name=thing.name, thing=thing, sensor=sensor, observed_property=observed,
                block_us=BLOCK_US, owner=works, unit={"symbol": unit}, decimals=1, cycle_s=600,
            )
            for thing in things
        )  # fmt: skip
        rows = [
            (each.pk, moments.of(now - timedelta(minutes=10 * ago)), 31.0 + ago, 0, None)
            for each in streams[:300] for ago in range(3)
        ]  # fmt: skip
        if rows:
            blocks = {each.pk: BLOCK_US for each in streams}
            readings_added(rows, blocks, moments.of(now))
        if code == "water_depth":
            Alert.objects.bulk_create(
                Alert(
                    rule=rule, version=rule.current, subject=str(each.pk), stream=each.pk,
                    place={"zh-Hant": each.name}, longitude=0.0001 * (n % 400), latitude=0.01,
                    level=1 + n % 2, highest=2, numbers={"depth": 31.0}, began_at=now,
                    raised_at=now, due_at=now + timedelta(minutes=10),
                )
                for n, each in enumerate(streams)
            )  # fmt: skip


@pytest.fixture
def city(db, settings, tmp_path):
    return town(settings, tmp_path)


@pytest.mark.parametrize(("size", "language"), [(PHONE, ""), (DESK, "/en")], ids=["phone", "desk"])
@pytest.mark.parametrize("count", [0, 3, 3_000])
def test_board_and_pages_near_me_hold_from_nothing_to_thousands(city, visit, size, language, count):
    crowd(city, count)
    width = size["viewport"]["width"]
    officer = visit(city.duty, **size)
    officer.open(f"{language}/warnings/board/", f"crowd-board-{count}-{width}")
    expect(officer.page.locator("#warnings tbody tr")).to_have_count(min(count, 200))
    resident = visit(**size)
    resident.open(
        f"{language}/near/water/?longitude=0.002&latitude=0.0101", f"crowd-water-{count}-{width}"
    )
    main = resident.page.locator("main")
    expect(main.locator("table tbody tr").first).to_be_visible()
    expect(main.locator(".notice-warning")).to_have_count(min(count, 5))
    resident.open(f"{language}/near/air/", f"crowd-air-all-{count}-{width}")
    expect(main.locator("table tbody tr")).to_have_count(min(count, 50))
    resident.open(
        f"{language}/near/air/?longitude=0.002&latitude=0.0101", f"crowd-air-{count}-{width}"
    )
    expect(main.locator("table tbody tr")).to_have_count(min(count, 5))
    resident.open(f"{language}/warnings/", f"crowd-warnings-{count}-{width}")
    keeper = visit(city.chief, **size)
    keeper.open(f"{language}/sensors/health/", f"crowd-health-{count}-{width}")
    keeper.open(f"{language}/sensors/", f"crowd-sensors-{count}-{width}")
