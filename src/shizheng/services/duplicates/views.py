"""The page on which officers see what a case may be a duplicate of, and join or part cases."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.core.access import Viewer, found
from shizheng.core.models import User
from shizheng.core.pages import actor, save
from shizheng.services.access import staff_cases
from shizheng.services.duplicates import actions
from shizheng.services.duplicates.access import may_link
from shizheng.services.duplicates.forms import LinkForm, UnlinkForm
from shizheng.services.duplicates.selectors import duplicates_for, link_of, links_of
from shizheng.services.duplicates.works import works_of
from shizheng.services.models import Case, CaseLink


def _case(request: HttpRequest, number: str) -> tuple[User, Case]:
    """Return who asks and the case, which they see as staff.

    Raises:
        Http404: no case that they see so.
    """
    person = actor(request)
    rows = Case.objects.select_related("service", "agency", "district", "village", "assignee")
    case = found(person, rows, number=number)
    if not Case.objects.filter(staff_cases(Viewer(person)), pk=case.pk).exists():
        raise Http404
    return person, case


@login_required
@require_http_methods(["GET", "POST"])
def case_links(request: HttpRequest, number: str) -> HttpResponse:
    """Show links and likely duplicates of a case; link it to another."""
    person, case = _case(request, number)
    form = LinkForm(request.POST or None, viewer=person)

    def act() -> None:
        given = form.cleaned_data
        actions.case_link(
            case=case, to=given["number"], kind=given["kind"], by=person, at=timezone.now(),
            reason=given["reason"], score=given["score"],
        )  # fmt: skip

    shown = {
        "case": case,
        "link": link_of(case),
        "links": links_of(case, viewer=person),
        "candidates": duplicates_for(case, viewer=person, at=timezone.now())
        if case.is_open
        else [],
        "works": works_of(case),
        "may_link": may_link(person, case),
        "crumbs": [(case.number, reverse("services:case", args=[number])), (_("Links"), "")],
    }
    return save(
        request, form, act, template="services/duplicates/links.html", context=shown,
        to=reverse("services:case_links", args=[number]),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def case_unlink(request: HttpRequest, number: str, key: UUID) -> HttpResponse:
    """Take two cases apart again, with the reason."""
    person, case = _case(request, number)
    link = CaseLink.objects.select_related("case__service", "to").filter(pk=key).first()
    if link is None or case.pk not in (link.case_id, link.to_id):
        raise Http404
    form = UnlinkForm(request.POST or None, initial={"link": key})

    def act() -> None:
        actions.case_unlink(
            link=link, by=person, at=timezone.now(), reason=form.cleaned_data["reason"]
        )

    back = reverse("services:case_links", args=[number])
    shown = {"case": case, "link": link, "crumbs": [(case.number, back), (_("Take apart"), "")]}
    return save(
        request, form, act, to=back, template="services/duplicates/unlink.html", context=shown
    )
