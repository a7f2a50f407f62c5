"""``shizheng clock``: when a period ends, and the arithmetic behind it."""

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from shizheng.cli.calendars import read_calendar
from shizheng.cli.refusals import refusals_shown
from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.time.amounts import Amount, Unit
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.kernel.time.clock import Clock, Extension, Pause
from shizheng.kernel.time.explain import Explanation, explain, explain_before
from shizheng.kernel.time.progress import WarningPoint, standing, warning_on
from shizheng.kernel.time.rules import TW_APA48, Rule, rules
from shizheng.kernel.time.words import day_en, day_zh


class OptionMissing(DomainError):
    """An option that the count needs is not there (缺少必要選項)."""

    code = "cli.option_missing"
    message = N_("{option} is missing.")
    hint = N_("For example: shizheng clock --received 2020-01-02 --amount 30d")


class OptionsConflict(DomainError):
    """Two options do not go together (選項不能併用)."""

    code = "cli.options_conflict"
    message = N_("{one} and {other} do not go together.")
    hint = N_("Leave one of them out; shizheng clock --help says what each does.")


class PauseUnreadable(DomainError):
    """A pause is not written as two days (停止計算期間寫法有誤)."""

    code = "cli.pause_unreadable"
    message = N_("“{text}” is not a pause.")
    hint = N_(
        "Write the day on which the clock stops and the day on which it runs again: "
        "2020-01-10..2020-01-15; leave the second out while it stands still."
    )


class ZoneUnknown(DomainError):
    """No such time zone (查無此時區)."""

    code = "cli.zone_unknown"
    message = N_("“{zone}” is not a time zone.")
    hint = N_("Write a name such as Asia/Taipei or UTC.")


Received = Annotated[
    str | None,
    typer.Option(help="Day of receipt: 2020-01-02, 109年1月2日, or 2020-01-02T09:00 for hours."),
]
Allowance = Annotated[
    str | None, typer.Option(help="Allowance: 24h, 3wd (working days), 30d, 2mo or 1y.")
]
RuleName = Annotated[str, typer.Option(help=f"Counting rule: {', '.join(rules)}.")]
Before = Annotated[
    str | None, typer.Option(help="Count back from this day instead of forwards from receipt.")
]
Pauses = Annotated[
    list[str] | None,
    typer.Option(help="STOP..RUN-AGAIN, or STOP.. while it stands still. Repeatable."),
]
Added = Annotated[list[str] | None, typer.Option(help="Amount added. Repeatable.")]
Limit = Annotated[str | None, typer.Option(help="New limit from receipt, in place of --amount.")]
Areas = Annotated[
    list[str] | None, typer.Option(help="Code of an area whose closures hold. Repeatable.")
]
KnownOn = Annotated[str | None, typer.Option(help="Use the calendar as it was known on this day.")]
CalendarFile = Annotated[
    Path | None, typer.Option(help="calendar.yaml or CSV; default: the pack's.")
]
Zone = Annotated[str, typer.Option(help="Zone of the office.")]
On = Annotated[str | None, typer.Option(help="Say also where it stands on this day.")]
Warn = Annotated[list[str] | None, typer.Option(help="Warning point: 50% or 2wd. Repeatable.")]
Noon = Annotated[bool, typer.Option(help="From a Saturday, only Monday morning is left.")]
MakeUp = Annotated[bool, typer.Option(help="A make-up working Saturday may be the last day.")]
Explained = Annotated[bool, typer.Option("--explain", help="Tell it day by day.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


def clock(
    *,
    received: Received = None,
    amount: Allowance = None,
    rule: RuleName = TW_APA48.id,
    before: Before = None,
    pause: Pauses = None,
    extend: Added = None,
    limit: Limit = None,
    area: Areas = None,
    as_known_on: KnownOn = None,
    calendar: CalendarFile = None,
    timezone: Zone = "Asia/Taipei",
    on: On = None,
    warn: Warn = None,
    noon: Noon = True,
    make_up_saturday: MakeUp = True,
    explained: Explained = False,
    as_json: AsJson = False,
) -> None:
    """Say when a period ends, and show the arithmetic.

    Counts by 行政程序法第48條 on the working calendar of the pack.

    Exit code 0, or 2 where the input is wrong.
    """
    with refusals_shown(as_json):
        days = read_calendar(calendar).for_area(*(area or ()))
        if as_known_on is not None:
            days = days.as_known_on(parse_date(as_known_on))
        zone = _zone(timezone)
        allowed = Amount.parse(_given("--amount", amount))
        counting = _switched(rules[rule], noon, make_up_saturday)
        extra: dict[str, Any] = {}
        if before is not None:
            _refuse_with_before(received, pause, extend, limit, on, warn)
            event = _when(before, allowed, zone)
            told = explain_before(event, allowed, days, tz=zone, rule=counting)
        else:
            start = _when(_given("--received", received), allowed, zone)
            found = Clock(
                start,
                allowed,
                zone,
                counting,
                tuple(_pause(text, allowed, zone) for text in pause or ()),
                _extensions(extend or [], limit),
            )
            told = explain(found, days)
            extra = _progress(found, days, on, warn or [], zone)
        answer = _answer(told, counting, allowed, days) | extra
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _print(told, answer, extra, explained)


def _given(option: str, value: str | None) -> str:
    if value is None:
        raise OptionMissing(option=option)
    return value


def _refuse_with_before(received: object, pause: object, *others: object) -> None:
    options = ("--received", "--pause", "--extend", "--limit", "--on", "--warn")
    for option, value in zip(options, (received, pause, *others), strict=True):
        if value:
            raise OptionsConflict(one="--before", other=option)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ZoneUnknown(zone=name) from None


def _switched(rule: Rule, noon: bool, make_up_saturday: bool) -> Rule:
    return replace(
        rule,
        noon_applies=rule.noon_applies and noon,
        make_up_day_ends=rule.make_up_day_ends and make_up_saturday,
    )


def _when(text: str, amount: Amount, zone: ZoneInfo) -> date:
    """Read a day, or for hours a moment; without a zone it is one of the office's clock."""
    if ":" not in text and "T" not in text:
        return parse_date(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return parse_date(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return moment if amount.unit is Unit.HOUR else moment.astimezone(zone).date()


def _pause(text: str, amount: Amount, zone: ZoneInfo) -> Pause:
    stops, dots, again = text.partition("..")
    if not dots or not stops:
        raise PauseUnreadable(text=text)
    return Pause(_when(stops, amount, zone), _when(again, amount, zone) if again else None)


def _extensions(added: list[str], limit: str | None) -> tuple[Extension, ...]:
    new_limit = [Extension(limit=Amount.parse(limit))] if limit is not None else []
    return (*new_limit, *(Extension(added=Amount.parse(text)) for text in added))


def _progress(
    found: Clock, days: WorkCalendar, on: str | None, warn: list[str], zone: ZoneInfo
) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    if on is not None:
        now = standing(found, days, _when(on, found.amount, zone))
        extra["standing"] = {
            "on": now.on.isoformat(),
            "state": now.state,
            "total": now.total,
            "used": now.used,
            "remaining": now.remaining,
            "overdue": now.overdue,
        }
    if warn:
        points = {text: warning_on(found, WarningPoint.parse(text), days) for text in warn}
        extra["warnings"] = {
            text: None if point is None else point.isoformat() for text, point in points.items()
        }
    return extra


def _answer(
    told: Explanation, rule: Rule, amount: Amount, calendar: WorkCalendar
) -> dict[str, Any]:
    return {
        "due_on": told.due.due_on.isoformat() if told.due else None,
        "due_at": told.due.due_at.isoformat() if told.due else None,
        "rule": rule.id,
        "amount": str(amount),
        "calendar_version": calendar.version,
        "explanation": [
            {
                "date": step.on.isoformat(),
                "counted": step.counted,
                "reason": {"zh-Hant": step.zh, "en": step.en},
            }
            for step in told.steps
        ],
        "summary": {"zh-Hant": told.zh, "en": told.en},
    }


def _print(
    told: Explanation, answer: dict[str, Any], extra: dict[str, Any], explained: bool
) -> None:
    if told.due is None:
        typer.echo("停止計算  stands still")
    else:
        noon = "  12:00" if told.due.is_at_noon else ""
        time_of_day = f"  {told.due.due_at:%H:%M}" if answer["amount"].endswith("h") else noon
        typer.echo(f"{told.due.due_on}{time_of_day}  {day_zh(told.due.due_on)}")
    typer.echo(f"\n{told.zh}\n{told.en}")
    for name, values in extra.items():
        told_values = "  ".join(f"{key}: {value}" for key, value in values.items())
        typer.echo(f"\n{name}  {told_values}")
    if explained:
        typer.echo("")
        for step in told.steps:
            mark = "+" if step.counted else " "
            has_time = isinstance(step.on, datetime)
            on = f"{step.on:%H:%M}  " if has_time else ""
            typer.echo(f"{mark} {day_en(step.on)}  {on}{day_zh(step.on)}  {step.zh} / {step.en}")
    typer.echo(f"\ncalendar {answer['calendar_version']}  rule {answer['rule']}")
