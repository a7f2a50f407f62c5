"""Pages on which people see, take along, correct and allow what the city holds of them."""

from typing import Any, NamedTuple
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.core.access import may
from shizheng.core.models import User
from shizheng.core.pages import actor, save, see_other
from shizheng.core.words import said
from shizheng.kernel.errors import DomainError
from shizheng.statistics.models import DataConsent, DataCopy, Takeout
from shizheng.statistics.personal import actions
from shizheng.statistics.personal.access import ANSWER
from shizheng.statistics.personal.copying import copy_ask, copy_fetch
from shizheng.statistics.personal.forms import ConsentForm, RequestForm
from shizheng.statistics.personal.keeping import is_under_way
from shizheng.statistics.personal.selectors import (
    MOST_SHOWN,
    consents_of,
    held_of,
    reads_of,
    record_of,
    requests_of,
)
from shizheng.statistics.personal.showing import shown_of

FORM = "statistics/personal/form.html"
METHODS = ["GET", "HEAD", "POST"]
MOST_COPIES = 10


class CopyShown(NamedTuple):
    """A copy on the page: being made, failed, or there to be fetched."""

    copy: DataCopy
    is_under_way: bool
    is_failed: bool
    is_there: bool


def _home() -> tuple[str, str]:
    return _("What the city holds of me"), reverse("personal:mine")


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show everything that is held of who is signed in, who read it, what was asked."""
    person, now = actor(request), timezone.now()
    held = held_of(person, most=MOST_SHOWN)
    context = {
        "held": [shown_of(each) for each in held if each.records],
        "empty": [each.holding.title for each in held if not each.records],
        "most": MOST_SHOWN,
        "reads": reads_of(person, held),
        "requests": list(requests_of(person)),
        "consents": [(each, each.is_in_force(now)) for each in consents_of(person)],
        "takeouts": list(Takeout.objects.filter(person=person)[:MOST_COPIES]),
        "copies": _copies(person),
        "answers": may(person, ANSWER, at=now),
        "now": now,
        "crumbs": [(_("My account"), reverse("my")), (_home()[0], "")],
    }
    return _private(render(request, "statistics/personal/mine.html", context))


@login_required
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
def copy(request: HttpRequest) -> HttpResponse:
    """Ask for the signed copy of everything that is held; who did not just sign in, signs in."""
    copy_ask(person=actor(request), at=timezone.now())
    return _private(see_other(reverse("personal:mine") + "#copies"))


@login_required
@require_safe
def copies(request: HttpRequest) -> HttpResponse:
    """Show one's copies alone: how far one is that is being made, and what can be fetched."""
    context = {"copies": _copies(actor(request))}
    return _private(render(request, "statistics/personal/_copies.html", context))


@login_required
@require_safe
def copy_file(request: HttpRequest, key: UUID) -> HttpResponse:
    """Send a copy to the person whose data it holds, until its time is over."""
    rows = DataCopy.objects.select_related("takeout").filter(person=actor(request))
    row = rows.filter(pk=key).first()
    if row is None:
        raise Http404
    response: HttpResponse = _sent(request, row)
    return response


@reauthentication_required  # type: ignore[untyped-decorator]
def _sent(request: HttpRequest, row: DataCopy) -> HttpResponse:
    try:
        content = copy_fetch(copy=row, by=actor(request), at=timezone.now())
    except DomainError as refusal:
        context = {"refusal": said(refusal), "crumbs": [_home(), (_("Copy"), "")]}
        page = "statistics/personal/expired.html"
        return _private(render(request, page, context, status=refusal.status))
    response = HttpResponse(content, content_type="application/zip")
    name = f"my-data-{timezone.localdate(row.asked_at):%Y%m%d}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return _private(response)


def _copies(person: User) -> list[CopyShown]:
    now = timezone.now()
    rows = DataCopy.objects.filter(person=person).select_related("job", "takeout")[:MOST_COPIES]
    return [
        CopyShown(each, is_under_way(each), each.takeout is None and not is_under_way(each),
                  each.is_there(now))
        for each in rows
    ]  # fmt: skip


@login_required
@require_http_methods(METHODS)
def ask(request: HttpRequest, holding: str, key: str) -> HttpResponse:
    """Ask that one record is corrected or erased."""
    person = actor(request)
    record = record_of(person, holding, key)
    form = RequestForm(request.POST or None)
    title = _("Ask for a correction or erasure")
    context: dict[str, Any] = {
        "title": title, "go": _("Send"), "record": record.title,
        "law": _("The city decides within 30 days; it may take 30 more once, and says why."),
        "crumbs": [_home(), (title, "")],
    }  # fmt: skip

    def act() -> None:
        actions.request_ask(
            person=person, holding=holding, record=record, at=timezone.now(), **form.cleaned_data
        )
        messages.success(request, _("Your request is on its way; the answer will stand here."))

    to = reverse("personal:mine") + "#requests"
    return _private(save(request, form, act, to=to, template=FORM, context=context))


@login_required
@require_http_methods(METHODS)
def consents(request: HttpRequest) -> HttpResponse:
    """Allow one agency a named use for a time."""
    person, now = actor(request), timezone.now()
    form = ConsentForm(request.POST or None, on=timezone.localdate(now))
    title = _("Let an agency use my data")
    context: dict[str, Any] = {
        "title": title, "go": _("Allow it"), "crumbs": [_home(), (title, "")],
        "law": _("You see every use, and can take it back at any time."),
    }  # fmt: skip

    def act() -> None:
        actions.consent_give(person=person, at=now, **form.cleaned_data)
        messages.success(request, _("The agency may use it now."))

    to = reverse("personal:mine") + "#consents"
    return _private(save(request, form, act, to=to, template=FORM, context=context))


@login_required
@require_POST
def revoke(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take one's consent back."""
    person = actor(request)
    consent = DataConsent.objects.filter(pk=key, person=person).first()
    if consent is None:
        raise Http404
    actions.consent_revoke(consent=consent, by=person, at=timezone.now())
    messages.success(request, _("The consent is revoked; nothing is shown by it any more."))
    return see_other(reverse("personal:mine") + "#consents")


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response
