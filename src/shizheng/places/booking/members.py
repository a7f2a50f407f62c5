"""The page of groups that places are kept for: who belongs to them, by whom entered."""

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

from shizheng.core import journal
from shizheng.core.access import found, require
from shizheng.core.models import Agency, User
from shizheng.core.pages import see_other
from shizheng.core.words import in_language
from shizheng.places.booking.access import MANAGE
from shizheng.places.booking.forms import MemberForm
from shizheng.places.booking.groups import groups_declared, member_end, member_enter
from shizheng.places.booking.views import crumbs
from shizheng.places.models import GroupMember
from shizheng.places.pages.sending import FORM, answered

MOST = 500


@login_required
@require_http_methods(FORM)
def groups(request: HttpRequest) -> HttpResponseBase:
    """Show who belongs to which group, and enter somebody; the reading is noted."""
    person = cast(User, request.user)
    require(person, MANAGE)
    declared = groups_declared()
    agencies = Agency.objects.allowed_to(person, MANAGE).order_by("position", "code")
    form = MemberForm(request.POST or None, groups=declared, agencies=agencies)

    def perform() -> str:
        given = form.cleaned_data
        member_enter(
            group=given["group"], username=given["username"], agency=given["agency"],
            until=given["until"], by=person, at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("They may book now what is kept for this group."))
        return reverse("places:groups")

    def context() -> dict[str, Any]:
        rows = GroupMember.objects.allowed_to(person, MANAGE).filter(ended_at=None)
        listed = list(rows.select_related("person", "agency")[:MOST])
        if listed:
            journal.read(listed[0], ["person"], by=person, at=timezone.now(),
                         why=str(_("Groups")))  # fmt: skip
        names = {each.id: in_language(each.name) for each in declared}
        return {
            "groups": declared, "crumbs": crumbs(title=_("Groups")),
            "members": [(each, names.get(each.group, each.group)) for each in listed],
        }  # fmt: skip

    return answered(request, form, "places/booking/groups.html", perform, context)


@login_required
@require_http_methods(["POST"])
def member_out(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take somebody out of a group."""
    person = cast(User, request.user)
    row = found(person, GroupMember.objects.select_related("agency"), pk=key)
    member_end(member=row, by=person, at=timezone.now())
    messages.success(request, _("They belong to the group no longer."))
    return see_other(reverse("places:groups"))
