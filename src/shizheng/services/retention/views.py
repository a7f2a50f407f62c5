"""Pages of retention: what goes soon, and keeping one case."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import require
from shizheng.core.pages import actor, save
from shizheng.services.desk.frame import casework, staff
from shizheng.services.retention.actions import case_hold
from shizheng.services.retention.forms import HoldForm
from shizheng.services.retention.selectors import HOLD, MOST_SHOWN, endings_for, until_of


@login_required
@require_safe
def ending_soon(request: HttpRequest) -> HttpResponse:
    """Show whose personal data goes in the next 30 days, and which cases are kept."""
    person = actor(request)
    require(person, HOLD)
    rows = endings_for(person, at=timezone.now())
    desk = (_("Officer's desk"), reverse("services:desk"))
    shown = {
        "rows": rows,
        "is_cut": len(rows) == MOST_SHOWN,
        "limit": MOST_SHOWN,
        "crumbs": [desk, (_("Personal data that goes soon"), "")],
    }
    return render(request, "services/retention/ending.html", shown)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest, number: str) -> HttpResponse:
    """Keep a case beyond its time, or no longer."""
    work = casework(request, number)
    case = work.case
    require(work.person, HOLD, case)
    form = HoldForm(request.POST or None, initial={"revision": case.revision})

    def act() -> None:
        case_hold(
            case=case, is_held=not case.is_on_hold, reason=form.cleaned_data["reason"],
            by=work.person, at=work.viewer.at, revision=form.cleaned_data["revision"],
        )  # fmt: skip
        said = _("It is not kept any more.") if case.is_on_hold else _("It is kept.")
        messages.success(request, said)

    back = reverse("services:case", args=[number])
    until = until_of(case, work.definition) if not case.is_open else None
    return save(
        request, form, act, to=back, template="services/retention/hold.html",
        context={"case": case, "back": back, "until": until},
    )  # fmt: skip
