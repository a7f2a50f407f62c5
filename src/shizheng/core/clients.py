"""Who a request comes from, for counting and remembering; never stored in the clear."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

V6_PREFIX = 64


def address_of(request: HttpRequest) -> str:
    """Return the address of the client; of IPv6 the network of 64 bits that one household has.

    ``X-Forwarded-For`` is believed only behind ``PROXIES`` proxies, each of which appends the
    address it was asked from: the client is the entry that the outermost of them wrote.
    """
    address = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    if settings.PROXIES:
        address = hops[-min(settings.PROXIES, len(hops))] or address
    if not _is_address(address):
        return "unknown"
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((ip, V6_PREFIX), strict=False))
    return str(ip)


def client_of(request: HttpRequest) -> str:
    """Return who asks: the account, else the token presented, else the address."""
    if request.user.is_authenticated:
        return f"account {request.user.pk}"
    token = request.headers.get("Authorization", "")
    return f"token {token}" if token else f"address {address_of(request)}"


def hidden(*parts: str) -> str:
    """Return a keyed hash of ``parts``, so that tables hold no addresses."""
    return salted_hmac("shizheng.clients", "\x1f".join(parts), algorithm="sha256").hexdigest()


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
