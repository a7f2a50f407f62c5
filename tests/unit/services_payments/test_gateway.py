import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from shizheng.kernel.errors import DomainError
from shizheng.kernel.registry import UnknownKey
from shizheng.services.payments.domain import gateway, practice_bank, signatures, slips
from shizheng.services.payments.domain.accounts import account_number
from shizheng.services.payments.domain.gateway import (
    ChargeOrder,
    GatewaySettings,
    GatewayState,
    Instructions,
    NoticeUnreadable,
    Redirect,
    RefundOrder,
    gateways,
)
from shizheng.services.payments.domain.matching import Incoming, Method
from shizheng.services.payments.domain.notices import read_notice, write_notice
from shizheng.services.payments.domain.practice_bank import MemoryBook
from shizheng.services.payments.domain.slips import read_slip

AT = datetime(2020, 3, 2, 1, 30, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two characters").decode()
NEWER = "whsec_" + base64.b64encode(b"another of thirty-two characters").decode()
CHARGE = account_number("70012", 1)
SETTINGS = GatewaySettings(
    secrets=(SECRET,),
    page_url="https://city.example/test-bank/",
    bank_code="004",
    collection="6XY",
)
ORDER = ChargeOrder(
    charge=CHARGE,
    amount_twd=1_500,
    pay_by=date(2020, 3, 9),
    method=Method.CARD,
    description="Zoning certificate",
    return_url="https://city.example/cases/1/",
    notify_url="https://city.example/payments/test_bank/",
)
PAYMENT = Incoming("test_bank", "TB-1", CHARGE, 1_500, AT, Method.CARD)


@pytest.fixture
def bank():
    return gateways["test_bank"](SETTINGS, MemoryBook())


# Starting


def test_the_test_bank_is_found_in_the_register_and_an_unknown_one_is_not():
    assert practice_bank.ID in gateways
    with pytest.raises(UnknownKey, match="test_bank"):
        gateways["city_bank"]


def test_a_card_payment_sends_the_payer_to_the_page_of_the_bank(bank):
    started = bank.start(ORDER)
    assert isinstance(started, Redirect)
    assert started.url == SETTINGS.page_url
    assert (started.fields["charge"], started.fields["amount_twd"]) == (CHARGE, "1500")


def test_a_transfer_names_the_bank_and_the_account(bank):
    started = bank.start(replace(ORDER, method=Method.TRANSFER))
    assert isinstance(started, Instructions)
    assert (started.bank_code, started.account, started.pay_by) == ("004", CHARGE, ORDER.pay_by)


def test_a_store_payment_prints_a_slip_that_reads_back(bank):
    started = bank.start(replace(ORDER, method=Method.STORE))
    assert isinstance(started, Instructions)
    slip = read_slip(started.slip.segments, on=date(2020, 3, 2), amount_twd=1_500)
    assert slip.account == CHARGE
    with pytest.raises(slips.SlipOverLimit):
        bank.start(replace(ORDER, method=Method.STORE, amount_twd=20_001))


def test_the_counter_is_no_way_of_paying_at_the_bank(bank):
    with pytest.raises(gateway.MethodNotOffered) as refused:
        bank.start(replace(ORDER, method=Method.COUNTER))
    assert "card, store, transfer" in refused.value.refusal().hint


# Notices


def test_a_signed_notice_is_read(bank):
    notice = bank.pay(PAYMENT, at=AT)
    assert bank.read_callback(notice.body, notice.headers, at=AT) == PAYMENT


def test_header_names_are_read_in_any_case(bank):
    notice = bank.notice(PAYMENT, at=AT)
    headers = {name.title(): value for name, value in notice.headers.items()}
    assert bank.read_callback(notice.body, headers, at=AT) == PAYMENT


def test_the_signature_is_the_one_of_standard_webhooks():
    now = datetime.now(UTC)
    body = write_notice(PAYMENT)
    ours = signatures.signed_headers(SECRET, message_id="msg_1", body=body, at=now)
    theirs = {
        **ours,
        "webhook-signature": Webhook(SECRET).sign("msg_1", now, body.decode()),
    }

    assert Webhook(SECRET).verify(body.decode(), ours) == json.loads(body)
    assert signatures.check_signature((SECRET,), theirs, body, at=now) == "msg_1"


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda body, headers: (body, {}), signatures.SignatureMissing),
        (
            lambda body, headers: (body, {**headers, "webhook-signature": ""}),
            signatures.SignatureMissing,
        ),
        (
            lambda body, headers: (body, {**headers, "webhook-timestamp": "soon"}),
            signatures.SignatureMissing,
        ),
        (
            lambda body, headers: (body, {**headers, "webhook-timestamp": "٣"}),
            signatures.SignatureMissing,
        ),
        (
            lambda body, headers: (body.replace(b"1500", b"9500"), headers),
            signatures.SignatureWrong,
        ),
        (
            lambda body, headers: (body, {**headers, "webhook-id": "msg_other"}),
            signatures.SignatureWrong,
        ),
        (
            lambda body, headers: (body, {**headers, "webhook-signature": "v1,AAAA"}),
            signatures.SignatureWrong,
        ),
        (
            lambda body, headers: (body, {**headers, "webhook-signature": "v2,簽 v1,\u0000é"}),
            signatures.SignatureWrong,
        ),
        (
            lambda body, headers: (body, {**headers, "webhook-timestamp": "1583112601"}),
            signatures.SignatureWrong,
        ),
    ],
    ids=[
        "no-headers",
        "empty",
        "no-number",
        "arabic-digit",
        "other-body",
        "other-id",
        "other-signature",
        "hostile-signature",
        "other-moment",
    ],
)
def test_a_notice_that_the_bank_did_not_sign_is_refused(bank, change, refusal):
    notice = bank.notice(PAYMENT, at=AT)
    body, headers = change(notice.body, notice.headers)
    with pytest.raises(refusal) as refused:
        bank.read_callback(body, headers, at=AT)
    assert refused.value.status == 401


@pytest.mark.parametrize("minutes", [-6, 6], ids=["from-the-future", "stale"])
def test_a_notice_is_believed_for_five_minutes_either_way(bank, minutes):
    notice = bank.notice(PAYMENT, at=AT)
    edge = timedelta(minutes=5 if minutes > 0 else -5)
    assert bank.read_callback(notice.body, notice.headers, at=AT + edge)
    with pytest.raises(signatures.SignatureStale):
        bank.read_callback(notice.body, notice.headers, at=AT + timedelta(minutes=minutes))


def test_an_old_secret_stays_good_while_both_are_agreed(bank):
    notice = bank.notice(PAYMENT, at=AT)
    both = gateways["test_bank"](replace(SETTINGS, secrets=(NEWER, SECRET)), MemoryBook())
    only_new = gateways["test_bank"](replace(SETTINGS, secrets=(NEWER,)), MemoryBook())

    assert both.read_callback(notice.body, notice.headers, at=AT) == PAYMENT
    with pytest.raises(signatures.SignatureWrong):
        only_new.read_callback(notice.body, notice.headers, at=AT)


def test_a_gateway_without_a_secret_believes_nobody(bank):
    notice = bank.notice(PAYMENT, at=AT)
    careless = gateways["test_bank"](replace(SETTINGS, secrets=()), MemoryBook())
    with pytest.raises(ValueError, match="believe nobody"):
        careless.read_callback(notice.body, notice.headers, at=AT)


def notice_with(**changes):
    fields = {**json.loads(write_notice(PAYMENT)), **changes}
    return json.dumps({name: value for name, value in fields.items() if value is not ...}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"[" * 9_000,
        b" " * 10_001,
        b'{"type": 1, "type": 2}',
        notice_with(reference=...),
        notice_with(type="payment.refunded"),
        notice_with(reference=""),
        notice_with(reference="T" * 81),
        notice_with(reference="TB\u0000"),
        notice_with(charge=7001200000000011),
        notice_with(amount_twd="1500"),
        notice_with(amount_twd=1500.0),
        notice_with(amount_twd=True),
        notice_with(amount_twd=0),
        notice_with(amount_twd=10**9),
        notice_with(method="cheque"),
        notice_with(method=["card"]),
        notice_with(paid_at="2020-03-02"),
        notice_with(paid_at="2020-03-02T10:00:00"),
        notice_with(paid_at=None),
    ],
)
def test_a_notice_that_makes_no_sense_is_refused_though_it_is_signed(bank, body):
    headers = signatures.signed_headers(SECRET, message_id="msg_1", body=body, at=AT)
    with pytest.raises(NoticeUnreadable) as refused:
        bank.read_callback(body, headers, at=AT)
    assert refused.value.status == 400


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body):
    with pytest.raises(DomainError):
        read_notice(body, gateway="test_bank")


def test_further_fields_of_a_notice_are_passed_over():
    assert read_notice(notice_with(card="4***1111"), gateway="test_bank") == PAYMENT


# Refunds and status


def test_a_refund_ordered_twice_under_one_key_is_sent_once(bank):
    bank.pay(PAYMENT, at=AT)
    order = RefundOrder("refund-1", "TB-1", 500, "refused")
    first = bank.refund(order, at=AT)
    again = bank.refund(order, at=AT + timedelta(hours=1))

    assert first == again
    status = bank.status(CHARGE)
    assert (status.state, status.refunded_twd) == (GatewayState.PARTLY_REFUNDED, 500)


@pytest.mark.parametrize(
    ("key", "reference", "amount_twd", "refusal"),
    [
        ("refund-2", "TB-9", 1, gateway.PaymentNotKnown),
        ("refund-2", "TB-1", 0, gateway.RefundNotLeft),
        ("refund-2", "TB-1", 1_001, gateway.RefundNotLeft),
        ("refund-1", "TB-1", 499, gateway.RefundKeyReused),
    ],
    ids=["unknown-payment", "nothing", "more-than-is-left", "key-used-for-another-amount"],
)
def test_the_bank_sends_back_no_more_than_it_took(bank, key, reference, amount_twd, refusal):
    bank.pay(PAYMENT, at=AT)
    bank.refund(RefundOrder("refund-1", "TB-1", 500, "refused"), at=AT)
    with pytest.raises(refusal) as refused:
        bank.refund(RefundOrder(key, reference, amount_twd, "refused"), at=AT)
    assert isinstance(refused.value, gateway.GatewayRefused)
    assert refused.value.refusal().hint


def test_the_status_tells_of_payments_whose_notice_was_lost(bank):
    assert bank.status(CHARGE).state is GatewayState.NOT_PAID
    bank.pay(PAYMENT, at=AT)
    assert bank.status(CHARGE).state is GatewayState.PAID
    assert list(bank.status(CHARGE).payments) == [PAYMENT]
    bank.refund(RefundOrder("refund-1", "TB-1", 1_500, "voided"), at=AT)
    assert bank.status(CHARGE).state is GatewayState.REFUNDED
