"""The page of one's own tokens for programs."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shizheng.core.models import User
from shizheng.core.pages import actor, add_refusal, see_other
from shizheng.core.people.forms import TokenForm
from shizheng.core.people.second_factor import has_passed_second_factor, needs_second_factor
from shizheng.core.people.tokens import token_make, token_revoke, tokens_of
from shizheng.kernel.errors import DomainError

TEMPLATE = "core/people/tokens.html"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List one's tokens; make one, which is shown on the answer and never again."""
    person, now = actor(request), timezone.now()
    form = TokenForm(request.POST or None)
    if not form.is_bound:
        return render(request, TEMPLATE, _shown(person, form))
    status, made, secret = 422, None, ""
    if form.is_valid():
        try:
            made, secret = token_make(
                person=person, by=person, at=now, **form.cleaned_data,
                has_shown_factor=not needs_second_factor(request)
                or has_passed_second_factor(request),
            )  # fmt: skip
        except DomainError as refusal:
            add_refusal(form, refusal)
            status = refusal.status
        else:
            status, form = 201, TokenForm()
    context = {**_shown(person, form), "made": made, "secret": secret}
    return render(request, TEMPLATE, context, status=status)


@login_required
@require_POST
def token_end(request: HttpRequest, key: UUID) -> HttpResponse:
    """Revoke one of one's tokens."""
    token = token_revoke(key=key, by=actor(request), at=timezone.now())
    said = _("The token “{name}” is revoked; programs that send it are refused.")
    messages.success(request, said.format(name=token.name))
    return see_other("my_tokens")


def _shown(person: User, form: TokenForm) -> dict[str, Any]:
    now = timezone.now()
    return {"form": form, "tokens": [(each, each.is_valid(now)) for each in tokens_of(person)]}
