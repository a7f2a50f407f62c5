"""Money that comes in for a case: judged, booked once, and the case goes on."""

from datetime import timedelta

import pytest
from tests.services.payments.zoning import AT, CUT, PLAIN, applied, paid, reported

from shizheng.core.journal import entries_of, verify
from shizheng.core.models import OutboxEvent
from shizheng.kernel.errors import NotPermitted
from shizheng.services.actions.acting import case_act
from shizheng.services.clocks.sweeping import clocks_sweep
from shizheng.services.models import Case, CaseEvent, Charge, Output, Payment, Refund
from shizheng.services.payments.actions.expiring import charges_expire
from shizheng.services.payments.actions.receiving import charge_pay_at_counter, payment_receive
from shizheng.services.payments.connections import TEST_BANK, the_test_bank
from shizheng.services.payments.domain.accounts import read_account_number
from shizheng.services.payments.domain.gateway import MethodNotOffered, NoticeUnreadable
from shizheng.services.payments.domain.matching import ReferenceReused
from shizheng.services.payments.domain.signatures import SignatureStale, SignatureWrong
from shizheng.services.payments.errors import ChargeNotOpen, GatewayNotInUse, ReceiptMissing

pytestmark = pytest.mark.django_db


def charge_of(case):
    return Charge.objects.filter(case=case).latest("asked_at")


def told(type_):
    return [event.payload for event in OutboxEvent.objects.filter(type=type_).order_by("at")]


def test_an_application_asks_for_its_fee_with_a_number_that_nobody_can_guess(people):
    case = applied(people.resident, parcels=[PLAIN, CUT], copies="3").case
    charge = charge_of(case)
    assert (case.state, charge.amount, charge.status) == ("unpaid", 600, "open")
    assert charge.due_at.date().isoformat() == "2020-02-20"
    assert read_account_number(charge.number, collector="99999") > 1_000_000
    (event,) = told("city.charge.opened")
    assert (event["ledger"], event["amount_twd"]) == ("fees.zoning_certificate", 600)
    assert "王小明" not in str(event)


def test_a_fee_of_nothing_is_paid_at_once_and_the_case_goes_on(people):
    case = applied(people.resident, applicant_kind="agency").case
    assert (case.state, charge_of(case).status) == ("issued", "paid")
    assert not Payment.objects.exists()


def test_a_payment_settles_the_charge_and_the_certificate_is_there_in_the_same_act(people):
    case = applied(people.resident).case
    payment = reported(paid(charge_of(case)))
    case.refresh_from_db()
    assert (payment.verdict, payment.kept) == ("accepted", 100)
    assert (case.state, charge_of(case).status) == ("issued", "paid")
    assert Output.objects.get(case=case).status == "valid"
    names = [event.action for event in CaseEvent.objects.filter(case=case)]
    assert names == ["opened", "payment.received", "paid", "issue_now", "deliver"]
    assert told("city.payment.received")[0]["ledger"] == "fees.zoning_certificate"
    assert entries_of(payment, action="services.payment.received").count() == 1
    assert verify().is_intact


def test_a_notice_that_comes_again_has_the_same_answer_and_no_effect(people):
    case = applied(people.resident).case
    payment = paid(charge_of(case))
    first = reported(payment)
    case.refresh_from_db()
    events, journal = case.revision, entries_of(first).count()
    again = reported(payment, at=AT + timedelta(hours=3))
    case.refresh_from_db()
    assert again == first
    assert (case.revision, entries_of(first).count()) == (events, journal)
    assert (Payment.objects.count(), Refund.objects.count()) == (1, 0)


def test_a_reference_that_comes_again_with_another_amount_is_refused_and_books_nothing(people):
    charge = charge_of(applied(people.resident).case)
    reported(paid(charge))
    with pytest.raises(ReferenceReused):
        reported(paid(charge, amount=1))
    assert Payment.objects.count() == 1


WRONG = [
    pytest.param({"amount": 99}, "too_little", 99, "open", id="too-little-goes-back-whole"),
    pytest.param({"amount": 150}, "too_much", 50, "paid", id="too-much-goes-back-in-part"),
    pytest.param(
        {"at": AT + timedelta(days=8)}, "late", 100, "open", id="too-late-goes-back-whole"
    ),
    pytest.param({"number": "9999900000000017"}, "unknown", 100, "open", id="no-such-charge"),
]


@pytest.mark.parametrize(("given", "verdict", "back", "status"), WRONG)
def test_money_that_does_not_fit_goes_back(people, given, verdict, back, status):
    charge = charge_of(applied(people.resident).case)
    at = AT + timedelta(days=8)
    payment = reported(paid(charge, **given), at=at)
    refund = Refund.objects.get(payment=payment)
    charge.refresh_from_db()
    assert (payment.verdict, refund.amount, refund.reason) == (verdict, back, verdict)
    assert charge.status == status
    assert told("city.refund.asked")[0]["amount_twd"] == back


def test_a_second_payment_of_one_charge_goes_back_whole(people):
    case = applied(people.resident).case
    charge = charge_of(case)
    reported(paid(charge))
    second = reported(paid(charge, reference="TB-2"))
    assert (second.verdict, second.kept) == ("duplicate", 0)
    assert Refund.objects.get(payment=second).amount == 100


def test_a_payment_after_a_withdrawal_is_not_owed_and_goes_back(people):
    case = applied(people.resident).case
    charge = charge_of(case)
    case_act(case=case, action="withdraw", by=people.resident, at=AT)
    charge.refresh_from_db()
    assert charge.status == "cancelled"
    assert reported(paid(charge)).verdict == "not_owed"
    assert Refund.objects.get().amount == 100


def test_an_unpaid_fee_runs_out_and_closes_the_case_once(people):
    case = applied(people.resident).case
    late = AT + timedelta(days=8)
    assert charges_expire(at=AT + timedelta(days=7)) == 0
    assert charges_expire(at=late) == 1
    assert charges_expire(at=late) == 0
    case.refresh_from_db()
    assert (case.state, charge_of(case).status) == ("lapsed", "expired")
    assert told("city.charge.expired")[0]["case"] == case.number


def test_who_paid_in_time_is_served_although_the_report_came_after_the_end(people):
    case = applied(people.resident).case
    late = AT + timedelta(days=9)
    charges_expire(at=late)
    in_time = paid(charge_of(case), at=AT + timedelta(days=6))
    assert reported(in_time, at=late).verdict == "accepted"
    case.refresh_from_db()
    assert (case.state, case.is_open) == ("issued", False)


def test_a_parcel_cut_by_a_boundary_goes_to_an_officer_with_three_working_days(people):
    case = applied(people.resident, parcels=[CUT]).case
    reported(paid(charge_of(case)))
    case.refresh_from_db()
    assert (case.state, case.holder) == ("manual", "office")
    assert case.due_at.date().isoformat() == "2020-02-17"
    assert clocks_sweep(at=AT + timedelta(days=6)).became_late == 1


@pytest.mark.parametrize("tail", [b" ", b"x"])
def test_a_notice_with_a_wrong_signature_books_nothing(people, tail):
    charge = charge_of(applied(people.resident).case)
    notice = the_test_bank().notice(paid(charge), at=AT)
    with pytest.raises(SignatureWrong):
        payment_receive(gateway=TEST_BANK, body=notice.body + tail, headers=notice.headers, at=AT)
    with pytest.raises(SignatureStale):
        payment_receive(
            gateway=TEST_BANK, body=notice.body, headers=notice.headers, at=AT + timedelta(hours=1)
        )
    assert not Payment.objects.exists()


def test_a_gateway_that_is_not_in_use_has_no_door(people, settings):
    with pytest.raises(GatewayNotInUse):
        payment_receive(gateway="other", body=b"", headers={}, at=AT)
    settings.TEST_BANK_ALLOWED = False
    with pytest.raises(GatewayNotInUse):
        payment_receive(gateway=TEST_BANK, body=b"", headers={}, at=AT)


def test_a_signed_notice_without_sense_is_refused(people):
    from shizheng.services.payments.domain.signatures import signed_headers

    bank = the_test_bank()
    headers = signed_headers(bank.settings.secrets[0], message_id="m", body=b"[]", at=AT)
    with pytest.raises(NoticeUnreadable):
        payment_receive(gateway=TEST_BANK, body=b"[]", headers=headers, at=AT)


def test_an_officer_takes_the_fee_at_the_counter_with_a_receipt(people):
    case = applied(people.resident).case
    charge = charge_of(case)
    with pytest.raises(NotPermitted):
        charge_pay_at_counter(charge=charge, receipt="R-1", by=people.outsider, at=AT)
    with pytest.raises(ReceiptMissing):
        charge_pay_at_counter(charge=charge, receipt=" ", by=people.officer, at=AT)
    payment = charge_pay_at_counter(charge=charge, receipt="R-1", by=people.officer, at=AT)
    assert (payment.verdict, payment.taken_by) == ("accepted", people.officer)
    charge.refresh_from_db()
    with pytest.raises(ChargeNotOpen):
        charge_pay_at_counter(charge=charge, receipt="R-2", by=people.officer, at=AT)
    case.refresh_from_db()
    assert case.state == "issued"


def test_a_service_that_takes_no_cash_is_not_paid_at_the_counter(people, monkeypatch):
    from shizheng.services.payments.actions import receiving

    charge = charge_of(applied(people.resident).case)
    fee = receiving.fee_of(charge).model_copy(update={"methods": ("card",)})
    monkeypatch.setattr(receiving, "fee_of", lambda charge: fee)
    with pytest.raises(MethodNotOffered):
        charge_pay_at_counter(charge=charge, receipt="R-1", by=people.officer, at=AT)


def test_money_stays_booked_when_the_flow_refuses_to_go_on(people, monkeypatch):
    from shizheng.services.domain.errors import AgencyUnknown
    from shizheng.services.payments.actions import receiving

    case = applied(people.resident).case
    finish = receiving.finish

    def refuse_once(run):
        if run.follow:
            raise AgencyUnknown(agency="nowhere")
        finish(run)

    monkeypatch.setattr(receiving, "finish", refuse_once)
    payment = reported(paid(charge_of(case)))
    case = Case.objects.get(pk=case.pk)
    assert (payment.verdict, charge_of(case).status, case.state) == ("accepted", "paid", "unpaid")
    assert "nowhere" in CaseEvent.objects.get(case=case, action="payment.received").note
