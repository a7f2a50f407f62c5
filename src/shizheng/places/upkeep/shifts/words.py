"""Shifts, and how a crew stands, in the words of pages."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.core.showing import city_date, city_datetime
from shizheng.core.words import in_language
from shizheng.places.models import Crew, CrewShift
from shizheng.places.upkeep.shifts.domain import Standing
from shizheng.places.upkeep.shifts.selectors import is_there_by, standings

HOLIDAYS = {
    "off": gettext_lazy("not on holidays, but on make-up days"),
    "kept": gettext_lazy("on holidays too"),
    "only": gettext_lazy("only on days on which offices are closed"),
}
WHOLE_WEEK = "1234567"


def days_in_words(days: str) -> str:
    """Return weekdays such as 12345, runs of three and more from the first to the last."""
    if days == WHOLE_WEEK:
        return _("Every day")
    runs: list[list[int]] = []
    for day in map(int, days):
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    told = []
    for run in runs:
        names = [str(WEEKDAYS_ABBR[day - 1]) for day in run]
        told += [f"{names[0]}–{names[-1]}"] if len(run) > 2 else names
    return _(", ").join(told)


def shift_in_words(row: CrewShift) -> str:
    """Return what a shift is: its name if it has one, its days, times and holidays."""
    ends = f"{row.ends:%H:%M}"
    if row.ends <= row.starts:
        ends = _("{time} the next day").format(time=ends)
    told = _("{days} {starts}–{ends}, {holidays}").format(
        days=days_in_words(row.days), starts=f"{row.starts:%H:%M}", ends=ends,
        holidays=HOLIDAYS[row.holidays],
    )  # fmt: skip
    if row.is_on_call:
        told = _("{shift}, on call").format(shift=told)
    return _("{name}: {shift}").format(name=in_language(row.name), shift=told) if row.name else told


def standing_in_words(found: Standing | None) -> str:
    """Return how a crew stands now; empty where it has no shifts."""
    if found is None:
        return ""
    if found.is_on_duty and found.until:
        return _("On duty until {when}").format(when=_moment(found.until))
    if found.is_on_call and found.until:
        return _("On call until {when}").format(when=_moment(found.until))
    if found.following:
        return _("Off duty until {when}").format(when=_moment(found.following))
    return _("Off duty")


def stand_in_words(crews: Iterable[Crew], *, at: datetime) -> dict[UUID, str]:
    """Return how each crew that has shifts stands now."""
    return {key: standing_in_words(found) for key, found in standings(crews, at=at).items()}


def order_warning(crew: Crew, found: Standing | None) -> str:
    """Return what who gives an order to a crew has to know of its shifts; empty for nothing."""
    if found is None or found.is_on_duty:
        return ""
    if found.is_on_call:
        return _("“{crew}” is on call now, not at work: call them if it cannot wait.").format(
            crew=crew.name
        )
    if found.following:
        return _(
            "“{crew}” is not on duty now. Its next shift begins {when}; the order waits until then."
        ).format(crew=crew.name, when=_moment(found.following))
    return _("“{crew}” is not on duty now, and no shift of it is near.").format(crew=crew.name)


def list_warning(crew: Crew, found: Standing | None, until: date) -> str:
    """Return what who gives a list to a crew has to know of its shifts; empty for nothing."""
    if is_there_by(found, until):
        return ""
    return _(
        "“{crew}” is not on duty by {day}: no shift of it begins before the list is due."
    ).format(crew=crew.name, day=city_date(until))


def _moment(local: datetime) -> str:
    return city_datetime(timezone.make_aware(local))
