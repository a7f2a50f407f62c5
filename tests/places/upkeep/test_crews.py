"""Crews below an agency: lists and orders that are given to them are shared by their members."""

import pytest
from tests.places.booking.test_booking import Desk
from tests.places.conftest import load_town, people, town
from tests.places.upkeep.test_upkeep import NOW, crew, inspect, refused, report
from tests.services.conftest import person

from shizheng.core.models import Agency
from shizheng.kernel.errors import NotPermitted
from shizheng.places.models import Crew, CrewMember, RoundList, WorkOrder
from shizheng.places.upkeep.actions.crews import (
    crew_end,
    crew_form,
    crew_member_end,
    crew_member_enter,
)
from shizheng.places.upkeep.actions.listing import list_cancel, list_make
from shizheng.places.upkeep.actions.repairing import order_assign, order_begin, order_cancel
from shizheng.places.upkeep.selectors import orders_seen, stops_kept

pytestmark = pytest.mark.django_db
__all__ = ["crew", "load_town", "people", "town"]


@pytest.fixture
def night(crew) -> Crew:
    """The night crew of the works office: two inspectors, and a third who is in none."""
    crew.second = person("p_second", "officer", "works")
    crew.third = person("p_third", "officer", "works")
    made = crew_form(agency=crew.upkeep.agency, name="夜間班", by=crew.officer, at=NOW)
    for who in (crew.inspector, crew.second):
        crew_member_enter(crew=made, username=who.username, by=crew.officer, at=NOW)
    return made


def given(city, **more):
    return {"upkeep": city.upkeep, "code": "water", "until": NOW.date(), "at": NOW, "most": 3,
            "by": city.officer} | more  # fmt: skip


def test_every_member_of_a_crew_has_its_list_and_nobody_else(crew, night):
    made = list_make(**given(crew, crew=night))
    kept = {who.username: len(stops_kept(who)) for who in (crew.inspector, crew.second, crew.third)}
    assert kept == {"p_inspector": 3, "p_second": 3, "p_third": 0}
    first = made.stops.order_by("position").first()
    inspect(crew, crew.things.index(first.thing), by=crew.second)
    assert (len(stops_kept(crew.inspector)), len(stops_kept(crew.second))) == (2, 2)
    member = CrewMember.objects.get(person=crew.second)
    crew_member_end(member=member, by=crew.officer, at=NOW)
    assert stops_kept(crew.second) == []


def test_an_order_of_a_crew_is_begun_by_one_of_its_members(crew, night):
    order = report(crew, by=crew.officer)
    order_assign(order=order, to=night, by=crew.officer, at=NOW)
    assert [*orders_seen(crew.second, mine="1")] == [order]
    assert not orders_seen(crew.third, mine="1").exists()
    refused("not_yours", order_begin, order=order, by=crew.third, at=NOW)
    order.refresh_from_db()
    begun = order_begin(order=order, by=crew.second, at=NOW)
    assert (begun.state, begun.assigned_to, begun.crew) == ("in_work", crew.second, night)
    assert not orders_seen(crew.inspector, mine="1").exists()
    refused("not_yours", order_begin, order=order, by=crew.inspector, at=NOW)


def test_an_order_goes_from_a_crew_to_a_person_and_back(crew, night):
    order = report(crew, by=crew.officer)
    order = order_assign(order=order, to=night, by=crew.officer, at=NOW)
    order = order_assign(order=order, to=crew.third, by=crew.officer, at=NOW)
    assert (order.assigned_to, order.crew) == (crew.third, None)
    order = order_assign(order=order, to=night, by=crew.officer, at=NOW)
    assert (order.assigned_to, order.crew) == (None, night)


def test_a_crew_is_of_one_agency_has_one_name_and_takes_only_who_may_inspect(crew, night):
    nobody = person("p_nobody")
    works = crew.upkeep.agency
    refused("crew_named", crew_form, agency=works, name=" 夜間班 ", by=crew.officer, at=NOW)
    for agency, by in ((works, nobody), (Agency.objects.get(code="environment"),
                                                 crew.officer)):  # fmt: skip
        with pytest.raises(NotPermitted):
            crew_form(agency=agency, name="別班", by=by, at=NOW)
    enter = {"crew": night, "by": crew.officer, "at": NOW}
    refused("assignee_unfit", crew_member_enter, **enter, username=person("p_else").username)
    refused("nobody_named", crew_member_enter, **enter, username="nobody\0here")
    crew_member_enter(**enter, username="p_second")
    assert night.members.count() == 2


def test_a_crew_with_work_is_not_dissolved_and_a_dissolved_one_gets_none(crew, night):
    made = list_make(**given(crew, crew=night))
    order = report(crew, by=crew.officer)
    order_assign(order=order, to=night, by=crew.officer, at=NOW)
    refused("crew_busy", crew_end, crew=night, by=crew.officer, at=NOW)
    list_cancel(round_list=made, by=crew.officer, at=NOW)
    order.refresh_from_db()
    order_cancel(order=order, by=crew.officer, at=NOW, why="另修")
    crew_end(crew=night, by=crew.officer, at=NOW)
    assert not CrewMember.objects.filter(ended_at=None).exists()
    refused("crew_ended", list_make, **given(crew, crew=night))
    crew_form(agency=crew.upkeep.agency, name="夜間班", by=crew.officer, at=NOW)


def test_who_leads_forms_a_crew_and_gives_it_a_list_and_an_order_on_pages(crew):
    lead, member = Desk(crew.officer), Desk(crew.inspector)
    Desk(person("p_nobody")).read("/upkeep/crews/", 403)
    assert "No crew yet" in lead.read("/en/upkeep/crews/")
    agency = crew.upkeep.agency
    lead.send("/upkeep/crews/", agency=str(agency.pk), name="日間班")
    made = Crew.objects.get()
    lead.send(f"/upkeep/crews/{made.pk}/", username="p_inspector")
    assert crew.inspector.display_name in lead.read("/upkeep/crews/")
    lead.send("/upkeep/of/wells/lists/new/", round="water", until_year="2030", until_month="1",
              until_day="1", most="2", assigned_to=f"crew:{made.pk}", district="")  # fmt: skip
    (walk,) = RoundList.objects.all()
    assert walk.crew == made
    for path in ("/upkeep/of/wells/", f"/upkeep/lists/{walk.pk}/"):
        assert "日間班" in member.read(path)
    order = report(crew, by=crew.officer)
    here = f"/upkeep/orders/{order.pk}/"
    lead.send(f"{here}?act=assign", act="assign", to=f"crew:{made.pk}")
    assert WorkOrder.objects.get().crew == made
    assert "日間班" in member.read(here)
