"""Sending a notice of a case again, from the desk."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shizheng.kernel.errors import DomainError
from shizheng.services.desk.frame import casework, once, staff, to_case
from shizheng.services.models import Notice
from shizheng.services.notices.actions import notice_repeat
from shizheng.services.refusals import shown as said


@staff
@require_POST
def again(request: HttpRequest, number: str, key: UUID) -> HttpResponseBase:
    """Send a notice of a case again."""
    work = casework(request, number)
    notice = get_object_or_404(Notice, pk=key, case=work.case)

    def act(sent: HttpRequest) -> HttpResponseBase:
        try:
            notice_repeat(notice=notice, by=work.person, at=work.viewer.at)
        except DomainError as refusal:
            words = said(refusal)
            messages.error(sent, f"{words.message} {words.hint}")
        else:
            messages.success(sent, _("The notice is sent again."))
        return to_case(sent, work.case)

    return once(request, act)
