"""Coming back to a form: the link, the list of one's drafts, its files; throwing it away."""

import hmac
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.downloads import SANDBOX
from shizheng.core.files import attachments_of, path_of
from shizheng.core.filetypes import SHOWN_INLINE
from shizheng.core.pages import actor, see_other
from shizheng.core.ratelimit import limited
from shizheng.core.words import in_language
from shizheng.services.applying import actions
from shizheng.services.applying.drafts import (
    address_after,
    draft_of,
    drafts_open,
    filling_of,
    remember,
)
from shizheng.services.applying.errors import DraftExpired, DraftUnknown
from shizheng.services.applying.filling import CHECK
from shizheng.services.applying.mailing import link_send
from shizheng.services.applying.views.filling import visitor
from shizheng.services.models import Draft
from shizheng.services.versions import definition_by


class MailForm(forms.Form):
    """Where the link is sent."""

    use_required_attribute = False
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("Only the link is sent, none of your answers."),
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@limited("10/m")
def later(request: HttpRequest, key: UUID) -> HttpResponse:
    """Make the link with which to go on later, show it once, or send it by e-mail."""
    draft = draft_of(request, key)
    if draft.sent_at is not None:
        return see_other(address_after(draft))
    name = in_language(definition_by(draft.version_id).name)
    address, sent_to = "", ""
    form = MailForm(request.POST if request.POST.get("act") == "mail" else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        secret = actions.draft_link_renew(draft=draft, by=visitor(request), at=timezone.now())
        found = reverse("services:draft_resume", args=[secret])
        link = request.build_absolute_uri(found)
        if form.is_bound:
            sent_to = _mailed(form, draft, link=link, service=name)
        else:
            address = link
    context = {
        "draft": draft,
        "form": form,
        "link": address,
        "sent_to": sent_to,
        "is_owner": draft.person_id is not None,
        "next": _next(draft),
        "crumbs": [
            (_("I want to…"), reverse("services:home")),
            (name, reverse("services:service", args=[draft.service.code])),
            (_("Go on later"), ""),
        ],
    }
    response = render(
        request, "services/applying/later.html", context, status=422 if form.errors else 200
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _mailed(form: MailForm, draft: Draft, *, link: str, service: str) -> str:
    """Send the link; return where it went, nothing where the mail server cannot be reached."""
    to: str = form.cleaned_data["email"]
    try:
        link_send(to=to, link=link, service=service, until=draft.expires_at)
    except OSError:
        form.add_error(
            "email",
            _("The e-mail cannot be sent just now. Show the link below and keep it instead."),
        )
        return ""
    return to


def _next(draft: Draft) -> str:
    """Return where to go on: at the first part that was not saved, or at the check."""
    filling = filling_of(draft, at=timezone.now())
    for part in filling.parts:
        if part.key != CHECK and part.key not in draft.parts_done:
            return reverse("services:draft_part", args=[draft.pk, part.key])
    return reverse("services:draft_check", args=[draft.pk])


@require_safe
@limited("30/m")
def resume(request: HttpRequest, secret: str) -> HttpResponse:
    """Open a draft by its link and go on where it was left.

    Raises:
        DraftUnknown: no draft has this link, or not any more.
        DraftExpired: it was kept long enough.
    """
    hidden = actions.hidden(secret)
    draft = Draft.objects.filter(secret=hidden).first()
    if draft is None or not hmac.compare_digest(draft.secret, hidden):
        raise DraftUnknown
    if draft.sent_at is None and draft.expires_at <= timezone.now():
        raise DraftExpired(until=timezone.localdate(draft.expires_at))
    remember(request, draft)
    if draft.sent_at is not None:
        return see_other(address_after(draft))
    return see_other(_next(draft))


@require_safe
def resume_draft(request: HttpRequest, key: UUID) -> HttpResponse:
    """Go on with a draft of one's own where it was left."""
    return see_other(_next(draft_of(request, key)))


@require_http_methods(["GET", "HEAD", "POST"])
@limited("30/m")
def discard(request: HttpRequest, key: UUID) -> HttpResponse:
    """Throw a draft away, after asking."""
    draft = draft_of(request, key)
    name = in_language(definition_by(draft.version_id).name)
    if request.method == "POST":
        actions.draft_discard(draft=draft, by=visitor(request), at=timezone.now())
        messages.success(request, _("The form was thrown away; nothing of it is left."))
        return see_other(reverse("services:service", args=[draft.service.code]))
    crumbs = [(_("I want to…"), reverse("services:home")), (name, ""), (_("Throw away"), "")]
    context = {"draft": draft, "name": name, "next": _next(draft), "crumbs": crumbs}
    return render(request, "services/applying/discard.html", context)


@login_required
@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """List the forms that a person began and did not send."""
    rows = [
        (draft, definition_by(draft.version_id).name)
        for draft in drafts_open(actor(request), at=timezone.now())
    ]
    context = {"rows": rows, "crumbs": [(_("Forms in progress"), "")]}
    return render(request, "services/applying/drafts.html", context)


@require_safe
def draft_file(request: HttpRequest, key: UUID, file: UUID) -> FileResponse:
    """Give a file of a draft back to who put it there."""
    draft = draft_of(request, key)
    attachment = attachments_of(draft).filter(pk=file).first()
    if attachment is None:
        raise Http404
    try:
        content = path_of(attachment.file).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        content,
        as_attachment=attachment.file.media_type not in SHOWN_INLINE,
        filename=attachment.name,
        content_type=attachment.file.media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, no-store"
    return response


@limited("60/m")
def note_seen(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put away the note on what a new version changed."""
    draft = draft_of(request, key)
    if request.method == "POST":
        actions.draft_note_seen(draft=draft, at=timezone.now())
    return see_other(_next(draft))
