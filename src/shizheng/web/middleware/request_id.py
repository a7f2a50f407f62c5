"""A number for each request, the same in the answer, on the page of a failure and in the log."""

import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bound_contextvars

WELL_FORMED = re.compile(r"[A-Za-z0-9-]{8,64}")
request_id: ContextVar[str] = ContextVar("request_id", default="")

Answer = Callable[[HttpRequest], HttpResponse]


def numbered(get_response: Answer) -> Answer:
    """Take ``X-Request-ID`` from a proxy if it is well formed, else make one."""

    def answer(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        number = given if WELL_FORMED.fullmatch(given) else uuid.uuid4().hex[:16]
        token = request_id.set(number)
        try:
            with bound_contextvars(request_id=number):
                response = get_response(request)
        finally:
            request_id.reset(token)
        response.headers["X-Request-ID"] = number
        return response

    return answer
