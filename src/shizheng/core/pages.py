"""What pages with forms share: show, check, act, and turn a refusal into an error on the form."""

from collections.abc import Callable, Mapping

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.html import format_html

from shizheng.core import words
from shizheng.core.models import User
from shizheng.kernel.errors import DomainError


def actor(request: HttpRequest) -> User:
    """Return who is signed in.

    Raises:
        PermissionDenied: nobody is.
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def see_other(to: object) -> HttpResponseRedirect:
    """Send the browser to a page after a form was acted on (303)."""
    return HttpResponseRedirect(resolve_url(to), status=303)  # type: ignore[arg-type]


def add_refusal(form: BaseForm, refusal: DomainError) -> None:
    """Put what a rule said at the top of the form: the sentence, then what to do."""
    said = words.said(refusal)
    form.add_error(None, format_html("{} {}", said.message, said.hint))


def save(
    request: HttpRequest,
    form: BaseForm,
    act: Callable[[], object],
    *,
    to: object,
    template: str,
    context: Mapping[str, object],
) -> HttpResponse:
    """Show a form; when it was sent and is right, act and go to ``to``.

    The page comes back with status 422 where the form or a rule said no, or with the status of
    the rule's own refusal (403, 409).
    """
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                act()
            except DomainError as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                return see_other(to() if callable(to) else to)
    return render(request, template, {**context, "form": form}, status=status)
