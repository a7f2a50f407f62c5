"""Idempotency keys for every POST of the interfaces for programs."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from shizheng.core.idempotency import HEADER, answered_once
from shizheng.kernel.errors import DomainError
from shizheng.web import errors

Answer = Callable[[HttpRequest], HttpResponseBase]
INTERFACES = ("/api/", "/open311/")


def idempotent(get_response: Answer) -> Answer:
    """Answer a POST of a program that has an ``Idempotency-Key`` once, and repeat that answer."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        asked = request.method == "POST" and request.path.startswith(INTERFACES)
        if not asked or HEADER not in request.headers:
            return get_response(request)
        try:
            return answered_once(request, get_response)
        except DomainError as error:
            return errors.refused(request, error)

    return answer
