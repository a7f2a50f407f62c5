from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.kernel.errors import DomainError
from shizheng.services.payments.domain import slips
from shizheng.services.payments.domain.slips import Slip, check_characters, read_slip, slip_for

PAY_BY = date(2020, 3, 9)
ACCOUNT = "7001200000000017"
CODES = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3)
ACCOUNTS = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=16, max_size=16)

printable_slips = st.builds(
    Slip,
    pay_by=st.dates(date(1990, 1, 1), date(2060, 12, 31)),
    collection=CODES,
    account=ACCOUNTS,
    amount_twd=st.integers(1, 10**9 - 1),
    mark=st.text("0123456789", min_size=4, max_size=4),
)


def slip(amount_twd=1_500):
    return slip_for(pay_by=PAY_BY, collection="6XY", account=ACCOUNT, amount_twd=amount_twd)


def test_the_worked_example_of_the_banks_gives_9y():
    assert check_characters("991231Y01", "ABCDEFGHIKLMNPQR", "1234", "000007890") == "9Y"


def test_a_published_slip_of_2007_is_written_and_read():
    published = ("960402627", "AIIN000000020892", "040265000003900")
    slip = slip_for(
        pay_by=date(2007, 4, 2), collection="627", account="AIIN000000020892", amount_twd=3_900
    )

    assert slip.segments == published
    assert read_slip(published, on=date(2007, 3, 20)) == slip


def test_remainders_of_nothing_and_of_ten_are_letters():
    assert check_characters("0" * 9, "0" * 16, "0000", "0" * 9) == "AX"
    assert check_characters("9" + "0" * 8, "1" + "0" * 15, "0000", "0" * 9) == "BX"
    assert check_characters("09" + "0" * 7, "01" + "0" * 14, "0000", "0" * 9) == "AY"


@given(printable_slips)
def test_what_is_printed_reads_back_on_the_last_day(slip):
    assert [len(segment) for segment in slip.segments] == [9, 16, 15]
    assert read_slip(slip.segments, on=slip.pay_by, amount_twd=slip.amount_twd) == slip


@given(printable_slips, st.data())
def test_every_single_wrong_digit_is_caught(slip, data):
    segments = list(slip.segments)
    which = data.draw(st.integers(0, 2))
    place = data.draw(st.integers(0, len(segments[which]) - 1))
    right = segments[which][place]
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != right]))
    if right.isalpha() and slips._VALUES[right] == int(wrong):
        return  # the documented gap: a letter for the digit it counts as
    segments[which] = segments[which][:place] + wrong + segments[which][place + 1 :]

    with pytest.raises(DomainError):
        read_slip(segments, on=slip.pay_by)


def test_roc_year_100_is_written_00_and_read_near_the_day_of_payment():
    slip = slip_for(pay_by=date(2011, 5, 1), collection="6XY", account=ACCOUNT, amount_twd=10)
    assert slip.segments[0] == "0005016XY"
    assert read_slip(slip.segments, on=date(2010, 12, 31)).pay_by == date(2011, 5, 1)


def test_scanner_asterisks_small_letters_and_full_width_digits_are_read():
    first, second, third = slip().segments
    typed = (f"*{first.lower()}*", f" {second} ", third.translate(WIDE))
    assert read_slip(typed, on=PAY_BY) == slip()


WIDE = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda one, two, three: (one, two), slips.SlipSegmentWrong),
        (lambda one, two, three: (), slips.SlipSegmentWrong),
        (lambda one, two, three: (one[:-1], two, three), slips.SlipSegmentWrong),
        (lambda one, two, three: (one, two, three + "0"), slips.SlipSegmentWrong),
        (lambda one, two, three: (one, two[:-1] + "臺", three), slips.SlipSegmentWrong),
        (lambda one, two, three: (one, two, three[:-1] + "A"), slips.SlipSegmentWrong),
        (lambda one, two, three: ("*" * 100_000, two, three), slips.SlipSegmentWrong),
        (lambda one, two, three: (one, two, three[:-1] + "1"), slips.SlipCheckWrong),
        (lambda one, two, three: (one, two, three[:4] + "ZZ" + three[6:]), slips.SlipCheckWrong),
    ],
    ids=["two", "none", "short", "long", "han", "letter-amount", "endless", "amount", "checks"],
)
def test_a_damaged_slip_is_refused(change, refusal):
    with pytest.raises(refusal):
        read_slip(change(*slip().segments), on=PAY_BY)


def test_a_slip_without_a_day_of_the_calendar_is_refused():
    for first in ("0902306XY", "A90309123"):
        checks = check_characters(first, ACCOUNT, "0230", "000000100")
        with pytest.raises(slips.SlipDateWrong):
            read_slip((first, ACCOUNT, f"0230{checks}000000100"), on=PAY_BY)


def test_a_slip_over_nothing_is_refused():
    checks = check_characters("0903096XY", ACCOUNT, "0309", "000000000")
    with pytest.raises(slips.SlipEmpty):
        read_slip(("0903096XY", ACCOUNT, f"0309{checks}000000000"), on=PAY_BY)
    with pytest.raises(slips.SlipEmpty):
        slip(0)


def test_a_slip_for_another_amount_is_refused_with_both_amounts():
    with pytest.raises(slips.SlipAmountWrong) as refused:
        read_slip(slip().segments, on=PAY_BY, amount_twd=1_800)
    assert refused.value.refusal().message == "The slip says NT$1,500, but NT$1,800 is owed."


def test_a_slip_can_be_paid_on_its_last_day_and_not_on_the_next():
    assert read_slip(slip().segments, on=PAY_BY)
    with pytest.raises(slips.SlipExpired):
        read_slip(slip().segments, on=date(2020, 3, 10))


def test_a_shop_takes_no_more_than_its_limit():
    assert slip(20_000)
    with pytest.raises(slips.SlipOverLimit):
        slip(20_001)
    assert slip_for(
        pay_by=PAY_BY, collection="6XY", account=ACCOUNT, amount_twd=40_000, limit_twd=40_000
    )


@pytest.mark.parametrize(
    "part",
    [{"collection": "6x"}, {"account": "1"}, {"mark": "03A9"}, {"amount_twd": 10**9}],
    ids=["collection", "account", "mark", "amount"],
)
def test_a_slip_that_no_shop_could_read_is_never_made(part):
    parts = {"pay_by": PAY_BY, "collection": "6XY", "account": ACCOUNT, "amount_twd": 1}
    with pytest.raises(ValueError, match=r"slip|mark|amount"):
        Slip(**{"mark": "0309", **parts, **part})
