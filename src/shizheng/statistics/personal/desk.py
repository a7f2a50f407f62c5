"""Pages for who answers people about their data, and reads what they allowed."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core import journal
from shizheng.core.access import found, require
from shizheng.core.pages import actor, add_refusal, save
from shizheng.core.personal import holdings
from shizheng.kernel.errors import DomainError
from shizheng.statistics.models import DataConsent, DataRequest
from shizheng.statistics.personal import actions
from shizheng.statistics.personal.access import ANSWER
from shizheng.statistics.personal.forms import AnswerForm, UseForm
from shizheng.statistics.personal.selectors import (
    consents_to_use,
    record_of,
    requests_to_answer,
)
from shizheng.statistics.personal.showing import facts_of, shown_of

METHODS = ["GET", "HEAD", "POST"]


def _home() -> tuple[str, str]:
    return _("Questions of people about their data"), reverse("personal:desk")


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """List what people asked, by the day of the answer, and what they allowed."""
    person, now = actor(request), timezone.now()
    require(person, ANSWER)
    today = timezone.localdate(now)
    context = {
        "requests": [
            (each, _title(each.holding), each.due_on < today)
            for each in requests_to_answer(person, at=now)[:200]
        ],
        "consents": list(consents_to_use(person, at=now)[:200]),
        "crumbs": [(_home()[0], "")],
    }
    return render(request, "statistics/personal/desk.html", context)


@login_required
@require_http_methods(METHODS)
def request_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show what is asked with the record itself, which leaves a trace; answer it."""
    person, now = actor(request), timezone.now()
    asked = found(person, DataRequest, ANSWER, pk=key)
    form = AnswerForm(request.POST or None)
    is_open = asked.state == DataRequest.State.OPEN
    title = str(asked.get_kind_display())
    context = {
        "asked": asked, "holding": _title(asked.holding), "is_open": is_open, "title": title,
        "facts": _facts(asked) if is_open else [], "crumbs": [_home(), (title, "")],
    }  # fmt: skip
    if is_open and request.method == "GET":
        why = _("A request about it is to be answered")
        journal.read(asked.person, [asked.holding], by=person, at=now, why=why)

    def act() -> None:
        outcome, answer = form.cleaned_data["outcome"], form.cleaned_data["answer"]
        if outcome == "extended":
            actions.request_extend(request=asked, by=person, reason=answer, at=now)
        else:
            actions.request_answer(
                request=asked, by=person, is_granted=outcome == "granted", answer=answer, at=now
            )
        messages.success(request, _("The person sees it now."))

    return save(
        request, form, act, to="personal:desk", template="statistics/personal/request.html",
        context=context,
    )  # fmt: skip


@login_required
@require_http_methods(METHODS)
def use(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask why, then show what a consent allows; the person sees that it was read."""
    person = actor(request)
    consent = found(person, DataConsent, ANSWER, pk=key)
    form = UseForm(request.POST or None)
    context = {"consent": consent, "form": form, "crumbs": [_home(), (consent.purpose, "")]}
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                held = actions.consent_use(
                    consent=consent, by=person, why=form.cleaned_data["why"], at=timezone.now()
                )
            except DomainError as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                status = 200
                context["held"] = [shown_of(each) for each in held if each.records]
    response = render(request, "statistics/personal/use.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _title(code: str) -> str:
    return str(holdings[code].title) if code in holdings else code


def _facts(asked: DataRequest) -> list[tuple[str, str]]:
    try:
        return facts_of(record_of(asked.person, asked.holding, asked.record))
    except Http404:
        return []
