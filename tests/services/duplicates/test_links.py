"""Joining cases and taking them apart, by the actions alone."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.services.conftest import AT

from shizheng.core.journal import verify
from shizheng.kernel.errors import DomainError, NotPermitted
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.actions.opening import Contact, Intake, case_open
from shizheng.services.clocks.sweeping import clocks_sweep
from shizheng.services.duplicates.actions import case_link, case_unlink
from shizheng.services.duplicates.errors import LinkCircle, LinkClosed, LinkGone, RidesAlong
from shizheng.services.duplicates.selectors import likely_duplicates, links_of, master_of
from shizheng.services.models import Case, CaseClock, CaseLink, Notice, Service
from shizheng.services.places import Place

HOUR = timedelta(hours=1)
SANMIN = (120.3127, 22.6483)
STANDING = (
    "state", "holder", "is_open", "outcome", "closed_at", "held_since", "office_seconds",
    "applicant_seconds", "agency_seconds", "due_at", "agency_id", "assignee_id",
)  # fmt: skip


def reported(number: int = 1, at=AT, north: float = 0.0, words="路中央有個大坑洞"):
    intake = Intake(
        channel="web", description=words, answers={"kind": "pothole"},
        place=Place(longitude=SANMIN[0], latitude=SANMIN[1] + north),
        contact=Contact(name=f"市民{number}", email=f"r{number}@example.org"),
    )  # fmt: skip
    return case_open(
        service=Service.objects.get(code="road_damage"), given=intake, by=None, at=at
    ).case


def joined(case, to, by, at=AT + HOUR, kind="duplicate"):
    return case_link(case=case, to=to, kind=kind, by=by, at=at, reason="同一處")


def standing(case):
    row = Case.objects.get(pk=case.pk)
    clocks = CaseClock.objects.filter(case=case).order_by("key", "round")
    return [getattr(row, name) for name in STANDING], [
        (clock.key, clock.round, clock.pauses, clock.due_at, clock.is_running, clock.satisfied_at,
         clock.next_at)
        for clock in clocks
    ]  # fmt: skip


def test_a_duplicate_waits_for_its_master_and_nobody_holds_it(people):
    master, case = reported(1), reported(2)
    joined(case, master, people.officer)
    case.refresh_from_db()
    assert (case.holder, case.is_open, case.due_at) == ("nobody", True, None)
    assert case.office_seconds == 3600
    assert master_of(case) == master
    with pytest.raises(RidesAlong):
        case_act(case=case, action="accept", by=people.officer, at=AT + HOUR)
    assert clocks_sweep(at=AT + timedelta(days=30)).became_late == 1  # the master alone
    assert verify().is_intact


def test_one_answer_reaches_every_reporter_once(people):
    master = reported(1)
    for number in (2, 3):
        joined(reported(number), master, people.officer)
    joined(reported(2), master, people.officer)  # the same person once more
    Notice.objects.all().delete()
    given = Given(fields={"reply": "已補平"})
    case_act(case=master, action="close", by=people.officer, at=AT + 5 * HOUR, given=given)
    told = Notice.objects.filter(template="closed", channel="email").order_by("party__email")
    assert [notice.party.email for notice in told] == [f"r{n}@example.org" for n in (1, 2, 3)]
    for notice in told:
        assert notice.party.case.number in notice.subject
    rows = Case.objects.exclude(pk=master.pk)
    assert {(row.state, row.is_open, row.outcome) for row in rows} == {("done", False, "duplicate")}
    assert verify().is_intact


def test_taking_apart_puts_state_holder_and_clocks_back(people):
    master, case = reported(1), reported(2)
    case = case_act(case=case, action="accept", by=people.officer, at=AT)
    before = standing(case)
    link = joined(case, master, people.officer)
    given = Given(fields={"reply": "已補平"})
    case_act(case=master, action="close", by=people.officer, at=AT + 5 * HOUR, given=given)
    case_unlink(link=link, by=people.supervisor, at=AT + 9 * HOUR, reason="是兩個洞")
    assert standing(case) == before
    assert CaseLink.objects.get(pk=link.pk).undone_by == people.supervisor
    with pytest.raises(LinkGone):
        case_unlink(link=link, by=people.officer, at=AT + 9 * HOUR, reason="again")
    case_act(case=case, action="close", by=people.officer, at=AT + 10 * HOUR, given=given)
    assert verify().is_intact


def test_a_master_that_becomes_a_duplicate_takes_its_own_along_and_brings_them_back(people):
    first, second, third = reported(1), reported(2), reported(3)
    joined(third, second, people.officer)
    before = standing(third)
    link = joined(second, first, people.officer)
    assert master_of(third) == first
    case_unlink(link=link, by=people.officer, at=AT + 3 * HOUR, reason="不同處")
    assert master_of(third) == second
    assert master_of(second) is None
    assert standing(third) == before


def test_a_link_to_a_duplicate_goes_to_its_master(people):
    first, second, third = reported(1), reported(2), reported(3)
    joined(second, first, people.officer)
    joined(third, second, people.officer)
    assert master_of(third) == first
    with pytest.raises(LinkCircle):
        joined(first, third, people.officer)


def test_who_reported_a_duplicate_may_say_that_the_answer_was_none(people):
    master = reported(1)
    given = Intake(
        channel="web", description="同一條路的坑洞", answers={"kind": "pothole"},
        place=Place(longitude=SANMIN[0], latitude=SANMIN[1]), reporter=people.resident,
    )  # fmt: skip
    service = Service.objects.get(code="road_damage")
    case = case_open(service=service, given=given, by=people.resident, at=AT).case
    joined(case, master, people.officer)
    reply = Given(fields={"reply": "已補平"})
    case_act(case=master, action="close", by=people.officer, at=AT + HOUR, given=reply)
    again = Given(fields={"reason": "我報的洞還在"})
    case = case_act(case=case, action="reopen", by=people.resident, at=AT + 2 * HOUR, given=again)
    assert (case.is_open, master_of(case)) == (True, None)
    case_act(case=case, action="accept", by=people.officer, at=AT + 3 * HOUR)


def test_what_cannot_be_joined(people):
    master, case = reported(1), reported(2)
    with pytest.raises(NotPermitted):
        joined(case, master, people.water)
    reply = Given(fields={"reply": "已補平"})
    case_act(case=master, action="close", by=people.officer, at=AT, given=reply)
    with pytest.raises(LinkClosed):
        joined(case, master, people.officer)
    joined(case, master, people.officer, kind="follow_on")
    assert links_of(case, viewer=people.officer).count() == 1
    case.refresh_from_db()
    assert case.holder == "office"


def test_candidates_are_near_recent_and_alike_and_show_enough_to_decide(people):
    near = reported(1, north=0.0001)
    far = reported(2, north=0.002)
    joined(reported(3), near, people.officer)
    found = likely_duplicates(
        service=near.service, place=Place(longitude=SANMIN[0], latitude=SANMIN[1]),
        description="路面大坑洞", at=AT + HOUR,
    )  # fmt: skip
    assert [each.case for each in found] == [near]
    assert far not in [each.case for each in found]
    assert found[0].linked_count == 1
    assert found[0].distance_m == pytest.approx(0, abs=12)  # the best of it and its duplicate


def test_what_was_just_repaired_is_shown_too(people):
    case = reported(1)
    given = Given(fields={"reply": "已補平"})
    case_act(case=case, action="close", by=people.officer, at=AT + HOUR, given=given)
    place = Place(longitude=SANMIN[0], latitude=SANMIN[1])
    for days, count in ((2, 1), (20, 0)):
        found = likely_duplicates(
            service=case.service, place=place, description="大坑洞", at=AT + timedelta(days=days)
        )
        assert len(found) == count


STEPS = st.lists(
    st.tuples(st.sampled_from(["link", "unlink"]), st.integers(0, 4), st.integers(0, 4)),
    max_size=14,
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_any_links_make_a_forest_and_taking_them_back_restores(people, steps):
    cases = [reported(number) for number in range(5)]
    before = [standing(case) for case in cases]
    at, made = AT, []
    for kind, one, other in steps:
        at += HOUR
        active = [link for link in made if CaseLink.objects.get(pk=link.pk).undone_at is None]
        try:
            if kind == "link":
                made.append(joined(cases[one], cases[other], people.officer, at=at))
            elif active:
                case_unlink(link=active[one % len(active)], by=people.officer, at=at, reason="-")
        except DomainError:
            pass
        held = CaseLink.objects.filter(kind="duplicate", undone_at=None)
        masters = dict(held.values_list("case", "to"))
        assert not set(masters) & set(masters.values())
    while link := CaseLink.objects.filter(undone_at=None).order_by("-made_at", "-pk").first():
        at += HOUR
        case_unlink(link=link, by=people.officer, at=at, reason="-")
    assert [standing(case) for case in cases] == before
    assert verify().is_intact
