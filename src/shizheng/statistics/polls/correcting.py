"""What a correction changed (更正對照): facts and results of two versions, side by side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shizheng.core.models import Area
from shizheng.core.showing import city_date
from shizheng.core.words import in_language
from shizheng.statistics.models import Poll, PollResult
from shizheng.statistics.polls.selectors import CITY
from shizheng.statistics.polls.telling import Told, told_of
from shizheng.statistics.showing.words import written

Place = tuple[str, str, str]
"""Topic, answer, district."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: what it is, as it was, as it is now; empty where it was not there."""

    what: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A version that corrects the one before it, and what it changed."""

    poll: Poll
    changes: tuple[Change, ...]


def corrections_of(versions: Iterable[Poll]) -> list[Correction]:
    """Return the corrections among versions of one poll, the newest first.

    Args:
        versions: every version that the reader may see, the newest first, without a gap.
    """
    rows = list(versions)
    return [
        Correction(later, tuple(changes_between(before, later, whole=later.signed_at is None)))
        for later, before in pairwise(rows)
    ]


def changes_between(before: Poll, after: Poll, *, whole: bool) -> list[Change]:
    """Return what differs between two versions: what is said of the poll, then its results.

    Args:
        whole: with results that are withheld from the public, for who signs the correction.
    """
    return [*_of_facts(before, after), *_of_results(before, after, whole)]


def _of_facts(before: Poll, after: Poll) -> list[Change]:
    labels = _labels()
    pairs = ((label, _said(before, name), _said(after, name)) for name, label in labels.items())
    return [Change(label, was, now) for label, was, now in pairs if was != now]


def _labels() -> dict[str, str]:
    return {
        "title": _("Title"), "is_media": _("Kind"), "source": _("Where it was published"),
        "commissioned_by": _("Commissioned by"), "conducted_by": _("Conducted by"),
        "questionnaire_version": _("Version of the questionnaire"),
        "questionnaire": _("The questions as they were asked"), "frame": _("Sampling frame"),
        "mode": _("How people were asked"), "fieldwork_from": _("First day of fieldwork"),
        "fieldwork_to": _("Last day of fieldwork"), "contacted": _("How many were asked"),
        "responses": _("How many answered"), "weighting": _("Weighting"),
    }  # fmt: skip


def _said(poll: Poll, name: str) -> str:
    if name == "mode":
        return str(poll.get_mode_display())
    if name == "is_media":
        return _("media poll") if poll.is_media else _("Of the city")
    value = getattr(poll, name)
    if name.startswith("fieldwork"):
        return str(city_date(value))
    return "" if value is None else str(value)


def _of_results(before: Poll, after: Poll, whole: bool) -> list[Change]:
    old, new = (_told(poll, whole) for poll in (before, after))
    codes = {place[2] for place in (*old, *new)} - {CITY}
    names = {row.code: in_language(row.name) for row in Area.objects.filter(code__in=codes)}
    found = []
    for place in dict.fromkeys((*new, *old)):
        was, now = old.get(place), new.get(place)
        if was is None or now is None or _differs(was.row, now.row):
            found.append(Change(_where((now or was), names), _words(was), _words(now)))
    return found


def _told(poll: Poll, whole: bool) -> dict[Place, Told]:
    return {
        (each.row.topic, each.row.answer, each.row.district): each
        for each in told_of(poll, poll.results.all(), whole=whole)
    }


def _differs(was: PollResult, now: PollResult) -> bool:
    names = ("question", "share", "answers", "design_effect")
    return any(getattr(was, name) != getattr(now, name) for name in names)


def _where(told: Told | None, names: Mapping[str, str]) -> str:
    assert told is not None  # noqa: S101 - one of the two is there
    row = told.row
    place = names.get(row.district, row.district) or _("the whole city")
    return f"{row.question} {row.answer}, {place}"


def _words(told: Told | None) -> str:
    if told is None:
        return ""
    if told.estimate is None:
        return pgettext("statistics", "withheld")
    row = told.row
    return _("{share} % of {answers} answers, design effect {effect}").format(
        share=written(row.share, 2), answers=row.answers, effect=row.design_effect.normalize()
    )
