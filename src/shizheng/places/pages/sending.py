"""Forms of the room that act: shown, checked, and done once however often they are sent."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from shizheng.core.idempotency import answered_once
from shizheng.core.pages import add_refusal, see_other
from shizheng.kernel.errors import DomainError
from shizheng.places.domain.errors import ThingRefused
from shizheng.places.pages.forms import ActForm

FORM = ["GET", "POST"]


def answered(
    request: HttpRequest, form: ActForm, template: str, perform: Callable[[], str],
    context: Callable[[], Mapping[str, Any]],
) -> HttpResponseBase:  # fmt: skip
    """Show a form; when it was sent and is right, act once and go where ``perform`` says.

    Args:
        context: what the template shows besides the form; asked after the act was refused, so
            that it is what the page would show now.
    """

    def act(request: HttpRequest) -> HttpResponse:
        status = 422 if form.is_bound else 200
        if form.is_bound and form.is_valid():
            try:
                return see_other(perform())
            except DomainError as refusal:
                for each in refusal.problems if isinstance(refusal, ThingRefused) else (refusal,):
                    add_refusal(form, each)
                status = refusal.status
        return render(request, template, {"form": form, **context()}, status=status)

    if form.is_bound and form.is_valid():
        return answered_once(request, act, key=str(form.cleaned_data["token"]))
    return act(request)
