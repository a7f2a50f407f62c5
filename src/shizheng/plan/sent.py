"""Forms of the plan that act once: what the person saw, a token, and the answer to both."""

import uuid
from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from shizheng.core.models import User
from shizheng.kernel.errors import ChangedMeanwhile, DomainError
from shizheng.plan.directives import sending
from shizheng.plan.directives.fields import refusal_of


class OnceForm(forms.Form):
    """Base of forms that act: the version that the person saw, and a token so that it acts once."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    token = forms.UUIDField(widget=forms.HiddenInput)
    title: Promise | str = ""
    button: Promise | str = ""
    about: Promise | str = ""

    def __init__(self, *positional: Any, seen: int = 0, **named: Any) -> None:
        named["initial"] = {"version": seen, "token": uuid.uuid4()} | named.get("initial", {})
        super().__init__(*positional, **named)
        self.seen = seen

    def refused(self, refusal: DomainError) -> int:
        """Show why it was refused; return the status of the answer."""
        self.add_error(None, refusal_of(refusal))
        return refusal.status

    @property
    def given(self) -> dict[str, Any]:
        """What was given beside version and token."""
        return {k: v for k, v in self.cleaned_data.items() if k not in ("version", "token")}


def sent_before(request: HttpRequest) -> str | None:
    """Return where this very form led when it was sent before."""
    if request.method != "POST":
        return None
    return sending.result_of(
        request.POST.get("token", ""), person=cast(User, request.user), address=request.path
    )


def answered(
    request: HttpRequest,
    form: OnceForm,
    shown: dict[str, Any],
    perform: Callable[[], str],
    *,
    thing: str = "",
    template: str = "plan/act.html",
) -> HttpResponse:
    """Do what a valid form asks, once; show the form again with what was wrong.

    Args:
        perform: does it and returns where to go.
        thing: what the form is about, for who was too slow.

    Raises:
        ChangedMeanwhile: somebody acted after the page was opened (409).
    """
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return redirect(_once(request, form, perform, thing))
            except ChangedMeanwhile:
                raise
            except DomainError as refusal:
                status = form.refused(refusal)
    return render(request, template, {"form": form, **shown}, status=status)


def _once(request: HttpRequest, form: OnceForm, perform: Callable[[], str], thing: str) -> str:
    """Do the act and note its token in one transaction; return where to go."""
    token, person = form.cleaned_data["token"], cast(User, request.user)
    try:
        with transaction.atomic():
            if form.cleaned_data["version"] != form.seen:
                raise ChangedMeanwhile(thing=thing)
            result = perform()
            sending.remember(
                token, person=person, address=request.path, result=result, at=timezone.now()
            )
    except (IntegrityError, ChangedMeanwhile):
        # sent twice at the same moment: the other one won, and led somewhere
        earlier = sending.result_of(str(token), person=person, address=request.path)
        if earlier is None:
            raise
        return earlier
    messages.success(request, _("Done: {title}").format(title=form.title))
    return result
