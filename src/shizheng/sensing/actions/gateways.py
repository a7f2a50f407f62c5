"""Gateways and their keys: made, shown once, revoked, and known again by their digest."""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.fresh import Fresh
from shizheng.core.models import Agency, User
from shizheng.sensing.access import MANAGE
from shizheng.sensing.errors import GatewayTaken, KeyRefused
from shizheng.sensing.models import Gateway

PREFIX = "szd_"
KEY_BYTES = 32


@transaction.atomic
def gateway_make(
    *,
    code: str,
    name: str,
    owner: Agency,
    by: User | None,
    at: datetime,
    may_register: bool = False,
    rate_a_minute: int = 600_000,
) -> tuple[Gateway, str]:
    """Make a gateway (核發閘道器金鑰); its key is returned once and kept nowhere.

    Raises:
        NotPermitted: ``by`` does not keep the things of the agency.
        GatewayTaken: there is one of that code.
    """
    if by is not None:
        require(by, MANAGE, owner)
    if Gateway.objects.filter(code=code).exists():
        raise GatewayTaken(code=code)
    key = PREFIX + secrets.token_urlsafe(KEY_BYTES)
    gateway = Gateway.objects.create(
        code=code, name=name, owner=owner, digest=digest_of(key), may_register=may_register,
        rate_a_minute=rate_a_minute, made_at=at, made_by=by,
    )  # fmt: skip
    told = {"code": code, "may_register": may_register}
    journal.record("sensing.gateway.made", gateway, by=by, at=at, on_behalf_of=owner, now=told)
    return gateway, key


@transaction.atomic
def gateway_revoke(*, gateway: Gateway, by: User | None, at: datetime, why: str) -> None:
    """Let a key count no more from now on (撤銷金鑰), as when a device was stolen."""
    if by is not None:
        require(by, MANAGE, gateway)
    if Gateway.objects.filter(pk=gateway.pk, revoked_at=None).update(
        revoked_at=at, revoked_why=why[:200]
    ):
        journal.record(
            "sensing.gateway.revoked", gateway, by=by, at=at, why=why, now={"code": gateway.code}
        )
    gateway_known.forget()
    _gateway_at.forget()


def digest_of(key: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def gateway_of(key: str) -> Gateway:
    """Return the gateway whose key it is.

    Raises:
        KeyRefused: of none, or it was revoked; a revoked one is counted.
    """
    return _counting(gateway_known(digest_of(key)) if key.startswith(PREFIX) else None)


def gateway_numbered(key: UUID) -> Gateway:
    """Return the gateway whose key was believed before, on the way.

    Raises:
        KeyRefused: it was revoked meanwhile, or is not there any more.
    """
    return _counting(_gateway_at(key))


def _counting(gateway: Gateway | None) -> Gateway:
    if gateway is None:
        raise KeyRefused
    if gateway.revoked_at is not None:
        from shizheng.sensing.actions.intake import counted

        counted({(gateway.code, 0, "key_revoked"): 1})
        raise KeyRefused
    return gateway


@Fresh
def gateway_known(digest: str) -> Gateway | None:
    """Return the gateway of a digest, revoked or not; believed for a second."""
    return Gateway.objects.select_related("owner").filter(digest=digest).first()


@Fresh
def _gateway_at(key: UUID) -> Gateway | None:
    return Gateway.objects.select_related("owner").filter(pk=key).first()
