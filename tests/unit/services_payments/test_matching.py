from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.kernel.errors import DomainError
from shizheng.kernel.money import Rounding
from shizheng.services.payments.domain import matching
from shizheng.services.payments.domain.matching import (
    ALWAYS_WHOLE,
    Balance,
    ChargeState,
    ChargeStatus,
    Incoming,
    Method,
    Outcome,
    RefundReason,
    Verdict,
    balance_of,
    judge,
    refund_amount,
    refund_decided,
    refund_interest,
    refund_returned,
    refund_sent,
)

DUE_AT = datetime(2020, 3, 9, 15, 59, 59, tzinfo=UTC)
CHARGE = ChargeState("7001200000000011", 1_500, ChargeStatus.OPEN, DUE_AT)
PAYMENT = Incoming(
    "test_bank", "TB-1", CHARGE.number, 1_500, DUE_AT - timedelta(days=2), Method.STORE
)


def test_the_right_amount_in_time_pays_the_charge():
    assert judge(CHARGE, PAYMENT, []) == Verdict(Outcome.ACCEPTED, kept_twd=1_500, settles=True)


@pytest.mark.parametrize(
    ("charge", "payment", "expected"),
    [
        ({"status": ChargeStatus.PAID}, {}, Verdict(Outcome.DUPLICATE, 0, 1_500)),
        ({}, {"amount_twd": 1_499}, Verdict(Outcome.TOO_LITTLE, 0, 1_499)),
        ({}, {"amount_twd": 2_000}, Verdict(Outcome.TOO_MUCH, 1_500, 500, settles=True)),
        ({}, {"paid_at": DUE_AT}, Verdict(Outcome.ACCEPTED, 1_500, settles=True)),
        ({}, {"paid_at": DUE_AT + timedelta(seconds=1)}, Verdict(Outcome.LATE, 0, 1_500)),
        ({"status": ChargeStatus.EXPIRED}, {}, Verdict(Outcome.ACCEPTED, 1_500, settles=True)),
        (
            {"status": ChargeStatus.EXPIRED, "takes_late": True},
            {"paid_at": DUE_AT + timedelta(days=1)},
            Verdict(Outcome.LATE, 0, 1_500),
        ),
        (
            {"takes_late": True},
            {"paid_at": DUE_AT + timedelta(days=1)},
            Verdict(Outcome.ACCEPTED, 1_500, settles=True),
        ),
        ({"status": ChargeStatus.CANCELLED}, {}, Verdict(Outcome.NOT_OWED, 0, 1_500)),
        ({"status": ChargeStatus.REFUNDED}, {}, Verdict(Outcome.NOT_OWED, 0, 1_500)),
        ({}, {"charge": "7001200000000020"}, Verdict(Outcome.UNKNOWN, 0, 1_500)),
    ],
    ids=[
        "paid-already",
        "one-dollar-short",
        "too-much",
        "at-the-last-moment",
        "a-second-late",
        "in-time-but-reported-after-expiry",
        "late-and-expired",
        "late-but-taken",
        "cancelled",
        "paid-back",
        "another-charge",
    ],
)
def test_what_a_payment_is(charge, payment, expected):
    verdict = judge(replace(CHARGE, **charge), replace(PAYMENT, **payment), [])

    assert verdict == expected
    assert verdict.has_effect
    has_reason = verdict.refund_reason is not None
    assert has_reason == (verdict.refund_due_twd > 0)


def test_a_payment_for_no_charge_goes_back_whole():
    verdict = judge(None, PAYMENT, [])
    assert verdict == Verdict(Outcome.UNKNOWN, 0, 1_500)
    assert verdict.refund_reason is RefundReason.UNKNOWN


def test_the_same_notice_again_has_no_effect_whatever_became_of_the_charge():
    in_taipei = PAYMENT.paid_at.astimezone(timezone(timedelta(hours=8)))
    again = replace(PAYMENT, paid_at=in_taipei)
    for charge in (None, CHARGE, replace(CHARGE, status=ChargeStatus.PAID)):
        verdict = judge(charge, again, [PAYMENT])
        assert verdict == Verdict(Outcome.REPLAY)
        assert not verdict.has_effect


@pytest.mark.parametrize(
    "change", [{"amount_twd": 15_000}, {"charge": "7001200000000020"}, {"method": Method.CARD}]
)
def test_a_known_reference_with_other_facts_is_refused(change):
    with pytest.raises(matching.ReferenceReused) as refused:
        judge(CHARGE, replace(PAYMENT, **change), [PAYMENT])
    assert "TB-1" in refused.value.refusal().message


def test_two_gateways_may_use_the_same_reference():
    other = replace(PAYMENT, gateway="city_bank")
    paid = replace(CHARGE, status=ChargeStatus.PAID)
    assert judge(paid, other, [PAYMENT]).outcome is Outcome.DUPLICATE


@pytest.mark.parametrize(
    "change",
    [
        {"amount_twd": 0},
        {"amount_twd": -5},
        {"amount_twd": True},
        {"paid_at": datetime(2020, 3, 9)},
    ],
    ids=["nothing", "negative", "bool", "no-zone"],
)
def test_a_payment_of_nothing_or_of_no_moment_cannot_be_built(change):
    with pytest.raises(ValueError, match=r"NT\$1|time zone"):
        replace(PAYMENT, **change)


# Refunds


def test_a_refund_goes_from_kept_to_due_to_sent_and_back_when_the_bank_returns_it():
    balance = balance_of(judge(CHARGE, PAYMENT, []))
    decided = refund_decided(balance, 600)
    sent = refund_sent(decided, 600)
    returned = refund_returned(sent, 600)

    assert decided == Balance(900, 600)
    assert sent == Balance(900, 0, 600)
    assert returned == decided
    assert balance.received_twd == returned.received_twd == 1_500


@pytest.mark.parametrize("step", [refund_decided, refund_sent, refund_returned])
def test_no_more_goes_back_than_there_is(step):
    balance = Balance(kept_twd=100, refund_due_twd=100, refunded_twd=100)
    assert step(balance, 100)
    with pytest.raises(matching.RefundTooLarge):
        step(balance, 101)
    for amount in (0, -1):
        with pytest.raises(matching.RefundAmountWrong):
            step(balance, amount)


SHARES = {RefundReason.REFUSED: Decimal("0.5"), RefundReason.REVOKED: Decimal("0.3333")}


def test_how_much_goes_back_depends_on_the_reason():
    assert refund_amount(1_501, RefundReason.REFUSED, SHARES) == 751
    assert refund_amount(1_501, RefundReason.REFUSED, SHARES, Rounding.DOWN) == 750
    assert refund_amount(1_500, RefundReason.REVOKED, SHARES) == 500
    assert refund_amount(1_500, RefundReason.WITHDRAWN, SHARES) == 0
    assert refund_amount(1_500, RefundReason.VOIDED, {RefundReason.VOIDED: Decimal(1)}) == 1_500


@given(st.integers(0, 10**9), st.sampled_from(RefundReason), st.decimals(0, 1, places=6))
def test_a_refund_is_never_more_than_was_kept(kept, reason, share):
    amount = refund_amount(kept, reason, {reason: share})
    assert 0 <= amount <= kept
    if reason in ALWAYS_WHOLE:
        assert amount == kept


def test_a_share_beyond_the_whole_is_a_mistake_of_the_definition():
    for share in (Decimal("1.01"), Decimal("-0.1")):
        with pytest.raises(ValueError, match="0 to 1"):
            refund_amount(100, RefundReason.REFUSED, {RefundReason.REFUSED: share})


def test_every_outcome_that_gives_money_back_has_a_reason_that_gives_it_back_whole():
    for outcome in set(Outcome) - {Outcome.ACCEPTED, Outcome.REPLAY}:
        assert RefundReason(outcome.value) in ALWAYS_WHOLE


def test_interest_runs_from_the_day_of_payment_to_the_day_of_approval_both_counted():
    rate = Decimal("0.0104")  # 1.04 % a year
    whole_year = refund_interest(
        100_000, yearly_rate=rate, paid_on=date(2019, 1, 1), approved_on=date(2019, 12, 31)
    )
    assert whole_year == 1_040
    same_day = date(2020, 3, 9)
    # 36,500 at 1.04 % is 379.6 a year and 1.04 a day.
    assert refund_interest(36_500, yearly_rate=rate, paid_on=same_day, approved_on=same_day) == 1
    with pytest.raises(ValueError, match="no interest"):
        refund_interest(1, yearly_rate=rate, paid_on=same_day, approved_on=date(2020, 3, 8))


# Money is conserved


events = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.integers(0, 12), st.sampled_from([1, 1_499, 1_500, 1_700])),
        st.tuples(
            st.sampled_from(["decide", "send", "return"]),
            st.integers(0, 12),
            st.integers(-5, 2_000),
        ),
        st.tuples(st.just("status"), st.sampled_from(ChargeStatus), st.just(0)),
    ),
    max_size=40,
)
STEPS = {"decide": refund_decided, "send": refund_sent, "return": refund_returned}


@given(events)
def test_no_dollar_is_lost_or_made_over_any_sequence(sequence):
    charge, payments, balances = CHARGE, {}, {}
    came_in = gone_out = 0
    for event, which, amount in sequence:
        if event == "status":
            charge = replace(charge, status=which)
            continue
        reference = f"TB-{which}"
        if event == "pay":
            late = timedelta(days=which - 10)
            payment = replace(
                PAYMENT, reference=reference, amount_twd=amount, paid_at=DUE_AT + late
            )
            try:
                verdict = judge(charge if which else None, payment, payments.values())
            except matching.ReferenceReused:
                assert payments[reference] != payment
                continue
            if not verdict.has_effect:
                assert payments[reference] == payment
                continue
            payments[reference], balances[reference] = payment, balance_of(verdict)
            came_in += amount
            if verdict.settles:
                charge = replace(charge, status=ChargeStatus.PAID)
        elif reference in balances:
            try:
                balances[reference] = STEPS[event](balances[reference], amount)
            except DomainError:
                continue
            gone_out += {"decide": 0, "send": amount, "return": -amount}[event]

    kept = sum(balance.kept_twd for balance in balances.values())
    due = sum(balance.refund_due_twd for balance in balances.values())
    refunded = sum(balance.refunded_twd for balance in balances.values())
    assert came_in == kept + due + refunded
    assert came_in == sum(payment.amount_twd for payment in payments.values())
    assert refunded == gone_out <= came_in
    for reference, balance in balances.items():
        assert balance.received_twd == payments[reference].amount_twd


@given(st.lists(st.sampled_from([1_499, 1_500, 1_700]), min_size=1, max_size=12))
def test_a_charge_is_kept_at_most_once_however_often_it_is_paid(amounts):
    charge, kept = CHARGE, 0
    for place, amount in enumerate(amounts):
        payment = replace(PAYMENT, reference=f"TB-{place}", amount_twd=amount)
        verdict = judge(charge, payment, [])
        kept += verdict.kept_twd
        if verdict.settles:
            charge = replace(charge, status=ChargeStatus.PAID)
    assert kept == (1_500 if max(amounts) >= 1_500 else 0)
