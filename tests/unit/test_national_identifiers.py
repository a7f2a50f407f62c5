import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.kernel.errors import DomainError
from shizheng.kernel.national_identifiers import errors
from shizheng.kernel.national_identifiers.banks import parse_bank_account, parse_bank_code
from shizheng.kernel.national_identifiers.business import parse_business_number
from shizheng.kernel.national_identifiers.kinds import (
    PARSERS,
    SHOWN,
    Kind,
    masked,
    parse_identifier,
)
from shizheng.kernel.national_identifiers.land import parse_building_number, parse_parcel_number
from shizheng.kernel.national_identifiers.persons import (
    LETTERS,
    letter_value,
    parse_national_id,
    parse_personal_number,
    parse_residence_number,
)
from shizheng.kernel.national_identifiers.phones import (
    parse_landline_number,
    parse_mobile_number,
    parse_phone_number,
)
from shizheng.kernel.national_identifiers.postal import parse_postal_code
from shizheng.kernel.national_identifiers.vehicles import parse_licence_plate

BEFORE, AFTER = date(2023, 3, 31), date(2023, 4, 1)
GOOD = {
    Kind.NATIONAL_ID: "A123456789",
    Kind.RESIDENCE_NUMBER: "A800000014",
    Kind.PERSONAL_NUMBER: "AA00000009",
    Kind.BUSINESS_NUMBER: "04595257",
    Kind.MOBILE_NUMBER: "0912345678",
    Kind.LANDLINE_NUMBER: "07-3368333#2345",
    Kind.PHONE_NUMBER: "07-3368333",
    Kind.PARCEL_NUMBER: "0123-0004",
    Kind.BUILDING_NUMBER: "00123-001",
    Kind.LICENCE_PLATE: "ABC-1234",
    Kind.POSTAL_CODE: "802721",
    Kind.BANK_CODE: "004",
    Kind.BANK_ACCOUNT: "004-012345678901",
}

seven_digits = st.text("0123456789", min_size=7, max_size=7)


def check_digit(letter, second, digits):
    """The published rule, written a second time: what the tenth character must be."""
    tens, units = divmod(letter_value(letter), 10)
    values = [second, *map(int, digits)]
    weighted = sum(value * weight for value, weight in zip(values, range(8, 0, -1), strict=True))
    return str(-(tens + 9 * units + weighted) % 10)


@st.composite
def national_ids(draw):
    letter, sex = draw(st.sampled_from(LETTERS)), draw(st.sampled_from("12"))
    digits = draw(seven_digits)
    return letter + sex + digits + check_digit(letter, int(sex), digits)


def refusal_of(parse, text):
    with pytest.raises(DomainError) as refused:
        parse(text)
    assert refused.value.refusal().message
    assert refused.value.refusal().hint
    return type(refused.value)


# Persons


@pytest.mark.parametrize(
    "typed",
    ["A123456789", "a123456789", "Ａ１２３４５６７８９", " A123-456-789 ", "A1234\u200b56789"],
    ids=["plain", "small", "full-width", "dashes", "zero-width-space"],
)
def test_the_specimen_national_id_is_read_however_it_is_typed(typed):
    assert parse_national_id(typed) == "A123456789"


@pytest.mark.parametrize(
    "number", ["A800000014", "A870000015", "A880000018", "AA00000009"], ids=str
)
def test_published_residence_numbers_new_and_old_are_read(number):
    assert parse_residence_number(number) == number
    assert parse_personal_number(number) == number


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", errors.IdentifierEmpty),
        ("A12345678", errors.IdentifierLengthWrong),
        ("1123456789", errors.LetterExpected),
        ("A12345678O", errors.DigitExpected),
        ("A1234٥6789", errors.DigitExpected),
        ("A1234\x0056789", errors.IdentifierSignWrong),
        ("A1234\ud80056789", errors.IdentifierSignWrong),
        ("A323456789", errors.NationalIdSecondWrong),
        ("A800000014", errors.NationalIdSecondWrong),
        ("A123456788", errors.CheckDigitWrong),
        ("臺123456789", errors.LetterExpected),
    ],
)
def test_a_wrong_national_id_is_told_what_is_wrong_with_it(typed, refusal):
    assert refusal_of(parse_national_id, typed) is refusal


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("A123456789", errors.ResidencePermitSecondWrong),
        ("AE00000009", errors.ResidencePermitSecondWrong),
        ("A800000015", errors.CheckDigitWrong),
        ("AA00000008", errors.CheckDigitWrong),
    ],
)
def test_a_wrong_residence_number_is_told_what_is_wrong_with_it(typed, refusal):
    assert refusal_of(parse_residence_number, typed) is refusal


@given(national_ids())
def test_every_national_id_made_by_the_published_rule_is_read(number):
    assert parse_national_id(number) == number
    assert parse_personal_number(number.lower()) == number


@given(national_ids(), st.integers(1, 9), st.integers(1, 9))
def test_a_changed_digit_is_caught_except_where_its_weight_shares_a_factor_with_ten(
    number, place, shift
):
    weight = (8, 7, 6, 5, 4, 3, 2, 1, 1)[place - 1]
    changed = (int(number[place]) + shift) % 10
    typed = number[:place] + str(changed) + number[place + 1 :]
    difference = changed - int(number[place])
    if place == 1 and str(changed) not in "12":
        assert refusal_of(parse_national_id, typed) is errors.NationalIdSecondWrong
    elif difference * weight % 10:
        assert refusal_of(parse_national_id, typed) is errors.CheckDigitWrong
    else:
        assert abs(difference) == 5 or (weight == 5 and difference % 2 == 0)
        assert parse_national_id(typed) == typed


@given(national_ids(), st.sampled_from(LETTERS))
def test_a_changed_letter_is_caught_unless_both_letters_weigh_the_same(number, letter):
    def share(sign):
        return (letter_value(sign) // 10 + letter_value(sign) % 10 * 9) % 10

    typed = letter + number[1:]
    if share(letter) == share(number[0]):
        assert parse_national_id(typed) == typed
    else:
        assert refusal_of(parse_national_id, typed) is errors.CheckDigitWrong


# Business numbers


def last_digits(head):
    """The digits that made a number of these seven right until 2023."""
    numbers = [head + digit for digit in "0123456789"]
    return [number[7] for number in numbers if _is_business_number(number, on=BEFORE)]


def _is_business_number(number, **rule):
    return not _is_refused(lambda: parse_business_number(number, **rule))


@pytest.mark.parametrize("number", ["04595257", "10458575", "22099131"], ids=str)
def test_old_business_numbers_are_right_before_and_after_the_change_of_rule(number):
    assert parse_business_number(number, on=BEFORE) == number
    assert parse_business_number(number, on=AFTER) == number
    assert parse_business_number(number) == number


def test_a_new_business_number_is_right_only_since_the_change_of_rule():
    assert parse_business_number("04595252") == "04595252"
    assert parse_business_number("04595252", on=AFTER) == "04595252"
    with pytest.raises(errors.CheckDigitWrong):
        parse_business_number("04595252", on=BEFORE)


def test_a_seven_in_the_seventh_place_counts_as_one_or_as_nothing():
    # 1 + 0 + 4 + 1 + 8 + 1 = 15 without the seventh digit; with 0 or 1 for it, 5 or 4 is missing.
    assert last_digits("1045857") == ["4", "5"]


@given(seven_digits, st.integers(0, 7), st.integers(1, 9))
def test_before_2023_a_changed_digit_is_caught_unless_a_seven_stands_seventh(head, place, shift):
    last = last_digits(head)[0]
    number = head + last
    changed = str((int(number[place]) + shift) % 10)
    typed = number[:place] + changed + number[place + 1 :]
    if "7" not in {number[6], typed[6]}:
        assert not _is_business_number(typed, on=BEFORE)
    assert _is_business_number(typed) or not _is_business_number(typed, on=BEFORE)


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("0459525", errors.IdentifierLengthWrong),
        ("0459525A", errors.DigitExpected),
        ("04595251", errors.CheckDigitWrong),
    ],
)
def test_a_wrong_business_number_is_told_what_is_wrong_with_it(typed, refusal):
    assert refusal_of(parse_business_number, typed) is refusal


# Telephones


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678",
        "0912-345-678",
        "(0912) 345 678",
        "+886 912 345 678",
        "+886 (0)912-345-678",
        "00886912345678",
        "886912345678",
        "０９１２－３４５－６７８",
        "\u202a+886912345678\u202c",
    ],
)
def test_a_mobile_number_has_one_form(typed):
    assert parse_mobile_number(typed) == "0912345678"
    assert parse_phone_number(typed) == "0912345678"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("07-3368333", "07-3368333"),
        ("(07)336-8333 分機 2345", "07-3368333#2345"),
        ("+886 7 336 8333 ext. 2345", "07-3368333#2345"),
        ("０２－２３４５６７８９轉１２", "02-23456789#12"),
        ("037-123456", "037-123456"),
        ("049 2222106", "049-2222106"),
        ("04-7222151", "04-7222151"),
        ("04-22289111", "04-22289111"),
        ("089-326141", "089-326141"),
        ("0836-22171", "0836-22171"),
        ("0826-66121", "0826-66121"),
    ],
)
def test_a_land_line_has_one_form(typed, expected):
    assert parse_landline_number(typed) == expected
    assert parse_phone_number(typed) == expected


@pytest.mark.parametrize(
    ("parse", "typed", "refusal"),
    [
        (parse_mobile_number, "091234567", errors.MobileNumberWrong),
        (parse_mobile_number, "07-3368333", errors.MobileNumberWrong),
        (parse_mobile_number, "0912-34S-678", errors.DigitExpected),
        (parse_mobile_number, "٠٩١٢٣٤٥٦٧٨", errors.DigitExpected),
        (parse_landline_number, "3368333", errors.AreaCodeMissing),
        (parse_landline_number, "07-336833", errors.LandlineLengthWrong),
        (parse_landline_number, "02-2345678", errors.LandlineLengthWrong),
        (parse_landline_number, "07-3368333#", errors.DigitExpected),
        (parse_phone_number, "+852 2345 6789", errors.AreaCodeMissing),
    ],
)
def test_a_wrong_telephone_number_is_told_what_is_wrong_with_it(parse, typed, refusal):
    assert refusal_of(parse, typed) is refusal


# Land, vehicles, post, banks


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("0123-0004", "0123-0004"),
        ("01230004", "0123-0004"),
        ("123-4", "0123-0004"),
        ("123之4地號", "0123-0004"),
        ("123地號之4", "0123-0004"),
        ("１２３－４ 號", "0123-0004"),
        ("123", "0123-0000"),
        ("123地號", "0123-0000"),
    ],
)
def test_a_parcel_number_has_one_form(typed, expected):
    assert parse_parcel_number(typed) == expected


@pytest.mark.parametrize(
    "typed",
    ["0-4", "12345", "123-45678", "1230004", "123 4", "新興段123", "123建號", "123之", "一二三"],
)
def test_what_could_be_two_parcels_or_none_is_refused(typed):
    assert refusal_of(parse_parcel_number, typed) is errors.ParcelNumberWrong


def test_a_building_number_has_one_form():
    for typed in ("00123-001", "00123001", "123-1", "123之1建號", "１２３之１"):
        assert parse_building_number(typed) == "00123-001"
    assert parse_building_number("123建號") == "00123-000"
    for typed in ("0", "123地號", "123-1234", "123456", "123 1"):
        assert refusal_of(parse_building_number, typed) is errors.BuildingNumberWrong


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("abc-1234", "ABC-1234"),
        ("ABC1234", "ABC-1234"),
        ("1234 AB", "1234-AB"),
        ("EAA-0001", "EAA-0001"),
        ("軍A-12345", None),
        ("使-1234", None),
        ("ABCD", None),
        ("AB-CD", None),
        ("A1B2C3", None),
    ],
)
def test_licence_plates_are_taken_by_their_shape(typed, expected):
    if expected is None:
        assert refusal_of(parse_licence_plate, typed) is errors.LicencePlateWrong
    else:
        assert parse_licence_plate(typed) == expected


def test_postal_codes_have_three_five_or_six_digits():
    for typed, expected in [("802", "802"), ("802-03", "80203"), ("８０２ ７２１", "802721")]:
        assert parse_postal_code(typed) == expected
    for typed in ("099", "984", "8027", "8027211", "80A"):
        assert refusal_of(parse_postal_code, typed) is errors.PostalCodeWrong


def test_an_account_is_read_only_with_the_code_of_its_bank_apart():
    for typed in (
        "004-012345678901",
        "(004)0123-4567-8901",
        "004 012345678901",
        "００４－０１２３４５６７８９０１",
    ):
        assert parse_bank_account(typed) == "004-012345678901"
    for typed in ("012345678901", "004-12345", "004-12345678901234567", "004-12A4567"):
        assert refusal_of(parse_bank_account, typed) is errors.BankAccountWrong
    assert refusal_of(parse_bank_account, "000-1234567") is errors.BankCodeWrong
    assert parse_bank_code("７００") == "700"
    assert refusal_of(parse_bank_code, "70") is errors.BankCodeWrong


# All kinds


def test_every_kind_has_a_parser_a_mask_and_an_example():
    assert set(PARSERS) == set(SHOWN) == set(GOOD) == set(Kind)
    for kind, number in GOOD.items():
        assert parse_identifier(kind, number) == number


def test_masked_numbers_show_both_ends_and_hide_the_middle():
    assert masked(Kind.NATIONAL_ID, "ａ123456789") == "A12***6789"
    assert masked(Kind.MOBILE_NUMBER, "+886 912 345 678") == "0912***678"
    assert masked(Kind.BANK_ACCOUNT, "004-012345678901") == "004-***8901"
    assert masked(Kind.LICENCE_PLATE, "AB-12") == "A***"
    assert masked(Kind.NATIONAL_ID, "A123456788") == "***"


@pytest.mark.parametrize("kind", Kind)
@given(text=st.text(max_size=40))
def test_whatever_is_typed_is_read_to_a_fixed_form_or_refused(kind, text):
    if _is_refused(lambda: parse_identifier(kind, text)):
        assert masked(kind, text) == "***"
        return
    plain = parse_identifier(kind, text)
    assert parse_identifier(kind, plain) == plain
    assert plain not in masked(kind, text)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    "text",
    ["1" * 100_000, "-" * 100_000, " " * 100_000, "A1" * 50_000, "\u0663" * 9, "\ufdfa" * 100],
    ids=["digits", "dashes", "spaces", "pairs", "arabic-digits", "ligatures"],
)
def test_hostile_text_is_refused_at_once(kind, text):
    began = time.perf_counter()
    assert _is_refused(lambda: parse_identifier(kind, text))
    assert time.perf_counter() - began < 0.2


@pytest.mark.parametrize("kind", Kind)
def test_a_control_character_inside_a_number_is_named(kind):
    number = GOOD[kind]
    with pytest.raises(errors.IdentifierSignWrong, match=r"U\+0007"):
        parse_identifier(kind, number[:2] + "\x07" + number[2:])


def _is_refused(act):
    try:
        act()
    except DomainError as refused:
        return bool(refused.refusal().hint)
    return False
