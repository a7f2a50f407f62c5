"""Directives as an iCalendar feed (RFC 5545): one VTODO each, for the viewer's own calendar."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from icalendar import Todo

from shizheng.core.icalendars import calendar
from shizheng.plan.directives.domain.flow import Confidentiality, Status
from shizheng.plan.models import Directive

TITLE_LENGTH = 60


def feed(directives: Iterable[Directive], *, site: str, at: datetime, name: str) -> bytes:
    """Return the directives as a calendar.

    Args:
        site: address of the site without a slash at its end.
        at: the moment of the feed, aware.
        name: what a calendar client calls it.
    """
    host = site.partition("://")[2] or site
    tasks = (todo(each, site=site, host=host, at=at) for each in directives)
    return calendar("Directives", tasks, name=name)


def todo(directive: Directive, *, site: str, host: str, at: datetime) -> Todo:
    """Return one directive as a task; a restricted one shows its number only."""
    task = Todo()
    task.add("uid", f"{directive.number}@{host}")
    task.add("dtstamp", at)
    task.add("sequence", directive.version)
    is_restricted = directive.confidentiality == Confidentiality.RESTRICTED
    title = _("restricted") if is_restricted else _title(directive.wording)
    task.add("summary", f"{directive.number} {title}")
    if not is_restricted:
        task.add("description", directive.wording)
    task.add("created", directive.issued_at)
    task.add("due", directive.due_on)
    task.add("percent-complete", 100 if directive.released_on else directive.percent)
    task.add("status", _status(directive))
    if directive.released_on:
        task.add("completed", _end_of(directive, at))
    task.add("class", "PUBLIC" if directive.confidentiality == "public" else "CONFIDENTIAL")
    task.add("url", f"{site}/directives/{directive.number}/")
    return task


def _status(directive: Directive) -> str:
    if directive.status == Status.RELEASED:
        return "COMPLETED"
    return "IN-PROCESS" if directive.percent else "NEEDS-ACTION"


def _end_of(directive: Directive, at: datetime) -> datetime:
    """Return midnight UTC of the release: clients want a moment, the decision has a day."""
    day = directive.released_on or at.date()
    return datetime(day.year, day.month, day.day, tzinfo=at.tzinfo)


def _title(wording: str) -> str:
    first = wording.strip().splitlines()[0] if wording.strip() else ""
    return first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1] + "…"
