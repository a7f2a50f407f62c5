"""Indicators of compromise (入侵指標): what a value of each kind looks like."""

import ipaddress
import re

from shizheng.kernel.errors import N_, DomainError
from shizheng.plan.security.domain.levels import IndicatorKind

DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")
URL = re.compile(r"https?://[^\s/]{1,255}(/[^\s]{0,1700})?")
SHA256 = re.compile(r"[0-9a-f]{64}")
EMAIL = re.compile(r"[^\s@]{1,64}@[a-z0-9.-]{3,253}")
SAFE = (("hxxp", "http"), ("[.]", "."), ("(.)", "."), ("[:]", ":"), ("[@]", "@"))
"""Ways in which people write an address so that nobody opens it by chance."""


class IndicatorUnfit(DomainError):
    """A value that is not of its kind (入侵指標格式不符)."""

    code = "plan.security.indicator_unfit"
    message = N_("“{value}” is not what the kind of the indicator asks for.")
    hint = N_("Give one address, domain, link, SHA-256 digest or e-mail address.")


def checked(kind: str, value: str) -> str:
    """Return an indicator's value as it is kept: opened up again, lower case where that is equal.

    Raises:
        IndicatorUnfit: it is not of its kind.
    """
    text = value.strip()
    for written, meant in SAFE:
        text = text.replace(written, meant)
    found = _fitting(IndicatorKind(kind), text)
    if found is None or any(not sign.isprintable() for sign in found):
        raise IndicatorUnfit(value=value.strip()[:60])
    return found


def _fitting(kind: IndicatorKind, text: str) -> str | None:
    if kind in (IndicatorKind.IPV4, IndicatorKind.IPV6):
        return _address(text, 4 if kind is IndicatorKind.IPV4 else 6)
    if kind is IndicatorKind.URL:
        return text if URL.fullmatch(text) else None
    form = {
        IndicatorKind.DOMAIN: DOMAIN, IndicatorKind.SHA256: SHA256, IndicatorKind.EMAIL: EMAIL,
    }[kind]  # fmt: skip
    return text.lower() if form.fullmatch(text.lower()) else None


def _address(text: str, version: int) -> str | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return str(address) if address.version == version else None
