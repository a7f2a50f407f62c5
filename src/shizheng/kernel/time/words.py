"""Dates and days off in words, Chinese and English, whatever the locale of the machine."""

from datetime import date, datetime

from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.kernel.time.days import Day, DayKind

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONG_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_YEAR_ONE = 1912  # 民國元年


def day_zh(day: date) -> str:
    """In the form of the Republic: 109年2月3日（一）; before 1912 民國前, counted backwards."""
    year = day.year - _YEAR_ONE + 1
    shown = f"{year}年" if year > 0 else f"民國前{1 - year}年"
    return f"{shown}{day.month}月{day.day}日（{WEEKDAYS_ZH[day.weekday()]}）"


def day_en(day: date) -> str:
    """In English: Mon 2020-02-03."""
    return f"{WEEKDAYS_EN[day.weekday()]} {day.year:04}-{day.month:02}-{day.day:02}"


def moment_zh(moment: datetime) -> str:
    """With the time of day: 109年2月3日（一）9時05分."""
    return f"{day_zh(moment)}{moment.hour}時{moment.minute:02}分"


def moment_en(moment: datetime) -> str:
    """With the time of day: Mon 2020-02-03 09:05."""
    return f"{day_en(moment)} {moment:%H:%M}"


def day_off(on: date, calendar: WorkCalendar) -> tuple[str, str]:
    """Say why ``on`` is a day off: the holiday, the closure or the weekday."""
    day = calendar.day(on)
    if day.kind is DayKind.CLOSURE:
        return _closure(day)
    weekday_zh, weekday_en = f"星期{WEEKDAYS_ZH[on.weekday()]}", LONG_EN[on.weekday()]
    if day.kind is DayKind.HOLIDAY:
        return day.name_zh or "放假", day.name_en or day.name_zh or "holiday"
    return weekday_zh, weekday_en


def _closure(day: Day) -> tuple[str, str]:
    zh = f"停止上班（{day.name_zh}）" if day.name_zh else "停止上班"
    name = day.name_en or day.name_zh
    return zh, f"offices closed ({name})" if name else "offices closed"
