"""What registers held in the small city: things, their counting, proposals, slots and who waits."""

from datetime import date, timedelta

import shapely
from tests.services.conftest import person
from tests.statistics.measuring.works import MADE

from shizheng.core.models import Area
from shizheng.places.actions.proposals import change_propose
from shizheng.places.actions.things import thing_record
from shizheng.places.models import Bookable, Proposal, Register, RegisterTally, SlotTally, Waiting

DAY = timedelta(days=1)
INSIDE = shapely.Point(120.3100, 22.6400)


def tallied() -> None:
    """Two registers, one of which hides its places, at the border of a year."""
    district = Area.objects.filter(kind="district").order_by("code").first()
    for at, code in enumerate(("sewer_connections", "sewers")):
        register = Register.objects.get(code=code)
        for number in range(3):
            since = MADE + (30 * number + at) * DAY
            RegisterTally.objects.create(
                register=register, district=district if number else None, is_synthetic=number == 2,
                since_at=since, counted_at=since,
                until_at=since + 40 * DAY if number == 1 else None,
                things=10 + number, cells=50, filled=40 + number, age_days=300 * number,
                checks=5, checks_late=number, corrections_late=1 - min(number, 1),
            )  # fmt: skip
    _things()
    _proposals()
    bookable = Bookable.objects.order_by("position", "code")[0]
    for number in range(3):
        SlotTally.objects.create(
            bookable=bookable, on=(MADE + 20 * number * DAY).date(), offered=9, used=5 + number,
            missed=number, waited=number,
        )  # fmt: skip
        Waiting.objects.create(
            bookable=bookable, starts_at=MADE + 60 * DAY, person=person(f"waits_{number}"),
            asked_at=MADE + number * DAY,
            state="waiting" if number else "left", ended_at=None if number else MADE + 9 * DAY,
        )  # fmt: skip


def _things() -> None:
    register = Register.objects.get(code="sewer_connections")
    for number, state in enumerate(("connected", "unconnected", "planned"), 1):
        values = {"address": f"苓雅區示範路{number}號"}
        if state == "connected":
            values["connected_on"] = "2020-06-01"
        thing_record(
            register=register, key=f"SC-{number}", by=None, at=MADE,
            valid_from=date(2020, 12, number * 10), state=state, values=values, geometry=INSIDE,
        )  # fmt: skip


def _proposals() -> None:
    register = Register.objects.get(code="gutters")
    by = person("proposes")
    for number, (state, decided, due) in enumerate(
        (("accepted", 3, 10), ("refused", 12, 10), ("waiting", None, 10), ("withdrawn", 2, 10),
         ("accepted", 1, None)), 1
    ):  # fmt: skip
        at = MADE + number * DAY
        made = change_propose(
            register=register, thing=None, act="record", by=by, at=at, valid_from=at.date(),
            reason="量測", key=f"G-{number}", values={"kind": "open"},
            geometry=shapely.LineString([(120.31, 22.64), (120.311, 22.64)]),
        )  # fmt: skip
        Proposal.objects.filter(pk=made.pk).update(
            state=state, decided_at=at + decided * DAY if decided else None,
            due_on=(at + due * DAY).date() if due else None,
        )  # fmt: skip
