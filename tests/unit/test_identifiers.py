from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.kernel.identifiers import (
    NumberDateImpossible,
    NumberUnreadable,
    PublicNumber,
    parse_number,
    uuid7,
    uuid7_ms,
)

numbers = st.builds(
    PublicNumber,
    st.from_regex(r"[A-Z][A-Z0-9]{0,7}", fullmatch=True),
    st.dates(date(1912, 1, 1), date(2910, 12, 31)),
    st.integers(1, 10**12 - 1),
)
moments = st.integers(0, 2**48 - 1)
chances = st.binary(min_size=10, max_size=10)


@given(numbers)
def test_a_number_reads_back_as_it_prints(number):
    assert parse_number(str(number)) == number


def test_a_number_reads_as_people_type_it():
    expected = PublicNumber("KH", date(2020, 3, 2), 17)
    assert str(expected) == "KH-1090302-0017"
    for text in ("kh-1090302-0017", "ＫＨ－１０９０３０２－００１７", " KH–1090302–0017 "):
        assert parse_number(text) == expected


def test_the_count_grows_past_four_digits():
    assert str(PublicNumber("KH", date(2020, 3, 2), 10_000)) == "KH-1090302-10000"


@pytest.mark.parametrize(
    "text",
    ["", "KH", "KH-1090302", "KH-1090302-17", "KH-1090302-0000", "KH-1090302-00017",
     "1H-1090302-0017", "KH-20200302-0017", "KH-1090302-0017x"],
)  # fmt: skip
def test_what_is_not_a_number_is_refused_with_an_example(text):
    with pytest.raises(NumberUnreadable, match="AB-1090302-0017"):
        parse_number(text)


def test_a_number_with_an_impossible_day_says_so():
    with pytest.raises(NumberDateImpossible, match="1090230"):
        parse_number("KH-1090230-0017")


@pytest.mark.parametrize(
    ("prefix", "sequence"), [("", 1), ("kh", 1), ("KH-", 1), ("KH", 0), ("KH", -1)]
)
def test_a_number_is_not_made_of_nonsense(prefix, sequence):
    with pytest.raises(ValueError, match="got"):
        PublicNumber(prefix, date(2020, 3, 2), sequence)


def test_the_example_of_the_rfc():
    key = uuid7(0x017F22E279B0, bytes.fromhex("330c18c4dc0c0c07398f"))
    assert key.version == 7
    assert str(key).startswith("017f22e2-79b0-7")
    example = 0x017F22E2_79B0_7CC3_98C4_DC0C0C07398F
    chance = (0xCC3 << 62 | (example & (2**62 - 1))).to_bytes(10)
    assert uuid7(0x017F22E279B0, chance).int == example


@given(moments, moments, chances, chances)
def test_keys_sort_by_their_moment(one, other, chance, another):
    if one < other:
        assert uuid7(one, chance) < uuid7(other, another)
    key = uuid7(one, chance)
    assert uuid7_ms(key) == one
    assert key.version == 7
    assert key.variant == "specified in RFC 4122"


@given(moments, chances, chances, st.integers(0, 4094))
def test_a_counter_keeps_the_order_within_a_millisecond(moment, chance, another, counter):
    assert uuid7(moment, chance, counter) < uuid7(moment, another, counter + 1)


@pytest.mark.parametrize(
    "arguments",
    [(-1, bytes(10)), (1 << 48, bytes(10)), (0, bytes(9)), (0, bytes(10), 4096)],
    ids=["past", "future", "short", "counter"],
)
def test_figures_out_of_range_are_bugs(arguments):
    with pytest.raises(ValueError, match="got"):
        uuid7(*arguments)
