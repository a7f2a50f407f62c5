"""Pages of groundwater: all zones, one zone with its wells and days, trying and choosing."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.core.access import found, may, require
from shizheng.core.models import User
from shizheng.core.pages import see_other
from shizheng.core.words import in_language, said
from shizheng.kernel.errors import DomainError
from shizheng.places.pages.forms import ActForm
from shizheng.places.pages.sending import answered
from shizheng.sensing.access import MANAGE, VIEW
from shizheng.sensing.domain.groundwater import highest_safe
from shizheng.sensing.groundwater import actions
from shizheng.sensing.groundwater.selectors import days_of, zone_now
from shizheng.sensing.models import GroundwaterZone, PumpingTrial
from shizheng.sensing.pages.drawing import HEIGHT, WIDTH

TRIALS = 30
STATES = {
    "unknown": ("○", gettext_lazy("not known")),
    "below": ("■", gettext_lazy("below the safe level")),
    "near": ("▲", gettext_lazy("less than a metre above the safe level")),
    "safe": ("●", gettext_lazy("above the safe level")),
}


class TrialForm(ActForm):
    """How much, how long, from which level."""

    pumping_m3_day = forms.FloatField(label=gettext_lazy("Pumping (m³ a day)"), min_value=0)
    days = forms.IntegerField(
        label=gettext_lazy("For so many days"), min_value=1, max_value=actions.MOST_DAYS,
        initial=90,
    )  # fmt: skip
    begins_m = forms.FloatField(
        label=gettext_lazy("From which level (m)"), required=False, min_value=-500, max_value=4_000,
        help_text=gettext_lazy("Empty: the mean of the wells that were heard of now."),
    )  # fmt: skip


def crumbs(title: str = "") -> list[tuple[str, str]]:
    """Return the way from the list of zones to a page."""
    home = _("Groundwater")
    return [(home, reverse("sensing:groundwater")), (title, "")] if title else [(home, "")]


@require_safe
def zones(request: HttpRequest) -> HttpResponse:
    """List the zones: level, drawdown, safe level, and what is missing."""
    now = timezone.now()
    rows = GroundwaterZone.objects.visible_to(request.user).filter(is_kept=True)
    given = {
        "rows": [(each, STATES[each.now.state]) for each in (zone_now(row, now) for row in rows)],
        "sees_pumping": may(request.user, VIEW), "now": now, "crumbs": crumbs(),
    }  # fmt: skip
    return render(request, "sensing/groundwater/zones.html", given)


@require_http_methods(["GET", "POST"])
def zone(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show a zone; let its keepers try pumping."""
    rows = GroundwaterZone.objects.select_related("owner", "current")
    row = found(request.user, rows, code=code, is_kept=True)
    if request.method == "POST":
        require(request.user, MANAGE, row)
    form = TrialForm(request.POST or None)

    def perform() -> str:
        given = form.cleaned_data
        actions.trial_make(
            zone=row, pumping_m3_day=given["pumping_m3_day"], days=given["days"],
            begins_m=given["begins_m"], by=cast(User, request.user), at=timezone.now(),
        )  # fmt: skip
        return f"{reverse('sensing:groundwater_zone', args=[row.code])}#trials"

    return answered(request, form, "sensing/groundwater/zone.html", perform,
                    lambda: _page(request, row))  # fmt: skip


def _page(request: HttpRequest, row: GroundwaterZone) -> dict[str, Any]:
    now = timezone.now()
    here, days = zone_now(row, now), days_of(row, now)
    keeps = may(request.user, MANAGE, row)
    sees = keeps or may(request.user, VIEW)
    trials = PumpingTrial.objects.visible_to(request.user).filter(zone=row)
    trials = trials.select_related("made_by", "chosen_by")
    level = here.now.level_m
    return {
        "here": here, "state": STATES[here.now.state], "days": days,
        "drawing": _drawing(here, days),
        "keeps": keeps, "sees_pumping": sees,
        "missing": sum(each.level_m is None for each in days),
        "most": highest_safe(here.body.zone(), level, 180) if keeps and level is not None else None,
        "trials": list(trials[:TRIALS]) if sees else [],
        "chosen": trials.exclude(chosen_at=None).order_by("-chosen_at").first() if sees else None,
        "crumbs": crumbs(in_language(row.name)),
    }  # fmt: skip


def _drawing(here: Any, days: list[Any]) -> dict[str, Any] | None:
    """Return the level by day as lines that break where days are missing, and the safe level."""
    known = [each.level_m for each in days if each.level_m is not None]
    if len(known) < 2:
        return None
    safe = here.body.safe_m
    low, high = min([*known, safe]), max([*known, safe])
    span = (high - low) or 1.0

    def down(value: float) -> float:
        return float(round(HEIGHT - 30 - (value - low) / span * (HEIGHT - 50), 1))

    parts: list[list[str]] = [[]]
    for number, each in enumerate(days):
        if each.level_m is None:
            parts.append([])
            continue
        across = round(64 + number / max(len(days) - 1, 1) * (WIDTH - 76), 1)
        parts[-1].append(f"{across:g} {down(each.level_m):g}")
    path = " ".join(f"M{' L'.join(part)}" for part in parts if part)
    return {
        "path": path, "safe": down(safe), "width": WIDTH, "height": HEIGHT,
        "low": low, "high": high, "low_at": down(low), "high_at": down(high),
        "first": days[0].day, "last": days[-1].day,
    }  # fmt: skip


@login_required
@require_POST
def choose(request: HttpRequest, key: UUID) -> HttpResponse:
    """Record a trial as what the city does."""
    rows = PumpingTrial.objects.select_related("zone__owner")
    row = found(request.user, rows, MANAGE, pk=key)
    why = request.POST.get("why", "").strip()
    if not why:
        messages.error(request, _("Say why: the reason is kept with the decision."))
    else:
        try:
            actions.trial_choose(trial=row, why=why, by=cast(User, request.user), at=timezone.now())
            messages.success(request, _("Recorded."))
        except DomainError as refusal:
            told = said(refusal)
            messages.error(request, f"{told.message} {told.hint}")
    return see_other(f"{reverse('sensing:groundwater_zone', args=[row.zone.code])}#trials")
