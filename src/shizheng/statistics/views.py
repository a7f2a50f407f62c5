"""Pages of indicators: the list, one of them, its map, and when the next figures come out."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from shizheng.core.access import found, may
from shizheng.core.city import current as current_city
from shizheng.core.models import Agency, Area
from shizheng.kernel.text import cleaned
from shizheng.statistics.forms import AsOfForm, ListForm
from shizheng.statistics.indicators.actions import ENTER
from shizheng.statistics.indicators.errors import VintageMissing
from shizheng.statistics.indicators.listing import (
    Asked,
    Sketch,
    indicators_asked,
    indicators_standing,
    recent_values,
)
from shizheng.statistics.indicators.reading import read
from shizheng.statistics.models import Indicator
from shizheng.statistics.peers.showing import cities_of
from shizheng.statistics.selectors import indicators_seen, sees_embargoed
from shizheng.statistics.showing.areas import breakdowns_of, district_view, village_view
from shizheng.statistics.showing.lists import lines_of, releases_of
from shizheng.statistics.showing.page import Page, citation_of

PAGE_SIZE = 50
CASES = "services.view_case"


@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """List the indicators by owner: what each says last, and how it stands."""
    now = timezone.now()
    owners = list(Agency.objects.filter(indicators__in=indicators_seen(request.user)).distinct())
    form = ListForm(request.GET, owners=owners)
    given = form.cleaned_data if form.is_valid() else {}
    query = cleaned(request.GET.get("q", "")).strip()[:100]
    asked = Asked(query, **{name: given.get(name, "") for name in ("owner", "state", "made")})
    page = Paginator(indicators_asked(request.user, asked, at=now), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    some = list(page.object_list)
    lines = lines_of(some, indicators_standing(some, at=now), recent_values(some, at=now))
    context = {
        "page": page, "lines": lines, "form": form, "query": query, "now": now,
        "is_narrowed": bool(query or any(given.values())), "may_enter": _may_enter(request),
    }  # fmt: skip
    return render(request, "statistics/indicators.html", context)


def _may_enter(request: HttpRequest) -> bool:
    return request.user.is_authenticated and may(request.user, ENTER)


@require_safe
def indicator(request: HttpRequest, code: str, number: int | None = None) -> HttpResponse:
    """Show an indicator as it is now, was on a day (``as_of``), or is in one vintage."""
    now = timezone.now()
    row = _row(request, code)
    form = AsOfForm(request.GET)
    day: date | None = form.cleaned_data["as_of"] if form.is_valid() else None
    page = _page(request, row, at=_moment(day, now), number=number)
    newest = read(row, at=now, embargoed=page.reading.embargoed).vintage
    is_newest = page.reading.vintage == newest
    districts = district_view(page.reading)
    context = {
        "page": page, "row": row, "now": now, "day": day, "number": number, "as_of": form,
        "cities": cities_of(page),
        "may_enter": request.user.is_authenticated and may(request.user, ENTER, row),
        "districts": districts, "breakdowns": breakdowns_of(page.reading),
        "sketch": (sketch := Sketch.of(row.current.body)), "next": sketch.next_release(now),
        "is_newest": is_newest, "crumbs": _crumbs(page),
        "sees_rows": request.user.is_authenticated and may(request.user, CASES),
        "citation": citation_of(
            page, current_city(), request.build_absolute_uri(page.permalink), now
        ),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "statistics/indicator.html", context, status=status)


@require_safe
def villages(request: HttpRequest, code: str) -> HttpResponse:
    """Show an indicator by village: all of them, or those of one district."""
    now = timezone.now()
    row = _row(request, code)
    if "village" not in row.current.body.get("areas", ()):
        raise Http404
    page = _page(request, row, at=now, number=None)
    districts = list(Area.objects.filter(kind=Area.Kind.DISTRICT, valid_to=None).order_by("code"))
    parent = next((each for each in districts if each.code == request.GET.get("district")), None)
    view = village_view(page.reading, parent=parent.code if parent else "")
    context = {
        "page": page, "row": row, "view": view, "parent": parent, "districts": districts,
        "crumbs": [*_crumbs(page)[:1], (page.body.name, reverse("statistics:indicator",
                   args=[row.code])), (_("By village"), "")],
    }  # fmt: skip
    return render(request, "statistics/villages.html", context)


@require_safe
def releases(request: HttpRequest) -> HttpResponse:
    """List when the figures of each indicator come out next; nobody sees them before."""
    now = timezone.now()
    rows = releases_of(indicators_seen(request.user), now)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    crumbs = [
        (pgettext("statistics", "Figures"), reverse("statistics:indicators")),
        (_("Release calendar"), ""),
    ]
    context = {"page": page, "now": now, "crumbs": crumbs}
    return render(request, "statistics/releases.html", context)


def _row(request: HttpRequest, code: str) -> Indicator:
    rows = Indicator.objects.select_related("owner", "current")
    return found(request.user, rows, code=code)


def _page(request: HttpRequest, row: Indicator, *, at: datetime, number: int | None) -> Page:
    embargoed = request.user.is_authenticated and sees_embargoed(request.user, row)
    reading = read(row, at=at, embargoed=embargoed, number=number)
    if number is not None and (reading.vintage is None or reading.vintage.number != number):
        raise VintageMissing(number=number, indicator=row.name)
    return Page(reading)


def _moment(day: date | None, now: datetime) -> datetime:
    """Return the end of a day, or now if that is earlier."""
    if day is None:
        return now
    midnight = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return min(now, midnight - timedelta(microseconds=1))


def _crumbs(page: Page) -> list[tuple[Any, str]]:
    return [
        (pgettext("statistics", "Figures"), reverse("statistics:indicators")),
        (page.body.name, ""),
    ]
