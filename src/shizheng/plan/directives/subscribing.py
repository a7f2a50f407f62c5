"""Pages of the calendar: the feeds, and the private address of a calendar client."""

from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import Person, require
from shizheng.core.models import User
from shizheng.plan.directives.actions.subscribing import (
    calendar_feed_end,
    calendar_feed_make,
    digest,
)
from shizheng.plan.directives.filtering import filters_of, lead_agencies
from shizheng.plan.directives.selectors import lists
from shizheng.plan.models import CalendarFeed

MOST_TASKS = 2_000


@require_safe
def directives_ics(request: HttpRequest) -> HttpResponse:
    """The list as a calendar, for whoever is signed in, with the filters in the address."""
    return _calendar(request.user, request.GET)


@require_safe
def private_ics(request: HttpRequest, secret: str) -> HttpResponse:
    """The list of the owner of a private address, for a calendar client without a session."""
    owned = CalendarFeed.objects.select_related("person").filter(
        secret_digest=digest(secret), ended_at=None, person__is_active=True
    )
    kept = owned.first()
    if kept is None:
        raise Http404
    query = request.GET if request.GET else QueryDict(kept.filters)
    return _calendar(kept.person, query)


def _calendar(viewer: Person, query: QueryDict) -> HttpResponse:
    _form, filters = filters_of(query, lead_agencies(viewer))
    now = timezone.now()
    found = lists.directives_listed(viewer=viewer, on=timezone.localdate(now), filters=filters)
    from shizheng.plan.directives.calendar import feed  # with its library, for this page only

    content = feed(
        found[:MOST_TASKS], site=settings.SITE_URL, at=now, name=_("Directives of the city")
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = 'inline; filename="directives.ics"'
    return response


@login_required
@require_http_methods(["GET", "POST"])
def calendar_page(request: HttpRequest) -> HttpResponse:
    """Explain the private address; make, renew or end it. The address is shown once."""
    person = cast(User, request.user)
    require(person, "plan.view_internal")
    address = ""
    if request.method == "POST" and request.POST.get("act") == "end":
        calendar_feed_end(person=person, at=timezone.now())
    elif request.method == "POST":
        secret = calendar_feed_make(
            person=person, at=timezone.now(), filters=request.POST.get("filters", "")
        )
        address = f"{settings.SITE_URL}/directives/calendar/{secret}.ics"
    kept = CalendarFeed.objects.filter(person=person, ended_at=None).first()
    shown = {
        "address": address,
        "feed": kept,
        "filters": request.GET.urlencode(),
        "crumbs": [(pgettext("plan", "Directives"), ".."), (_("In your calendar"), "")],
    }
    response = render(request, "plan/directives/calendar.html", shown)
    response.headers["Cache-Control"] = "private, no-store"
    return response
