"""Finds and reads the working calendar that a command counts on."""

import os
from pathlib import Path

import yaml

from shizheng.folders import DEFAULT_PACK, pack_folder
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.kernel.time.days import CalendarMalformed

PLACES = ("calendar.yaml", "calendar/*.yaml")


class CalendarMissing(DomainError):
    """There is no calendar to count on (找不到行事曆)."""

    code = "cli.calendar_missing"
    message = N_("There is no work calendar at {place}.")
    hint = N_("Name a calendar.yaml or a CSV with --calendar, or a pack with SHIZHENG_PACK.")


class CalendarUnreadable(DomainError):
    """The file is no calendar (行事曆檔案無法讀取)."""

    code = "cli.calendar_unreadable"
    message = N_("{file} is not a work calendar: {problem}.")
    hint = N_("It must be a calendar.yaml (schema calendar/1) or a CSV, in UTF-8.")


def read_calendar(file: Path | None) -> WorkCalendar:
    """Read ``file``, or else the calendar of the pack that ``SHIZHENG_PACK`` names.

    Raises:
        CalendarMissing, CalendarUnreadable, CalendarMalformed: what is wrong, and where.
    """
    file = file or _of_the_pack()
    try:
        text = file.read_text(encoding="utf-8-sig")
        if file.suffix.lower() == ".csv":
            return WorkCalendar.from_csv(text.splitlines(), name=file.stem)
        definition = yaml.load(text, Loader=yaml.CSafeLoader)
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise CalendarMissing(place=file) from None
        raise CalendarUnreadable(file=file, problem=error.strerror) from None
    except UnicodeDecodeError:
        raise CalendarUnreadable(file=file, problem="it is not UTF-8 text") from None
    except yaml.YAMLError as error:
        raise CalendarUnreadable(file=file, problem=_first_line(error)) from None
    except ValueError as error:  # YAML makes dates itself, and 30 February is none
        raise CalendarUnreadable(file=file, problem=str(error)) from None
    if not isinstance(definition, dict):
        raise CalendarMalformed(place=file.name, problem="there are no keys in it")
    return WorkCalendar.from_definition(definition)


def _first_line(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "it is not YAML"
    return f"{problem}, line {mark.line + 1}" if mark else str(problem)


def _of_the_pack() -> Path:
    folder = pack_folder(os.environ.get("SHIZHENG_PACK", DEFAULT_PACK))
    for pattern in PLACES:
        found = sorted(folder.glob(pattern))
        if found:
            return found[0]
    raise CalendarMissing(place=folder / PLACES[0])
