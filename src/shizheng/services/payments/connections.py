"""Which gateways this installation uses, and what is agreed with each (金流介接)."""

import base64
from collections.abc import Callable, Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from shizheng.kernel.registry import Registry
from shizheng.services.payments.book import DatabaseBook
from shizheng.services.payments.domain import practice_bank
from shizheng.services.payments.domain.gateway import Gateway, GatewaySettings, gateways
from shizheng.services.payments.domain.matching import Method
from shizheng.services.payments.domain.practice_bank import PracticeBank
from shizheng.services.payments.domain.signatures import PREFIX
from shizheng.services.payments.errors import GatewayNotInUse

TEST_BANK = practice_bank.ID
agreements: Registry[Callable[[], GatewaySettings]] = Registry("Agreements with gateways")
"""By name of the gateway: what is agreed with it, read from the settings."""


def gateway_by(name: str) -> Gateway:
    """Return a gateway that is in use.

    Raises:
        GatewayNotInUse: it is not named in the settings, or it is the test bank in production.
    """
    if name not in settings.PAYMENT_GATEWAYS or name not in gateways or not _is_allowed(name):
        raise GatewayNotInUse(gateway=name[:40])
    return gateways[name](agreements[name](), DatabaseBook())


def gateways_in_use() -> Iterator[Gateway]:
    """Yield the gateways in use, in the order of the settings."""
    for name in settings.PAYMENT_GATEWAYS:
        if name in gateways and _is_allowed(name):
            yield gateway_by(name)


def gateway_for(method: Method) -> Gateway | None:
    """Return the first gateway in use that takes payments by this way."""
    return next((each for each in gateways_in_use() if method in each.methods), None)


def the_test_bank() -> PracticeBank:
    """Return the built-in test bank.

    Raises:
        GatewayNotInUse: this installation does not use it.
    """
    found = gateway_by(TEST_BANK)
    assert isinstance(found, PracticeBank)  # noqa: S101 - registered under its name
    return found


def is_test_bank_on() -> bool:
    """Whether people can try out payments that move no real money."""
    return TEST_BANK in settings.PAYMENT_GATEWAYS and _is_allowed(TEST_BANK)


def _is_allowed(name: str) -> bool:
    return name != TEST_BANK or settings.TEST_BANK_ALLOWED


@agreements.register(TEST_BANK)
def _with_test_bank() -> GatewaySettings:
    return GatewaySettings(
        secrets=(settings.TEST_BANK_SECRET or _own_secret(),),
        page_url=reverse("services:test_bank"),
        bank_code="999",
        collection="TST",
    )


def _own_secret() -> str:
    """Return a secret that every process of the installation knows, without another setting."""
    key = salted_hmac("shizheng.payments.test_bank", "notices", algorithm="sha256").digest()
    return PREFIX + base64.b64encode(key).decode()
