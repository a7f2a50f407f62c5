"""Answering in a joint review, and confirming as the second person (會審、覆核)."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from shizheng.core.access import require
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.services.actions.acting import confirmation_settle, definition_action
from shizheng.services.desk.frame import Sent, casework, is_part, once, part, staff
from shizheng.services.desk.showing import AnswerShown
from shizheng.services.desk.views import after_act
from shizheng.services.following.words import answer_words
from shizheng.services.models import Case, Confirmation, Review
from shizheng.services.refusals import add_refusal
from shizheng.services.reviews.actions import review_answer
from shizheng.services.selectors.casework import Casework

ANSWERS = (
    ("agree", gettext_lazy("Agree")),
    ("conditions", gettext_lazy("Agree with conditions")),
    ("object", gettext_lazy("Object")),
    ("return", gettext_lazy("Return for correction")),
)


class ReviewForm(forms.Form):
    """What an agency says in a joint review."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Answer of your agency"), choices=ANSWERS, widget=forms.RadioSelect
    )
    conditions = forms.CharField(
        label=gettext_lazy("Conditions"), required=False, max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed where you agree with conditions."),
    )  # fmt: skip
    opinion = forms.CharField(
        label=gettext_lazy("Opinion"), required=False, max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Needed where you object or return: what is wrong, what helps."),
    )  # fmt: skip


class ConfirmForm(forms.Form):
    """Whether a second person lets an act happen."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Your decision"), widget=forms.RadioSelect,
        choices=(
            ("confirm", gettext_lazy("Confirm: it takes effect now")),
            ("reject", gettext_lazy("Reject: nothing happens")),
        ),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Note for the office"), required=False, max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


@staff
@require_http_methods(["GET", "POST"])
def review_page(request: HttpRequest, number: str, key: UUID) -> HttpResponseBase:
    """Answer for one's agency in a joint review, seeing what the others answered."""
    work = casework(request, number)
    row = get_object_or_404(Review.objects.select_related("agency"), pk=key, case=work.case)
    require(work.person, "services.review_case", row, at=work.viewer.at)
    form = ReviewForm(request.POST or None)
    together = next((each for each in work.reviews if row in each.rows), None)
    shown = {
        "review": row, "together": together, "title": _("Answer the joint review"),
        "subject": in_language(row.subject),
    }  # fmt: skip

    def answer(sent: HttpRequest) -> HttpResponseBase:
        if not form.is_valid():
            return _page(request, work, form, shown, status=422)
        try:
            review_answer(review=row, by=work.person, at=work.viewer.at, **form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal)
            return _page(request, work, form, shown, status=refusal.status)
        said = dict(ANSWERS)[form.cleaned_data["answer"]]
        return after_act(request, work.case.number, _("Answered: {answer}").format(answer=said))

    if request.method == "POST":
        return once(request, answer)
    return _page(request, work, form, shown)


@staff
@require_http_methods(["GET", "POST"])
def confirm_page(request: HttpRequest, number: str) -> HttpResponseBase:
    """Confirm or reject, as the second person, what a colleague asked for."""
    work = casework(request, number)
    waiting = work.confirmation
    if waiting is None:
        raise Http404
    form = ConfirmForm(request.POST or None)
    action = definition_action(work.case, waiting.action)
    shown = {
        "waiting": waiting, "title": _("Confirm as the second person"),
        "label": in_language(action.label), "said": _said(work, waiting),
    }  # fmt: skip

    def settle(sent: HttpRequest) -> HttpResponseBase:
        if not form.is_valid():
            return _page(request, work, form, shown, status=422)
        is_confirmed = form.cleaned_data["answer"] == "confirm"
        try:
            confirmation_settle(
                confirmation=waiting, by=work.person, at=work.viewer.at,
                is_confirmed=is_confirmed, note=form.cleaned_data["note"],
            )  # fmt: skip
        except DomainError as refusal:
            add_refusal(form, refusal)
            return _page(request, work, form, shown, status=refusal.status)
        done = _("Confirmed: {act}") if is_confirmed else _("Rejected: {act}")
        return after_act(request, work.case.number, done.format(act=shown["label"]))

    if request.method == "POST":
        return once(request, settle)
    return _page(request, work, form, shown)


def _said(work: Casework, waiting: Confirmation) -> list[AnswerShown]:
    """Return what the act was given, personal answers masked unless a reason was given."""
    rows = []
    for each in definition_action(work.case, waiting.action).fields:
        text = answer_words(each, waiting.given.get(each.id), work.definition)
        if text:
            is_masked = each.personal and not work.is_shown
            rows.append(AnswerShown(in_language(each.label), "***" if is_masked else text))
    return rows


def _page(
    request: HttpRequest, work: Casework, form: forms.Form, shown: dict[str, Any], *,
    status: int = 200,
) -> HttpResponseBase:  # fmt: skip
    case: Case = work.case
    context = shown | {
        "form": form, "work": work, "case": case, "token": Sent.of(request).token,
        "revision": case.revision, "query": request.GET.urlencode(),
    }  # fmt: skip
    name = "_small" if is_part(request) else "small"
    return part(request, f"services/desk/{name}.html", context, at="case-act", status=status)
