"""The page of crews: who belongs to which, formed and dissolved by who leads."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.core import journal
from shizheng.core.access import found, require
from shizheng.core.models import Agency, User
from shizheng.core.pages import see_other
from shizheng.places.models import Crew, CrewMember, CrewShift
from shizheng.places.pages.sending import FORM, answered
from shizheng.places.upkeep.access import LEAD
from shizheng.places.upkeep.actions.crews import (
    crew_end,
    crew_form,
    crew_member_end,
    crew_member_enter,
)
from shizheng.places.upkeep.forms import CrewForm, CrewMemberForm
from shizheng.places.upkeep.shifts.words import shift_in_words, stand_in_words
from shizheng.places.upkeep.views import crumbs


@login_required
@require_http_methods(FORM)
def crews(request: HttpRequest) -> HttpResponseBase:
    """Show the crews of the agencies that one leads, and form one."""
    person = cast(User, request.user)
    require(person, LEAD)
    agencies = Agency.objects.allowed_to(person, LEAD).order_by("position", "code")
    form = CrewForm(request.POST or None, agencies=agencies)

    def perform() -> str:
        given = form.cleaned_data
        crew_form(agency=given["agency"], name=given["name"], by=person, at=timezone.now())
        messages.success(request, _("The crew is formed. Take people into it."))
        return reverse("places:crews")

    def context() -> dict[str, Any]:
        members = CrewMember.objects.filter(ended_at=None).select_related("person")
        shifts = CrewShift.objects.filter(ended_at=None)
        rows = Crew.objects.allowed_to(person, LEAD).filter(ended_at=None).select_related("agency")
        kept = rows.prefetch_related(
            Prefetch("members", queryset=members.order_by("since_at", "pk"), to_attr="now")
        ).prefetch_related(Prefetch("shifts", queryset=shifts))
        stand = stand_in_words(kept, at=timezone.now())
        for row in kept:
            if row.now:
                journal.read(row, ["person"], by=person, at=timezone.now(), why=str(_("Crews")))
        return {
            "crews": [
                (row, stand.get(row.pk, ""), [shift_in_words(each) for each in row.shifts.all()])
                for row in kept
            ],
            "crumbs": crumbs(None, _("Crews")),
        }  # fmt: skip

    return answered(request, form, "places/upkeep/crews.html", perform, context)


@login_required
@require_http_methods(FORM)
def crew(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Take somebody into a crew."""
    person = cast(User, request.user)
    row = found(person, Crew.objects.select_related("agency").filter(ended_at=None), LEAD, pk=key)
    form = CrewMemberForm(request.POST or None)

    def perform() -> str:
        crew_member_enter(
            crew=row, username=form.cleaned_data["username"], by=person, at=timezone.now()
        )
        messages.success(request, _("They see the lists and orders of the crew from now on."))
        return reverse("places:crews")

    def context() -> dict[str, Any]:
        title = _("Take somebody into “{crew}”").format(crew=row.name)
        return {
            "title": title, "about": "", "button": _("Take them in"),
            "back": reverse("places:crews"), "crumbs": crumbs(None, title),
        }  # fmt: skip

    return answered(request, form, "places/upkeep/act.html", perform, context)


@login_required
@require_http_methods(["POST"])
def crew_dissolve(request: HttpRequest, key: UUID) -> HttpResponse:
    """Dissolve a crew that has nothing left to do."""
    person = cast(User, request.user)
    row = found(person, Crew.objects.select_related("agency"), LEAD, pk=key)
    crew_end(crew=row, by=person, at=timezone.now())
    messages.success(request, _("The crew is dissolved."))
    return see_other(reverse("places:crews"))


@login_required
@require_http_methods(["POST"])
def crew_member_out(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take somebody out of a crew."""
    person = cast(User, request.user)
    row = found(person, CrewMember.objects.select_related("crew__agency"), LEAD, pk=key)
    crew_member_end(member=row, by=person, at=timezone.now())
    messages.success(request, _("They belong to the crew no longer."))
    return see_other(reverse("places:crews"))
