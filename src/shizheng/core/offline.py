"""What every page that works without signal shares: how a browser keeps it, what it is told."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.core import words
from shizheng.core.models import User
from shizheng.kernel.errors import DomainError, Refusal

OWN = Path(__file__).parent / "static"
WORKER = OWN / "core" / "js" / "offline-worker.js"
SHARED = OWN / "core" / "js" / "offline"


@dataclass(frozen=True, slots=True)
class OfflinePage:
    """A page that a device keeps (離線頁面); its methods answer its addresses.

    Args:
        target: name of its address.
        static: the room's folder of static files; ``scripts``: where in it the page's scripts are.
        title: what a device calls it.
        template: the page; nothing of anybody may be in it, since the device keeps it.
        addresses: what its scripts ask, by the names that they know.
    """

    target: str
    static: Path
    scripts: str
    title: str
    template: str
    addresses: Mapping[str, str]

    def shell(self, request: HttpRequest, shown: Mapping[str, Any]) -> HttpResponse:
        """Return the page itself."""
        room = self.target.split(":")[0]
        places = {name: reverse(f"{room}:{target}") for name, target in self.addresses.items()}
        response = render(request, self.template, {"places": places, **shown})
        response.headers["Cache-Control"] = "no-cache"
        return response

    def urls(self, start: str, name: str) -> list[URLPattern]:
        """Return the addresses of what a browser keeps, below one and named after one."""
        parts = {"worker": ("worker.js", self.worker), "shell": ("shell.json", self.files),
                 "manifest": ("app.webmanifest", self.manifest)}  # fmt: skip
        return [
            path(start + end, require_safe(view), name=f"{name}_{part}")
            for part, (end, view) in parts.items()
        ]

    def worker(self, request: HttpRequest) -> HttpResponse:
        """Return the service worker; it may look after this page and nothing else of the site."""
        response = HttpResponse(WORKER.read_bytes(), content_type="text/javascript")
        response.headers["Service-Worker-Allowed"] = reverse(self.target)
        response.headers["Cache-Control"] = "no-cache"
        return response

    def files(self, request: HttpRequest) -> JsonResponse:
        """Return the files that the page needs; ``version`` changes with any of them."""
        own = [
            (script, self.static) for script in sorted((self.static / self.scripts).glob("*.js"))
        ]
        shared = [(script, OWN) for script in sorted(SHARED.glob("*.js"))]
        scripts = [static(script.relative_to(root).as_posix()) for script, root in (*own, *shared)]
        sheets = render_to_string("core/_sheets.txt", request=request).split()
        frame = [static("web/js/theme.js"), static("web/img/icon.svg")]
        files = [reverse(self.target), *sheets, *scripts, *frame]
        content = b"".join(script.read_bytes() for script, _root in (*own, *shared))
        content += WORKER.read_bytes() + repr(files).encode()
        response = JsonResponse(
            {"version": hashlib.sha256(content).hexdigest()[:12], "files": files}
        )
        response.headers["Cache-Control"] = "no-cache"
        return response

    def manifest(self, request: HttpRequest) -> JsonResponse:
        """Return how a device keeps the page on its first screen."""
        icon = {"src": static("web/img/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
        address, name = reverse(self.target), _(self.title)
        return JsonResponse(
            {"name": name, "short_name": name, "start_url": address, "scope": address,
             "display": "standalone", "icons": [icon]},
            content_type="application/manifest+json",
        )  # fmt: skip


def session_of(
    request: HttpRequest, tell: Callable[[User], Mapping[str, Any]]
) -> JsonResponse:  # fmt: skip
    """Say who is signed in, and what a page tells them; nothing on the way keeps it.

    Args:
        tell: returns ``keeps``, whether the person may send, and what else the page needs.
    """
    person = request.user
    found: dict[str, Any] = {"signed_in": isinstance(person, User), "keeps": False}
    if isinstance(person, User):
        found |= {"owner": str(person.pk), "name": str(person), "token": get_token(request)}
        found |= tell(person)
    response = JsonResponse(found)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def signed_out() -> JsonResponse:
    """Answer a device whose session is over: what it keeps waits."""
    said = {"code": "signed_out", "message": _("You are signed out."), "hint": ""}
    return JsonResponse(said, status=401)


def not_taken(refusal: DomainError, said: Refusal | None = None) -> JsonResponse:
    """Answer a device with why the city does not take what it sent."""
    told = said or words.said(refusal)
    body = {"code": told.code, "message": told.message, "hint": told.hint}
    return JsonResponse(body, status=refusal.status)


def digest_of(given: Mapping[str, str], uploads: Iterable[Any], *, but: str = "") -> str:
    """Return what tells one sending from another: every field and the bytes of every file.

    Args:
        uploads: as Django gives them: with ``chunks`` and ``seek``.
        but: a field that may differ from one try to the next.
    """
    digest = hashlib.sha256()
    for name in sorted(given):
        if name not in ("csrfmiddlewaretoken", but):
            digest.update(repr((name, given[name])).encode())
    for upload in uploads:
        for piece in upload.chunks():
            digest.update(piece)
        digest.update(b"\0")
        upload.seek(0)
    return digest.hexdigest()
