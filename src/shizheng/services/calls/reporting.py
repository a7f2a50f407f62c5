"""The page with what the call centre did, for everybody; small numbers for the office alone."""

from collections.abc import Callable
from datetime import timedelta
from operator import itemgetter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.core.access import may
from shizheng.core.words import in_language
from shizheng.services.calls.centre import call_centre, languages
from shizheng.services.calls.figures import (
    LEAST_CELL,
    CallFigures,
    Row,
    call_rows,
    figures_by,
    figures_of,
    hour_of,
    wrong_handoffs,
)
from shizheng.services.models import Call

PERIODS = (1, 7, 30, 90)
USUAL = 30


@require_safe
def calls_report(request: HttpRequest) -> HttpResponse:
    """Show calls, waiting, solved at first contact and satisfaction, whole and by part."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, PERIODS) else USUAL
    until = timezone.now()
    since = until - timedelta(days=days)
    rows = call_rows(since=since, until=until)
    is_staff = may(request.user, "services.take_calls") or may(request.user, "services.view_load")
    names = {code: in_language(name) for code, name in languages().items()}
    channels = {value: str(label) for value, label in Call.Channel.choices}
    suppress = not is_staff
    parts: tuple[tuple[str, dict[str, str], Callable[[Row], str]], ...] = (
        (_("By language"), names, itemgetter("language")),
        (_("By channel"), channels, itemgetter("channel")),
        (_("By hour of the day"), {}, hour_of),
    )
    wrong = wrong_handoffs(since=since, until=until)
    shown = {
        "centre": call_centre(),
        "whole": figures_of("", rows, suppress=suppress),
        "wrong": None if suppress and 0 < wrong < LEAST_CELL else wrong,
        "tables": [
            (
                caption,
                [(_named(each, known), each) for each in figures_by(rows, key, suppress=suppress)],
            )
            for caption, known, key in parts
        ],
        "chips": [(_days(each), f"?days={each}", each == days) for each in PERIODS],
        "least": LEAST_CELL,
        "is_staff": is_staff,
        "since": since,
        "until": until,
        "crumbs": [(_("Figures of the call centre"), "")],
    }
    return render(request, "services/calls/report.html", shown)


def _named(each: CallFigures, known: dict[str, str]) -> str:
    if known:
        return known.get(each.name, each.name)
    return f"{each.name}:00–{each.name}:59"


def _days(count: int) -> str:
    if count == 1:
        return _("Last 24 hours")
    return _("Last {n} days").format(n=count)
