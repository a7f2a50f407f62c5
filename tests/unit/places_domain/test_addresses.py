"""Addresses and lot numbers as people write them, read into one form."""

import csv
import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.places.domain.address_errors import AddressUnreadable
from shizheng.places.domain.addresses import (
    Address,
    Lot,
    english_key,
    lot_parsed,
    normalised,
    parsed,
    road_named,
    value_of,
)

DATA = Path(__file__).parents[3] / "../shared/data"
DISTRICTS = ("苓雅區", "三民區", "前鎮區", "左營區")


@pytest.mark.parametrize(
    ("text", "street", "house"),
    [
        ("高雄市苓雅區四維三路2號", "四維三路", 2_0000),
        ("苓雅區四維3路２號", "四維三路", 2_0000),
        ("苓雅區四維三路二號", "四維三路", 2_0000),
        ("802高雄市苓雅區四維三路2號", "四維三路", 2_0000),
        ("80203高雄市苓雅區四維三路2號", "四維三路", 2_0000),
        ("臺南市東區中華東路二段133巷72號", "中華東路2段133巷", 72_0000),
        ("東區中華東路2段１３３巷７２號", "中華東路2段133巷", 72_0000),
        ("旗津區旗津三路954巷11之1號", "旗津三路954巷", 11_0001),
        ("旗津區旗津三路954巷11-1號", "旗津三路954巷", 11_0001),
        ("旗津三路954巷11號之1", "旗津三路954巷", 11_0001),
        ("旗津區中洲里中洲巷52號", "中洲巷", 52_0000),
        ("梓官區茄苳里嘉展路420號", "嘉展路", 420_0000),
        ("鳳山區過埤里40鄰保生路12號", "保生路", 12_0000),
        ("三民區建工路 415 號 3 樓之 2", "建工路", 415_0000),
        ("左營區博愛三路三十二巷五弄六號", "博愛三路32巷5弄", 6_0000),
        ("三民區大昌二路臨100號", "大昌二路", 100_0000),
        ("前鎮區中山二路12、14號", "中山二路", 12_0000),
        ("苓雅區海邊路", "海邊路", 0),
        ("鼓山區美術館路80號", "美術館路", 80_0000),
        ("中山一路168號前方", "中山一路", 168_0000),
        ("苓雅區新光路38號12樓", "新光路", 38_0000),
        ("前金區市中一路１８８號", "市中一路", 188_0000),
        ("楠梓區高雄大學路700號", "高雄大學路", 700_0000),
        ("鳳山區五甲二路六百零八號", "五甲二路", 608_0000),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_the_ways_of_writing_an_address_lead_to_one(text, street, house):
    found = parsed(text)
    assert (found.street, found.house) == (street, house)


def test_district_floor_and_what_follows_are_told_apart():
    found = parsed("高雄市三民區建工路415號3樓之2(後門)", districts=DISTRICTS)

    assert (found.district, found.floor, found.number) == ("三民區", 3, 415)
    assert parsed("三民街1號", districts=DISTRICTS) == Address("三民街", number=1)
    assert parsed("臨海二路臨8號").is_temporary


@pytest.mark.parametrize(
    "text", ["", "高雄市", "苓雅區", "您好", "号", "<script>", "之之之", "7" * 300]
)
def test_what_is_no_address_is_refused_in_words(text):
    with pytest.raises(AddressUnreadable):
        parsed(text)


@given(st.text(max_size=60))
def test_whatever_is_written_is_read_or_refused(text):
    for read in (parsed, lot_parsed, english_key):
        with suppress(AddressUnreadable):
            read(text)


roads = st.sampled_from(["中山一路", "博愛路", "四維三路", "林森街", "同盟大道"])


@given(
    st.builds(
        lambda road, section, lane, alley, house: Address(
            road, "苓雅區", "", section, f"{lane}巷" if lane else "", alley if lane else 0,
            number=house[0], sub=house[1],
        ),
        roads, st.integers(0, 9), st.integers(0, 999), st.integers(0, 99),
        st.tuples(st.integers(1, 999), st.integers(0, 99)),
    )
)  # fmt: skip
def test_an_address_that_was_written_from_its_parts_is_read_back(said):
    sub = said.sub
    written = f"高雄市{said.district}{said.street}{said.number}{f'之{sub}' if sub else ''}號"

    assert parsed(written, districts=DISTRICTS) == said
    assert parsed(wide(written), districts=DISTRICTS) == said
    assert parsed(" ".join(written), districts=DISTRICTS) == said


def wide(text):
    return text.translate({ord("0") + at: chr(ord("０") + at) for at in range(10)})


@given(st.integers(1, 9999))
def test_numerals_are_read_as_they_are_written(number):
    assert value_of(str(number)) == number
    assert value_of(_in_chinese(number)) == number


def _in_chinese(number):
    digits, units, said, is_gap = "零一二三四五六七八九", ("千", "百", "十", ""), "", False
    for digit, unit in zip(f"{number:04}", units, strict=True):
        if digit == "0":
            is_gap = bool(said)
            continue
        said += ("零" if is_gap else "") + digits[int(digit)] + unit
        is_gap = False
    return said


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(text):
    once = normalised(text)
    assert normalised(once) == once or re.search(r"\s", once) is None


def test_numbers_in_names_of_roads_are_written_in_one_way():
    assert road_named("中山1路12號") == "中山一路12號"
    assert road_named("大順12路") == "大順十二路"


@pytest.mark.parametrize(
    ("text", "lot"),
    [
        ("苓雅區苓東段1234-5地號", Lot("苓東段", 1234, 5, "苓雅區")),
        ("苓東段 １２３４之５ 地號", Lot("苓東段", 1234, 5)),
        ("苓東段1234", Lot("苓東段", 1234)),
        ("苓東段一小段 12 地號", Lot("苓東段1小段", 12)),
        ("苓東段12340005", Lot("苓東段", 1234, 5)),
        ("高雄市三民區灣興段第88號", Lot("灣興段", 88, 0, "三民區")),
        ("四維三路2號", None),
        ("中華東路二段133巷72號", None),
        ("苓東段", None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_lot_numbers_are_told_from_addresses(text, lot):
    assert lot_parsed(text) == lot


@pytest.mark.parametrize(
    ("text", "street", "house"),
    [
        ("No. 2, Siwei 3rd Rd., Lingya Dist., Kaohsiung City 802", "siwei 3rd road|0|0|0", 2_0000),
        ("2 Siwei 3rd Road, Lingya District", "siwei 3rd road|0|0|0", 2_0000),
        ("No.11-1, Ln. 954, Qijin 3rd Rd.", "qijin 3rd road|0|954|0", 11_0001),
        ("no 72, lane 133, sec 2, zhonghua e rd", "zhonghua e road|2|133|0", 72_0000),
        ("3F., No. 6, Aly. 5, Ln. 32, Bo'ai 3rd Rd.", "bo ai 3rd road|0|32|5", 6_0000),
    ],
    ids=["city", "number-first", "sub-number", "long-words", "alley"],
)
def test_addresses_in_english_are_read_however_they_are_shortened(text, street, house):
    assert english_key(text) == (street, house)


def test_what_is_not_english_has_no_english_key():
    assert english_key("四維三路2號") is None
    assert english_key("") is None


REAL = {
    # file: column, the least share of addresses with a road and a number that is read
    "registers/kaohsiung_religious_sites.csv": ("address", 0.98),
    "registers/kaohsiung_bike_stations.csv": ("address", 0.98),
    "service_requests/tainan_1999_2019_05_06.csv": ("address", 0.99),
}


@pytest.mark.skipif(not DATA.is_dir(), reason="the published files are not on this machine")
@pytest.mark.parametrize("name", REAL)
def test_addresses_of_the_real_registers_are_read(name):
    column, least = REAL[name]
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        texts = [row[column] for row in csv.DictReader(file) if re.search(r"\d\s*號", row[column])]

    share = sum(_is_read(text) for text in texts) / len(texts)

    assert share >= least, f"{share:.4f} of {len(texts)}"


def _is_read(text):
    try:
        found = parsed(text)
    except AddressUnreadable:
        return False
    return bool(found.street and found.number)
