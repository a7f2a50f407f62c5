"""Verifying the journal (稽核軌跡驗證): every entry, every link, the tail and the personal values.

A chain alone cannot show that its newest entries were cut off, or that somebody with the whole
database in hand wrote it anew. Two things outside the entries do: the head row, which counts one
up per entry, and *anchors*, numbers and hashes kept outside the database. Every verification that
finds the journal intact adds one to ``JOURNAL_ANCHORS``; people may keep others elsewhere.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from typing import Any

from django.db import DatabaseError, connection

from shizheng.core import chain
from shizheng.core.anchors import Anchor
from shizheng.core.models.journal import JournalEntry, JournalHead, JournalPersonal
from shizheng.kernel.errors import N_

PAGE = 4_000
FAULTS_LISTED = 100

Progress = Callable[[int, int], None]
Row = tuple[int, int, str, str]


class FaultKind(Enum):
    """What can be wrong with a journal; each value is the sentence people are shown."""

    CHANGED = N_("Entry {number} does not match its hash: it or entry {detail} was changed.")
    MISSING = N_("Entries {detail} to {number} are missing: they were removed.")
    INSERTED = N_("Entry {number} is not part of the chain: it was inserted.")
    TAIL_MISSING = N_("The chain ends at entry {detail}, but reached {number}: the tail was cut.")
    HEAD_CHANGED = N_("The head of the chain was changed: it does not match entry {number}.")
    ANCHOR = N_("Entry {number} does not match the anchor kept outside: history was rewritten.")
    UNREADABLE = N_("Row {number} of the table holds a value of the wrong kind: it was changed.")
    PERSONAL_CHANGED = N_("Personal value “{detail}” of entry {number} was changed.")
    PERSONAL_MISSING = N_("Personal value “{detail}” of entry {number} was removed.")
    PERSONAL_INSERTED = N_("Personal value “{detail}” was inserted into entry {number}.")
    PERSONAL_ERASED = N_(
        "Personal value “{detail}” of entry {number} was emptied without a recorded erasure."
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: in which chain, at which entry."""

    kind: FaultKind
    tenant: str
    number: int
    detail: str = ""

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """Return what is wrong, in words."""
        return translate(self.kind.value).format(number=self.number, detail=self.detail)


@dataclass(slots=True)
class Verification:
    """What a verification found."""

    entry_count: int = 0
    personal_count: int = 0
    seconds: float = 0.0
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)
    heads: list[Anchor] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        """Whether nothing at all is wrong."""
        return self.fault_count == 0

    def add(self, kind: FaultKind, tenant: str, number: int, detail: object = "") -> None:
        """Note a fault; the first hundred are listed, all are counted."""
        self.fault_count += 1
        if len(self.faults) < FAULTS_LISTED:
            self.faults.append(Fault(kind, tenant, number, str(detail)))


def verify(progress: Progress | None = None, anchors: Iterable[Anchor] = ()) -> Verification:
    """Check the whole journal and return everything that is wrong with it.

    Args:
        progress: called now and then with the entries done and the entries in all.
        anchors: numbers and hashes known from outside the database.
    """
    started = time.perf_counter()
    found = Verification()
    total = JournalEntry.objects.count() if progress else 0
    known = list(anchors)
    for tenant in _tenants(known):
        of_tenant = {anchor.number: anchor.hash for anchor in known if anchor.tenant == tenant}
        try:
            _verify_chain(tenant, of_tenant, found, progress, total)
        except (TypeError, ValueError, DatabaseError):
            rows = _rows_of_wrong_kind(tenant)
            if not rows:
                raise
            for row in rows:
                found.add(FaultKind.UNREADABLE, tenant, row)
    found.seconds = time.perf_counter() - started
    return found


def _rows_of_wrong_kind(tenant: str) -> list[int]:
    """Return the rows with text for a number, or bytes for text; only SQLite can hold such."""
    if connection.vendor != "sqlite":
        return []
    texts = [f"typeof({name}) NOT IN ('text', 'null')" for name in (*chain.COLUMNS, "hash")]
    texts[chain.COLUMNS.index("number")] = "typeof(number) <> 'integer'"
    statement = (
        f"SELECT id FROM {JournalEntry._meta.db_table} "  # noqa: S608 - no input
        f"WHERE tenant = %s AND ({' OR '.join(texts)}) ORDER BY id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [tenant])
        return [row[0] for row in cursor.fetchall()]


def _tenants(anchors: Iterable[Anchor]) -> list[str]:
    """Every chain there is or was, by one step in the index per chain."""
    tenants = {anchor.tenant for anchor in anchors}
    tenants.update(JournalHead.objects.values_list("tenant", flat=True))
    entries = JournalEntry.objects.order_by("tenant")
    tenant = entries.values_list("tenant", flat=True).first()
    while tenant is not None:
        tenants.add(tenant)
        tenant = entries.filter(tenant__gt=tenant).values_list("tenant", flat=True).first()
    return sorted(tenants)


def _verify_chain(
    tenant: str,
    anchors: dict[int, str],
    found: Verification,
    progress: Progress | None,
    total: int,
) -> None:
    expected, previous = 1, chain.GENESIS
    separator, separators = chain.SEPARATOR, len(chain.COLUMNS) - 1
    for page in _pages(tenant):
        committed: dict[int, tuple[int, str]] = {}
        for key, number, kept, text in page:
            if number != expected:
                _note_gap(found, tenant, number, expected)
            elif (
                sha256((previous + text).encode()).hexdigest() != kept
                or text.count(separator) != separators
            ):
                found.add(FaultKind.CHANGED, tenant, number, number - 1)
            if text[-1] != separator:
                committed[key] = (number, text.rpartition(separator)[2])
            if number in anchors and anchors[number] != kept:
                found.add(FaultKind.ANCHOR, tenant, number)
            expected, previous = number + 1, kept
        _verify_personal(tenant, page, committed, found)
        found.entry_count += len(page)
        if progress:
            progress(found.entry_count, total)
    _verify_end(Anchor(tenant, expected - 1, previous), anchors, found)


def _note_gap(found: Verification, tenant: str, number: int, expected: int) -> None:
    if number > expected:
        found.add(FaultKind.MISSING, tenant, number - 1, expected)
    else:
        found.add(FaultKind.INSERTED, tenant, number)


def _verify_end(last: Anchor, anchors: dict[int, str], found: Verification) -> None:
    """Compare the last entry read with the head, which others may have moved on meanwhile."""
    entries = JournalEntry.objects.filter(tenant=last.tenant)
    head = JournalHead.objects.filter(pk=last.tenant).first()
    reached = max(head.number if head else 0, *anchors, 0)
    newest = entries.values_list("number", flat=True).order_by("-number").first() or 0
    if reached > newest:
        found.add(FaultKind.TAIL_MISSING, last.tenant, reached, last.number)
        return
    number = head.number if head else 0
    at_head = entries.values_list("hash", flat=True).filter(number=number).first()
    if last.number > number:
        found.add(FaultKind.INSERTED, last.tenant, number + 1)
    if newest and (head is None or at_head != head.hash):
        found.add(FaultKind.HEAD_CHANGED, last.tenant, number)
    elif newest:
        found.heads.append(last)


def _verify_personal(
    tenant: str, page: list[Row], committed: dict[int, tuple[int, str]], found: Verification
) -> None:
    """Compare the personal values of a page of entries with what the chain holds of them."""
    first, last = min(page)[0], max(page)[0]
    rows = JournalPersonal.objects.filter(entry_id__gte=first, entry_id__lte=last).values_list(
        "entry_id",
        "field",
        "salt",
        "value",
        "erased_in__action",
        "erased_in__thing_key",
        "erased_in__now",
    )
    expected = {key: _mapping(text) for key, (_, text) in committed.items()}
    numbers: dict[int, int] = {}
    for key, name, salt, value, *erasure in rows.order_by("entry_id", "field").iterator():
        numbers = numbers or {row[0]: row[1] for row in page}
        if key not in numbers:  # an entry of another chain
            continue
        found.personal_count += 1
        kept = expected.get(key, {}).pop(name, None)
        if kept is None:
            found.add(FaultKind.PERSONAL_INSERTED, tenant, numbers[key], name)
        elif value is None:
            if not _is_erased(key, name, erasure):
                found.add(FaultKind.PERSONAL_ERASED, tenant, numbers[key], name)
        elif chain.commitment(salt, name, value) != kept:
            found.add(FaultKind.PERSONAL_CHANGED, tenant, numbers[key], name)
    for key, missing in expected.items():
        for name in missing:
            found.add(FaultKind.PERSONAL_MISSING, tenant, committed[key][0], name)


def _mapping(text: str) -> dict[str, Any]:
    """Return a stored mapping; nothing where somebody made it unreadable."""
    try:
        values = json.loads(text)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def _is_erased(key: int, name: str, erasure: Sequence[str | None]) -> bool:
    action, thing_key, now = erasure
    if action != chain.ERASED or thing_key != str(key):
        return False
    return name in _mapping(now or "{}").get("fields", [])


def _pages(tenant: str) -> Iterator[list[Row]]:
    """Yield key, number, hash and hashed text of every entry, a page at a time, without a lock.

    Pages are ranges of numbers, not LIMIT: a planner without statistics would sort what is left
    of the table for each of them.
    """
    entries = JournalEntry.objects.filter(tenant=tenant).order_by("number")
    statement = (
        f"SELECT id, number, hash, {chain.body_sql(connection.vendor)} "  # noqa: S608 - no input
        f"FROM {JournalEntry._meta.db_table} "
        "WHERE tenant = %s AND number >= %s AND number < %s ORDER BY number"
    )
    first: int | None = 0
    with connection.cursor() as cursor:
        while first is not None:
            cursor.execute(statement, [tenant, first, first + PAGE])
            page = cursor.fetchall()
            if page:
                yield page
            first += PAGE
            if len(page) < PAGE:  # the end, or a hole of any size
                later = entries.filter(number__gte=first)
                first = later.values_list("number", flat=True).first()
