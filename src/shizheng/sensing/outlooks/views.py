"""Pages of reckoned floods and outlooks: what stands, one of them, each scenario, issuing."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import found, may, require
from shizheng.core.models import User
from shizheng.core.pages import add_refusal, see_other
from shizheng.kernel.errors import DomainError
from shizheng.places.pages.sending import answered
from shizheng.sensing.alerting import showing
from shizheng.sensing.alerting.access import ANSWER
from shizheng.sensing.alerting.selectors import body_of
from shizheng.sensing.alerting.views import crumbs
from shizheng.sensing.domain.warnings import Level
from shizheng.sensing.models import FloodOutlook
from shizheng.sensing.outlooks import actions
from shizheng.sensing.outlooks.forms import OutlookForm, WithdrawForm
from shizheng.sensing.outlooks.selectors import (
    by_district,
    features_of,
    outlooks_standing,
    potential_in_force,
    scenarios_kept,
)

FORM = ["GET", "POST"]


@require_safe
def potential(request: HttpRequest) -> HttpResponse:
    """Show a scenario of rain: where water would stand, as a map and by village."""
    scenarios = scenarios_kept()
    chosen = next(
        (each for each in scenarios if f"{each.rain_mm:g}" == request.GET.get("rain")),
        scenarios[0] if scenarios else None,
    )
    if request.GET.get("rain") and (
        chosen is None or f"{chosen.rain_mm:g}" != request.GET.get("rain")
    ):
        raise Http404
    given: dict[str, Any] = {
        "scenarios": scenarios, "chosen": chosen,
        "outlooks": list(outlooks_standing(request.user, timezone.now())[:10]),
        "may_issue": may(request.user, ANSWER), "crumbs": crumbs(_("Where water may stand")),
    }  # fmt: skip
    if chosen is not None:
        given |= {
            "extents": list(chosen.extents.all()), "districts": by_district(chosen),
            "features": features_of(chosen), "confidence": confidence_of(chosen.confidence),
        }  # fmt: skip
    return render(request, "sensing/outlooks/potential.html", given)


def confidence_of(code: str) -> str:
    """Return how sure a model is, in words."""
    return {"low": _("low"), "medium": _("medium"), "high": _("high")}[code]


@require_http_methods(FORM)
def outlook(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show an outlook: rain, times, model, villages, what to do; let it be withdrawn."""
    rows = FloodOutlook.objects.select_related("scenario", "rule__owner", "rule__current")
    row = found(request.user, rows, pk=key)
    form, status = WithdrawForm(request.POST or None), 200
    if request.method == "POST":
        if not request.user.is_authenticated:
            raise Http404
        status = 422
        if form.is_valid():
            try:
                actions.outlook_withdraw(
                    outlook=row, by=request.user, at=timezone.now(),
                    why=form.cleaned_data["why"],
                )  # fmt: skip
                messages.success(request, _("Withdrawn. Its warnings have ended."))
                return see_other(reverse("sensing:potential"))
            except DomainError as refusal:
                add_refusal(form, refusal)
                status = refusal.status
    body = body_of(row.rule)
    language = showing.language()
    given = {
        "row": row, "form": form, "answers": may(request.user, ANSWER, row),
        "is_over": row.withdrawn_at is not None or row.valid_to <= timezone.now(),
        "districts": by_district(row.scenario) if row.scenario else [],
        "confidence": confidence_of(row.scenario.confidence) if row.scenario else "",
        "features": features_of(row.scenario) if row.scenario else {"features": []},
        "levels": [
            (showing.WORDS[level], said.instruction.get(language, ""))
            for level, said in ((Level.ADVISORY, body.advisory),
                                (Level.WARNING, body.warning)) if said is not None
        ],
        "alerts": [showing.shown(each) for each in row.alerts.select_related(
            "rule__owner", "version", "area")],
        "crumbs": crumbs(_("Flood outlook")),
    }  # fmt: skip
    return render(request, "sensing/outlooks/outlook.html", given, status=status)


@login_required
@require_http_methods(FORM)
def issue(request: HttpRequest) -> HttpResponseBase:
    """Give a forecast of rain and tide; a scenario is matched, the rule raises warnings."""
    person = cast(User, request.user)
    require(person, ANSWER)
    form = OutlookForm(request.POST or None)

    def perform() -> str:
        given = form.cleaned_data
        made = actions.outlook_issue(
            rain_mm=given["rain_mm"], hours=given["hours"], tide_m=given["tide_m"],
            source=given["source"], valid_from=given["valid_from"], valid_to=given["valid_to"],
            is_drill=given["is_drill"], by=person, at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("Issued."))
        return reverse("sensing:outlook", args=[made.pk])

    def context() -> dict[str, Any]:
        return {
            "scenarios": scenarios_kept(), "potential": potential_in_force(),
            "crumbs": crumbs(_("Issue a flood outlook")),
        }  # fmt: skip

    return answered(request, form, "sensing/outlooks/issue.html", perform, context)
