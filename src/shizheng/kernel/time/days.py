"""What is known about single days: holidays, make-up working days, closures, and since when."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shizheng.kernel.errors import N_, DomainError

ALWAYS = date.min
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class CalendarMalformed(DomainError):
    """A calendar cannot be read (行事曆內容有誤)."""

    code = "time.calendar_malformed"
    message = N_("The work calendar cannot be read at {place}: {problem}.")
    hint = N_("Correct this place and load the calendar again; nothing was changed.")


class CalendarOutOfRange(DomainError):
    """A count runs past what the calendar covers (超出行事曆範圍)."""

    code = "time.calendar_out_of_range"
    message = N_("The work calendar {calendar} covers {first} to {last}; {day} lies outside.")
    hint = N_("Add the missing years to the calendar, or choose a date that it covers.")


class CalendarNotYetKnown(DomainError):
    """On that day the calendar was not out yet (當時尚未公布行事曆)."""

    code = "time.calendar_not_yet_known"
    message = N_("The work calendar {calendar} was first known on {earliest}, not yet on {day}.")
    hint = N_("Choose that date or a later one.")


class DayKind(StrEnum):
    """Why a day differs from its weekday."""

    HOLIDAY = "holiday"  # 放假
    WORKDAY = "workday"  # 補行上班
    CLOSURE = "closure"  # 停止上班, as in a typhoon
    WITHDRAWN = "withdrawn"  # 取消先前的紀錄


@dataclass(frozen=True, slots=True)
class DayRecord:
    """One day that differs (日曆紀錄): everywhere, or in one area; known from a date on.

    A later record for the same day and area replaces an earlier one; ``WITHDRAWN`` takes back
    everything that was known before about that day in that area.
    """

    on: date
    kind: DayKind
    area: str | None = None
    known_from: date = ALWAYS
    name_zh: str = ""
    name_en: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """What one day is: ``kind`` is None for a day that follows its weekday."""

    on: date
    is_working: bool
    kind: DayKind | None = None
    name_zh: str = ""
    name_en: str = ""


def effective(records: tuple[DayRecord, ...], areas: frozenset[str]) -> dict[int, DayRecord]:
    """Return by ordinal the record that holds in ``areas``; records are in order of knowledge.

    A closure holds over a holiday or a make-up day; a record of the area over a general one.
    """
    standing: dict[tuple[int, str | None, bool], DayRecord] = {}
    for record in records:
        if record.area is not None and record.area not in areas:
            continue
        day = record.on.toordinal()
        if record.kind is DayKind.WITHDRAWN:
            standing.pop((day, record.area, True), None)
            standing.pop((day, record.area, False), None)
        else:
            standing[day, record.area, record.kind is DayKind.CLOSURE] = record
    weakest_first = sorted(standing, key=lambda key: (key[2], key[1] is not None, key[1] or ""))
    return {key[0]: standing[key] for key in weakest_first}
