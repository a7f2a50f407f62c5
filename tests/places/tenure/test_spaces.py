"""Idle space and the land bank through their actions, floods and races of two included."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import shapely
from tests.places.tenure.conftest import NOW, TODAY, record, refused

from shizheng.kernel.errors import NotPermitted
from shizheng.places.actions.things import thing_record
from shizheng.places.models import LandEnquiry, Register, SpaceApplication, SpaceUse
from shizheng.places.tenure.actions.idle import (
    Offer,
    Wish,
    application_decide,
    application_withdraw,
    space_apply,
    space_publish,
    space_withdraw,
    use_recall,
    uses_turn,
)
from shizheng.places.tenure.actions.industry import (
    enquiry_answer,
    enquiry_end,
    enquiry_send,
    enquiry_withdraw,
    plot_check,
    plots_on,
    plots_turn,
)
from shizheng.places.tenure.actions.ledger import property_idle
from shizheng.places.tenure.selectors.spaces import (
    PlotQuestion,
    SpaceQuestion,
    idle_days,
    plots_fitting,
    space_question,
    spaces_offered,
    unpublished,
)
from shizheng.services.models import Notice

pytestmark = pytest.mark.django_db
OFFER = Offer("舊倉庫", "building", Decimal(40), 0.01, 0.01, "磨坊巷 1 號", "不得生火")
WISH = Wish("garden", "社區種花", date(2026, 4, 10), date(2026, 6, 1))


def offered(people, number="B-1", **changed):
    item = record(people, number, category="building", area_m2=Decimal(50))
    property_idle(item=item, since=date(2026, 3, 1), by=people.keeper, at=NOW)
    item.refresh_from_db()
    return space_publish(item=item, offer=OFFER, by=people.keeper, at=NOW, **changed)


def test_what_falls_idle_is_published_within_days_or_stands_in_the_list(people):
    item = record(people, "B-2", category="building", area_m2=Decimal(50))
    refused("not_idle", space_publish, item=item, offer=OFFER, by=people.keeper, at=NOW)
    property_idle(item=item, since=date(2026, 3, 1), by=people.keeper, at=NOW)
    (late,) = unpublished(people.keeper, on=TODAY)
    assert (late.due_on, late.is_late) == (date(2026, 3, 21), True)
    assert unpublished(people.works, on=TODAY) == []
    (days,) = idle_days(people.keeper, on=TODAY)
    assert (days.count, days.days) == (1, 36)
    item.refresh_from_db()
    with pytest.raises(NotPermitted):
        space_publish(item=item, offer=OFFER, by=people.works, at=NOW)
    big = Offer("舊倉庫", "building", Decimal(51), 0.01, 0.01)
    refused("amount_unfit", space_publish, item=item, offer=big, by=people.keeper, at=NOW)
    made = space_publish(item=item, offer=OFFER, by=people.keeper, at=NOW)
    assert unpublished(people.keeper, on=TODAY) == []
    refused("not_idle", space_publish, item=item, offer=OFFER, by=people.keeper, at=NOW)
    state = made.thing.features.get(recorded_to=None)
    assert (state.state, state.properties["idle_since"]) == ("offered", "2026-03-01")
    everybody = people.resident
    assert [*spaces_offered(everybody, space_question({"q": "倉庫", "least": "30"}))] == [made]
    assert not spaces_offered(everybody, space_question({"most": "30"})).exists()
    assert spaces_offered(everybody, SpaceQuestion()).count() == 1


def test_an_application_is_answered_once_and_only_one_gets_the_space(people):
    space = offered(people)
    first = space_apply(space=space, wish=WISH, by=people.resident, at=NOW)
    assert first.due_at == datetime(2026, 4, 13, 15, 59, 59, tzinfo=UTC)
    refused("too_many_open", space_apply, space=space, wish=WISH, by=people.resident, at=NOW)
    second = space_apply(space=space, wish=WISH, by=people.other, at=NOW)
    decide = {"answer": "同意使用", "by": people.keeper, "at": NOW}
    with pytest.raises(NotPermitted):
        application_decide(application=first, accept=True, **decide | {"by": people.works})
    refused("reason_missing", application_decide, application=first, accept=True,
            **decide | {"answer": ""})  # fmt: skip
    application_decide(application=first, accept=True, **decide)
    refused("space_taken", application_decide, application=second, accept=True, **decide)
    second.refresh_from_db()
    assert second.state == "refused"
    assert Notice.objects.filter(template="places.space_answer").count() == 2
    refused("answered_already", application_withdraw, application=second, by=people.other, at=NOW)
    refused("space_taken", space_apply, space=space, wish=WISH, by=people.other, at=NOW)
    refused("space_taken", space_withdraw, space=space, why="自用", by=people.keeper, at=NOW)
    now = space.thing.features.get(recorded_to=None, valid_to=None)
    assert (now.state, now.properties["use_ends_on"]) == ("lent", "2026-06-01")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"use": "circus"}, "way_unknown"),
        ({"starts_on": date(2026, 4, 5)}, "term_unfit"),
        ({"ends_on": date(2026, 4, 10)}, "term_unfit"),
        ({"ends_on": date(2036, 4, 10)}, "term_unfit"),
        ({"purpose": " "}, "reason_missing"),
    ],
    ids=["use", "past", "no-length", "long", "no-purpose"],
)
def test_a_wish_that_cannot_be_is_refused(people, change, code):
    given = {"use": "garden", "purpose": "種花", "starts_on": WISH.starts_on,
             "ends_on": WISH.ends_on} | change  # fmt: skip
    refused(code, space_apply, space=offered(people), wish=Wish(**given), by=people.resident,
            at=NOW)  # fmt: skip


def test_a_use_is_recalled_with_notice_and_falls_idle_again(people):
    space = offered(people)
    made = space_apply(space=space, wish=WISH, by=people.resident, at=NOW)
    application_decide(application=made, accept=True, answer="同意", by=people.keeper, at=NOW)
    use = SpaceUse.objects.get()
    early = {"use": use, "why": "標售", "by": people.keeper, "at": NOW}
    refused("term_unfit", use_recall, ends_on=TODAY + timedelta(days=13), **early)
    use_recall(ends_on=TODAY + timedelta(days=14), **early)
    assert Notice.objects.filter(template="places.space_recall").count() == 1
    assert uses_turn(at=NOW + timedelta(days=13)) == (0, 0)
    assert uses_turn(at=NOW + timedelta(days=14)) == (0, 1)
    space.refresh_from_db()
    space.item.refresh_from_db()
    assert (space.state, space.item.use) == ("offered", "idle")
    assert space.item.idle_since == TODAY + timedelta(days=14)
    space_withdraw(space=space, why="收回自用", by=people.keeper, at=NOW + timedelta(days=15))


def test_the_notice_before_the_end_goes_out_by_itself_once(people):
    made = space_apply(space=offered(people), wish=WISH, by=people.resident, at=NOW)
    application_decide(application=made, accept=True, answer="同意", by=people.keeper, at=NOW)
    assert uses_turn(at=NOW) == (0, 0)
    near = datetime(2026, 5, 18, 2, tzinfo=UTC)
    assert uses_turn(at=near) == (1, 0)
    assert uses_turn(at=near) == (0, 0)
    assert SpaceApplication.objects.get().state == "accepted"


def plot(key, west, **more):
    values = {"name": f"用地{key}", "zoning": "乙種工業區", "checked_on": "2026-03-01",
              "price_from_twd": "900", "price_to_twd": "1500", "power_kw": "500",
              "water_m3_day": "40", "willingness": "sell",
              "owner_contact": "0912-000-000"}  # fmt: skip
    return thing_record(
        register=Register.objects.get(code="workshops"), key=key, by=None, at=NOW,
        valid_from=date(2026, 3, 1), values=values | more,
        geometry=shapely.box(west, 0.01, west + 0.001, 0.011),
    )  # fmt: skip


def test_an_enquiry_gets_an_officer_and_days_and_a_match_takes_the_plot(people):
    one = plot("W-1", 0.01)
    ask = {"company": "甲公司", "contact": "a@example.org", "needs": "需五百瓩", "at": NOW}
    refused("reason_missing", enquiry_send, plot=one, by=people.resident, **ask | {"needs": ""})
    made = enquiry_send(plot=one, by=people.resident, **ask)
    assert made.officer == people.keeper
    assert made.due_at == datetime(2026, 4, 9, 15, 59, 59, tzinfo=UTC)
    enquiry_send(plot=one, by=people.resident, **ask)
    refused("too_many_open", enquiry_send, plot=one, by=people.resident, **ask)
    with pytest.raises(NotPermitted):
        enquiry_answer(enquiry=made, answer="可", by=people.works, at=NOW)
    enquiry_answer(enquiry=made, answer="可供電", by=people.keeper, at=NOW)
    refused(
        "answered_already", enquiry_answer, enquiry=made, answer="再答", by=people.keeper, at=NOW
    )
    enquiry_end(enquiry=made, is_match=True, reason="簽約", by=people.keeper, at=NOW)
    assert plots_on(TODAY)["W-1"].state == "matched"
    other = LandEnquiry.objects.get(state="waiting")
    refused("space_taken", enquiry_end, enquiry=other, is_match=True, reason="簽約",
            by=people.keeper, at=NOW)  # fmt: skip
    enquiry_withdraw(enquiry=other, by=people.resident, at=NOW)
    refused("space_taken", enquiry_send, plot=one, by=people.other, **ask)


def test_plots_that_nobody_checks_are_unverified_until_somebody_does(people):
    one, two = plot("W-1", 0.01), plot("W-2", 0.02, power_kw="50")
    assert plots_turn(at=datetime(2026, 5, 30, 2, tzinfo=UTC)) == 0
    late = datetime(2026, 5, 31, 2, tzinfo=UTC)
    assert plots_turn(at=late) == 2
    assert plots_turn(at=late) == 0
    with pytest.raises(NotPermitted):
        plot_check(plot=one, by=people.works, at=late)
    plot_check(plot=one, by=people.keeper, at=late)
    on = date(2026, 5, 31)
    assert [(row.key, row.state) for row in plots_fitting(PlotQuestion(), on=on)] == [
        ("W-1", "available"), ("W-2", "unverified")
    ]  # fmt: skip
    asked = PlotQuestion(least_kw=Decimal(100), most_price=Decimal(1_000), zoning="工業")
    assert [row.key for row in plots_fitting(asked, on=on)] == ["W-1"]
    assert plots_fitting(PlotQuestion(least_m2=Decimal(10**8)), on=on) == []
    assert two.key == "W-2"
