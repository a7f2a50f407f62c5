"""Tokens with which a person's programs act: made, revoked, and known again by their digest."""

import hashlib
import secrets
import time
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from shizheng.core import journal
from shizheng.core.clients import address_of, hidden
from shizheng.core.models import AccessToken, User
from shizheng.core.people.errors import (
    FactorNotShown,
    TokenReadsOnly,
    TokenRefused,
    TokensTooMany,
    TokenTermWrong,
    TokenUnknown,
)
from shizheng.core.ratelimit import SAFE, spend

PREFIX = "szt_"
TOKEN_BYTES = 32
MOST_DAYS = 365
MOST_TOKENS = 20
REQUESTS, WRONG, SPAN_SECONDS = 600, 30, 60
"""Requests of one token, and wrong tokens from one address, in a minute."""
SEEN_AGAIN = timedelta(minutes=1)


@transaction.atomic
def token_make(
    *,
    person: User,
    name: str,
    days: int,
    by: User | None,
    at: datetime,
    is_read_only: bool = False,
    has_shown_factor: bool = True,
) -> tuple[AccessToken, str]:
    """Make a token for ``person`` (核發存取權杖); the token itself is returned once, kept nowhere.

    Args:
        by: the person, or None for the operator at the machine.
        has_shown_factor: whether this session passed a second factor, where one is demanded.

    Raises:
        FactorNotShown, TokenTermWrong, TokensTooMany: why not.
    """
    if not has_shown_factor:
        raise FactorNotShown
    if not 1 <= days <= MOST_DAYS:
        raise TokenTermWrong(days=days, most=MOST_DAYS)
    User.objects.select_for_update().get(pk=person.pk)
    if tokens_of(person).filter(revoked_at=None, expires_at__gt=at).count() >= MOST_TOKENS:
        raise TokensTooMany(limit=MOST_TOKENS)
    secret = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    token = AccessToken.objects.create(
        person=person,
        name=name.strip()[:60],
        digest=digest_of(secret),
        is_read_only=is_read_only,
        made_at=at,
        made_by=by,
        expires_at=at + timedelta(days=days),
    )
    journal.record(
        "core.token.made",
        token,
        by=by,
        at=at,
        now={
            "person": str(person.pk),
            "expires_at": token.expires_at.isoformat(),
            "is_read_only": is_read_only,
        },
        personal={"name": token.name},
    )
    return token, secret


@transaction.atomic
def token_revoke(*, key: UUID, by: User | None, at: datetime) -> AccessToken:
    """End a token at once (廢止存取權杖); a person ends their own, the operator any.

    Raises:
        TokenUnknown: there is none, it is another person's, or it was revoked before.
    """
    rows = AccessToken.objects.filter(pk=key, revoked_at=None)
    own = rows.filter(person=by) if by else rows
    token = own.first()
    if token is None or not own.update(revoked_at=at, revoked_by=by):
        raise TokenUnknown(token=str(key))
    journal.record("core.token.revoked", token, by=by, at=at, now={"person": str(token.person_id)})
    token.refresh_from_db()
    return token


def tokens_of(person: User) -> QuerySet[AccessToken]:
    """Return the tokens of a person, the newest first, those that are over included."""
    return AccessToken.objects.filter(person=person).order_by("-made_at", "-id")


def token_used(secret: str, request: HttpRequest, *, at: datetime) -> AccessToken:
    """Return the token with which a program asks, and note that it was used.

    Raises:
        TokenRefused: it is not known, over or revoked, or its account is closed.
        TokenReadsOnly: it does not act.
        TooMany: it is used, or wrong ones are tried, too often.
    """
    found = AccessToken.objects.select_related("person").filter(digest=digest_of(secret)).first()
    if found is None or not found.is_valid(at):
        spend(hidden("core.token", address_of(request)), WRONG, SPAN_SECONDS, now=time.time())
        raise TokenRefused
    spend(hidden("core.token", str(found.pk)), REQUESTS, SPAN_SECONDS, now=time.time())
    if found.is_read_only and request.method not in SAFE:
        raise TokenReadsOnly
    if found.last_used_at is None or at - found.last_used_at >= SEEN_AGAIN:
        AccessToken.objects.filter(pk=found.pk).update(last_used_at=at)
    return found


def digest_of(secret: str) -> str:
    """Return what is kept of a token: its SHA-256; tokens are long and random."""
    return hashlib.sha256(secret.encode()).hexdigest()
