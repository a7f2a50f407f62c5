"""Checking the answers, sending them once, and the receipt."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.addresses import address_of
from shizheng.core.pages import see_other
from shizheng.core.ratelimit import limited
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.services import refusals
from shizheng.services.applying import actions
from shizheng.services.applying.calendar import due_ics
from shizheng.services.applying.checking import checked
from shizheng.services.applying.drafts import address_after, draft_of, filling_of
from shizheng.services.applying.filling import CHECK
from shizheng.services.applying.showing import calculated_rows
from shizheng.services.applying.views.filling import COUNTER, progress, visitor
from shizheng.services.applying.views.pursuing import check_correction
from shizheng.services.domain.errors import AnswersWrong, NotEligible
from shizheng.services.following import sessions
from shizheng.services.models import Case, Charge, Draft
from shizheng.services.versions import definition_by

CODES = "services.codes"
"""Where a session keeps follow codes for its own receipts; they are stored nowhere else."""
MOST_CODES = 10


@require_http_methods(["GET", "HEAD", "POST"])
@limited("30/m")
def check(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show every answer with a way to change it, and send them."""
    draft = draft_of(request, key)
    if draft.sent_at is not None:
        return see_other(address_after(draft))
    if draft.corrects_id is not None:
        return check_correction(request, draft)
    refused: DomainError | None = None
    if request.method == "POST":
        try:
            return _sent(request, draft)
        except DomainError as refusal:
            refused = refusal
    elif CHECK not in draft.parts_done:
        reached = actions.Saved(CHECK)
        draft = actions.draft_save(
            draft=draft, saved=reached, by=visitor(request), at=timezone.now()
        )
    return _checked(request, draft, refused)


def _sent(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Send a draft; the follow code is in the session as soon as the case is in the database."""
    with transaction.atomic():
        opened = actions.draft_send(draft=draft, by=visitor(request), at=timezone.now())
        if opened.code:
            codes = {**request.session.get(CODES, {}), opened.case.number: opened.code}
            if opened.proxy_code:
                codes[f"{opened.case.number} proxy"] = opened.proxy_code
            request.session[CODES] = dict(list(codes.items())[-MOST_CODES:])
            if opened.party is not None and draft.channel != COUNTER:
                sessions.remember(request, opened.party)
            request.session.save()
    return see_other(reverse("services:receipt", args=[draft.pk]))


def _checked(request: HttpRequest, draft: Draft, refused: DomainError | None) -> HttpResponse:
    filling = filling_of(draft, at=timezone.now())
    faulty = filling.faulty_parts()
    if refused is None and not faulty:
        try:
            filling.check_eligible()
        except NotEligible as refusal:
            refused = refusal
    name = in_language(filling.definition.name)
    context = {
        "draft": draft,
        "definition": filling.definition,
        "sections": checked(filling, draft, faulty),
        "has_faults": bool(faulty),
        "refusal": refusals.shown(refused, _labels(draft)) if refused else None,
        "progress": progress(filling, CHECK, draft),
        "calculated": calculated_rows(filling),
        "is_counter": draft.channel == COUNTER,
        "crumbs": [
            (_("I want to…"), reverse("services:home")),
            (name, reverse("services:service", args=[draft.service.code])),
            (_("Check your answers"), ""),
        ],
    }
    status = 200
    if refused is not None and request.method == "POST":
        status = 422 if isinstance(refused, AnswersWrong) else refused.status
    return render(request, "services/applying/check.html", context, status=status)


def _labels(draft: Draft) -> dict[str, str]:
    fields = definition_by(draft.version_id).fields
    return {key: in_language(each.label) for key, each in fields.items()}


@require_safe
def receipt(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the number, the follow code, and what happens next and by when."""
    draft = draft_of(request, key)
    if draft.sent_case is None:
        return see_other(reverse("services:draft_check", args=[draft.pk]))
    case = Case.objects.select_related("agency", "service").get(pk=draft.sent_case.pk)
    context = {
        "draft": draft,
        "case": case,
        "definition": definition_by(case.version_id),
        "code": request.session.get(CODES, {}).get(case.number, ""),
        "proxy_code": request.session.get(CODES, {}).get(f"{case.number} proxy", ""),
        "charges": Charge.objects.filter(case=case, status=Charge.Status.OPEN),
        "follow": address_of(f"cases/{case.number}/"),
        "is_counter": draft.channel == COUNTER,
        "crumbs": [
            (_("I want to…"), reverse("services:home")),
            (case.number, ""),
        ],
    }
    response = render(request, "services/applying/receipt.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def receipt_calendar(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give the day on which an answer is due, for the person's own calendar."""
    draft = draft_of(request, key)
    case = draft.sent_case
    if case is None or case.due_at is None:
        return see_other(reverse("services:draft_check", args=[draft.pk]))
    address = request.build_absolute_uri(f"/cases/{case.number}/")
    content = due_ics(case, address=address, at=timezone.now())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{case.number}.ics"'
    response["Cache-Control"] = "private, no-store"
    return response
