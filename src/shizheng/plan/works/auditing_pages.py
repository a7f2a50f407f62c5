"""Pages of the audits: rounds and their draw, contractors, and the way of each fault."""

from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import found, may, require
from shizheng.core.models import Agency, User
from shizheng.plan.models import AuditFault, AuditRound, PublicWork
from shizheng.plan.sent import OnceForm, answered, sent_before
from shizheng.plan.works import forms
from shizheng.plan.works.actions import auditing, picking
from shizheng.plan.works.selectors.audits import contractors_listed
from shizheng.plan.works.words import PARTS


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Public works"), reverse("works:list")), *more]


@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """List the rounds of audits: digests of seeds at once, picks when they are public."""
    seen = AuditRound.objects.visible_to(request.user).values_list("pk", flat=True)
    shown = {
        "rounds": AuditRound.objects.select_related("control"),
        "seen": set(seen),
        "may_draw": may(request.user, "plan.audit_works"),
        "is_internal_view": may(request.user, "plan.view_internal"),
        "crumbs": _crumbs((_("Audits"), "")),
    }
    return render(request, "plan/works/rounds.html", shown)


@require_safe
def round_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a round: every pick with its score and why, and how to repeat the draw."""
    known = found(request.user, AuditRound.objects.select_related("control"), number=number)
    picks = known.picks.select_related("work__agency")
    shown = {
        "round": known,
        "picks": [(pick, _reasons(pick.reasons)) for pick in picks],
        "audited": set(known.audits.values_list("work", flat=True)),
        "may_publish": known.published_at is None and may(request.user, "plan.audit_works", known),
        "crumbs": _crumbs((_("Audits"), reverse("works:rounds")), (str(known.number), "")),
    }
    return render(request, "plan/works/round.html", shown)


def _reasons(kept: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return [(str(PARTS[each["part"]]), each["points"], each["most"]) for each in kept]


@login_required
@require_http_methods(["GET", "POST"])
def round_new(request: HttpRequest) -> HttpResponse:
    """Draw a round."""
    person = cast(User, request.user)
    require(person, "plan.audit_works")
    if earlier := sent_before(request):
        return redirect(earlier)
    units = Agency.objects.allowed_to(person, "plan.audit_works").order_by("position", "code")
    controlling = PublicWork.objects.order_by().values("control")
    form = forms.DrawForm(request.POST or None, control_units=units.filter(pk__in=controlling))

    def perform() -> str:
        drawn = picking.round_draw(by=person, at=timezone.now(), **form.given)
        return reverse("works:round", args=[drawn.number])

    back = reverse("works:rounds")
    shown = {"crumbs": _crumbs((_("Audits"), back), (str(form.title), "")), "back": back}
    return answered(request, form, shown, perform)


@login_required
@require_http_methods(["GET", "POST"])
def round_open(request: HttpRequest, number: int) -> HttpResponse:
    """Publish a round."""
    person = cast(User, request.user)
    known = found(person, AuditRound, "plan.audit_works", number=number)
    if earlier := sent_before(request):
        return redirect(earlier)
    back = reverse("works:round", args=[known.number])
    form = forms.PublishForm(request.POST or None)

    def perform() -> str:
        picking.round_publish(round_=known, by=person, at=timezone.now())
        return back

    crumbs = _crumbs((_("Audits"), reverse("works:rounds")), (str(known.number), back))
    shown = {"crumbs": [*crumbs, (form.title, "")], "back": back}
    return answered(request, form, shown, perform)


@login_required
@require_safe
def contractors(request: HttpRequest) -> HttpResponse:
    """List the contractors with their faults, those that come again first."""
    require(request.user, "plan.view_internal")
    shown = {
        "rows": contractors_listed(on=timezone.localdate()),
        "crumbs": _crumbs((_("Contractors"), "")),
    }
    return render(request, "plan/works/contractors.html", shown)


def _fault(person: User, permission: str, key: UUID) -> AuditFault:
    """Return a fault that the person may see and act on.

    Raises:
        Http404, NotPermitted: they may not.
    """
    fault = found(person, AuditFault.objects.select_related("audit__work__agency"), pk=key)
    require(person, permission, fault.audit.work)
    return fault


def _about(fault: AuditFault, form: OnceForm) -> dict[str, Any]:
    work = fault.audit.work
    back = reverse("works:detail", args=[work.number])
    return {
        "crumbs": _crumbs((work.number, back), (str(form.title), "")),
        "back": back,
        "subject": f"{work.number} · {fault.audit.number}-{fault.number} · {fault.code}",
    }


@login_required
@require_http_methods(["GET", "POST"])
def correction(request: HttpRequest, key: UUID) -> HttpResponse:
    """File for the contractor what was done about a fault."""
    person = cast(User, request.user)
    fault = _fault(person, "plan.edit_work", key)
    if earlier := sent_before(request):
        return redirect(earlier)
    form = forms.CorrectionForm(request.POST or None, request.FILES or None)
    shown = _about(fault, form)

    def perform() -> str:
        auditing.correction_file(fault=fault, by=person, at=timezone.now(), **form.given)
        return str(shown["back"])

    return answered(request, form, shown, perform)


@login_required
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, key: UUID) -> HttpResponse:
    """Check a correction."""
    person = cast(User, request.user)
    fault = _fault(person, "plan.audit_works", key)
    if earlier := sent_before(request):
        return redirect(earlier)
    form = forms.CheckForm(request.POST or None)
    shown = _about(fault, form)

    def perform() -> str:
        is_accepted, note = form.given["outcome"] == "accepted", form.given["note"]
        auditing.correction_check(
            fault=fault, by=person, at=timezone.now(), is_accepted=is_accepted, note=note
        )
        return str(shown["back"])

    return answered(request, form, shown, perform)
