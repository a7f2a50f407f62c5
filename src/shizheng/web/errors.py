"""Pages and JSON for what went wrong: one sentence, what to do, and a number to quote.

The pages of failures (500, 503) are rendered without request and database.
"""

import sys
from http import HTTPStatus

import structlog
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shizheng.core import words
from shizheng.kernel.errors import DomainError
from shizheng.services.open311 import answers as open311
from shizheng.web.middleware.request_id import request_id
from shizheng.web.site import Site

log = structlog.get_logger(__name__)

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
AGAIN_AFTER_S = 30
SENTENCES = {
    400: (
        _("The request could not be read."),
        _("Go back and try again. If you typed the address, check it."),
    ),
    403: (
        _("You may not see this page."),
        _("Sign in with an account that may, or ask the administrator of your agency."),
    ),
    404: (
        _("There is no page at this address."),
        _("Check the address, search, or start from the front page."),
    ),
    405: (_("This address does not do that."), _("Go back and use the buttons of the page.")),
    409: (_("Somebody else changed this meanwhile."), _("Open the page again and repeat.")),
    413: (
        _("What you sent is too large."),
        _("Send a smaller file, or split it into several."),
    ),
    429: (
        _("Too many requests came from you in a short time."),
        _("Wait a minute, then try again."),
    ),
    500: (
        _("Something went wrong on our side."),
        _("Try again in a few minutes. If it stays, tell us the number below."),
    ),
    503: (
        _("The service cannot be reached for a moment."),
        _("Nothing was lost. Try again in half a minute."),
    ),
}
FORM_EXPIRED = (
    _("This form is no longer valid, so nothing was saved."),
    _("Go back, load the page again and send it once more. Cookies must be allowed."),
)
HEADINGS = {
    403: pgettext_lazy("page of an error", "Not permitted"),
    404: pgettext_lazy("page of an error", "Page not found"),
    409: pgettext_lazy("page of an error", "Changed meanwhile"),
    413: pgettext_lazy("page of an error", "Too large"),
    429: pgettext_lazy("page of an error", "Please wait"),
    500: pgettext_lazy("page of an error", "Our mistake"),
    503: pgettext_lazy("page of an error", "Back in a moment"),
}


def wants_json(request: HttpRequest) -> bool:
    """Tell whether a program asked."""
    return request.path.startswith("/api/") or (
        not request.accepts("text/html") and request.accepts("application/json")
    )


def problem(*, status: int, code: str, sentence: str, hint: str) -> dict[str, object]:
    """Return an error as RFC 9457 problem details, with our code, hint and request number."""
    return {
        "type": f"urn:shizheng:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
        "code": code,
        "hint": hint,
        "request_id": request_id.get(),
    }


def answer(
    request: HttpRequest, *, status: int, code: str, sentence: str, hint: str
) -> HttpResponse:
    """Answer an error as a page or, to a program, as problem details; Open311 has its own form."""
    if request.path.startswith(open311.PREFIX):
        return open311.failed(request, status=status, sentences=[f"{sentence} {hint}".strip()])
    if wants_json(request):
        content = problem(status=status, code=code, sentence=sentence, hint=hint)
        return JsonResponse(content, status=status, content_type="application/problem+json")
    is_failure = status >= 500
    shown = {
        "status": status,
        "code": code,
        "heading": HEADINGS.get(status) or gettext("This cannot be done"),
        "sentence": sentence,
        "hint": hint,
        "reference": request_id.get() if is_failure else "",
        "site": Site(None if is_failure else request),
    }
    page = render_to_string("web/error.html", shown, None if is_failure else request)
    return HttpResponse(page, status=status)


def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer a refusal with its own code, sentence and status, and when to come again."""
    said = words.said(error)
    response = answer(
        request, status=error.status, code=said.code, sentence=said.message, hint=said.hint
    )
    if "retry_after" in error.parameters:
        response.headers["Retry-After"] = str(error.parameters["retry_after"])
    return response


def _plain(request: HttpRequest, status: int) -> HttpResponse:
    sentence, hint = SENTENCES[status]
    return answer(
        request, status=status, code=f"web.{status}", sentence=str(sentence), hint=str(hint)
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what could not be read, or what was too large."""
    return _plain(request, 413 if isinstance(exception, TOO_LARGE) else 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what the visitor may not see."""
    return _plain(request, 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address without a page."""
    return _plain(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or old."""
    sentence, hint = FORM_EXPIRED
    return answer(
        request, status=403, code="web.form_expired", sentence=str(sentence), hint=str(hint)
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a failure of ours, once logged with its number; 503 when the database is away."""
    error = sys.exc_info()[1]
    is_away = isinstance(error, OperationalError | InterfaceError)
    log.error("request_failed", path=request.path, method=request.method, exc_info=error)
    response = _plain(request, 503 if is_away else 500)
    if is_away:
        response.headers["Retry-After"] = str(AGAIN_AFTER_S)
    return response
