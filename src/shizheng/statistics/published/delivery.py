"""Sending open data: to any site, with its digest, and not twice to who has it."""

import gzip
import hashlib
from base64 import b64encode
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_safe

from shizheng.core.words import language_tag, said
from shizheng.kernel.errors import DomainError

WORTH_PACKING = 1_000
A_DAY = "public, max-age=86400"
A_MINUTE = "public, max-age=60"
Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes to send, of what type, and since when they are so."""

    body: bytes
    media_type: str
    changed_at: datetime
    cache: str = A_MINUTE
    location: str = ""
    language: str = ""


def door(view: View[Rest]) -> View[Rest]:
    """Make a view one that programs of any site may read; refusals are problem details."""

    @require_safe
    @wraps(view)
    def answered(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        with speaking(request):
            try:
                response = view(request, *args, **kwargs)
            except DomainError as error:
                response = problem(error)
        return opened(response)

    return answered


def speaking(request: HttpRequest) -> AbstractContextManager[None]:
    """Speak the language that a program asks for: it knows no addresses with a language in them."""
    return translation.override(get_language_from_request(request))


def opened(response: HttpResponse) -> HttpResponse:
    """Let pages of any site read an answer; nothing in it depends on who asks."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "Content-Digest, Content-Location, ETag, Link"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def problem(error: DomainError) -> HttpResponse:
    """Return a refusal as problem details (RFC 9457)."""
    found = said(error)
    content = {
        "type": f"urn:shizheng:problem:{found.code}",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": found.message,
        "code": found.code,
        "hint": found.hint,
    }
    response = JsonResponse(content, status=error.status, content_type="application/problem+json")
    response["Content-Language"] = language_tag()
    response["Vary"] = "Accept-Language, Cookie"
    return response


def digest_of(body: bytes) -> str:
    """Return the SHA-256 of bytes, as metadata name it."""
    return hashlib.sha256(body).hexdigest()


def sent(request: HttpRequest, content: Content) -> HttpResponse:
    """Return the answer with bytes and their digest, or that nothing changed (304).

    The digest in the header is that of the bytes on the wire, packed or not; the tag is made of
    the digest of the bytes themselves.
    """
    packs = len(content.body) >= WORTH_PACKING and _takes_gzip(request)
    etag = f'"{digest_of(content.body)}{"-gzip" if packs else ""}"'
    body = gzip.compress(content.body, mtime=0) if packs else content.body
    response = HttpResponse(body, content_type=content.media_type)
    if packs:
        response["Content-Encoding"] = "gzip"
    digest = b64encode(hashlib.sha256(body).digest()).decode()
    response["Content-Digest"] = f"sha-256=:{digest}:"
    response["ETag"] = etag
    response["Last-Modified"] = http_date(content.changed_at.timestamp())
    response["Cache-Control"] = content.cache
    response["Vary"] = "Accept-Encoding"
    if content.location:
        response["Content-Location"] = content.location
    if content.language:
        response["Content-Language"] = content.language
    changed = int(content.changed_at.timestamp())
    return get_conditional_response(request, etag, changed, response) or response


def _takes_gzip(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept-Encoding", "").replace(" ", "").lower().split(",")
    return "gzip" in accepted
