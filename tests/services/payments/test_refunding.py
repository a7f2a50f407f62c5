"""Money that goes back: by the flow, by hand, through the gateway, once."""

from datetime import timedelta

import pytest
from tests.services.payments.zoning import AT, CUT, applied, paid, reported

from shizheng.core.models import Job, OutboxEvent
from shizheng.kernel.errors import NotPermitted
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.models import Charge, Output, PracticeRefund, Refund
from shizheng.services.payments.actions.receiving import charge_pay_at_counter
from shizheng.services.payments.actions.refunding import (
    balance_of,
    payment_refund,
    refund_mark_sent,
    refund_send,
)
from shizheng.services.payments.domain.gateway import GatewayUnavailable
from shizheng.services.payments.domain.matching import RefundTooLarge
from shizheng.services.payments.domain.practice_bank import PracticeBank
from shizheng.services.payments.errors import OwnRefund, ReceiptMissing, RefundSettled
from shizheng.services.payments.tasks import send_refund

pytestmark = pytest.mark.django_db
WHY = Given(fields={"reason": "計畫圖誤載"})


@pytest.fixture
def issued(people):
    """A certificate that was paid for and issued."""
    case = applied(people.resident, english="on").case
    reported(paid(Charge.objects.get(case=case)))
    case.refresh_from_db()
    return case


def test_voiding_a_certificate_revokes_it_and_pays_the_fee_back(people, issued):
    case_act(case=issued, action="void", by=people.supervisor, at=AT, given=WHY)
    assert set(Output.objects.values_list("status", flat=True)) == {"revoked"}
    assert set(Output.objects.values_list("revoked_reason", flat=True)) == {"計畫圖誤載"}
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.asked_by) == (100, "voided", people.supervisor)
    assert Charge.objects.get().status == "refunded"
    assert Job.objects.filter(name="services.send_refund", key=str(refund.pk)).count() == 1
    assert OutboxEvent.objects.filter(type="city.output.revoked").count() == 2


def test_refusing_a_boundary_parcel_pays_the_fee_back(people):
    case = applied(people.resident, parcels=[CUT]).case
    reported(paid(Charge.objects.get(case=case)))
    case.refresh_from_db()
    case_act(case=case, action="refuse", by=people.officer, at=AT, given=WHY)
    assert (Refund.objects.get().reason, Charge.objects.get().status) == ("refused", "refunded")


def test_a_share_of_the_service_says_how_much_goes_back(people, monkeypatch):
    from decimal import Decimal

    from shizheng.services.versions import definition_by

    case = applied(people.resident, parcels=[CUT]).case
    reported(paid(Charge.objects.get(case=case)))
    fee = definition_by(case.version_id).fees["certificate_fee"]
    monkeypatch.setitem(fee.refund_shares, "withdrawn", Decimal("0.5"))
    case.refresh_from_db()
    case_act(case=case, action="withdraw", by=people.resident, at=AT)
    assert (Refund.objects.get().amount, Refund.objects.get().reason) == (50, "withdrawn")


def test_a_refund_is_sent_once_however_often_the_job_runs(people, issued):
    reported(paid(Charge.objects.get(), reference="TB-2"))
    refund = Refund.objects.get()
    send_refund(refund=str(refund.pk))
    send_refund(refund=str(refund.pk))
    refund.refresh_from_db()
    assert (refund.status, refund.reference) == ("sent", "TB-2-R1")
    assert PracticeRefund.objects.count() == 1
    assert OutboxEvent.objects.filter(type="city.refund.sent").count() == 1


def test_a_process_that_died_after_the_bank_had_sent_sends_nothing_twice(people, issued):
    reported(paid(Charge.objects.get(), reference="TB-2"))
    refund = Refund.objects.get()
    send_refund(refund=str(refund.pk))
    Refund.objects.update(status="asked", sent_at=None, reference="")  # its note was lost
    send_refund(refund=str(refund.pk))
    assert Refund.objects.get().status == "sent"
    assert PracticeRefund.objects.count() == 1


def test_a_bank_that_does_not_answer_is_asked_again_and_one_that_refuses_is_not(
    people, issued, monkeypatch
):
    reported(paid(Charge.objects.get(), reference="TB-2"))
    refund = Refund.objects.get()

    def silent(self, order, *, at):
        raise GatewayUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(PracticeBank, "refund", silent)
        with pytest.raises(GatewayUnavailable):
            send_refund(refund=str(refund.pk))
    assert Refund.objects.get().status == "asked"

    Refund.objects.update(amount=500)  # more than was paid
    send_refund(refund=str(refund.pk))
    refund = Refund.objects.get()
    assert refund.status == "failed"
    assert "NT$100" in refund.problem


def test_an_officer_pays_back_no_more_than_is_kept(people, issued):
    payment = Charge.objects.get().payments.get()
    with pytest.raises(NotPermitted):
        payment_refund(payment=payment, amount=10, note="", by=people.officer, at=AT)
    with pytest.raises(NotPermitted):
        payment_refund(payment=payment, amount=10, note="", by=people.outsider, at=AT)
    payment_refund(payment=payment, amount=40, note="份數溢收", by=people.supervisor, at=AT)
    with pytest.raises(RefundTooLarge):
        payment_refund(payment=payment, amount=61, note="", by=people.supervisor, at=AT)
    assert Charge.objects.get().status == "paid"
    payment_refund(payment=payment, amount=60, note="", by=people.supervisor, at=AT)
    assert Charge.objects.get().status == "refunded"
    assert (balance_of(payment).kept_twd, balance_of(payment).refund_due_twd) == (0, 100)


def test_cash_goes_back_by_hand_and_by_another_person_than_ordered_it(people):
    case = applied(people.resident).case
    charge = Charge.objects.get(case=case)
    payment = charge_pay_at_counter(charge=charge, receipt="R-1", by=people.officer, at=AT)
    refund = payment_refund(payment=payment, amount=100, note="", by=people.supervisor, at=AT)
    assert not Job.objects.filter(name="services.send_refund").exists()
    given = {"refund": refund, "at": AT + timedelta(days=1)}
    with pytest.raises(OwnRefund):
        refund_mark_sent(reference="T-1", by=people.supervisor, **given)
    with pytest.raises(ReceiptMissing):
        refund_mark_sent(reference=" ", by=people.other_supervisor, **given)
    sent = refund_mark_sent(reference="T-1", by=people.other_supervisor, **given)
    assert (sent.status, sent.reference) == ("sent", "T-1")
    with pytest.raises(RefundSettled):
        refund_mark_sent(reference="T-2", by=people.other_supervisor, **given)
    assert refund_send(refund=sent, at=AT) == sent
