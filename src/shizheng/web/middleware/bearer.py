"""Programs that ask the interface with a token act as the person whose token it is."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.people.tokens import token_used
from shizheng.kernel.errors import DomainError
from shizheng.web import errors

INTERFACE, SCHEME = "/api/", "bearer"
Answer = Callable[[HttpRequest], HttpResponseBase]


def bearer(get_response: Answer) -> Answer:
    """Let in who sends a valid token; a session that came along does not count.

    No form token is asked for: a browser never adds a token by itself, as it adds a cookie.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME or not request.path_info.startswith(INTERFACE):
            return get_response(request)
        try:
            token = token_used(secret.strip(), request, at=timezone.now())
        except DomainError as refusal:
            refused = errors.refused(request, refusal)
            if refused.status_code == 401:
                refused.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
            return refused
        request.user = token.person
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # Django's own switch
        with journal.through(token):
            return get_response(request)

    return answer
