"""Pages of information security: how agencies stand, systems, software, findings and drills."""

from collections.abc import Callable
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import found, may, require
from shizheng.core.models import Agency, User
from shizheng.plan.models import (
    ExerciseChoice,
    InformationSystem,
    SecurityExercise,
    SecurityFinding,
)
from shizheng.plan.security import forms, words
from shizheng.plan.security.actions import finding as finding_acts
from shizheng.plan.security.actions import measuring, registering
from shizheng.plan.security.actions.moving import thing_read
from shizheng.plan.security.gate import restricted
from shizheng.plan.security.rules import security_rule
from shizheng.plan.security.selectors import detail, posture
from shizheng.plan.sent import OnceForm, answered, sent_before

ROWS = 50
EDIT, LEAD = "plan.edit_security", "plan.lead_security"


def crumbs(*more: tuple[Any, str]) -> list[tuple[str, str]]:
    """Return the way to a page of information security."""
    return [(_("Information security"), reverse("security:home")), *more]


def agencies_of(person: User, permission: str = EDIT) -> Any:
    """Return the agencies for which somebody may act."""
    return Agency.objects.allowed_to(person, permission).order_by("position", "code")


def acts_open(person: User) -> dict[str, bool]:
    """Return which buttons a page of lists shows."""
    return {"may_edit": may(person, EDIT), "may_lead": may(person, LEAD)}


@restricted
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show how each agency stands."""
    person, rule = cast(User, request.user), security_rule()
    rows = posture.postures(viewer=person, rule=rule, on=timezone.localdate())
    shown = {
        "rows": [(row, _drills(row)) for row in rows],
        "counts": posture.counts_of(rows),
        "drills": [(ExerciseChoice(drill.kind.value).label, drill.source) for drill in rule.drills],
        "rule": rule,
        **acts_open(person),
        "crumbs": [(_("Information security"), "")],
    }
    return render(request, "plan/security/home.html", shown)


def _drills(row: posture.AgencyPosture) -> list[tuple[Any, str, Any, Any]]:
    """Return each drill of an agency: its name, colour and state in words, and its day."""
    today = timezone.localdate()
    return [
        (ExerciseChoice(kind.value).label, *words.DRILLS[drill.state(today)], drill.held_on)
        for kind, drill in row.drills.items()
    ]


@restricted
@require_safe
def system_list(request: HttpRequest) -> HttpResponse:
    """List the systems in use."""
    person = cast(User, request.user)
    rows = detail.systems_listed(viewer=person, agency=request.GET.get("agency", ""))
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    shown = {"page": page, **acts_open(person), "crumbs": crumbs((_("Systems"), ""))}
    return render(request, "plan/security/systems.html", shown)


@restricted
@require_safe
def system_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show one system; that it was opened is noted."""
    person = cast(User, request.user)
    system = _system(person, number)
    thing_read(thing=system, by=person, at=timezone.now())
    known = detail.system_detail(system, viewer=person)
    shown = {
        "system": system,
        "detail": known,
        "timeline": [(entry, words.happening(entry)) for entry in known.timeline],
        "today": timezone.localdate(),
        "crumbs": crumbs((_("Systems"), reverse("security:systems")), (system.number, "")),
    }
    return render(request, "plan/security/system.html", shown)


def _system(person: User, number: str, permission: str | None = None) -> InformationSystem:
    rows = InformationSystem.objects.select_related("agency", "registered_by")
    return found(person, rows, permission, number=number)


@restricted
@require_http_methods(["GET", "POST"])
def system_new(request: HttpRequest) -> HttpResponse:
    """Enter a system."""
    person = cast(User, request.user)
    require(person, EDIT)
    if earlier := sent_before(request):
        return redirect(earlier)
    form = forms.SystemForm(request.POST or None, agencies=agencies_of(person))

    def perform() -> str:
        system = registering.system_register(by=person, at=timezone.now(), **form.given)
        return reverse("security:system", args=[system.number])

    back = reverse("security:systems")
    shown = {"crumbs": crumbs((_("Systems"), back), (form.title, "")), "back": back}
    return answered(request, form, shown, perform)


@restricted
@require_http_methods(["GET", "POST"])
def system_change(request: HttpRequest, number: str) -> HttpResponse:
    """Change a system."""
    person = cast(User, request.user)
    system = _system(person, number, EDIT)
    if earlier := sent_before(request):
        return redirect(earlier)
    now = {
        "protection": system.protection,
        "is_core": system.is_core,
        "retired_on": system.retired_on,
    }
    form = forms.ChangeForm(request.POST or None, seen=system.version, initial=now)

    def perform() -> str:
        registering.system_change(system=system, by=person, at=timezone.now(), **form.given)
        return reverse("security:system", args=[number])

    return answered(request, form, _about(system, form), perform, thing=number)


@restricted
@require_http_methods(["GET", "POST"])
def software_send(request: HttpRequest, number: str) -> HttpResponse:
    """Send a system's software list."""
    person = cast(User, request.user)
    system = _system(person, number, EDIT)
    if earlier := sent_before(request):
        return redirect(earlier)
    form = forms.SoftwareForm(request.POST or None, request.FILES or None, seen=system.version)

    def perform() -> str:
        measuring.software_import(
            system=system, by=person, at=timezone.now(), content=form.cleaned_data["file"]
        )
        return reverse("security:system", args=[number])

    return answered(request, form, _about(system, form), perform, thing=number)


def _about(system: InformationSystem, form: Any) -> dict[str, Any]:
    back = reverse("security:system", args=[system.number])
    way = crumbs(
        (_("Systems"), reverse("security:systems")), (system.number, back), (form.title, "")
    )
    return {"crumbs": way, "back": back, "subject": f"{system.number} · {system.name}"}


@restricted
@require_safe
def software(request: HttpRequest) -> HttpResponse:
    """Find which systems run a piece of software."""
    name, version = (request.GET.get(key, "").strip()[:100] for key in ("q", "version"))
    rows = detail.components_found(viewer=cast(User, request.user), name=name, version=version)
    page = Paginator(rows if name else rows.none(), ROWS).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    shown = {
        "page": page,
        "name": name,
        "version": version,
        "query": query.urlencode(),
        "crumbs": crumbs((_("Software"), "")),
    }
    return render(request, "plan/security/software.html", shown)


@restricted
@require_safe
def finding_list(request: HttpRequest) -> HttpResponse:
    """List weaknesses and audit findings, the earliest date first."""
    person, state = cast(User, request.user), request.GET.get("state", "")
    today = timezone.localdate()
    rows = detail.findings_listed(
        viewer=person, state=state, agency=request.GET.get("agency", ""), on=today
    )
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    shown = {
        "page": page,
        "state": state,
        "today": today,
        "query": query.urlencode(),
        **acts_open(person),
        "crumbs": crumbs((_("Findings"), "")),
    }
    return render(request, "plan/security/findings.html", shown)


@restricted
@require_http_methods(["GET", "POST"])
def finding_new(request: HttpRequest) -> HttpResponse:
    """Record a weakness or an audit finding."""
    person = cast(User, request.user)
    require(person, EDIT)
    if earlier := sent_before(request):
        return redirect(earlier)
    asked = request.GET.get("system", "")
    begun = InformationSystem.objects.allowed_to(person, EDIT).filter(number=asked).first()
    initial = {"found_on": timezone.localdate(), "owner": person.pk}
    if begun:
        initial |= {"system": begun.pk, "agency": begun.agency_id}
    form = forms.FindingForm(request.POST or None, agencies=agencies_of(person), initial=initial)

    def perform() -> str:
        given = form.given
        title = given.pop("finding")
        finding_acts.finding_record(by=person, at=timezone.now(), title=title, **given)
        return reverse("security:findings")

    back = reverse("security:findings")
    shown = {"crumbs": crumbs((_("Findings"), back), (form.title, "")), "back": back}
    return answered(request, form, shown, perform)


@restricted
@require_http_methods(["GET", "POST"])
def finding_act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Fix a finding, or give it a later date."""
    person = cast(User, request.user)
    acts: dict[str, tuple[str, type[OnceForm], Callable[..., object]]] = {
        "fix": (EDIT, forms.FixForm, finding_acts.finding_fix),
        "extend": (LEAD, forms.ExtendForm, finding_acts.finding_extend),
    }
    permission, kind, action = acts[name]
    rows = SecurityFinding.objects.select_related("agency")
    known = found(person, rows, permission, number=number)
    if earlier := sent_before(request):
        return redirect(earlier)
    initial = {"fixed_on": timezone.localdate(), "due_on": known.due_on}
    form = kind(request.POST or None, seen=known.version, initial=initial)
    back = reverse("security:findings")

    def perform() -> str:
        action(finding=known, by=person, at=timezone.now(), **form.given)
        return back

    way = crumbs((_("Findings"), back), (number, ""), (form.title, ""))
    shown = {"crumbs": way, "back": back, "subject": f"{number} · {known.title}"}
    return answered(request, form, shown, perform, thing=number)


@restricted
@require_safe
def drill_list(request: HttpRequest) -> HttpResponse:
    """List backups, tests and drills, newest first."""
    person = cast(User, request.user)
    rows = SecurityExercise.objects.visible_to(person).select_related("agency", "system")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    shown = {"page": page, **acts_open(person), "crumbs": crumbs((_("Backups and drills"), ""))}
    return render(request, "plan/security/drills.html", shown)


@restricted
@require_http_methods(["GET", "POST"])
def drill_new(request: HttpRequest) -> HttpResponse:
    """Record a backup, a test or a drill."""
    person = cast(User, request.user)
    require(person, EDIT)
    if earlier := sent_before(request):
        return redirect(earlier)
    form = forms.DrillForm(
        request.POST or None, agencies=agencies_of(person),
        initial={"held_on": timezone.localdate()},
    )  # fmt: skip
    back = reverse("security:drills")

    def perform() -> str:
        given = form.given
        given["is_passed"] = given.pop("outcome") == "passed"
        registering.exercise_record(by=person, at=timezone.now(), **given)
        return back

    shown = {"crumbs": crumbs((_("Backups and drills"), back), (form.title, "")), "back": back}
    return answered(request, form, shown, perform)
