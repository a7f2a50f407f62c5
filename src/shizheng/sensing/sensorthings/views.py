"""The door of SensorThings: who asks, what is answered, errors in one sentence."""

import base64
import binascii
import json
from typing import Any
from urllib.parse import unquote, urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from shizheng.core.people.tokens import PREFIX as PERSONS
from shizheng.core.people.tokens import token_used
from shizheng.kernel.errors import DomainError
from shizheng.sensing.actions.gateways import gateway_of
from shizheng.sensing.errors import QueryUnfit
from shizheng.sensing.sensorthings.batch import Part, batched
from shizheng.sensing.sensorthings.handling import Answer, Request, handled

MOST_BYTES = 32 * 1024 * 1024
ASKED_BEFORE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PATCH, PUT, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "86400",
    "Allow": "GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS",
}


def actor_of(request: HttpRequest) -> tuple[Any, bool]:
    """Return who asks, and whether they may write: a key does, a session alone does not.

    Raises:
        KeyRefused, TokenRefused: a key or token came that is none.
    """
    scheme, _space, rest = request.headers.get("Authorization", "").partition(" ")
    secret = rest.strip()
    if scheme.lower() == "basic":
        try:
            secret = base64.b64decode(secret, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            secret = ""
    elif scheme.lower() != "bearer":
        return request.user, False
    if secret.startswith(PERSONS):
        return token_used(secret, request, at=timezone.now()).person, True
    return gateway_of(secret), True


@csrf_exempt
def entry(request: HttpRequest, version: str, path: str = "") -> HttpResponse:
    """Answer a request; writing needs the key of a gateway or the token of a person."""
    if request.method == "OPTIONS":  # programs in browsers ask before they ask
        return HttpResponse(status=204, headers=ASKED_BEFORE)
    try:
        return _sent(_answer(request, version, path))
    except DomainError as refusal:
        return _sent(refused(refusal))


def _answer(request: HttpRequest, version: str, path: str) -> Answer:
    actor, may_write = actor_of(request)
    root = request.build_absolute_uri(f"/sensorthings/{version}")
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        raise QueryUnfit(option="The body", reason="it is longer than 32 MiB")

    def run(part: Part) -> Answer:
        where = urlsplit(part.url)
        below = unquote(where.path).partition(f"/sensorthings/{version}/")
        asked = Request(
            part.method, below[2] or below[0], where.query, part.body, part.kind, actor,
            may_write, root, timezone.now(),
        )  # fmt: skip
        try:
            return handled(asked)
        except DomainError as refusal:
            return refused(refusal)

    if path.strip("/") == "$batch" and request.method == "POST":
        return batched(request.body, request.headers.get("Content-Type", ""), run)
    kind = request.headers.get("Content-Type", "")
    method = "GET" if request.method == "HEAD" else str(request.method)
    asked = Request(
        method, path, request.META.get("QUERY_STRING", ""), request.body, kind, actor,
        may_write, root, timezone.now(),
    )  # fmt: skip
    return handled(asked)


def refused(refusal: DomainError) -> Answer:
    """Return a refusal as other servers of SensorThings write it: one sentence."""
    told = refusal.refusal(gettext)
    headers = {}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="SensorThings"'
    if "retry_after" in refusal.parameters:
        headers["Retry-After"] = str(refusal.parameters["retry_after"])
    body = {
        "code": refusal.status,
        "type": told.code,
        "message": f"{told.message} {told.hint}".strip(),
    }
    return Answer(refusal.status, body, headers)


def _sent(answer: Answer) -> HttpResponse:
    headers = {"Access-Control-Allow-Origin": "*", **answer.headers}
    if answer.body is None:
        return HttpResponse(status=answer.status, headers=headers)
    if isinstance(answer.body, str):
        return HttpResponse(answer.body, status=answer.status, headers=headers)
    text = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(
        text, status=answer.status, content_type="application/json", headers=headers
    )
