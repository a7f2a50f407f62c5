"""What people and programs see when a rule says no outside a form."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from shizheng.kernel.errors import DomainError
from shizheng.web import errors

Answer = Callable[[HttpRequest], HttpResponse]


class Refusals:
    """Answers a ``DomainError`` that a view let through with its status, message and hint."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a refusal; leave every other exception to Django."""
        if not isinstance(error, DomainError):
            return None
        return errors.refused(request, error)
