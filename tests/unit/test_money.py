from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.kernel.money import (
    Money,
    MoneyUnreadable,
    Rounding,
    Style,
    format_money,
    parse_money,
)

amounts = st.builds(Money, st.integers(-(10**13), 10**13))
weights = st.lists(
    st.one_of(st.integers(0, 10**6), st.decimals(0, 1000, places=4)), min_size=1, max_size=40
).filter(any)


@given(amounts, weights)
def test_an_allocation_loses_no_dollar(amount, shares):
    parts = amount.allocate(shares)

    assert Money.total(parts) == amount
    whole = sum(Fraction(share) for share in shares)
    for part, share in zip(parts, shares, strict=True):
        assert abs(part.twd - Fraction(amount.twd) * Fraction(share) / whole) < 1


def test_the_largest_remainder_gets_the_dollar_and_ties_go_to_the_first():
    assert Money(100).allocate([1, 1, 1]) == (Money(34), Money(33), Money(33))
    assert Money(10).allocate([6, 1, 1]) == (Money(8), Money(1), Money(1))
    assert Money(-100).allocate([1, 1, 1]) == (Money(-34), Money(-33), Money(-33))
    assert Money(7).allocate([Decimal("0.5"), 0]) == (Money(7), Money(0))


@pytest.mark.parametrize("shares", [[], [0, 0], [1, -1]], ids=["none", "zeros", "negative"])
def test_an_allocation_without_weights_is_refused(shares):
    with pytest.raises(ValueError, match="weights must be"):
        Money(1).allocate(shares)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: Money(1.5),
        lambda: Money(True),
        lambda: Money(Decimal(1)),
        lambda: Money(1) * 1.5,
        lambda: 0.5 * Money(1),
        lambda: Money(1) + 1,
        lambda: Money(1).at_rate(0.05, Rounding.DOWN),
        lambda: Money(1).at_rate(Decimal("NaN"), Rounding.DOWN),
        lambda: Money(1).allocate([0.5, 0.5]),
    ],
    ids=["float", "bool", "decimal", "times", "rtimes", "plus-int", "rate", "nan", "weight"],
)
def test_floats_and_other_strangers_are_refused(attempt):
    with pytest.raises(TypeError):
        attempt()


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        (Rounding.HALF_UP, [3, 4, 3, -3]),
        (Rounding.HALF_EVEN, [2, 4, 3, -2]),
        (Rounding.DOWN, [2, 3, 2, -2]),
        (Rounding.UP, [3, 4, 3, -3]),
    ],
    ids=lambda value: value.name if isinstance(value, Rounding) else "",
)
def test_each_rounding_does_what_its_name_says(rounding, expected):
    amounts = [Decimal(text) for text in ("2.5", "3.5", "2.51", "-2.5")]
    assert [rounding.whole(amount) for amount in amounts] == expected


def test_a_rate_is_exact_where_binary_fractions_are_not():
    assert Money(1000).at_rate(Decimal("1.0005"), Rounding.HALF_UP) == Money(1001)
    assert Money(12_345).at_rate(Decimal("0.05"), Rounding.DOWN) == Money(617)


@pytest.mark.parametrize(
    ("twd", "style", "language", "expected"),
    [
        (1_250_000, Style.DOLLARS, "zh-Hant", "NT$1,250,000"),
        (-12_500, Style.YUAN, "zh-hant", "-12,500元"),
        (12_345, Style.WAN, "zh-Hant", "1.2345萬元"),
        (12_340_000, Style.WAN, "zh-Hant", "1,234萬元"),
        (5, Style.WAN, "zh-Hant", "0.0005萬元"),
        (1_250_000, Style.WAN, "en", "NT$1.25 million"),
        (900, Style.WAN, "en", "NT$900"),
        (12_500, Style.YUAN, "en", "NT$12,500"),
    ],
)
def test_amounts_print_as_offices_print_them(twd, style, language, expected):
    assert format_money(Money(twd), style, language) == expected


@given(amounts, st.sampled_from(Style))
def test_what_is_printed_in_chinese_reads_back(amount, style):
    assert parse_money(format_money(amount, style)) == amount


@pytest.mark.parametrize(
    ("text", "twd"),
    [
        ("NT$12,500元", 12_500),
        ("新臺幣 3 萬元整", 30_000),
        ("１２，５００", 12_500),
        ("1.5億元", 150_000_000),
        ("250百萬元", 250_000_000),
    ],
)
def test_amounts_read_as_people_write_them(text, twd):
    assert parse_money(text) == Money(twd)


@pytest.mark.parametrize("text", ["", "12.5", "1,25", "12萬千", "0.00001萬", "九元", "1" * 50])
def test_what_is_not_an_amount_is_refused_with_a_way_out(text):
    with pytest.raises(MoneyUnreadable) as refusal:
        parse_money(text)
    assert "12,500" in str(refusal.value)
