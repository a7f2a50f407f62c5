"""The numbers that begin chapters and items (編號): which style, and which number."""

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum

from shizheng.plan.domain.outline.wording import is_heading, plain_ideographs

_HEAD = 48


class Style(IntEnum):
    """Numbering styles in the order in which official documents nest them (公文分項標號)."""

    HEADING = 0
    PART = 1
    CHAPTER = 2
    DIVISION = 3
    FORMAL = 4
    ROMAN = 5
    LETTER = 6
    HAN = 7
    HAN_PAREN = 8
    DIGIT = 9
    DECIMAL = 10
    DECIMAL_DEEP = 11
    DIGIT_PAREN = 12
    DIGIT_CLOSING = 13
    CIRCLED = 14
    STEM = 15
    STEM_PAREN = 16
    LETTER_SMALL = 17
    LETTER_PAREN = 18
    BULLET = 19


@dataclass(frozen=True, slots=True)
class Marker:
    """A number at the start of a line. ``begin`` and ``rest`` are offsets within the line.

    ``parent`` is the number before the point of 1.2; ``number`` is 0 for a bullet, which has none.
    """

    style: Style
    number: int
    label: str
    begin: int
    rest: int
    parent: int = 0


def _folds() -> dict[int, str]:
    radicals, wide = ((0x2E80, 0x2EF3), (0x2F00, 0x2FD5)), ((0xFE50, 0xFE6B), (0xFF01, 0xFF5E))
    ranges = (*radicals, (0xF900, 0xFAD9), *wide)
    folds = {0xA0: " ", 0x2002: " ", 0x2003: " ", 0x2009: " ", 0x202F: " ", 0xFF64: "、"}
    for first, last in ranges:
        for point in range(first, last + 1):
            plain = unicodedata.normalize("NFKC", chr(point))
            if len(plain) == 1 and plain != chr(point):
                folds[point] = plain
    return folds | {ord(a): b for a, b in zip("〔〕【】［］︵︶", "()()()()", strict=True)}


_FOLDS = _folds()
_HAN_DIGITS = (
    {sign: index for index, sign in enumerate("零一二三四五六七八九")}
    | {sign: index for index, sign in enumerate("〇壹貳參肆伍陸柒捌玖")}
    | {"〇": 0, "○": 0, "兩": 2, "叁": 3, "叄": 3, "参": 3, "弍": 2, "弌": 1, "贰": 2, "陆": 6}
)
_TENS = {"十": 10, "拾": 10, "廿": 20, "卄": 20, "卅": 30, "卌": 40}
_HUNDREDS = "百佰"
_STEMS = "甲乙丙丁戊己庚辛壬癸"

_S = r"[ \t\u3000]*"
_HAN = r"[一二三四五六七八九十百廿卄卅卌〇零]"
_FORMAL = r"[壹貳參叁叄参肆伍陸柒捌玖拾佰零弍弌]"
_HAN_NUMBER = rf"{_HAN}(?:{_S}{_HAN}){{0,5}}"
_FORMAL_NUMBER = rf"{_FORMAL}(?:{_S}{_FORMAL}){{0,5}}"
_ANY_NUMBER = rf"(?:{_HAN_NUMBER}|{_FORMAL_NUMBER}|\d{{1,3}})"
_POINT = rf"{_S}(?:[、.:,．‧]|\u3000| {{2,}}|\t)"
_BEGIN = re.compile(
    r"[ \t\u3000\ufeff]*(?:(?:#{1,6}[ \t]+|[-*+•–—][ \t]+|[●◎○■□◆◇➢▪‧・][ \t\u3000]*)?(?:\*\*)?)"
)
_BULLET = re.compile(r"[ \t\u3000]*([●◎○■□◆◇★☆•‧・➢▪◼▶►※✓]|[-*+–](?=[ \t]))[ \t\u3000]*(?=\S)")
_PATTERNS: tuple[tuple[Style, re.Pattern[str]], ...] = tuple(
    (style, re.compile(pattern, re.IGNORECASE if style <= Style.DIVISION else 0))
    for style, pattern in (
        (Style.PART, rf"(第{_S}(?P<n>{_ANY_NUMBER}){_S}(?:部分|[篇編部卷])){_S}[、:.]?"),
        (Style.PART, r"(part\s+(?P<n>\d{1,3}|[ivx]{1,6})\b)\s*[.:–—-]?"),
        (Style.CHAPTER, rf"(第{_S}(?P<n>{_ANY_NUMBER}){_S}章){_S}[、:.]?"),
        (Style.CHAPTER, r"((?:chapter|department)\s+(?P<n>\d{1,3}|[ivx]{1,6})\b)\s*[.:–—-]?"),
        (Style.DIVISION, rf"(第{_S}(?P<n>{_ANY_NUMBER}){_S}節){_S}[、:.]?"),
        (Style.DIVISION, r"(section\s+(?P<n>\d{1,3}|[ivx]{1,6})\b)\s*[.:–—-]?"),
        (Style.FORMAL, rf"(?P<n>{_FORMAL_NUMBER}){_POINT}"),
        (Style.HAN, rf"(?P<n>{_HAN_NUMBER}){_POINT}"),
        (Style.HAN_PAREN, rf"(\({_S}(?P<n>{_HAN_NUMBER}){_S}\)){_S}[、.:]?"),
        (Style.HAN_PAREN, rf"(?P<n>{_HAN_NUMBER}){_S}\)"),
        (Style.HAN_PAREN, r"(?P<c>[㈠-㈩])[、.]?"),
        (Style.DECIMAL_DEEP, r"(?P<p>\d{1,3})\.\d{1,3}\.(?P<n>\d{1,3})\.?(?![\d.])"),
        (Style.DECIMAL, r"(?P<p>\d{1,3})[.-](?P<n>\d{1,3})\.?(?=[\s\u3000]|[^\d.,%~-])"),
        (
            Style.DIGIT,
            rf"(?P<n>\d{{1,3}}){_S}(?:[.:．](?!\d)|[、.:．](?=\d{{2,4}}{_S}年)|、(?!\d+{_S}[、,~至及到-]))",
        ),
        (Style.DIGIT, r"(?P<c>[⒈-⒛])"),
        (Style.DIGIT_PAREN, rf"(\({_S}(?P<n>\d{{1,3}}){_S}\)){_S}[、.:]?"),
        (Style.DIGIT_PAREN, r"(?P<c>[⑴-⒇])"),
        (Style.DIGIT_CLOSING, r"(?P<n>\d{1,3})\)"),
        (Style.CIRCLED, r"(?P<c>[①-⑳㉑-㉟㊱-㊿❶-❿㊀-㊉])[、.]?"),
        (Style.STEM, rf"(?P<t>[{_STEMS}]){_S}[、.:．]"),
        (Style.STEM_PAREN, rf"(\({_S}(?P<t>[{_STEMS}]){_S}\))"),
        (Style.ROMAN, r"(?P<n>[Ⅰ-Ⅻ])[ \u3000、.:]"),
        (Style.ROMAN, r"(?P<n>[IVX]{1,6})\.(?=\s)"),
        (Style.LETTER, r"(?P<a>[A-Z])\.(?=\s)"),
        (Style.LETTER_SMALL, r"(?P<a>[a-z])[.)](?=\s)"),
        (Style.LETTER_PAREN, r"\((?P<a>[a-z])\)(?=\s)"),
    )
)
_ENUMERATION = re.compile(
    rf"{_S}(?:[一二三四五六七八九十壹貳參肆伍{_STEMS}]{_S}[、及與和級])|{_S}\d+{_S}[、,~]"
)


def han_number(text: str) -> int:
    """Return the value of a Chinese numeral from 〇 to 九百九十九 (國字數字), 0 if it is none."""
    total, digit, positional = 0, 0, ""
    for sign in text:
        if sign in _HAN_DIGITS:
            digit = _HAN_DIGITS[sign]
            positional += str(digit)
        elif sign in _TENS:
            total += _TENS[sign] * (digit or 1) if _TENS[sign] == 10 else _TENS[sign]
            digit, positional = 0, ""
        elif sign in _HUNDREDS:
            total += 100 * (digit or 1)
            digit, positional = 0, ""
    return total + digit if total else int(positional or 0)


def _roman_number(text: str) -> int:
    values = [{"I": 1, "V": 5, "X": 10}[sign] for sign in text.upper()]
    following = [*values[1:], 0]
    return sum(-one if one < after else one for one, after in zip(values, following, strict=True))


def _number(match: re.Match[str]) -> int:
    groups = match.groupdict()
    if groups.get("t"):
        return _STEMS.index(groups["t"]) + 1
    if groups.get("a"):
        return ord(groups["a"].lower()) - ord("a") + 1
    if groups.get("c"):
        plain = unicodedata.normalize("NFKC", groups["c"]).strip("().")
        if "❶" <= groups["c"] <= "❿":
            return ord(groups["c"]) - ord("❶") + 1
        return int(plain) if plain.isdigit() else han_number(plain)
    text = re.sub(r"[\s\u3000]", "", unicodedata.normalize("NFKC", groups["n"]))
    if text.isdecimal():
        return int(text)
    return _roman_number(text) if re.fullmatch("[ivxIVX]+", text) else han_number(text)


def fold(text: str) -> str:
    """Return ``text`` with wide, compatibility and bracket forms made plain, one for one."""
    return text.translate(_FOLDS)


def read_marker(line: str) -> Marker | None:
    """Return the number with which ``line`` begins, or None.

    Lists in running text (``一、二級古蹟``), years (``109年``) and measures (``3.5 億``) are none.
    """
    folded = fold(line[:_HEAD])
    begin = _BEGIN.match(folded)
    at = begin.end() if begin else 0
    for style, pattern in _PATTERNS:
        match = pattern.match(folded, at)
        if match is None:
            continue
        number = _number(match)
        if not number or not _is_believable(style, match, folded, line):
            return None
        last = match.end() if 1 in pattern.groupindex.values() else match.end(1)
        label = plain_ideographs(line[at:last]).strip()
        if style > Style.DIVISION or "第" in label:
            label = re.sub(r"[\s\u3000]", "", label)
        rest = match.end() + (2 if folded.startswith("**", match.end()) else 0)
        parent = int(match.group("p")) if "p" in match.groupdict() else 0
        return Marker(style, number, label.rstrip("、.．:：,，‧"), at, rest, parent)
    bullet = _BULLET.match(folded)
    if bullet:
        return Marker(Style.BULLET, 0, bullet.group(1), bullet.start(1), bullet.end())
    return None


def _is_believable(style: Style, match: re.Match[str], folded: str, line: str) -> bool:
    rest = line[match.end() :]
    if style <= Style.DIVISION:
        return not rest.strip() or is_heading(rest)
    if style in (Style.HAN, Style.FORMAL):
        if match.group()[-1] in " \t\u3000" and not is_heading(rest, limit=30):
            return False
        return not _ENUMERATION.match(folded, match.end())
    if style in (Style.DIGIT, Style.STEM):
        return not _ENUMERATION.match(folded, match.end())
    return True
