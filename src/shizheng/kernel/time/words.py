"""Dates and days off in words, Chinese and English, whatever the locale of the machine."""

from datetime import date, datetime

from shizheng.kernel.dates import WEEKDAYS_ZH, format_roc
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.kernel.time.days import Day, DayKind

WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONG_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day_zh(day: date) -> str:
    """In the form of the Republic: 109年2月3日（一）.

    Raises:
        DateBeforeRoc: the day is before 1912.
    """
    return format_roc(day, weekday=True)


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
        return day.name_zh or "放假", day.name_en or (
            f"holiday ({day.name_zh})" if day.name_zh else "holiday"
        )
    return weekday_zh, weekday_en


def _closure(day: Day) -> tuple[str, str]:
    zh = f"停止上班（{day.name_zh}）" if day.name_zh else "停止上班"
    name = day.name_en or day.name_zh
    return zh, f"offices closed ({name})" if name else "offices closed"
