"""One careful HTTP POST to an address that somebody else chose.

An address given by a user must not become a way into the city's own network (SSRF): the host is
resolved once, every address it has is checked, and the connection goes to the checked address, so
that a name which answers differently a moment later gains nothing. Redirects are not followed.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext_lazy as _

from shizheng.kernel.errors import N_, DomainError

TOTAL_SECONDS = 15.0

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressRefused(DomainError):
    """We do not send to this address (網址不可使用)."""

    code = "core.webhook.address_refused"
    message = N_("Events cannot be sent to {url}: {reason}")
    hint = N_("Give a public address that begins with https://")


class SendingFailed(DomainError):
    """No answer came back; trying again can help (無法送達)."""

    code = "core.webhook.sending_failed"
    message = N_("{host} did not take the event: {reason}.")
    hint = N_("It is tried again by itself.")


def check_url(url: str, *, private: bool) -> SplitResult:
    """Return the parts of a web address that may be sent to, without asking the network.

    Args:
        private: allow addresses of the inner network and http without TLS, for development.

    Raises:
        AddressRefused: it may not; the reason is a sentence.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise AddressRefused(url=url, reason=_("it is not a web address.")) from None
    allowed = ("https", "http") if private else ("https",)
    if parts.scheme not in allowed or not host:
        raise AddressRefused(url=url, reason=_("it does not begin with https://."))
    if parts.username is not None or parts.fragment:
        raise AddressRefused(url=url, reason=_("it holds a user name or a “#”."))
    return parts


def resolve(parts: SplitResult, *, private: bool) -> str:
    """Return the one address to connect to; every address the host has is checked.

    Raises:
        AddressRefused: an address of the host is not a public one.
        SendingFailed: the name cannot be resolved now.
    """
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise SendingFailed(host=host, reason=_("its name is not known")) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not private and not all(is_public(address) for address in addresses):
        raise AddressRefused(url=parts.geturl(), reason=_("it is inside a private network."))
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address, also one wrapped in an IPv6 address, is on the public internet."""
    ip: Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        elif ip.ipv4_mapped:
            ip = ip.ipv4_mapped
        elif ip.sixtofour or ip.teredo:
            return False
    return ip.is_global and not ip.is_multicast


def post(url: str, body: bytes, headers: Mapping[str, str], *, private: bool) -> int:
    """Send ``body`` and return the HTTP status of the answer; its body is not read.

    The whole takes at most ``TOTAL_SECONDS``, however slowly the other side speaks.

    Raises:
        AddressRefused: we do not send there.
        SendingFailed: no answer came.
    """
    parts = check_url(url, private=private)
    connection = _connection(parts, resolve(parts, private=private))
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    timer = threading.Timer(TOTAL_SECONDS, _break_off, [connection])
    timer.daemon = True
    timer.start()
    try:
        connection.request("POST", target, body=body, headers=dict(headers))
        return connection.getresponse().status
    except (OSError, http.client.HTTPException, AttributeError) as error:
        raise SendingFailed(host=parts.hostname, reason=_reason(error)) from error
    finally:
        timer.cancel()
        connection.close()


def _connection(parts: SplitResult, address: str) -> http.client.HTTPConnection:
    """Return a connection that names the host of ``parts`` but goes to ``address``."""
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "http":
        connection = http.client.HTTPConnection(host, port, timeout=TOTAL_SECONDS)
    else:
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, port, timeout=TOTAL_SECONDS, context=context)

    def connect(
        place: tuple[str, int], timeout: float | None = None, source: object = None
    ) -> socket.socket:
        return socket.create_connection((address, place[1]), timeout=timeout)

    connection._create_connection = connect  # type: ignore[attr-defined]
    return connection


def _break_off(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, TimeoutError):
        return f"no answer within {TOTAL_SECONDS:.0f} s"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return "it closed the connection without a proper answer"
