"""Addresses and lot numbers as people write them, and the one form in which they are looked up.

Chinese addresses go from the large to the small: city, district, village, neighbourhood, road,
stretch (段), lane (巷), alley (弄), number (號), floor. English ones go the other way round.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from shizheng.places.domain.address_errors import AddressUnreadable

DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
          "八": 8, "九": 9, "兩": 2, "廿": 20, "卅": 30}  # fmt: skip
TENS = {"十": 10, "百": 100, "千": 1000}
NUMERALS = "".join((*DIGITS, *TENS))
WRITTEN = ("〇", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
"""Numerals up to ten, as names of roads have them."""
TIMES = 10_000
LONGEST = 160
_N = rf"(?:[0-9]+|[{NUMERALS}]+)"
_SPACE = re.compile(r"[\s,，、。.;；]+")
_COUNTRY = re.compile(r"^(?:[0-9]{3,6}(?=\D))?(?:中華民國|台灣省?)?")
_CITY = re.compile(r"^(?:..[市縣])(?=.)")
_DISTRICT = re.compile(r"^(.{1,3}?區|.{1,3}?[鄉鎮])(?=.)")
_VILLAGE = re.compile(rf"^([^0-9路街巷段號]{{1,4}}?[里村])(?![路街巷段])(?:({_N})鄰)?(?=.)")
_INNER = re.compile(r"^([^0-9路街巷段號弄]{1,4}[里村])(?=[0-9])")
"""A village that stands after the road."""
_ROAD = re.compile(
    rf"^(?P<road>.*?(?:大道|[路街]|道(?={_N}[段號巷弄]))|(?=.*?[0-9巷號弄]))(?![路街])"
    rf"(?:(?P<section>{_N})段)?"
)
_LANE = re.compile(rf"^(?:(?P<lane>{_N})巷|(?P<named>[^0-9號弄]{{1,8}}?巷))")
_ALLEY = re.compile(rf"^(?P<alley>{_N})弄(?:(?P<small>{_N})衖)?")
_NUMBER = re.compile(
    rf"^(?P<temporary>臨)?(?:第)?(?P<number>{_N})(?:(?:之|-)(?P<first>{_N}))?號"
    rf"(?:(?:之|-)(?P<sub>{_N}))?(?P<rest>.*)$"
)
_FLOOR = re.compile(rf"^(?P<floor>{_N})(?:樓|[fF])(?:之(?P<part>{_N}))?")
_ROAD_DIGIT = re.compile(r"([0-9]{1,2})(?=路|街|大道)")
_SEVERAL = re.compile(r"([0-9]+)(?:[、,][0-9]+)+(?=號)")
_LOT = re.compile(
    rf"^(?P<section>[^0-9]*?段(?:{_N}小段|[^0-9段]{{1,4}}小段)?)(?:第)?"
    r"(?:(?P<eight>[0-9]{8})|(?P<main>[0-9]{1,4})(?:(?:-|之)(?P<sub>[0-9]{1,4}))?)"
    r"(?:號)?(?:地號|號)?$"
)


@dataclass(frozen=True, slots=True)
class Address:
    """An address (地址), its parts as they are looked up.

    ``number`` is 0 where there is none; ``sub`` the number after 之. ``rest`` is whatever follows.
    """

    road: str
    district: str = ""
    village: str = ""
    section: int = 0
    lane: str = ""
    alley: int = 0
    small: int = 0
    number: int = 0
    sub: int = 0
    floor: int = 0
    is_temporary: bool = False
    rest: str = ""

    @property
    def street(self) -> str:
        """Road, stretch, lane and alley: what house numbers are counted along."""
        parts = [self.road, f"{self.section}段" if self.section else "", self.lane]
        parts += [f"{self.alley}弄" if self.alley else "", f"{self.small}衖" if self.small else ""]
        return "".join(parts)

    @property
    def house(self) -> int:
        """The number with what follows 之, as one number in the order along the street."""
        return self.number * TIMES + self.sub


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot number (地號) in a cadastral section (地段)."""

    section: str
    main: int
    sub: int = 0
    district: str = ""

    @property
    def number(self) -> int:
        """Main and sub number as one."""
        return self.main * TIMES + self.sub


def value_of(text: str) -> int:
    """Return the number that digits or Chinese numerals write: 12, 十二, 一百零五, 一二 (as 12).

    Raises:
        ValueError: it is no number, or none below a hundred million.
    """
    if re.fullmatch(r"[0-9]{1,8}", text):
        return int(text)
    if not text or not set(text) <= set(NUMERALS):
        raise ValueError(f"no number: {text!r}")
    if not set(text) & set(TENS) and not set(text) & {"廿", "卅"}:
        return value_of("".join(str(DIGITS[each]) for each in text))
    whole, waiting = 0, 0
    for each in text:
        if each in TENS:
            whole += (waiting or 1) * TENS[each]
            waiting = 0
        elif each in "廿卅":
            whole += DIGITS[each]
        else:
            waiting = DIGITS[each]
    return whole + waiting


def normalised(text: str) -> str:
    """Return a text in half width, with one form of 台, without spaces and stops (正規化).

    Of several house numbers (12、14號) the first is kept.
    """
    plain = unicodedata.normalize("NFKC", text).replace("臺", "台")
    plain = re.sub(r"[‐‑‒–—―−~～]", "-", plain)
    plain = plain.replace("(路)", "")
    return _SPACE.sub("", _SEVERAL.sub(r"\1", plain))


def road_named(text: str) -> str:
    """Return the name of a road as it is looked up: 中山1路 is 中山一路."""
    return _ROAD_DIGIT.sub(lambda found: _written(int(found[1])), text)


def _written(number: int) -> str:
    if number <= 10:
        return WRITTEN[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else WRITTEN[tens]) + "十" + (WRITTEN[ones] if ones else "")


def parsed(text: str, *, districts: Collection[str] = ()) -> Address:
    """Return the parts of an address in Chinese (地址剖析).

    Args:
        text: as somebody wrote it; full width, 臺, numerals, spaces and what follows are let be.
        districts: names of the city's districts; without them, whatever ends like one is one.

    Raises:
        AddressUnreadable: no road, lane or number can be told.
    """
    left = normalised(text)[:LONGEST]
    left = _CITY.sub("", _COUNTRY.sub("", left))
    district, left = _district(left, {normalised(each) for each in districts})
    village = ""
    if found := _VILLAGE.match(left):
        village, left = found[1], left[found.end() :]
    if found := re.match(rf"^{_N}鄰", left):
        left = left[found.end() :]
    try:
        address = _street(road_named(left), district, village)
    except ValueError:  # a number longer than any house has
        raise AddressUnreadable(text=text[:60]) from None
    if not address.street or not (address.number or re.search(r"[路街道巷弄]", address.street)):
        raise AddressUnreadable(text=text[:60])
    return address


def _district(left: str, known: Collection[str]) -> tuple[str, str]:
    for name in known:
        if left.startswith(name):
            return name, left[len(name) :]
    found = None if known else _DISTRICT.match(left)
    return (found[1], left[found.end() :]) if found else ("", left)


def _street(left: str, district: str, village: str) -> Address:
    road, section, lane, alley, small = "", 0, "", 0, 0
    if (found := _ROAD.match(left)) and (found["road"] or found["section"]):
        road, left = found["road"], left[found.end() :]
        section = value_of(found["section"]) if found["section"] else 0
        if inner := _INNER.match(left):
            village, left = village or inner[1], left[inner.end() :]
    if not road and not re.match(rf"^{_N}[巷弄號]", left):
        place = re.match(
            rf"^(?P<place>[^0-9號弄巷]{{1,10}}?)(?=臨?{_N}(?:(?:之|-){_N})?[號巷弄])", left
        )
        if place:
            road, left = place["place"], left[place.end() :]
    if not road and _NUMBER.match(left):
        road = village  # a village without roads numbers its houses itself
    while found := _LANE.match(left):
        lane += found["named"] or f"{value_of(found['lane'])}巷"
        left = left[found.end() :]
    if found := _ALLEY.match(left):
        alley, left = value_of(found["alley"]), left[found.end() :]
        small = value_of(found["small"]) if found["small"] else 0
    address = Address(road, district, village, section, lane, alley, small)
    return _numbered(address, left)


def _numbered(street: Address, left: str) -> Address:
    """Return the street with number, sub number, floor and rest."""
    found = _NUMBER.match(left)
    if found is None:
        return replace(street, rest=left)
    rest, sub = found["rest"], found["first"] or found["sub"]
    floor = _FLOOR.match(rest)
    return replace(
        street,
        number=value_of(found["number"]) % 1_000_000,
        sub=value_of(sub) % TIMES if sub else 0,
        is_temporary=found["temporary"] is not None,
        floor=value_of(floor["floor"]) if floor else 0,
        rest=rest[floor.end() :] if floor else rest,
    )


def lot_parsed(text: str, *, districts: Collection[str] = ()) -> Lot | None:
    """Return a lot number (地號剖析) such as 苓東段 1234-5 地號; None where it is none."""
    left = _CITY.sub("", _COUNTRY.sub("", normalised(text)[:LONGEST]))
    district, left = _district(left, {normalised(each) for each in districts})
    found = _LOT.match(left)
    if found is None or re.search(r"[路街]", found["section"]):
        return None
    section = re.sub(rf"([{NUMERALS}0-9]+)(?=小段$)", _small_section, found["section"])
    if found["eight"]:
        return Lot(section, int(found["eight"][:4]), int(found["eight"][4:]), district)
    return Lot(section, int(found["main"]), int(found["sub"] or 0), district)


def _small_section(found: re.Match[str]) -> str:
    return str(value_of(found[1]))


_EN_PART = {
    "number": re.compile(r"^(?:no|number|#)\s*(\d+)(?:\s*-\s*(\d+))?$"),
    "lane": re.compile(r"^(?:ln|lane)\s*(\d+)$"),
    "alley": re.compile(r"^(?:aly|alley)\s*(\d+)$"),
    "section": re.compile(r"^(?:sec|section)\s*(\d+)$"),
    "bare": re.compile(r"^(\d+)(?:-(\d+))?$"),
}
_EN_ROAD = re.compile(r"\b(rd|road|st|street|blvd|boulevard|ave|avenue|way)$")
_EN_WORDS = {"rd": "road", "st": "street", "blvd": "boulevard", "ave": "avenue"}


def english_key(text: str) -> tuple[str, int] | None:
    """Return street and house of an address in English as they are looked up; None if it is none.

    ``No. 12-3, Ln. 5, Sec. 2, Zhongshan 1st Rd., Lingya Dist.`` is found however it is
    abbreviated, and whatever stands behind the road.
    """
    parts = [
        " ".join(re.sub(r"[.'’]", " ", part).casefold().split())
        for part in unicodedata.normalize("NFKC", text)[:LONGEST].split(",")
    ]
    road, found = "", {"lane": 0, "alley": 0, "section": 0, "number": 0, "sub": 0}
    for part in parts:
        for name, pattern in _EN_PART.items():
            if (match := pattern.match(part)) and not (name == "bare" and found["number"]):
                found["number" if name == "bare" else name] = int(match[1])
                if name in ("number", "bare"):
                    found["sub"] = int(match[2] or 0)
                break
        else:
            if not road and _EN_ROAD.search(part):
                road, found["number"] = _english_road(part, found["number"])
    if not road:
        return None
    street = f"{road}|{found['section']}|{found['lane']}|{found['alley']}"
    return street, found["number"] * TIMES + found["sub"]


def _english_road(part: str, number: int) -> tuple[str, int]:
    """Return a road with the number that may stand before it: ``12 Zhongshan 1st Rd``."""
    words = part.split()
    if not number and words[0].isdecimal():
        number, words = int(words[0]), words[1:]
    return " ".join(_EN_WORDS.get(word, word) for word in words), number


_EN_NOISE = re.compile(r"[.\s'’-]|[0-9]+")
_EN_DISTRICT = re.compile(r"(district|dist|township)$")


def english_district(text: str, districts: Mapping[str, str]) -> str | None:
    """Return the code of the district that an address in English names; None if it names none.

    Args:
        districts: name to code; Chinese ones among them are let be.
    """
    known = {_district_key(name): code for name, code in districts.items()}
    for part in unicodedata.normalize("NFKC", text)[:LONGEST].split(","):
        if code := known.get(_district_key(part)):  # a postal code may stand behind it
            return code
    return None


def _district_key(text: str) -> str:
    return _EN_DISTRICT.sub("", _EN_NOISE.sub("", text.casefold()))
