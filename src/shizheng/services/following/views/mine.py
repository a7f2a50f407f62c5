"""One's own cases, drafts and notices."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from shizheng.core.pages import actor, see_other
from shizheng.services.following.actions.reading import notices_mark_read
from shizheng.services.following.selectors import mine

ROWS = 20
SHOWN = ("open", "closed", "followed")


@login_required
@require_safe
def my_cases(request: HttpRequest) -> HttpResponse:
    """List one's cases: what waits for oneself first, then drafts, then all."""
    person = actor(request)
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWN else "open"
    own = mine.my_cases(person)
    rows = mine.followed_cases(person) if shown == "followed" else own
    if shown != "followed":
        rows = rows.filter(is_open=shown == "open")
    page = Paginator(rows.order_by("-opened_at", "-id"), ROWS).get_page(request.GET.get("page"))
    waiting = mine.waiting_for(own)
    context = {
        "page": page,
        "rows": [mine.row_of(case) for case in page],
        "waiting": [mine.row_of(case) for case in waiting[:ROWS]],
        "waiting_count": waiting.count(),
        "drafts": mine.my_drafts(person, at=timezone.now()),
        "unread": mine.unread_count(person),
        "shown": shown,
        "chips": [
            (pgettext("cases", "Open"), "?show=open", shown == "open"),
            (pgettext("cases", "Closed"), "?show=closed", shown == "closed"),
            (pgettext("cases", "Followed"), "?show=followed", shown == "followed"),
        ],
        "crumbs": [(_("My cases"), "")],
    }
    return render(request, "services/following/my_cases.html", context)


@login_required
@require_safe
def my_notices(request: HttpRequest) -> HttpResponse:
    """List what one was told."""
    person = actor(request)
    page = Paginator(mine.my_notices(person), ROWS).get_page(request.GET.get("page"))
    crumbs = [(_("My cases"), reverse("services:mine")), (_("Notices"), "")]
    context = {"page": page, "unread": mine.unread_count(person), "crumbs": crumbs}
    return render(request, "services/following/my_notices.html", context)


@login_required
@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark the notices named, or all, as read; back to the inbox."""
    named = [UUID(key) for key in request.POST.getlist("notice") if _is_key(key)]
    is_all = "all" in request.POST
    count = notices_mark_read(by=actor(request), at=timezone.now(), keys=None if is_all else named)
    said = ngettext("{count} notice is read now.", "{count} notices are read now.", count)
    messages.success(request, said.format(count=count))
    return see_other(reverse("services:notices"))


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
