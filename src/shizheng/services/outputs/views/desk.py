"""What officers do to documents: make one again, revoke one."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shizheng.core.pages import actor
from shizheng.services.models import Output
from shizheng.services.outputs.actions.keeping import output_make_again, output_revoke
from shizheng.services.outputs.forms import RevokeForm
from shizheng.services.payments.views.desk import acted, case_of


@login_required
@require_POST
def again(request: HttpRequest, number: str, key: UUID) -> HttpResponse:
    """Make a document again that could not be made."""
    case = case_of(request, number)
    output = get_object_or_404(Output, case=case, pk=key)

    def act(given: dict[str, Any]) -> str:
        made = output_make_again(output=output, by=actor(request), at=timezone.now())
        if made.status == Output.Status.VALID:
            return _("The document is made.")
        return _("The document could still not be made: {problem}").format(problem=made.problem)

    return acted(request, case, Form(request.POST), act)


@login_required
@require_POST
def revoke(request: HttpRequest, number: str, key: UUID) -> HttpResponse:
    """Revoke a document."""
    case = case_of(request, number)
    output = get_object_or_404(Output, case=case, pk=key)

    def act(given: dict[str, Any]) -> str:
        output_revoke(output=output, reason=given["reason"], by=actor(request), at=timezone.now())
        return _("The document is revoked.")

    return acted(request, case, RevokeForm(request.POST), act)
