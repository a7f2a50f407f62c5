"""What was sensed of air, water and sun in the small city: known and unknown, in time and late."""

from datetime import date, timedelta

from tests.statistics.measuring.works import MADE

from shizheng.core.models import Agency, Area, PublishedDefinition
from shizheng.places.models import Register
from shizheng.places.models import Thing as Place
from shizheng.sensing.models import (
    AirDay,
    AirForecast,
    AirMeasure,
    DischargeDay,
    DischargeLimit,
    DischargePermit,
    Exceedance,
    ObservedProperty,
    SolarDay,
    SolarSite,
    Thing,
    WaterSample,
)

DAY = timedelta(days=1)
TURN = date(2020, 12, 30)
"""Days from here on lie on both sides of the turn of the year."""


def environment() -> None:
    """A station, a stack above its limit, samples and two solar sites over a turn of the year."""
    owner = Agency.objects.get(code="environmental_protection")
    _air(owner)
    _water(owner)
    works = Agency.objects.get(code="public_works")
    register = Register.objects.get(code="solar_sites")
    for number in range(2):
        place = Place.objects.create(register=register, key=f"PV-{number}", recorded_at=MADE)
        site = SolarSite.objects.create(
            place=place, owner=works, capacity_kw=99.5 + number, connected_on=TURN + number * DAY,
            ended_on=None if number else TURN + 2 * DAY, is_synthetic=bool(number),
        )  # fmt: skip
        for at in range(4):
            SolarDay.objects.create(
                site=site, day=TURN + at * DAY, kwh=100.25 * at, hour_count=24,
                expected_kwh=None if at == 1 else 400.5,
            )  # fmt: skip


def _air(owner: Agency) -> None:
    for seen_by in ("public", "internal"):
        station = Thing.objects.create(
            code=f"air-{seen_by}", name="S", owner=owner, seen_by=seen_by
        )
        for at, index in enumerate((40, 99, 100, None)):
            AirDay.objects.create(
                thing=station, day=TURN + at * DAY, index=index, missing_hour_count=at,
                is_good=None if index is None else index < 100,
            )  # fmt: skip
    version = PublishedDefinition.objects.filter(kind="air_quality").first()
    forecast = AirForecast.objects.create(
        day=TURN, index=120, source="x", issued_at=MADE, owner=owner, version=version
    )
    for number, hours in enumerate((1, 30, None)):
        AirMeasure.objects.create(
            forecast=forecast, day=TURN + number * DAY, code=f"m{number}", name={}, owner=owner,
            started_at=MADE, due_at=MADE + DAY,
            done_at=None if hours is None else MADE + timedelta(hours=hours),
        )  # fmt: skip


def _water(owner: Agency) -> None:
    permit = DischargePermit.objects.create(
        number="M-1", kind="stack", holder="x", point="P", owner=owner, recorded_at=MADE,
        district=Area.objects.filter(kind=Area.Kind.DISTRICT).order_by("code").first(),
        valid_from=date(2020, 1, 1), valid_until=date(2022, 1, 1),
    )  # fmt: skip
    limit = DischargeLimit.objects.create(
        permit=permit, observed_property=ObservedProperty.objects.get(code="stack_sox"),
        averaging="hourly", limit=100,
    )  # fmt: skip
    version = PublishedDefinition.objects.filter(kind="emissions").first()
    for number, hours in enumerate((1, 100, None)):
        opened = MADE + 20 * number * DAY
        DischargeDay.objects.create(
            limit=limit, day=TURN + number * DAY, kg=1.5 + number, hour_count=9
        )
        Exceedance.objects.create(
            year=2020, sequence=number + 1, limit=limit, version=version, allowed=100, highest=120,
            began_at=opened, last_at=opened, count=1, opened_at=opened, due_at=opened + 3 * DAY,
            state="open" if hours is None else "inspected",
            inspected_at=None if hours is None else opened + timedelta(hours=hours),
        )  # fmt: skip
    for number, (rpi, is_released) in enumerate(
        ((1.5, True), (6.25, True), (None, True), (2, False))
    ):
        taken = MADE + 20 * number * DAY
        WaterSample.objects.create(
            number=f"W-{number}", kind="river", basin="love", site="x", owner=owner, rpi=rpi,
            taken_at=taken, released_at=taken + DAY if is_released else None,
        )  # fmt: skip
