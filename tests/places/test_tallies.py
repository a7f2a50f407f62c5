"""Counting registers: completeness and age by district, what is late, kept month by month."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from tests.places.conftest import AT, well
from tests.statistics.measuring.brute import counted

from shizheng.core.measures import measures
from shizheng.core.models import Area
from shizheng.places.actions.proposals import change_propose, proposal_accept, proposal_refuse
from shizheng.places.actions.tallying import register_tally, told_fields
from shizheng.places.actions.things import thing_retire
from shizheng.places.models import CheckDue, Proposal, Register, RegisterTally, Upkeep
from shizheng.places.selectors.registers import body_of
from shizheng.statistics.domain.periods import Frequency
from shizheng.statistics.measuring.asking import Ask

DAYS_LATER = AT + timedelta(days=10)
NEXT_MONTH = datetime(2020, 4, 3, 1, tzinfo=UTC)


def open_rows(register):
    return list(RegisterTally.objects.filter(register=register, until_at=None))


def test_a_register_is_counted_with_what_is_filled_in_and_how_old_it_is(town):
    well(town, "W-1", depth_m="12")
    well(town, "W-2", at=AT + timedelta(days=4))
    fields = told_fields(body_of(town.wells))

    assert register_tally(register=town.wells, at=DAYS_LATER) == 1
    (row,) = open_rows(town.wells)
    assert row.district == Area.objects.get(pk=row.district_id)
    assert (row.things, row.cells) == (2, 2 * len(fields))
    assert row.filled == 3, "two names and a depth"
    assert row.age_days == 10 + 6


def test_counting_again_in_the_month_changes_the_row_and_a_new_month_begins_another(town):
    well(town, "W-1")
    register_tally(register=town.wells, at=AT)
    gone = well(town, "W-2")
    register_tally(register=town.wells, at=DAYS_LATER)
    (row,) = open_rows(town.wells)
    assert (row.things, row.since_at, row.counted_at) == (2, AT, DAYS_LATER)

    thing_retire(thing=gone, seen=1, by=None, at=NEXT_MONTH, on=date(2020, 4, 1), why="filled in")
    register_tally(register=town.wells, at=NEXT_MONTH)
    (row,) = open_rows(town.wells)
    assert (row.things, row.since_at) == (1, NEXT_MONTH)
    (last,) = RegisterTally.objects.filter(until_at=NEXT_MONTH)
    assert last.things == 2, "March stays as it was last counted"

    asked = Ask("places.register_things", Frequency.MONTH, date(2020, 3, 1), date(2020, 5, 1))
    found = counted(asked, NEXT_MONTH, RegisterTally.objects.all())
    assert [found[key][0] for key in sorted(found)] == [2, 1]


def test_fields_that_not_everybody_sees_do_not_count(town):
    body = body_of(town.wells)
    hidden = {each.id for each in body.fields if each.seen_by != "public"}
    assert hidden, "the example has a field that is hidden"
    assert hidden.isdisjoint(told_fields(body))


def test_overdue_rounds_are_counted_by_district(town):
    made = well(town, "W-1")
    upkeep = Upkeep.objects.filter(register=town.wells).first()
    if upkeep is None:
        pytest.fail("the example town looks after its wells")
    district = made.features.get().district
    for number, days in enumerate((-1, 0, 5)):
        CheckDue.objects.create(
            upkeep=upkeep, thing=made, round=f"r{number}", risk="low", district=district,
            due_on=AT.date() + timedelta(days=days),
        )  # fmt: skip
    register_tally(register=town.wells, at=AT)
    (row,) = open_rows(town.wells)
    assert (row.checks, row.checks_late) == (3, 1), "on the last day it is not late yet"


def test_the_district_of_a_register_that_hides_places_is_no_public_figure(town):
    assert Register.objects.get(code="houses").tells_district
    assert not town.wells.tells_district, "of a well everybody sees the square alone"
    assert not town.drains.tells_district, "drains are for staff"
    for code in ("places.things", "places.register_things"):
        (known, placed) = measures[code].public
        assert {known.column, placed.column} == {"register.seen_by", "register.tells_district"}


def test_a_proposal_has_the_term_of_its_register(town, people):
    proposed = [
        change_propose(
            register=town.wells, thing=well(town, f"W-{n}"), act="change", by=people.resident,
            at=AT, valid_from=date(2020, 3, 2), reason="I measured it", values={"depth_m": "9"},
        )
        for n in (1, 2, 3)
    ]  # fmt: skip
    assert {each.due_on for each in proposed} == {date(2020, 3, 16)}
    proposal_accept(proposal=proposed[0], by=people.keeper, at=AT + timedelta(days=14))
    proposal_refuse(
        proposal=proposed[1], by=people.keeper, at=AT + timedelta(days=15), answer="It is not so"
    )
    later = AT + timedelta(days=20)
    asks = [
        Ask(f"places.{code}", Frequency.MONTH, date(2020, 3, 1), date(2020, 4, 1))
        for code in ("proposals", "proposals_answered", "proposals_in_time", "proposals_overdue")
    ]
    rows = Proposal.objects.select_related("register")
    found = [sum(each[0] for each in counted(ask, later, rows).values()) for ask in asks]
    assert found == [3, 2, 1, 1]
    assert Proposal.objects.filter(state="waiting").count() == 1


def test_the_page_of_a_register_says_how_it_stands(town, client):
    well(town, "W-1", depth_m="12")
    page = reverse("places:register", args=["wells"])
    assert "As last counted" not in client.get("/en" + page).content.decode()
    register_tally(register=town.wells, at=DAYS_LATER)
    told = client.get("/en" + page).content.decode()
    assert "As last counted" in told
    assert "recorded 10 days ago on average" in told
