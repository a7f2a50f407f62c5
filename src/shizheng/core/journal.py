"""Writing and reading the journal (稽核軌跡): who did what, for whom, why, before and after."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from shizheng.core import chain
from shizheng.core.access import require
from shizheng.core.models.agency import Agency
from shizheng.core.models.city import City
from shizheng.core.models.journal import JournalEntry, JournalHead, JournalPersonal
from shizheng.core.models.person import User
from shizheng.core.verification import verify
from shizheng.kernel.errors import N_, DomainError

__all__ = [
    "READ",
    "NothingToErase",
    "UnprintableText",
    "entries_of",
    "erase",
    "personal_of",
    "read",
    "record",
    "verify",
]

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
    if not connection.in_atomic_block:
        raise RuntimeError(f"journal.record({action!r}) needs the transaction of the act")
    secret = [(field, secrets.token_hex(16), text) for field, text in (personal or {}).items()]
    head = _locked_head()
    entry = JournalEntry(
        tenant=head.tenant,
        number=head.number + 1,
        at=at.astimezone(UTC),
        by=by,
        on_behalf_of=on_behalf_of,
        action=action,
        thing_type=thing._meta.label_lower,
        thing_key=str(thing.pk),
        why=why,
        was=chain.canonical(was),
        now=chain.canonical(now),
        commitments=chain.canonical(
            {field: chain.commitment(salt, field, text) for field, salt, text in secret}
        ),
    )
    _refuse_separator(entry)
    entry.hash = chain.link(head.hash, chain.body(entry))
    entry.save(force_insert=True)
    JournalHead.objects.filter(pk=head.pk).update(number=entry.number, hash=entry.hash)
    JournalPersonal.objects.bulk_create(
        JournalPersonal(entry=entry, field=field, salt=salt, value=text)
        for field, salt, text in secret
    )
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
    entry: JournalEntry, fields: Iterable[str], *, by: User, at: datetime, why: str
) -> JournalEntry:
    """Erase personal values of an entry (刪除個資); the chain stays whole, the act is recorded.

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
    tenant = City.objects.values_list("code", flat=True).first() or NO_CITY
    locked = JournalHead.objects.select_for_update()
    head = locked.filter(pk=tenant).first()
    if head is None:
        first = JournalHead(tenant=tenant, hash=chain.GENESIS)
        JournalHead.objects.bulk_create([first], ignore_conflicts=True)
        head = locked.get(pk=tenant)
    return head


def _refuse_separator(entry: JournalEntry) -> None:
    for name in ("action", "thing_key", "why"):
        if chain.SEPARATOR in getattr(entry, name):
            raise UnprintableText(field=name)
