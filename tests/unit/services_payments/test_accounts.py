import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.services.payments.domain import accounts
from shizheng.services.payments.domain.accounts import account_number, read_account_number

serials = st.integers(1, accounts.LARGEST_SERIAL)
collectors = st.text("0123456789", min_size=5, max_size=5)


def test_the_check_digit_completes_the_sum_of_weights_371_to_a_multiple_of_ten():
    # 7 x 3 + 1 x 3 + 2 x 7 + 1 x 1 = 39, and 1 is missing to 40.
    assert account_number("70012", 1) == "7001200000000011"


@given(collectors, serials)
def test_an_account_number_leads_back_to_its_charge(collector, serial):
    number = account_number(collector, serial)
    assert len(number) == 16
    assert read_account_number(number, collector=collector) == serial
    typed = f" {number[:4]}-{number[4:8]} {number[8:]}"
    assert read_account_number(typed, collector=collector) == serial


@given(collectors, serials, st.integers(0, 15), st.integers(1, 9))
def test_every_single_wrong_digit_is_caught(collector, serial, place, shift):
    number = account_number(collector, serial)
    wrong = str((int(number[place]) + shift) % 10)
    with pytest.raises(accounts.AccountCheckDigitWrong):
        read_account_number(number[:place] + wrong + number[place + 1 :], collector=collector)


@given(collectors, serials, st.integers(0, 13))
def test_a_swap_of_neighbours_is_caught_unless_they_differ_by_five(collector, serial, place):
    number = account_number(collector, serial)
    left, right = number[place], number[place + 1]
    swapped = number[:place] + right + left + number[place + 2 :]
    if (int(left) - int(right)) % 5:
        with pytest.raises(accounts.AccountCheckDigitWrong):
            read_account_number(swapped, collector=collector)


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", accounts.AccountNumberWrong),
        ("700120000000001", accounts.AccountNumberWrong),
        ("700120000000001A", accounts.AccountNumberWrong),
        ("٧٠٠١٢٠٠٠٠٠٠٠٠٠١٩", accounts.AccountNumberWrong),
        ("7" * 100_000, accounts.AccountNumberWrong),
        ("7001200000000018", accounts.AccountCheckDigitWrong),
        (account_number("80012", 1), accounts.AccountOfOthers),
    ],
)
def test_a_wrong_account_number_is_told_what_is_wrong_with_it(typed, refusal):
    with pytest.raises(refusal):
        read_account_number(typed, collector="70012")


@pytest.mark.parametrize(("collector", "serial"), [("7001", 1), ("70012", 0), ("70012", 10**10)])
def test_numbers_that_do_not_fit_are_a_mistake_of_the_caller(collector, serial):
    with pytest.raises(ValueError, match="is"):
        account_number(collector, serial)
