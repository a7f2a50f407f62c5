"""What an applicant does to a case afterwards: correct it, withdraw it, have it reopened."""

import secrets

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.core.access import Viewer
from shizheng.core.models import User
from shizheng.core.pages import see_other
from shizheng.core.ratelimit import limited
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.kernel.identifiers import parse_number
from shizheng.services import refusals
from shizheng.services.access import actor_on
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.actions.run import Run
from shizheng.services.applying.acting import action_form
from shizheng.services.applying.actions import hidden
from shizheng.services.applying.checking import checked
from shizheng.services.applying.correcting import correction_send, correction_start
from shizheng.services.applying.drafts import OPENED, filling_of, remember
from shizheng.services.applying.filling import CHECK
from shizheng.services.applying.views.filling import progress, visitor
from shizheng.services.domain.errors import ActUnknown, CaseUnknown
from shizheng.services.domain.flow import actions_open
from shizheng.services.following.selectors.steps import last_request
from shizheng.services.following.sessions import party_of
from shizheng.services.models import Case, CaseParty, Draft
from shizheng.services.schema.flow import Action
from shizheng.services.versions import definition_by


def case_of(number: str) -> Case:
    """Return the case with a number, in any of the ways people write it.

    Raises:
        CaseUnknown: there is none.
    """
    try:
        wanted = str(parse_number(number))
    except DomainError:
        raise CaseUnknown(number=number[:40]) from None
    case = Case.objects.select_related("service", "agency").filter(number=wanted).first()
    if case is None:
        raise CaseUnknown(number=number[:40])
    return case


def _open_acts(case: Case, by: User | None, party: CaseParty | None) -> list[str]:
    viewer = Viewer(by or AnonymousUser(), timezone.now())
    actor = actor_on(case, viewer, party)
    scope = Run(case, at=viewer.at, by=by, as_party=party).scope()
    return actions_open(definition_by(case.version_id), case.state, actor, scope)


@require_http_methods(["GET", "HEAD", "POST"])
@limited("30/m")
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Show what the office asks for, and begin to correct the answers."""
    case, by = case_of(number), visitor(request)
    party = party_of(request, case)
    definition = definition_by(case.version_id)
    status_page = reverse("services:status", args=[case.number])
    open_acts = _open_acts(case, by, party)
    acts = {key: definition.actions[key] for key in open_acts if definition.actions[key].edits_form}
    if not acts or party is None:
        if party is not None:
            messages.info(request, _("There is nothing to correct in this case now."))
        return see_other(status_page)
    if request.method == "POST":
        chosen = request.POST.get("act", "")
        key = chosen if chosen in acts else next(iter(acts))
        draft = _begun(request, case, key) or correction_start(
            case=case, action=key, secret=hidden(secrets.token_urlsafe(24)), by=by,
            at=timezone.now(),
        )  # fmt: skip
        remember(request, draft)
        return see_other(reverse("services:draft_check", args=[draft.pk]))
    context = {
        "case": case,
        "acts": acts,
        "request_made": last_request(case, definition),
        "crumbs": [(case.number, status_page), (_("Correct"), "")],
    }
    return render(request, "services/applying/correct.html", context)


def _begun(request: HttpRequest, case: Case, action: str) -> Draft | None:
    """Return the correction that was begun in this session and still fits the case."""
    opened = request.session.get(OPENED, [])
    return (
        Draft.objects.filter(
            pk__in=opened, corrects=case, action=action, revision=case.revision, sent_at=None
        )
        .order_by("-saved_at")
        .first()
    )


def check_correction(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Show the corrected answers with the action's own form, and send them."""
    assert draft.corrects is not None  # noqa: S101 - the caller asks only for corrections
    case, by, now = draft.corrects, visitor(request), timezone.now()
    is_sent = request.method == "POST"
    form = action_form(case, draft.action, by=by, at=now, data=request.POST if is_sent else None)
    refused: DomainError | None = None
    if is_sent and not form.wants_redraw and form.is_valid():
        party = party_of(request, case)
        try:
            correction_send(draft=draft, by=by, as_party=party, at=now, fields=form.raw())
        except DomainError as refusal:
            refused = refusal
        else:
            messages.success(request, _("Your correction has been sent."))
            return see_other(reverse("services:status", args=[case.number]))
    if is_sent and form.wants_redraw:
        form = form.redrawn()
    filling = filling_of(draft, at=now)
    faulty = filling.faulty_parts()
    definition = definition_by(draft.version_id)
    address = reverse("services:status", args=[case.number])
    context = {
        "draft": draft,
        "definition": definition,
        "sections": checked(filling, draft, faulty),
        "has_faults": bool(faulty),
        "refusal": refusals.shown(refused) if refused else None,
        "progress": progress(filling, CHECK, draft),
        "form": form,
        "case": case,
        "action": definition.actions[draft.action],
        "request_made": last_request(case, definition),
        "crumbs": [(case.number, address), (_("Correct"), "")],
    }
    status = refused.status if refused else (422 if form.errors else 200)
    return render(request, "services/applying/check.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@limited("30/m")
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Show the form of one action that the visitor may take, and take it."""
    case, by, now = case_of(number), visitor(request), timezone.now()
    party = party_of(request, case)
    status_page = reverse("services:status", args=[case.number])
    found = definition_by(case.version_id).actions.get(action)
    if found is None:
        raise ActUnknown(service=case.service.code, act=action[:60])
    if action not in _open_acts(case, by, party) and request.method != "POST":
        messages.info(request, _("This cannot be done to the case now."))
        return see_other(status_page)
    is_sent = request.method == "POST"
    form = action_form(
        case, action, by=by, at=now, data=request.POST if is_sent else None,
        files=request.FILES if is_sent else None,
    )  # fmt: skip
    status = 200
    if is_sent and form.wants_redraw:
        form = form.redrawn()
    elif is_sent:
        status = 422
        if form.is_valid():
            try:
                case_act(
                    case=case, action=action, by=by, at=now, as_party=party,
                    given=Given(fields=form.raw(), files=form.uploads),
                    revision=_revision(request),
                )  # fmt: skip
            except DomainError as refusal:
                refusals.add_refusal(form, refusal)
                status = refusal.status
            else:
                words = _("Done: {title}").format(title=in_language(found.label))
                messages.success(request, words)
                return see_other(status_page)
    return _acting(request, case, found, form, status)


def _revision(request: HttpRequest) -> int | None:
    sent = request.POST.get("revision", "")
    return int(sent) if sent.isdecimal() and len(sent) < 9 else None


def _acting(
    request: HttpRequest, case: Case, action: Action, form: object, status: int
) -> HttpResponse:
    address = reverse("services:status", args=[case.number])
    context = {
        "case": case,
        "action": action,
        "form": form,
        "revision": request.POST.get("revision") or case.revision,
        "back": address,
        "crumbs": [(case.number, address), (in_language(action.label), "")],
    }
    return render(request, "services/applying/do.html", context, status=status)
