"""Pages of the journal: list, one entry, its personal values, verification."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shizheng.core import journal
from shizheng.core.access import may, require
from shizheng.core.desk.forms import JournalFilter, WhyForm
from shizheng.core.desk.selectors import (
    changes_of,
    faults_of,
    journal_entries,
    journal_of_city,
)
from shizheng.core.jobs import UNFINISHED
from shizheng.core.models import Job, JournalEntry, JournalVerification
from shizheng.core.people.views import _viewer
from shizheng.core.tasks import verify_journal

VIEW, PERSONAL = "core.view_journal", "core.view_personal"
LENGTH = 50


@login_required
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """List entries, newest first, with the last verification above."""
    require(_viewer(request), VIEW)
    form = JournalFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"since": None, "until": None}
    found = journal_entries(**asked)
    before = request.GET.get("before", "")
    if before.isdecimal():
        found = found.filter(number__lt=int(before))
    shown = list(found[: LENGTH + 1])
    verification = JournalVerification.objects.first()
    context = {
        "form": form,
        "entries": shown[:LENGTH],
        "older": shown[LENGTH - 1].number if len(shown) > LENGTH else None,
        "verification": verification,
        "faults": [fault.sentence(_) for fault in faults_of(verification)] if verification else [],
        "verifying": Job.objects.filter(name=verify_journal.name, status__in=UNFINISHED).first(),
    }
    return render(request, "core/desk/journal.html", context)


@login_required
@require_safe
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """Show one entry: who, for whom, what, why, before and after."""
    require(_viewer(request), VIEW)
    return _entry_page(request, get_object_or_404(journal_of_city(), number=number))


@login_required
@require_POST
def personal(request: HttpRequest, number: int) -> HttpResponse:
    """Show the personal values of an entry, after asking why."""
    viewer = _viewer(request)
    require(viewer, VIEW)
    require(viewer, PERSONAL)
    shown = get_object_or_404(journal_of_city(), number=number)
    form = WhyForm(request.POST)
    values = None
    if form.is_valid():
        values = journal.personal_of(shown, by=viewer, at=timezone.now(), **form.cleaned_data)
    return _entry_page(request, shown, form=form, values=values)


@login_required
@require_POST
def verify_now(request: HttpRequest) -> HttpResponse:
    """Have the journal verified in the background."""
    require(_viewer(request), VIEW)
    verify_journal.enqueue(key="now")
    messages.success(request, _("The journal is being verified. Load this page again in a while."))
    return redirect("journal")


def _entry_page(
    request: HttpRequest,
    shown: JournalEntry,
    form: WhyForm | None = None,
    values: dict[str, str | None] | None = None,
) -> HttpResponse:
    status = 422 if form is not None and form.errors else 200
    context = {
        "entry": shown,
        "changes": changes_of(shown),
        "personal": shown.personal.select_related("erased_in"),
        "values": values,
        "form": form or WhyForm(),
        "may_see_personal": may(_viewer(request), PERSONAL),
    }
    return render(request, "core/desk/journal_entry.html", context, status=status)
