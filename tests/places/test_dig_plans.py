"""A joint plan is made whole or not at all; the demonstration has works; members come and go."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.places.roadworks import Site, crew, roads
from tests.services.conftest import KAOHSIUNG, kaohsiung, pack_at

from shizheng.core.demo_year import Month
from shizheng.core.loading import demo_loaders
from shizheng.kernel.errors import NotPermitted
from shizheng.places.digging.actions.joint import plan_begin, plan_make
from shizheng.places.digging.actions.owners import member_dismiss
from shizheng.places.digging.actions.planned import planned_file
from shizheng.places.digging.demo import play
from shizheng.places.digging.models import DigPermit, DigPlan, OwnerMember, PlannedDig

__all__ = ["kaohsiung"]


class Killed(BaseException):
    """As a worker that is killed."""


def test_a_worker_that_dies_leaves_nothing_and_the_next_makes_the_plan(kaohsiung):
    roads()
    people, now = crew(), timezone.now()
    first = date(now.year + 1, 3, 1)
    for owner, person in (("water_company", people.water), ("power_company", people.power)):
        planned_file(
            owner=owner, title="示範", sections=["R-1"], earliest=first, days=3, by=person, at=now,
            latest=first + timedelta(days=40),
        )  # fmt: skip
    plan = plan_begin(year=first.year, by=people.officer, at=now)

    def die(done: int, of: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        plan_make(plan=plan, at=now, progress=die)
    fresh = DigPlan.objects.get()
    assert (fresh.state, fresh.result) == ("waiting", {})
    made = plan_make(plan=fresh, at=now)
    assert (made.state, made.openings_before, made.openings_after) == ("done", 2, 1)
    assert plan_make(plan=made, at=now).done_at == made.done_at
    member = OwnerMember.objects.get(owner="water_company")
    member_dismiss(member=member, by=people.officer, at=now)
    with pytest.raises(NotPermitted):
        planned_file(
            owner="water_company", title="x", sections=["R-1"], earliest=first, latest=first,
            days=1, by=people.water, at=now,
        )  # fmt: skip


def test_the_demonstration_has_works_and_plans_and_tells_them_once(kaohsiung, settings):
    settings.IS_DEMO = True
    pack, now = pack_at(KAOHSIUNG), timezone.now()
    demo_loaders["accounts"](pack, at=now)
    roads()
    month = Month(now - timedelta(days=20), now, now, None)
    play(pack, month, float)
    states = set(DigPermit.objects.values_list("state", flat=True))
    assert {"waiting", "granted", "in_progress"} <= states
    assert PlannedDig.objects.count() == 8
    before = DigPermit.objects.count()
    play(pack, month, float)
    assert DigPermit.objects.count() == before
    settings.IS_DEMO = False  # the addresses of a demonstration are not served here
    assert "示範" in Site().read("/digging/")
