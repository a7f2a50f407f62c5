"""Pages of checkpoints, stops and their effect."""

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core import journal
from shizheng.core.access import found, may, require
from shizheng.core.models import Agency, Area, User
from shizheng.core.pages import see_other
from shizheng.core.words import in_language
from shizheng.kernel.errors import N_, DomainError
from shizheng.places.pages.sending import answered
from shizheng.sensing.cameras.forms import moment_of
from shizheng.sensing.enforcement import alcohol, crashes, selectors
from shizheng.sensing.enforcement.access import ENFORCE, ISSUE
from shizheng.sensing.enforcement.devices import Kind, enforcement_rules
from shizheng.sensing.enforcement.domain.alcohol import OFFENCES, Outcome
from shizheng.sensing.enforcement.forms import CheckpointForm, CrashesForm, HeldForm, StopForm
from shizheng.sensing.enforcement.views import required, way
from shizheng.sensing.models import AlcoholStop, Checkpoint

FORM, ROWS, YEAR = ["GET", "POST"], 50, timedelta(days=364)
STATES = {
    Checkpoint.State.PLANNED: N_("planned so far"), Checkpoint.State.HELD: N_("held"),
    Checkpoint.State.NOT_HELD: N_("not held"),
}  # fmt: skip


def _owner() -> Agency:
    return Agency.objects.get(code=enforcement_rules().owner)


def alcohol_way(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way to a page of checkpoints."""
    return way((_("Drunk driving"), reverse("sensing:checkpoints") if more else ""), *more)


@login_required
@require_safe
def checkpoints(request: HttpRequest) -> HttpResponse:
    """Show checkpoints planned and held, with what was found and what it changed."""
    person = required(request, ENFORCE, ISSUE)
    today = timezone.localdate()
    first = today - YEAR
    page = Paginator(selectors.checkpoints_seen(person), ROWS).get_page(request.GET.get("page"))
    stops = selectors.stops_seen(person)[:ROWS]
    shown = {
        "page": page, "first": first, "last": today,
        "rows": [(row, _(STATES[Checkpoint.State(row.state)])) for row in page],
        "stops": [(row, _(alcohol.OUTCOMES[Outcome(row.outcome)])) for row in stops],
        "figures": selectors.alcohol_figures(person, first, today),
        "effect": _effect(), "may_enforce": may(person, ENFORCE, _owner()),
        "crumbs": alcohol_way(),
    }  # fmt: skip
    return render(request, "sensing/enforcement/checkpoints.html", shown)


def _effect() -> dict[str, Any] | None:
    """Return the effect of every checkpoint held so far, in words; None where nothing is known."""
    first = Checkpoint.objects.filter(state="held").order_by("held_from").first()
    if first is None or first.held_from is None:
        return None
    found_ = crashes.effect_of(timezone.localdate(first.held_from), timezone.localdate())
    if found_ is None:
        return None
    names = [in_language(each.name) for each in Area.objects.filter(code__in=found_.areas)]
    return {"told": found_, "areas": names}


@login_required
@require_http_methods(FORM)
def checkpoint_new(request: HttpRequest) -> HttpResponseBase:
    """Plan a checkpoint."""
    person = cast(User, request.user)
    require(person, ENFORCE, _owner())
    form = CheckpointForm(request.POST or None)

    def perform() -> str:
        given = form.cleaned_data
        made = alcohol.checkpoint_plan(
            area=Area.objects.get(kind="district", code=given["district"]), place=given["place"],
            reason=given["reason"], by=person, at=timezone.now(),
            starts_at=moment_of(given["starts_on"], given["starts_time"]),
            ends_at=moment_of(given["ends_on"], given["ends_time"]),
        )  # fmt: skip
        return reverse("sensing:checkpoint", args=[made.pk])

    title = _("Plan a checkpoint")
    return answered(
        request, form, "sensing/cameras/form.html", perform,
        lambda: {"title": title, "back": reverse("sensing:checkpoints"),
                 "crumbs": alcohol_way((title, ""))},
    )  # fmt: skip


@login_required
@require_http_methods(FORM)
def checkpoint(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Show a checkpoint; say that it was held, or why not."""
    person = cast(User, request.user)
    row = found(person, Checkpoint.objects.select_related("area", "agency"), pk=key)
    form = HeldForm(request.POST or None)

    def perform() -> str:
        given = form.cleaned_data
        held = all(
            given[name] is not None
            for name in ("held_on", "held_time", "held_to_on", "held_to_time")
        )
        alcohol.checkpoint_close(
            checkpoint=row, by=person, at=timezone.now(), why_not=given["why"],
            held_from=moment_of(given["held_on"], given["held_time"]) if held else None,
            held_to=moment_of(given["held_to_on"], given["held_to_time"]) if held else None,
            stopped_count=given["stopped_count"] or 0,
        )  # fmt: skip
        return reverse("sensing:checkpoint", args=[row.pk])

    def context() -> dict[str, Any]:
        row.refresh_from_db()
        rows = selectors.stops_seen(person).filter(checkpoint=row)
        return {
            "checkpoint": row, "state": _(STATES[Checkpoint.State(row.state)]),
            "stops": [(each, _(alcohol.OUTCOMES[Outcome(each.outcome)])) for each in rows],
            "may_close": row.state == "planned" and may(person, ENFORCE, row),
            "may_enforce": may(person, ENFORCE, row), "crumbs": alcohol_way((row.number, "")),
        }  # fmt: skip

    return answered(request, form, "sensing/enforcement/checkpoint.html", perform, context)


@login_required
@require_http_methods(FORM)
def stop_new(request: HttpRequest) -> HttpResponseBase:
    """Record a stop."""
    person = cast(User, request.user)
    require(person, ENFORCE, _owner())
    testers = list(selectors.devices_seen(person).filter(kind=Kind.BREATH))
    near = list(Checkpoint.objects.visible_to(person).exclude(state="not_held")[:200])
    form = StopForm(
        request.POST or None, checkpoints=near, devices=testers,
        initial={"checkpoint": request.GET.get("checkpoint", "")[:30]},
    )  # fmt: skip

    def perform() -> str:
        given = form.cleaned_data
        made = alcohol.stop_record(
            stopped_at=moment_of(given["stopped_on"], given["stopped_time"]),
            place=given["place"], by=person, at=timezone.now(), mg_l=given["mg_l"],
            device=next((row for row in testers if row.code == given["device"]), None),
            checkpoint=next((row for row in near if row.number == given["checkpoint"]), None),
            identity=given["identity"], name=given["name"], plate=given["plate"],
        )  # fmt: skip
        if made.outcome == Outcome.UNUSABLE:
            messages.warning(request, _("The device had no valid certificate: nothing follows."))
        return reverse("sensing:stop", args=[made.pk])

    title = _("Record a stop")
    return answered(
        request, form, "sensing/cameras/form.html", perform,
        lambda: {"title": title, "back": reverse("sensing:checkpoints"),
                 "crumbs": alcohol_way((title, ""))},
    )  # fmt: skip


@login_required
@require_http_methods(FORM)
def stop(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Show a stop, which is noted; issue what follows from it."""
    person = cast(User, request.user)
    rows = AlcoholStop.objects.select_related("checkpoint", "device", "certificate", "agency")
    row = found(person, rows, pk=key)
    if request.method == "POST":
        try:
            alcohol.stop_issue(stop=row, by=person, at=timezone.now())
        except DomainError as refusal:
            if refusal.status != 409:
                raise
            messages.error(request, _said(refusal))
        return see_other(reverse("sensing:stop", args=[row.pk]))
    journal.read(row, ["name", "plate"], by=person, at=timezone.now(), why=row.number)
    shown = {
        "stop": row, "outcome": _(alcohol.OUTCOMES[Outcome(row.outcome)]),
        "may_issue": row.issued_at is None and row.outcome in OFFENCES
        and may(person, ISSUE, row),
        "crumbs": alcohol_way((row.number, "")),
    }  # fmt: skip
    return render(request, "sensing/enforcement/stop.html", shown)


def _said(refusal: DomainError) -> str:
    from shizheng.core import words

    told = words.said(refusal)
    return f"{told.message} {told.hint}"


@login_required
@require_http_methods(FORM)
def crashes_new(request: HttpRequest) -> HttpResponseBase:
    """Take in a file of accidents."""
    person = cast(User, request.user)
    require(person, ENFORCE, _owner())
    form = CrashesForm(request.POST or None, request.FILES or None)

    def perform() -> str:
        counts = crashes.crashes_import(
            content=form.cleaned_data["file"].read(crashes.MOST_BYTES + 1), by=person,
            at=timezone.now(),
        )  # fmt: skip
        text = _("{new} new, {same} known, {alcohol} with alcohol, {unreadable} not readable.")
        messages.success(
            request,
            text.format(**{name: counts[name] for name in ("new", "same", "alcohol",
                                                           "unreadable")}),
        )  # fmt: skip
        return reverse("sensing:checkpoints")

    title = _("Take in accidents")
    return answered(
        request, form, "sensing/cameras/form.html", perform,
        lambda: {"title": title, "back": reverse("sensing:checkpoints"),
                 "lead": _("A CSV with the columns that the pack names; no person stands in it."),
                 "crumbs": alcohol_way((title, ""))},
    )  # fmt: skip
