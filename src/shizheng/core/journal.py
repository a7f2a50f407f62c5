"""Writing and reading the journal (稽核軌跡): who did what, for whom, why, before and after."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from shizheng.core import chain, city
from shizheng.core.access import require
from shizheng.core.models.agency import Agency
from shizheng.core.models.journal import JournalEntry, JournalHead, JournalPersonal
from shizheng.core.models.person import User
from shizheng.core.models.token import AccessToken
from shizheng.core.rows import add
from shizheng.core.verification import verify
from shizheng.kernel.errors import N_, DomainError

__all__ = [
    "READ",
    "Entry",
    "NothingToErase",
    "Thing",
    "UnprintableText",
    "entries_of",
    "erase",
    "personal_of",
    "read",
    "record",
    "record_many",
    "verify",
]

_token: ContextVar[str] = ContextVar("token", default="")
NO_CITY = "-"
READ = "core.personal.read"


class UnprintableText(DomainError):
    """A text holds the character that keeps the journal's columns apart (含有無法顯示的字元)."""

    code = "core.journal.unprintable_text"
    message = N_("“{field}” holds a control character that cannot be printed.")
    hint = N_("Type the text again instead of pasting it.")


class NothingToErase(DomainError):
    """The entry has no such personal value, or it was erased before (沒有可刪除的個資)."""

    code = "core.journal.nothing_to_erase"
    message = N_("Entry {number} holds no personal value that could be erased.")
    hint = N_("It may have been erased already; look at the entry's history.")


def record(
    action: str,
    thing: Model,
    *,
    by: User | None,
    at: datetime,
    on_behalf_of: Agency | None = None,
    why: str = "",
    was: Mapping[str, object] | None = None,
    now: Mapping[str, object] | None = None,
    personal: Mapping[str, str] | None = None,
) -> JournalEntry:
    """Append one act to the journal, inside the transaction of the act itself.

    Args:
        action: what happened, such as ``plan.directive.issued``.
        thing: the saved row it happened to.
        by: who did it; None for the system itself.
        at: when, aware.
        on_behalf_of: the agency for which ``by`` acted.
        why: the reason given, in the person's words.
        was: values before, by field; JSON, without personal data.
        now: values after, by field; JSON, without personal data.
        personal: personal values by field; only these can be erased later.

    Raises:
        UnprintableText: a text holds the separator U+001F.
        RuntimeError: there is no open transaction, so act and entry could part.
    """
    secret = [(field, secrets.token_hex(16), text) for field, text in (personal or {}).items()]
    commitments = {field: chain.commitment(salt, field, text) for field, salt, text in secret}
    act = Entry(action, thing, by, now, on_behalf_of, why, was, commitments)
    (entry,) = record_many([act], at=at)
    JournalPersonal.objects.bulk_create(
        JournalPersonal(entry=entry, field=field, salt=salt, value=text)
        for field, salt, text in secret
    )
    return entry


@dataclass(frozen=True, slots=True)
class Thing:
    """A row that needs not be read to be named: its model and its key."""

    model: type[Model]
    pk: object


@dataclass(frozen=True, slots=True)
class Entry:
    """One of many acts written together; personal values stand in it as commitments alone."""

    action: str
    thing: Model | Thing
    by: User | None
    now: Mapping[str, object] | None = None
    on_behalf_of: Agency | None = None
    why: str = ""
    was: Mapping[str, object] | None = None
    commitments: Mapping[str, str] | None = None


def record_many(acts: Iterable[Entry], *, at: datetime) -> list[JournalEntry]:
    """Append many acts to the journal at once, inside the transaction of the acts.

    Of very many the entries come back without the keys that the database gave them.

    Raises:
        UnprintableText: a text holds the separator U+001F.
        RuntimeError: there is no open transaction, so acts and entries could part.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("the journal needs the transaction of the act")
    acts = list(acts)
    if not acts:
        return []
    head = _locked_head()
    entries, last = [], head.hash
    for number, act in enumerate(acts, head.number + 1):
        entry = _entry(act, head.tenant, number, at.astimezone(UTC))
        last = entry.hash = chain.link(last, chain.body(entry))
        entries.append(entry)
    add(entries)
    JournalHead.objects.filter(pk=head.pk).update(number=entries[-1].number, hash=last)
    return entries


@contextmanager
def through(token: AccessToken) -> Iterator[None]:
    """Let every entry say that its act came by a program with this token (經由權杖)."""
    kept = _token.set(str(token.pk))
    try:
        yield
    finally:
        _token.reset(kept)


def _label(thing: Model | Thing) -> str:
    row = (
        thing.model if isinstance(thing, Thing) else thing
    )  # it may be wrapped, as a request's user
    return row._meta.label_lower


def _entry(act: Entry, tenant: str, number: int, at: datetime) -> JournalEntry:
    token = _token.get()
    entry = JournalEntry(
        tenant=tenant,
        number=number,
        at=at,
        by=act.by,
        on_behalf_of=act.on_behalf_of,
        action=act.action,
        thing_type=_label(act.thing),
        thing_key=str(act.thing.pk),
        why=act.why,
        was=chain.canonical(act.was),
        now=chain.canonical({**(act.now or {}), "token": token} if token else act.now),
        commitments=chain.canonical(act.commitments),
    )
    for name in ("action", "thing_key", "why"):
        if chain.SEPARATOR in getattr(entry, name):
            raise UnprintableText(field=name)
    return entry


def read(thing: Model, fields: Iterable[str], *, by: User, at: datetime, why: str) -> JournalEntry:
    """Leave an entry that ``by`` read personal data of ``thing``, and why (調閱個資)."""
    with transaction.atomic():
        return record(READ, thing, by=by, at=at, why=why, now={"fields": sorted(fields)})


def personal_of(entry: JournalEntry, *, by: User, at: datetime, why: str) -> dict[str, str | None]:
    """Return the personal values of an entry by field, None where erased; leaves an entry itself.

    Raises:
        NotPermitted: ``by`` may not see personal details.
    """
    require(by, "core.view_personal")
    values = dict(entry.personal.values_list("field", "value"))
    read(entry, values, by=by, at=at, why=why)
    return values


def erase(
    entry: JournalEntry, fields: Iterable[str], *, by: User | None, at: datetime, why: str
) -> JournalEntry:
    """Erase personal values of an entry (刪除個資); the chain stays whole, the act is recorded.

    ``by`` is None for the system itself, at the end of a retention period.

    Raises:
        NothingToErase: none of ``fields`` has a value in this entry.
    """
    with transaction.atomic():
        kept = JournalPersonal.objects.filter(
            entry=entry, field__in=list(fields), value__isnull=False
        )
        names = sorted(kept.values_list("field", flat=True))
        if not names:
            raise NothingToErase(number=entry.number)
        erasure = record(
            chain.ERASED,
            entry,
            by=by,
            at=at,
            why=why,
            now={"number": entry.number, "fields": names},
        )
        kept.update(salt="", value=None, erased_in=erasure)
    return erasure


def entries_of(thing: Model, action: str | None = None) -> QuerySet[JournalEntry]:
    """Entries about ``thing``, the newest first."""
    entries = JournalEntry.objects.filter(
        thing_type=thing._meta.label_lower, thing_key=str(thing.pk)
    ).select_related("by", "on_behalf_of")
    return entries.filter(action=action) if action else entries


def _locked_head() -> JournalHead:
    known = city.current()
    tenant = known.code if known else NO_CITY
    locked = JournalHead.objects.select_for_update()
    head = locked.filter(pk=tenant).first()
    if head is None:
        first = JournalHead(tenant=tenant, hash=chain.GENESIS)
        JournalHead.objects.bulk_create([first], ignore_conflicts=True)
        head = locked.get(pk=tenant)
    return head
