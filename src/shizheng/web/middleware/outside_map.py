"""Leave for the map that an installation lays under its own, on pages with a map alone."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from shizheng.web.middleware.security import POLICY

ELEMENTS = (b"<location-field", b"<case-map")
WIDENED = ("img-src", "connect-src")

Answer = Callable[[HttpRequest], HttpResponse]


def hosts() -> list[str]:
    """Return the origins of the outside map, such as ``https://tiles.example``.

    Raises:
        ImproperlyConfigured: an address that is not https, or no address.
    """
    addresses = [settings.MAP_STYLE, settings.MAP_TILES, *settings.MAP_HOSTS]
    return sorted({_origin(address) for address in addresses if address})


def _origin(address: str) -> str:
    parts = urlsplit(address)
    is_local = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")
    is_plain = not set(parts.netloc) & set("; ,'@*{}")
    if not parts.netloc or not is_plain or not (parts.scheme == "https" or is_local):
        raise ImproperlyConfigured(
            f"SHIZHENG_MAP_STYLE, SHIZHENG_MAP_TILES and SHIZHENG_MAP_HOSTS take addresses that "
            f"start with https:// and a host, got “{address[:80]}”."
        )
    return f"{parts.scheme}://{parts.netloc}"


def widened(origins: list[str]) -> str:
    """Return our content security policy with pictures and connections to these origins too."""
    rules = [
        f"{rule} {' '.join(origins)}" if rule.startswith(WIDENED) else rule
        for rule in POLICY.split("; ")
    ]
    return "; ".join(rules)


def outside_map(get_response: Answer) -> Answer:
    """Widen the policy of pages that hold a map; not in use where no outside map is set."""
    origins = hosts()
    if not origins:
        raise MiddlewareNotUsed
    policy = widened(origins)

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if is_page and not response.streaming and any(e in response.content for e in ELEMENTS):
            response.headers.setdefault("Content-Security-Policy", policy)
        return response

    return answer
