"""How places are used (場地使用情形): share of slots, what stays empty, how many wait; no names."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.places.booking.selectors import body_of, bookables_seen, offered, taken_of, zone
from shizheng.places.booking.views import bookable_of, crumbs
from shizheng.places.models import Bookable, SlotTally, Waiting

MONTHS, WEEKS = 12, 8


@dataclass(frozen=True, slots=True)
class Use:
    """Use of a place over some time: seats of slots offered, used, missed; who waited in vain."""

    offered: int
    used: int
    missed: int
    waited: int

    @property
    def empty(self) -> int:
        """What nobody had."""
        return self.offered - self.used - self.missed

    @property
    def percent(self) -> float | None:
        """Per cent used, one place after the point; None where nothing was offered."""
        return round(100 * self.used / self.offered, 1) if self.offered else None


NOTHING = Use(0, 0, 0, 0)


def month_before(day: date) -> date:
    """Return the first day of the month before."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def use_between(first: date, until: date, bookable: Bookable | None = None) -> dict[str, Use]:
    """Return the use of each place by its code, of the days ``first <= day < until``."""
    rows = SlotTally.objects.filter(on__gte=first, on__lt=until)
    if bookable is not None:
        rows = rows.filter(bookable=bookable)
    names = ("offered", "used", "missed", "waited")
    found = rows.values_list("bookable__code").annotate(*map(Sum, names)).order_by()
    return {code: Use(*counts) for code, *counts in found}


def waiting_now(at: datetime) -> dict[str, int]:
    """Return by code how many people wait for a slot that has not begun."""
    rows = Waiting.objects.filter(state=Waiting.State.WAITING, starts_at__gt=at)
    return dict(rows.values_list("bookable__code").annotate(count=Count("pk")).order_by())


def by_hour(bookable: Bookable, today: date) -> list[tuple[int, time, int, int]]:
    """Return weekday, begin, seats used and offered of each kind of slot in the last weeks."""
    first, last = today - timedelta(weeks=WEEKS), today - timedelta(days=1)
    seats, taken = body_of(bookable).seats, taken_of(bookable, first, last)
    whole: Counter[tuple[int, time]] = Counter()
    used: Counter[tuple[int, time]] = Counter()
    for slot in offered(bookable, first, last):
        local = slot.starts.astimezone(zone())
        key = (local.weekday(), local.time())
        whole[key] += seats
        used[key] += min(sum(n for each, n in taken.items() if slot.meets(each)), seats)
    return [(*key, used[key], whole[key]) for key in sorted(whole)]


def week_of(
    counted: list[tuple[int, time, int, int]],
) -> list[tuple[time, list[tuple[int, int] | None]]]:
    """Return by begin of a slot, for Monday to Sunday, seats used and offered; None where shut."""
    known = {(begins, day): (used, whole) for day, begins, used, whole in counted}
    begun = sorted({begins for begins, _day in known})
    return [(begins, [known.get((begins, day)) for day in range(7)]) for begins in begun]


@require_safe
def uses(request: HttpRequest) -> HttpResponse:
    """Show how every place was used in the last month and in the last twelve."""
    today = timezone.localdate()
    this = today.replace(day=1)
    year = this
    for _number in range(MONTHS):
        year = month_before(year)
    month = use_between(month_before(this), this)
    whole, waits = use_between(year, this), waiting_now(timezone.now())
    rows = [
        (each, body_of(each), month.get(each.code, NOTHING), whole.get(each.code, NOTHING),
         waits.get(each.code, 0))
        for each in bookables_seen(request.user)
    ]  # fmt: skip
    shown = {
        "rows": rows, "month": month_before(this), "year": year, "until": this,
        "is_sample": any(body.is_sample for _row, body, *_more in rows),
        "crumbs": crumbs(None, _("How places are used")),
    }  # fmt: skip
    return render(request, "places/booking/uses.html", shown)


@require_safe
def use(request: HttpRequest, code: str) -> HttpResponse:
    """Show how one place was used month by month, and which slots stay empty."""
    row, today = bookable_of(request, code), timezone.localdate()
    months: list[tuple[date, Use]] = []
    until = today + timedelta(days=1)
    first = today.replace(day=1)
    for _number in range(MONTHS + 1):
        months.append((first, use_between(first, until, row).get(row.code, NOTHING)))
        until, first = first, month_before(first)
    waiting = Waiting.objects.filter(
        Q(starts_at__gt=timezone.now()), bookable=row, state=Waiting.State.WAITING
    )
    shown = {
        "bookable": row, "body": body_of(row), "this": months[0][0],
        "months": [each for each in months if each[1] != NOTHING],
        "weeks": WEEKS,
        "weekdays": [WEEKDAYS[day] for day in range(7)], "hours": week_of(by_hour(row, today)),
        "waits": list(
            waiting.values_list("starts_at").annotate(count=Count("pk")).order_by("starts_at")
        ),
        "crumbs": crumbs(row, _("How it is used")),
    }  # fmt: skip
    return render(request, "places/booking/use.html", shown)
