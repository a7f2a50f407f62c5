"""Pages about people and their roles, and one's own account."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.core.access import acts_open_to, found, grants_known, require
from shizheng.core.desk.places import places_open_to
from shizheng.core.forms import as_error
from shizheng.core.models import RoleGrant, User
from shizheng.core.people import actions
from shizheng.core.people.forms import GrantForm, MessagesForm, PersonForm, ReasonForm
from shizheng.core.people.second_factor import has_second_factor
from shizheng.core.people.selectors import grants_of, people_matching
from shizheng.kernel.errors import DomainError

MANAGE = "core.manage_people"


def _viewer(request: HttpRequest) -> User:
    """Return the person who is signed in; ``login_required`` has made sure of one."""
    return request.user  # type: ignore[return-value]


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List the people whom the viewer manages."""
    viewer = _viewer(request)
    require(viewer, MANAGE)
    text = request.GET.get("q", "").strip()
    matching = people_matching(text, viewer=viewer, at=timezone.now())
    page = Paginator(matching, 50).get_page(request.GET.get("page"))
    return render(request, "core/people/list.html", {"page": page, "text": text})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    """Open an account."""
    viewer = _viewer(request)
    require(viewer, MANAGE)
    form = PersonForm(request.POST or None, viewer=viewer)
    if form.is_valid():
        try:
            made = actions.person_create(by=viewer, at=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, as_error(refusal))
        else:
            messages.success(request, _("The account of {name} is open.").format(name=made))
            return redirect("person", made.pk)
    return render(request, "core/people/new.html", {"form": form}, status=_status(form))


@login_required
@require_safe
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a person with the roles they hold, held and will hold."""
    return _person_page(request, found(_viewer(request), User, pk=pk))


@login_required
@require_POST
def role_grant(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a role."""
    viewer = _viewer(request)
    who = found(viewer, User, MANAGE, pk=pk)
    form = GrantForm(request.POST, viewer=viewer)
    if form.is_valid():
        try:
            actions.role_grant(person=who, by=viewer, at=timezone.now(), **form.terms())
        except DomainError as refusal:
            form.add_error(None, as_error(refusal))
        else:
            messages.success(request, _("The role is given."))
            return redirect("person", who.pk)
    return _person_page(request, who, form=form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def role_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a role back, after asking why."""
    viewer = _viewer(request)
    grant = found(viewer, RoleGrant.objects.select_related("person", "role"), MANAGE, pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            actions.role_revoke(grant=grant, by=viewer, at=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, as_error(refusal))
        else:
            messages.success(request, _("The role is taken back."))
            return redirect("person", grant.person_id)
    context = {"form": form, "grant": grant}
    return render(request, "core/people/revoke.html", context, status=_status(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_switch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close an account, or open a closed one again, after asking why."""
    viewer = _viewer(request)
    who = found(viewer, User, MANAGE, pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        act = actions.person_disable if who.is_active else actions.person_enable
        try:
            act(person=who, by=viewer, at=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, as_error(refusal))
        else:
            messages.success(request, _("The account has been changed."))
            return redirect("person", who.pk)
    context = {"form": form, "person": who}
    return render(request, "core/people/switch.html", context, status=_status(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_reset(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take lost second factors off an account, after asking why."""
    viewer = _viewer(request)
    who = found(viewer, User, MANAGE, pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        now = timezone.now()
        try:
            actions.second_factor_reset(person=who, by=viewer, at=now, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, as_error(refusal))
        else:
            messages.success(request, _("The second factor is taken off."))
            return redirect("person", who.pk)
    context = {"form": form, "person": who}
    return render(request, "core/people/factor.html", context, status=_status(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my(request: HttpRequest) -> HttpResponse:
    """Show who one is here: account, roles, language, second factor, the way out."""
    viewer = _viewer(request)
    kept = {
        "language": viewer.language or "zh-hant", "notices_by_email": viewer.notices_by_email,
    }  # fmt: skip
    form = MessagesForm(request.POST or None, initial=kept)
    if form.is_valid():
        actions.person_prefer(person=viewer, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Kept. Messages to you follow it from now on."))
        return redirect("my")
    now = timezone.now()
    context = {
        "form": form,
        "grants": [grant for grant in grants_known(viewer) if grant.is_in_force(now)],
        "has_second_factor": has_second_factor(viewer),
        "places": places_open_to(viewer, at=now),
    }
    return render(request, "core/people/my.html", context, status=_status(form))


def _person_page(request: HttpRequest, who: User, form: GrantForm | None = None) -> HttpResponse:
    viewer, now = _viewer(request), timezone.now()
    may_manage = bool(acts_open_to(viewer, who, MANAGE))
    grants = [
        (grant, grant.is_in_force(now), grant.valid_from > now and not grant.revoked_at)
        for grant in grants_of(who, viewer=viewer, at=now)
    ]
    context = {
        "person": who,
        "grants": grants,
        "may_manage": may_manage,
        "form": form or (GrantForm(viewer=viewer) if may_manage else None),
        "has_second_factor": has_second_factor(who),
    }
    status = 422 if form is not None else 200
    return render(request, "core/people/person.html", context, status=status)


def _status(form: MessagesForm | PersonForm | ReasonForm) -> int:
    return 422 if form.errors else 200
