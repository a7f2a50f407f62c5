"""What devices send with a key needs nothing of what pages need: no session, form token, account.

They send hundreds of times a second. The door itself believes the key, and asks for no cookie.
"""

import base64
import binascii
from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import translation

from shizheng.sensing.actions.gateways import PREFIX
from shizheng.web.middleware.caching import PRIVATE

DOORS = ("/sensorthings/", "/intake/")

Answer = Callable[[HttpRequest], HttpResponse]


def devices(get_response: Answer) -> Answer:
    """Answer what comes by POST with the key of a gateway past what only people need."""

    def answer(request: HttpRequest) -> HttpResponse:
        is_door = request.method == "POST" and request.path_info.startswith(DOORS)
        if not is_door or not has_key(request.META.get("HTTP_AUTHORIZATION", "")):
            return get_response(request)
        request.user = AnonymousUser()  # for the page of a failure
        request.get_host()  # refuses a host that is not ours
        translation.activate(translation.get_language_from_request(request))
        found = resolve(request.path_info)
        response: HttpResponse = found.func(request, *found.args, **found.kwargs)
        response.headers.setdefault("Cache-Control", PRIVATE)
        return response

    return answer


def has_key(authorization: str) -> bool:
    """Whether a header names what looks like the key of a gateway."""
    scheme, _space, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip().startswith(PREFIX)
    if scheme.lower() != "basic":
        return False
    try:
        return f":{PREFIX}".encode() in base64.b64decode(rest.strip(), validate=True)
    except binascii.Error:
        return False
