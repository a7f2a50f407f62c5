"""Pages of booking that everybody reads: what there is, its week, its calendar."""

from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.core.access import found, may
from shizheng.core.words import in_language
from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import DomainError
from shizheng.kernel.text import cleaned
from shizheng.places.booking import calendars
from shizheng.places.booking.access import MANAGE
from shizheng.places.booking.groups import groups_declared
from shizheng.places.booking.selectors import WEEK, Shown, body_of, bookables_seen, closed, week
from shizheng.places.models import Bookable

WEEKS_IN_FEED = 8
FARTHEST = timedelta(days=2 * 366)


def bookable_of(request: HttpRequest, code: str, permission: str | None = None) -> Bookable:
    """Return what can be booked for a page.

    Raises:
        Http404: there is none.
        NotPermitted: the reader may not do ``permission`` to it.
    """
    rows = Bookable.objects.filter(is_kept=True).select_related("owner")
    return found(request.user, rows, permission, code=code)


def crumbs(bookable: Bookable | None = None, title: str = "") -> list[tuple[str, str]]:
    """Return the way from the list to a page."""
    home = (_("Book a place"), reverse("places:bookables"))
    if bookable is None:
        return [home, (title, "")] if title else [(home[0], "")]
    name = in_language(bookable.name)
    if not title:
        return [home, (name, "")]
    return [home, (name, reverse("places:bookable", args=[bookable.code])), (title, "")]


def day_of(request: HttpRequest, name: str) -> date:
    """Return the day in the address; today where none can be read or it is far away."""
    today = timezone.localdate()
    try:
        asked = parse_date(cleaned(request.GET.get(name, ""))[:40])
    except DomainError:
        return today
    return asked if abs(asked - today) <= FARTHEST else today


@require_safe
def bookables(request: HttpRequest) -> HttpResponse:
    """List what can be booked."""
    entries = [(each, body_of(each)) for each in bookables_seen(request.user)]
    shown = {"entries": entries, "crumbs": crumbs()}
    return render(request, "places/booking/list.html", shown)


@require_safe
def bookable(request: HttpRequest, code: str) -> HttpResponse:
    """Show a place with its rules and a week of its slots; nothing of persons."""
    row = bookable_of(request, code)
    now = timezone.now()
    first, days = week_of(row, day_of(request, "from"), now, is_asked="from" in request.GET)
    last = first + timedelta(days=6)
    shown = {
        "bookable": row,
        "body": body_of(row),
        "days": days,
        "closures": closed(row, first, last),
        "first": first,
        "last": last,
        "before": (first - WEEK).isoformat(),
        "after": (first + WEEK).isoformat(),
        "may_manage": may(request.user, MANAGE, row),
        "groups": [g for g in groups_declared() if g.id in body_of(row).rules.groups],
        "crumbs": crumbs(row),
    }
    return render(request, "places/booking/week.html", shown)


def week_of(
    row: Bookable, day: date, now: datetime, *, is_asked: bool
) -> tuple[date, list[tuple[date, list[Shown]]]]:
    """Return the week of a day; where nobody asked for it and it is over, the next one."""
    first = day - timedelta(days=day.weekday())
    days = week(row, first, now=now)
    is_over = all(each.state == "past" for _day, of_day in days for each in of_day)
    if is_over and not is_asked:
        first += WEEK
        days = week(row, first, now=now)
    return first, days


@require_safe
def bookable_ics(request: HttpRequest, code: str) -> HttpResponse:
    """Send eight weeks of what is free, taken and closed to calendar clients."""
    row, now = bookable_of(request, code), timezone.now()
    first = timezone.localdate(now)
    days = week(row, first, now=now, days=7 * WEEKS_IN_FEED)
    slots = [each for _day, of_day in days for each in of_day]
    content = calendars.public_ics(
        row,
        [each.slot for each in slots if each.state == "free"],
        [each.slot for each in slots if each.state == "taken"],
        closed(row, first, days[-1][0]),
        at=now,
    )
    return as_calendar(content, code)


def as_calendar(content: bytes, name: str) -> HttpResponse:
    """Return an iCalendar file as an answer."""
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}.ics"'
    response["Cache-Control"] = "private, no-store"
    return response
