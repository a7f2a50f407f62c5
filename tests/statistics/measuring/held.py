"""What the small city holds, lets, lends and offers: two of each, one on each side of a day."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from tests.services.conftest import person
from tests.statistics.measuring.works import MADE

from shizheng.places.models import (
    LandEnquiry,
    Lease,
    Occupation,
    PropertyEntry,
    PropertyItem,
    Register,
    RentDue,
    SaleHousehold,
    Space,
    SpaceApplication,
    StockFinding,
    StockRound,
    Thing,
)

DAY = timezone.localdate(MADE)


def held() -> None:
    """Property of two agencies with its entries, contracts, occupations, counts and uses."""
    keepers = [person("held_by_1", "officer", "finance"), person("held_by_2", "officer", "tourism")]
    for number, by in enumerate(keepers, 1):
        item = PropertyItem.objects.create(
            number=f"H-{number}", category="land", name="地", agency=by.agency, acquired_on=DAY
        )
        common = {"item": item, "agency": by.agency, "recorded_at": MADE, "recorded_by": by}
        for kind, amount in (("acquired", 1_000), ("revalued", -10 * number)):
            PropertyEntry.objects.create(
                kind=kind, on=DAY, amount_twd=amount, document="文1", **common
            )
        _let(item, by, number)
        _counted(item, by, number)
        _lent(item, by, number)


def _let(item, by, number) -> None:
    lease = Lease.objects.create(
        number=f"H-{number}/1", item=item, party_name="甲", starts_on=DAY,
        ends_on=DAY + timedelta(days=99), rent_twd=5, period_months=1, document="約1",
        made_at=MADE, made_by=by,
    )  # fmt: skip
    for month in range(2):
        first = DAY + timedelta(days=month)
        RentDue.objects.create(
            lease=lease, due_on=first, first=first, until=first + timedelta(days=1),
            amount_twd=5 * number, paid_on=DAY if month else None,
        )  # fmt: skip
    for state in ("settled", "open"):
        is_over = state == "settled"
        Occupation.objects.create(
            item=item, found_on=DAY, state=state, way="sue" if is_over else "", found_by=by,
            recorded_at=MADE, settled_on=DAY if is_over else None,
        )  # fmt: skip
    for state in ("applied", "waiting"):
        SaleHousehold.objects.create(
            sale="xincaoya", agency=by.agency, number=f"H-{number}-{state}", head="戶",
            state=state, applied_at=MADE if state == "applied" else None,
        )  # fmt: skip


def _counted(item, by, number) -> None:
    round_ = StockRound.objects.create(
        agency=by.agency, title="盤點", first=DAY, last=DAY, opened_at=MADE, opened_by=by
    )
    for result, is_replaced in (("missing", True), ("found", False)):
        StockFinding.objects.create(
            round=round_, item=item, result=result, by=by, at=MADE, is_replaced=is_replaced
        )


def _lent(item, by, number) -> None:
    idle, land = (Register.objects.get(code=c) for c in ("idle_space", "industrial_land"))
    thing, plot = (
        Thing.objects.create(register=register, key=f"{letter}-{number}", recorded_at=MADE)
        for register, letter in ((idle, "S"), (land, "IL"))
    )
    space = Space.objects.create(
        item=item, agency=by.agency, thing=thing, key=f"S-{number}", name="屋", kind="land",
        area_m2=Decimal(9), idle_since=DAY, idle_days=7 * number,
        published_at=MADE - timedelta(days=number),
    )  # fmt: skip
    for state in ("accepted", "waiting"):
        is_over = state == "accepted"
        SpaceApplication.objects.create(
            space=space, person=by, use="parking", purpose="停車", starts_on=DAY,
            ends_on=DAY + timedelta(days=9), asked_at=MADE, due_at=MADE, state=state,
            decided_at=MADE + timedelta(hours=number) if is_over else None,
        )  # fmt: skip
    for state in ("answered", "waiting"):
        LandEnquiry.objects.create(
            plot=plot, agency=by.agency, person=by, company="甲", contact="電", needs="地",
            asked_at=MADE, due_at=MADE, state=state,
            answered_at=MADE + timedelta(days=number) if state == "answered" else None,
        )  # fmt: skip
