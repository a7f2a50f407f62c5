"""Telling owners what is late, missing or off target: one notice a week to each who enters."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from shizheng.core.models import User
from shizheng.core.words import in_language, language_tag
from shizheng.services.notices.telling import Telling, people_tell
from shizheng.statistics.indicators.waiting import (
    Wanting,
    indicators_wanting,
    people_of_owner,
)
from shizheng.statistics.models import Indicator
from shizheng.statistics.showing.words import MARKS, joined, period_words

MOST_NAMED = 20


def owners_warn(*, at: datetime) -> int:
    """Tell everybody who enters figures of an agency what of it needs attention.

    Nobody is told twice in a week of ISO 8601. Returns how many notices were written.
    """
    rows = Indicator.objects.filter(is_kept=True).select_related("owner", "current")
    mine: dict[User, list[Wanting]] = {}
    people: dict[object, list[User]] = {}
    for each in indicators_wanting(rows, at=at):
        owner = each.indicator.owner_id
        if owner not in people:
            people[owner] = people_of_owner(each.indicator, at=at)
        for person in people[owner]:
            mine.setdefault(person, []).append(each)
    week = timezone.localtime(at).strftime("%G-W%V")
    with override(settings.LANGUAGE_CODE):
        tellings = [_telling(person, some, week) for person, some in mine.items()]
    return people_tell(tellings=tellings, at=at)


def _telling(person: User, wanting: list[Wanting], week: str) -> Telling:
    count = len(wanting)
    subject = ngettext(
        "{n} figure needs your attention", "{n} figures need your attention", count
    ).format(n=count)
    lines = [_line(each) for each in wanting[:MOST_NAMED]]
    if count > MOST_NAMED:
        lines.append(_("and {n} more").format(n=count - MOST_NAMED))
    lines.append(settings.SITE_URL + reverse("statistics:desk"))
    return Telling(
        person=person, key=f"statistics.wanting:{week}:{person.pk}", template="statistics.wanting",
        language=language_tag(settings.LANGUAGE_CODE), subject=subject, text="\n".join(lines),
    )  # fmt: skip


def _line(each: Wanting) -> str:
    marks = joined([str(MARKS[mark]) for mark in each.marks])
    words = _("{name}: {marks}").format(name=in_language(each.indicator.name), marks=marks)
    if each.standing.expected is None:
        return words
    return _("{words} ({period})").format(words=words, period=period_words(each.standing.expected))
