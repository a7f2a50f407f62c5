"""Pages of air: how it was and will be; for staff forecasts, measures and calibrations."""

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import found, may, require
from shizheng.core.models import Agency, User
from shizheng.core.words import in_language
from shizheng.places.pages.sending import FORM, answered
from shizheng.sensing.access import MANAGE
from shizheng.sensing.air import actions, selectors
from shizheng.sensing.air.city import air
from shizheng.sensing.air.errors import AirUndeclared
from shizheng.sensing.air.forms import CalibrationForm, ForecastForm, ReportForm
from shizheng.sensing.alerting.access import ANSWER
from shizheng.sensing.alerting.forms import LongPeriodForm
from shizheng.sensing.alerting.nearby import stations
from shizheng.sensing.domain.aqi import GoodDays
from shizheng.sensing.models import AirMeasure, Datastream
from shizheng.sensing.pages.views import doubts, property_name

ACT = "sensing/act.html"
PAST = timedelta(days=7)


def crumbs(title: str = "") -> list[tuple[str, str]]:
    """Return the way from the page of air."""
    home = _("Air quality")
    return [(home, reverse("sensing:air")), (title, "")] if title else [(home, "")]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show good days of any time with missing hours, what is expected and which measures run."""
    now = timezone.now()
    asked = LongPeriodForm(request.GET or None)
    first, last = asked.span()
    held = selectors.stations_held(first, last, now)
    known = air()
    owner = Agency.objects.filter(code=known[0].owner).first() if known else None
    today = timezone.localdate(now)
    given = {
        "first": first, "last": last, "now": now,
        "rows": [(each, ", ".join(doubts(each.flags))) for each in held],
        "total": sum(
            (each.days for each in held if each.days and not each.is_mobile), GoodDays()
        ),
        "period": asked if asked.errors else LongPeriodForm(initial={"first": first, "last": last}),
        "forecasts": selectors.forecasts_ahead(today),
        "measures": [
            (each, may(request.user, ANSWER, each) and each.done_at is None)
            for each in selectors.measures_since(today - PAST)
        ],
        "skill": selectors.persistence_skill(first, last),
        "may_forecast": owner is not None and may(request.user, ANSWER, owner),
        "may_calibrate": owner is not None and may(request.user, MANAGE, owner),
        "crumbs": crumbs(),
    }  # fmt: skip
    return render(request, "sensing/air/overview.html", given)


@login_required
@require_http_methods(FORM)
def forecast_new(request: HttpRequest) -> HttpResponseBase:
    """Enter the index that is expected for a day; a bad one starts the listed measures."""
    person = cast(User, request.user)
    require(person, ANSWER)
    form = ForecastForm(request.POST or None)

    def perform() -> str:
        given, now = form.cleaned_data, timezone.now()
        row = actions.forecast_record(
            day=given["day"], index=given["index"], source=given["source"], issued_at=now,
            by=person, at=now,
        )  # fmt: skip
        count = row.measures.count()
        said = _("The forecast was entered. Measures started by it: {count}.")
        messages.success(request, said.format(count=count))
        return reverse("sensing:air")

    return answered(request, form, ACT, perform, lambda: _page(_("Enter a forecast")))


@login_required
@require_http_methods(FORM)
def measure_report(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Say that a measure was carried out."""
    person = cast(User, request.user)
    row = found(person, AirMeasure.objects.select_related("owner"), ANSWER, pk=key)
    form = ReportForm(request.POST or None)

    def perform() -> str:
        note = form.cleaned_data["note"]
        actions.measure_report(measure=row, by=person, at=timezone.now(), note=note)
        messages.success(request, _("Noted."))
        return reverse("sensing:air")

    return answered(request, form, ACT, perform, lambda: _page(in_language(row.name)))


@login_required
@require_http_methods(FORM)
def calibration_new(request: HttpRequest) -> HttpResponseBase:
    """Enter a calibration; from then on the instrument is held to it."""
    person = cast(User, request.user)
    require(person, MANAGE)
    known = air()
    if known is None:
        raise AirUndeclared
    days = {str(each.property): each.calibration_days or 365 for each in known[0].pollutants}
    streams = {str(each.pk): each for each in _instruments(person)}
    choices = [(key, f"{each.thing.name} · {property_name(each)}") for key, each in streams.items()]
    form = CalibrationForm(request.POST or None, streams=choices)

    def perform() -> str:
        given = form.cleaned_data
        stream = streams[given["stream"]]
        code = stream.observed_property.code if stream.observed_property else ""
        actions.calibration_record(
            stream=stream, done_on=given["done_on"], days=days.get(code, 365),
            certificate=given["certificate"], is_passed=given["result"] == "passed", by=person,
            at=timezone.now(), drift_percent=given["drift_percent"],
        )  # fmt: skip
        messages.success(request, _("The calibration was entered."))
        return reverse("sensing:air")

    return answered(request, form, ACT, perform, lambda: _page(_("Enter a calibration")))


def _instruments(person: User) -> list[Datastream]:
    kept = Datastream.objects.allowed_to(person, MANAGE)
    keys = [each.pk for streams in stations().values() for each in streams.values()]
    rows = kept.filter(pk__in=keys).select_related("thing", "observed_property")
    return list(rows.order_by("thing__name", "code", "pk"))


def _page(title: str) -> dict[str, Any]:
    return {"title": title, "back": reverse("sensing:air"), "crumbs": crumbs(title)}
