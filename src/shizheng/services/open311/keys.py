"""Keys of programs that report cases: made, ended, and known again by their digest."""

import hashlib
import secrets
import time
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from shizheng.core import journal
from shizheng.core.clients import client_of, hidden
from shizheng.core.models import User
from shizheng.core.ratelimit import parsed, spend
from shizheng.kernel.errors import N_, ChangedMeanwhile, DomainError
from shizheng.services.models import ClientKey
from shizheng.services.open311.errors import KeyInvalid, KeyMissing

PREFIX = "szk_"
KEY_BYTES = 24


class KeyNameTaken(DomainError):
    """Another program has a key of this name (金鑰名稱重複)."""

    code = "open311.key_name_taken"
    message = N_("There is a key “{name}” already.")
    hint = N_("Choose another name, such as one with the year.")
    status = 409


class KeyUnknown(DomainError):
    """No valid key has this name (查無金鑰)."""

    code = "open311.key_unknown"
    message = N_("There is no valid key “{name}”.")
    hint = N_("List them with: shizheng keys list.")
    status = 404


@transaction.atomic
def key_make(*, name: str, by: User | None, at: datetime) -> tuple[ClientKey, str]:
    """Make a key for a program (核發介接金鑰); the key itself is returned once and kept nowhere.

    Args:
        by: None for the operator at the command line.

    Raises:
        KeyNameTaken: the name is in use.
    """
    key = PREFIX + secrets.token_urlsafe(KEY_BYTES)
    try:
        with transaction.atomic():
            made = ClientKey.objects.create(
                name=name.strip()[:60], digest=digest_of(key), made_at=at, made_by=by
            )
    except IntegrityError:
        raise KeyNameTaken(name=name) from None
    journal.record("services.client_key.made", made, by=by, at=at, now={"name": made.name})
    return made, key


@transaction.atomic
def key_end(*, name: str, by: User | None, at: datetime) -> ClientKey:
    """End a key (廢止介接金鑰); it is refused from now on.

    Raises:
        KeyUnknown: no valid key has the name.
    """
    found = ClientKey.objects.filter(name=name, ended_at=None).first()
    if found is None:
        raise KeyUnknown(name=name[:60])
    if not ClientKey.objects.filter(pk=found.pk, ended_at=None).update(ended_at=at):
        raise ChangedMeanwhile(thing=name)
    journal.record("services.client_key.ended", found, by=by, at=at)
    return found


def digest_of(key: str) -> str:
    """Return what is kept of a key: its SHA-256; keys are long and random."""
    return hashlib.sha256(key.encode()).hexdigest()


def client_named(key: str) -> str:
    """Return the name of the program with this key; nothing if none was given.

    Raises:
        KeyMissing: the installation takes requests with a key alone.
        KeyInvalid: the key is not known, or was ended.
    """
    if not key:
        if settings.OPEN311_KEYS == "required":
            raise KeyMissing
        return ""
    name = ClientKey.objects.filter(digest=digest_of(key), ended_at=None).values_list("name")
    found = name.first()
    if found is None:
        raise KeyInvalid
    return str(found[0])


def spend_one(request: HttpRequest, client: str) -> None:
    """Count a request of somebody without a key.

    Raises:
        TooMany: it is one too many in a short while.
    """
    if not client:
        limit, span = parsed(settings.OPEN311_RATE)
        spend(hidden("open311", client_of(request)), limit, span, now=time.time())
