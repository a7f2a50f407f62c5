"""Upkeep of the demonstration: looked at and repaired by the acts of real work, once."""

from datetime import UTC, datetime

import pytest
from tests.places.conftest import people, town, well
from tests.services.conftest import KAOHSIUNG, pack_at

import shizheng.places.tasks  # noqa: F401 - enters the chapters of the room
from shizheng.core.demo_year import Month, chapters
from shizheng.places.models import CheckDue, Inspection, RoundList, SparePart, WorkOrder

__all__ = ["people", "town"]
NOW = datetime(2020, 4, 28, 1, tzinfo=UTC)
MARCH = Month(
    datetime(2020, 3, 2, 16, tzinfo=UTC), datetime(2020, 3, 31, 16, tzinfo=UTC), NOW, None
)
APRIL = Month(MARCH.until, NOW, NOW, None)
WELLS = 20


@pytest.fixture
def wells(town, people):
    for each in vars(people).values():
        each.is_demo = True
        each.save(update_fields=["is_demo"])
    for at in range(WELLS):
        well(town, f"W-{at:02d}", 0.001 * at, 0.01, is_drinkable=at % 2 == 0)


def play(month):
    chapters["upkeep"].play(pack_at(KAOHSIUNG.parent / "exampleton"), month, float)


def test_things_are_looked_at_in_their_month_and_faults_are_repaired_and_verified(wells):
    play(MARCH)
    looks = Inspection.objects.all()
    assert looks.count() == WELLS
    assert all(MARCH.since <= each.inspected_at < MARCH.until for each in looks)
    assert CheckDue.objects.count() == WELLS
    orders = WorkOrder.objects.all()
    assert orders.count() == WELLS // 9
    late, *repaired = orders.order_by("opened_at")
    assert late.state == WorkOrder.State.OPEN
    assert {each.state for each in repaired} == {WorkOrder.State.VERIFIED}
    assert all(each.verified_by != each.done_by for each in repaired)
    assert all(each.parts_twd == 900 for each in repaired)
    assert SparePart.objects.get().there == 2 * 4 - len(repaired)


def test_the_last_month_leaves_something_to_do_and_playing_again_changes_nothing(wells):
    play(MARCH)
    play(APRIL)
    made = RoundList.objects.get()
    assert made.crew is not None
    assert made.crew.members.filter(ended_at=None).exists()
    counted = (Inspection.objects.count(), WorkOrder.objects.count(), RoundList.objects.count())
    assert WorkOrder.objects.exclude(state=WorkOrder.State.VERIFIED).exists()
    play(MARCH)
    play(APRIL)
    assert counted == (
        Inspection.objects.count(), WorkOrder.objects.count(), RoundList.objects.count()
    )  # fmt: skip


def test_without_anybody_who_may_it_is_only_known_what_is_due(town):
    well(town)
    play(MARCH)
    assert CheckDue.objects.count() == 1
    assert not Inspection.objects.exists()
