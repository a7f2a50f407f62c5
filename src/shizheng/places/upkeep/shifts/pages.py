"""The page of a crew's shifts: chosen of those that the city declares, or written."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.core.access import found
from shizheng.core.models import User
from shizheng.core.pages import see_other
from shizheng.places.models import Crew, CrewShift
from shizheng.places.pages.sending import FORM, answered
from shizheng.places.upkeep.access import LEAD
from shizheng.places.upkeep.city import shifts_body
from shizheng.places.upkeep.forms import ShiftForm
from shizheng.places.upkeep.shifts.actions import (
    Worked,
    crew_shift_begin,
    crew_shift_end,
    declared_shift,
)
from shizheng.places.upkeep.shifts.selectors import standing_of
from shizheng.places.upkeep.shifts.words import shift_in_words, standing_in_words
from shizheng.places.upkeep.views import crumbs


@login_required
@require_http_methods(FORM)
def shifts(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Show the shifts of a crew, and add one."""
    person = cast(User, request.user)
    row = found(person, Crew.objects.select_related("agency").filter(ended_at=None), LEAD, pk=key)
    form = ShiftForm(request.POST or None, body=shifts_body())

    def perform() -> str:
        code = form.cleaned_data.get("shift", "")
        worked = declared_shift(code) if code else Worked(form.duty)
        crew_shift_begin(crew=row, worked=worked, by=person, at=timezone.now())
        messages.success(request, _("The shift is set."))
        return reverse("places:crew_shifts", args=[row.pk])

    def context() -> dict[str, Any]:
        title = _("Shifts of “{crew}”").format(crew=row.name)
        kept = CrewShift.objects.filter(crew=row, ended_at=None)
        return {
            "title": title, "crew": row, "crumbs": crumbs(None, title),
            "standing": standing_in_words(standing_of(row, at=timezone.now())),
            "shifts": [(each, shift_in_words(each)) for each in kept],
        }  # fmt: skip

    return answered(request, form, "places/upkeep/shifts.html", perform, context)


@login_required
@require_http_methods(["POST"])
def shift_end(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let a crew work a shift no longer."""
    person = cast(User, request.user)
    row = found(person, CrewShift.objects.select_related("crew__agency"), LEAD, pk=key)
    crew_shift_end(shift=row, by=person, at=timezone.now())
    messages.success(request, _("The shift has ended."))
    return see_other(reverse("places:crew_shifts", args=[row.crew_id]))
