"""Applications for zoning certificates, and payments for them as the test bank reports them."""

from datetime import UTC, datetime
from types import SimpleNamespace

from tests.services.conftest import person

from shizheng.services.actions.opening import Contact, Intake, case_open
from shizheng.services.models import Service
from shizheng.services.payments.actions.receiving import payment_receive
from shizheng.services.payments.connections import TEST_BANK, the_test_bank
from shizheng.services.payments.domain.matching import Incoming, Method

AT = datetime(2020, 2, 13, 2, 0, tzinfo=UTC)
PLAIN, CUT = "demo-lingya-0101", "demo-lingya-0104"


def planners():
    """Return those who work on zoning certificates, and two residents."""
    return SimpleNamespace(
        resident=person("resident_a"),
        stranger=person("resident_b"),
        officer=person("officer_plan", "officer", "urban_development"),
        supervisor=person("supervisor_plan", "supervisor", "urban_development"),
        other_supervisor=person("supervisor_plan_2", "supervisor", "urban_development"),
        outsider=person("officer_works", "supervisor", "public_works"),
    )


def applied(by=None, *, parcels=(PLAIN,), at=AT, name="王小明", **answers):
    """Open an application; without an account it is followed by its code."""
    given = {
        "parcels": list(parcels),
        "copies": "1",
        "applicant": name,
        "applicant_kind": "person",
        **answers,
    }
    contact = Contact(name=name, email="applicant@example.org")
    intake = Intake(channel="web", answers=given, contact=contact, reporter=by)
    service = Service.objects.get(code="zoning_certificate")
    return case_open(service=service, given=intake, by=by, at=at)


def paid(charge, *, reference="TB-1", amount=None, at=AT, number=None, method=Method.CARD):
    """Return a payment of a charge."""
    return Incoming(
        gateway=TEST_BANK, reference=reference, charge=number or charge.number,
        amount_twd=charge.amount if amount is None else amount, paid_at=at, method=method,
    )  # fmt: skip


def reported(payment, *, at=AT):
    """Let the test bank report a payment at the door of payments; enter it in its book first."""
    bank = the_test_bank()
    if bank.book.payment(payment.reference) is None:
        bank.book.enter_payment(payment)
    notice = bank.notice(payment, at=at)
    return payment_receive(gateway=TEST_BANK, body=notice.body, headers=notice.headers, at=at)
