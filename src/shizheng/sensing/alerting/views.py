"""Pages of warnings that everybody reads: what stands, one of them, water and air nearby."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from shapely import from_wkb

from shizheng.core.access import found, may
from shizheng.sensing.alerting import nearby, showing
from shizheng.sensing.alerting.access import ANSWER, DRILL
from shizheng.sensing.alerting.forms import AnswerForm, PeriodForm, WhereForm
from shizheng.sensing.alerting.selectors import alerts_open, alerts_past, body_of, moment_of
from shizheng.sensing.alerting.surroundings import listed_near, point_of, still_near
from shizheng.sensing.cameras.selectors import stills_public
from shizheng.sensing.domain.aqi import GoodDays
from shizheng.sensing.models import Alert
from shizheng.sensing.outlooks.selectors import depths_at

SHOWN = 200


def crumbs(title: str = "") -> list[tuple[str, str]]:
    """Return the way from the list of warnings to a page."""
    home = _("Warnings")
    return [(home, reverse("sensing:warnings")), (title, "")] if title else [(home, "")]


@require_safe
def warnings(request: HttpRequest) -> HttpResponse:
    """List the warnings that stand and those that are over; no drill is among them."""
    now = timezone.now()
    standing = alerts_open(request.user).filter(is_drill=False)
    rows, count = showing.rows_of(list(standing[:SHOWN]), now), standing.count()
    past = Paginator(alerts_past(request.user).filter(is_drill=False), 30)
    page = past.get_page(request.GET.get("page"))
    given = {
        "rows": rows, "more": max(count - SHOWN, 0), "count": count, "page": page,
        "past": [showing.shown(each) for each in page],
        "features": showing.features_of(rows), "now": now,
        "may_answer": may(request.user, ANSWER), "crumbs": crumbs(),
    }  # fmt: skip
    return render(request, "sensing/alerting/warnings.html", given)


@require_safe
def alert(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a warning: what, where, what to do, what it was decided on and what was done."""
    rows = Alert.objects.select_related("rule__owner", "version", "holder", "area")
    row = found(request.user, rows, pk=key)
    return render(request, "sensing/alerting/alert.html", page_of(request, row))


def page_of(request: HttpRequest, row: Alert, form: AnswerForm | None = None) -> dict[str, Any]:
    """Return what the page of a warning shows; names only to who answers such warnings."""
    now = timezone.now()
    answers = may(request.user, ANSWER, row)
    readings = [(timezone.localtime(moment_of(at)), value) for _stream, at, value in row.readings]
    shown = showing.rows_of([row], now)[0]
    return {
        "row": shown, "alert": row, "answers": answers, "may_drill": may(request.user, DRILL, row),
        "readings": readings[-24:],
        "steps": [
            (each, showing.step_in_words(each)) for each in row.steps.select_related("by", "to")
        ],
        "messages_sent": [
            (each, showing.message_in_words(each))
            for each in row.messages.order_by("sent_at", "pk")
        ],
        "form": form or AnswerForm(),
        "groups": listed_near(body_of(row).lists, point_of(row), request.user),
        "still": still_near(point_of(row), request.user),
        "features": showing.features_of([shown]), "crumbs": crumbs(shown.headline), "now": now,
    }  # fmt: skip


@require_safe
def near_water(request: HttpRequest) -> HttpResponse:
    """Say in plain words how the water stands near a place, and what to do."""
    form, point = _asked(request)
    posts = nearby.posts_near(point, timezone.now()) if point else []
    alerts = [showing.shown(each.alert) for each in posts if each.alert is not None]
    alerts += [showing.shown(each) for each in nearby.alerts_around(point)] if point else []
    lists = nearby.lists_public()
    given = {
        "form": form, "point": point, "posts": posts, "alerts": alerts, "now": timezone.now(),
        "groups": listed_near(lists, point, AnonymousUser()),
        "depths": depths_at(point) if point else [],
        "stills": stills_public(*point, at=timezone.now()) if point else [],
        "crumbs": crumbs(_("Water near me")),
    }  # fmt: skip
    return render(request, "sensing/alerting/near_water.html", given)


@require_safe
def near_air(request: HttpRequest) -> HttpResponse:
    """Say in plain words how the air is near a place, and how many days of a time were good."""
    form, point = _asked(request)
    now = timezone.now()
    first, last = PeriodForm(request.GET or None).span()
    page = Paginator(nearby.stations_near(point), 50).get_page(request.GET.get("page"))
    stations = nearby.measured(page, now)
    days = nearby.good_days_of(first, last, [each.thing for each in stations])
    given = {
        "form": form, "point": point, "now": now, "first": first, "last": last,
        "page": page,
        "stations": [(each, nearby.advice(each.index), days.get(each.thing)) for each in stations],
        "total": sum(
            (days[each.thing] for each in stations if each.thing in days and not each.is_mobile),
            GoodDays(),
        ),
        "period": PeriodForm(initial={"first": first, "last": last}),
        "crumbs": crumbs(_("Air near me")),
    }  # fmt: skip
    return render(request, "sensing/alerting/near_air.html", given)


def _asked(request: HttpRequest) -> tuple[WhereForm, tuple[float, float] | None]:
    """Return the form and the point asked for: of a village its middle."""
    form = WhereForm(request.GET or None)
    if not form.is_bound or not form.is_valid():
        return form, None
    area = form.area
    if form.point is None and area is not None and area.shape is not None:
        middle = from_wkb(bytes(area.shape)).representative_point()
        return form, (middle.x, middle.y)
    return form, form.point
