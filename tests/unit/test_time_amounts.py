import pytest

from shizheng.kernel.time.amounts import Amount, AmountInvalid, AmountTooLarge, AmountTooSmall, Unit


@pytest.mark.parametrize(
    ("text", "count", "unit"),
    [
        ("24h", 24, Unit.HOUR),
        ("3wd", 3, Unit.WORKING_DAY),
        ("30d", 30, Unit.DAY),
        ("2mo", 2, Unit.MONTH),
        ("1y", 1, Unit.YEAR),
    ],
)
def test_an_amount_reads_and_prints_as_written(text, count, unit):
    assert Amount.parse(text) == Amount(count, unit)
    assert str(Amount.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "30",
        "d",
        "30 d",
        " 30d",
        "30d\n",
        "1.5d",
        "+3d",
        "30D",
        "2w",
        "２d",
        "٣d",
        "三日",
        "1_0d",
    ],
)
def test_another_text_is_refused_and_what_is_allowed_is_said(text):
    with pytest.raises(AmountInvalid) as refusal:
        Amount.parse(text)
    assert "30d (calendar days)" in refusal.value.refusal().hint


@pytest.mark.parametrize("text", ["0d", "-1d", "00wd", "-0mo"])
def test_no_time_is_no_amount(text):
    with pytest.raises(AmountTooSmall):
        Amount.parse(text)


@pytest.mark.parametrize("text", ["36501d", "101y", "99999999wd"])
def test_more_than_a_century_is_refused(text):
    with pytest.raises(AmountTooLarge):
        Amount.parse(text)


def test_a_very_long_text_is_cut_in_the_message():
    with pytest.raises(AmountInvalid) as refusal:
        Amount.parse("9" * 5000 + "d")
    assert len(str(refusal.value)) < 300


def test_amounts_read_well_in_both_languages():
    assert (Amount.parse("1mo").zh, Amount.parse("1mo").en) == ("1個月", "1 month")
    assert (Amount.parse("3wd").zh, Amount.parse("3wd").en) == ("3個工作天", "3 working days")
