"""Dates as Taiwan writes them: Republic of China (民國) years and the common calendar.

Rules, so that no text has two readings:

- The order is always year, month, day.
- 民國 before the year means an ROC year; 西元 or 公元 means a common year.
- Without a word, a year of one to three digits is an ROC year (109 is 2020) and a year of four
  digits is a common year.
- Digits alone must be seven (``1090302``, ROC) or eight (``20200302``). Six digits are refused:
  990302 and 202003 could each be something else.
- 元年 is year 1. Years before ROC 1 (民國前) are refused; write them in the common calendar.
- A weekday in the text must be the right one.
"""

import re
import unicodedata
from datetime import date

from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.intervals import Interval

ROC_OFFSET = 1911
FIRST_ROC_DAY = date(1912, 1, 1)
WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_DIGITS = {
    digit: value
    for value, digits in enumerate(
        ("〇零○", "一壹", "二貳兩", "三參", "四肆", "五伍", "六陸", "七柒", "八捌", "九玖")
    )
    for digit in digits
}
_NUMERAL = re.compile(f"[{''.join(_DIGITS)}十百廿卅拾佰元]+(?=[年月日號])")
_COUNTED = re.compile(
    r"(?:(?P<h>[^十百元])百)?(?:[〇零○]?(?P<t>[^十百元〇零○]?)(?P<ten>十))?[〇零○]?(?P<u>[^十百元])?"
)
_SEPARATED = re.compile(
    r"(?P<era>民國|中華民國|西元|公元)?(?P<year>\d{1,4})"
    r"(?:年度?(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日號]?)?)?"
    r"|[-/.](?P<month2>\d{1,2})(?:[-/.](?P<day2>\d{1,2}))?)"
    r"(?:\(?(?:星期|週|周|禮拜)?(?P<weekday>[一二三四五六日天])\)?)?"
)
_COMPACT = re.compile(
    r"(?P<era>民國|中華民國|西元|公元)?(?P<year>\d{3,4})(?P<month>\d{2})(?P<day>\d{2})"
)


class DateUnreadable(DomainError):
    """A text is not a date by the rules of this module (日期無法辨識)."""

    code = "kernel.date_unreadable"
    message = N_("“{text}” is not a date that has one clear reading.")
    hint = N_("Write year, month and day, like 109-03-02, 109年3月2日 or 2020-03-02.")


class DateImpossible(DomainError):
    """The calendar has no such day (日期不存在)."""

    code = "kernel.date_impossible"
    message = N_("“{text}” names a day that the calendar does not have.")
    hint = N_("Check the month (1 to 12) and the day of the month.")


class DateBeforeRoc(DomainError):
    """The day lies before the first year of the ROC calendar (民國前)."""

    code = "kernel.date_before_roc"
    message = N_("“{text}” lies before the first year of the Republic (1912).")
    hint = N_("Write dates before 1912 in the common calendar, like 1905-03-02.")


class WeekdayWrong(DomainError):
    """The weekday in the text is not the weekday of the date (星期與日期不符)."""

    code = "kernel.weekday_wrong"
    message = N_("“{text}” names the wrong day of the week: that day is {weekday}.")
    hint = N_("Correct the date or the weekday.")


def parse_date(text: str) -> date:
    """Read one day: ``109-03-02``, ``1090302``, ``民國109年3月2日（一）``, ``2020-03-02``.

    Full-width digits and Chinese numerals (``一〇九年三月二日``) are read alike.

    Raises:
        DateUnreadable, DateImpossible, DateBeforeRoc, WeekdayWrong: what is wrong and why.
    """
    year, month, day, weekday = _parts(text)
    if month is None or day is None:
        raise DateUnreadable(text=text)
    found = _day(text, year, month, day)
    if weekday and WEEKDAYS_ZH[found.weekday()] != weekday.replace("天", "日"):
        raise WeekdayWrong(text=text, weekday="星期" + WEEKDAYS_ZH[found.weekday()])
    return found


def parse_period(text: str) -> Interval[date]:
    """Read a day, a month (``109年3月``, ``109-03``) or a year (``109年``) as its span of days.

    Raises:
        DateUnreadable, DateImpossible, DateBeforeRoc, WeekdayWrong: as for a day.
    """
    year, month, day, _ = _parts(text)
    if day is not None:
        first = parse_date(text)
        return Interval(first, _day(text, first.year, first.month, first.day, later=1))
    if month is not None:
        first = _day(text, year, month, 1)
        return Interval(first, _day(text, year + month // 12, month % 12 + 1, 1))
    return Interval(_day(text, year, 1, 1), _day(text, year + 1, 1, 1))


def roc_year(day: date) -> int:
    """Return the ROC year (民國年) of ``day``; 2020 is 109.

    Raises:
        DateBeforeRoc: the day is before 1912-01-01.
    """
    if day.year <= ROC_OFFSET:
        raise DateBeforeRoc(text=day.isoformat()[:10])
    return day.year - ROC_OFFSET


def format_roc(day: date, *, weekday: bool = False) -> str:
    """Return ``109年3月2日``, or with its weekday ``109年3月2日（一）``."""
    tail = f"（{WEEKDAYS_ZH[day.weekday()]}）" if weekday else ""
    return f"{roc_year(day)}年{day.month}月{day.day}日{tail}"


def format_roc_month(day: date) -> str:
    """Return the month of ``day`` as ``109年3月``."""
    return f"{roc_year(day)}年{day.month}月"


def format_roc_compact(day: date) -> str:
    """Return ``1090302``: seven digits, as in public numbers.

    Raises:
        DateBeforeRoc: the day is before 1912-01-01.
        ValueError: the ROC year has four digits.
    """
    year = roc_year(day)
    if year > 999:
        raise ValueError(f"an ROC year of four digits has no compact form, got {day}")
    return f"{year:03d}{day.month:02d}{day.day:02d}"


def format_en(day: date, *, weekday: bool = False) -> str:
    """Return ``2 March 2020``, or with its weekday ``Monday 2 March 2020``."""
    head = f"{_WEEKDAYS_EN[day.weekday()]} " if weekday else ""
    return f"{head}{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"


def _parts(text: str) -> tuple[int, int | None, int | None, str | None]:
    """Return common year, month, day and weekday as far as ``text`` has them."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text[:60]))
    if re.match(r"(中華)?民國前|民前", plain):
        raise DateBeforeRoc(text=text)
    plain = _NUMERAL.sub(lambda numeral: str(_numeral(numeral.group(), text)), plain)
    found = _COMPACT.fullmatch(plain) or _SEPARATED.fullmatch(plain)
    if not found or len(text) > 60:
        raise DateUnreadable(text=text[:60])
    part = found.groupdict()
    month, day = part["month"] or part.get("month2"), part["day"] or part.get("day2")
    return (
        _common_year(text, part["era"], part["year"]),
        int(month) if month else None,
        int(day) if day else None,
        part.get("weekday"),
    )


def _common_year(text: str, era: str | None, digits: str) -> int:
    is_roc = era in ("民國", "中華民國") or (era is None and len(digits) < 4)
    if is_roc and int(digits) == 0:
        raise DateBeforeRoc(text=text)
    return int(digits) + (ROC_OFFSET if is_roc else 0)


def _day(text: str, year: int, month: int, day: int, *, later: int = 0) -> date:
    try:
        return date.fromordinal(date(year, month, day).toordinal() + later)
    except (ValueError, OverflowError):
        raise DateImpossible(text=text) from None


def _numeral(numeral: str, text: str) -> int:
    """Return 109 for 一〇九, 一百零九 and 一百〇九, 21 for 二十一 and 廿一, 1 for 元."""
    if numeral == "元":
        return 1
    plain = (
        numeral.replace("廿", "二十").replace("卅", "三十").replace("拾", "十").replace("佰", "百")
    )
    if all(sign in _DIGITS for sign in plain):
        return int("".join(str(_DIGITS[sign]) for sign in plain))
    found = _COUNTED.fullmatch(plain)
    if not found:
        raise DateUnreadable(text=text)
    tens = _DIGITS[found["t"]] if found["t"] else int(bool(found["ten"]))
    return 100 * _DIGITS.get(found["h"] or "", 0) + 10 * tens + _DIGITS.get(found["u"] or "", 0)
