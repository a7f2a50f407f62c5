"""Pages of leaks (限閱): report one, see card and zone, say that one knows, close it."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import Viewer, found, may, require
from shizheng.core.models import User
from shizheng.places.digging.pages.forms import ReasonForm
from shizheng.places.pages.forms import ActForm
from shizheng.places.pages.sending import answered
from shizheng.places.pipelines.access import RECEIVE, REPORT
from shizheng.places.pipelines.actions import leak_close, leak_known, leak_report, leak_rules
from shizheng.places.pipelines.errors import LeaksUnset
from shizheng.places.pipelines.models import LeakNotice, LeakReport

FORM = ["GET", "POST"]


class LeakForm(ActForm):
    """A leak as it is reported, with as little as can be."""

    pipe = forms.CharField(label=gettext_lazy("Number of the pipeline"), max_length=80)
    size = forms.ChoiceField(
        label=gettext_lazy("Size"), initial="large", widget=forms.RadioSelect,
        choices=[("large", gettext_lazy("Large, or not known")), ("small", gettext_lazy("Small"))],
    )  # fmt: skip
    wind = forms.IntegerField(
        label=gettext_lazy("Wind comes from (degrees)"), required=False, min_value=0, max_value=360,
        help_text=gettext_lazy(
            "0 north, 90 east, 180 south, 270 west. Leave it empty if not known."
        ),
    )  # fmt: skip
    longitude = forms.FloatField(
        label=gettext_lazy("Longitude"), required=False, min_value=-180, max_value=180
    )
    latitude = forms.FloatField(
        label=gettext_lazy("Latitude"), required=False, min_value=-90, max_value=90,
        help_text=gettext_lazy("Leave both empty if not known: the middle of the line is taken."),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("What was seen"), required=False, max_length=500,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way from the list of leaks to a page."""
    home = (_("Leaks of pipelines"), reverse("places:leaks"))
    return [home, *more] if more else [(home[0], "")]


@login_required
@require_safe
def leaks(request: HttpRequest) -> HttpResponse:
    """List the leaks of which one's agency was told, and those that one reported."""
    person = cast(User, request.user)
    if not Viewer(person).scopes(RECEIVE):
        require(person, REPORT)
    rows = LeakReport.objects.visible_to(person).order_by("-state", "-reported_at", "number")
    context = {
        "leaks": rows[:200], "may_report": may(person, REPORT), "crumbs": crumbs(),
    }  # fmt: skip
    return render(request, "places/leaks/list.html", context)


@login_required
@require_http_methods(FORM)
def leak_new(request: HttpRequest) -> HttpResponseBase:
    """Report a leak; fire and police are told with it."""
    person = cast(User, request.user)
    require(person, REPORT)
    try:
        leak_rules()
    except LeaksUnset:
        raise Http404 from None
    form = LeakForm(request.POST or None)

    def perform() -> str:
        given, now = form.cleaned_data, timezone.now()
        made = leak_report(
            pipe=given["pipe"], by=person, at=now, today=timezone.localdate(now),
            longitude=given["longitude"], latitude=given["latitude"],
            is_large=given["size"] == "large", wind_from_deg=given["wind"], note=given["note"],
        )  # fmt: skip
        return reverse("places:leak", args=[made.pk])

    def context() -> dict[str, Any]:
        title = _("Report a leak")
        return {
            "title": title, "back": reverse("places:leaks"),
            "lead": _("Fire and police are told at once, with the card of the substance."),
            "crumbs": crumbs((title, "")),
        }  # fmt: skip

    return answered(request, form, "places/roads/form.html", perform, context)


@login_required
@require_http_methods(FORM)
def leak(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Show a leak with its card and zone; say that one's agency knows, or close it."""
    person = cast(User, request.user)
    row = found(person, LeakReport.objects.all(), pk=key)
    rules = leak_rules()
    form = ReasonForm(request.POST if request.POST.get("act") == "close" else None)
    if request.method == "POST" and request.POST.get("act") == "known":
        leak_known(leak=row, by=person, at=timezone.now())
        messages.success(request, _("Your agency knows."))
        return HttpResponse(status=303, headers={"Location": reverse("places:leak", args=[row.pk])})

    def perform() -> str:
        leak_close(leak=row, by=person, at=timezone.now(), why=form.cleaned_data["note"])
        return reverse("places:leak", args=[row.pk])

    def context() -> dict[str, Any]:
        notices = LeakNotice.objects.filter(leak=row).select_related("agency", "known_by")
        mine = notices.filter(Viewer(person).within(RECEIVE, agency="agency"))
        return {
            "leak": row, "card": rules.substance(row.un_number), "source": rules.source,
            "notices": notices, "may_know": mine.filter(known_at=None).exists(),
            "may_close": row.state == "open" and mine.exists(),
            "features": _features(row), "crumbs": crumbs((row.number, "")),
        }  # fmt: skip

    return answered(request, form, "places/leaks/leak.html", perform, context)


def _features(row: LeakReport) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": [row.longitude, row.latitude]}
    parts = ((row.zone, _("Zone at risk")), (point, _("Leak")))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature", "geometry": geometry,
                "properties": {
                    "id": f"{row.number}-{place}", "title": title, "note": row.product,
                    "href": "", "colour": "#b91c1c", "width": 3,
                },
            }
            for place, (geometry, title) in enumerate(parts)
        ],
    }  # fmt: skip
