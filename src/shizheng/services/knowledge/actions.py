"""Changing the knowledge base: every change is a new version with its reason, none is edited."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from shizheng.core import journal, search
from shizheng.core.access import require
from shizheng.core.models import Agency, User
from shizheng.kernel.errors import ChangedMeanwhile
from shizheng.kernel.text import cleaned
from shizheng.services.knowledge.errors import (
    EntryTaken,
    EntryWithdrawn,
    NothingChanged,
    ReasonMissing,
)
from shizheng.services.models import KnowledgeEntry
from shizheng.services.searchable import QUESTION, entry_index

EDIT = "services.edit_knowledge"
SAID = ("question", "answer", "agency_id", "services", "keywords", "is_public")


@dataclass(frozen=True, slots=True)
class Words:
    """What an entry says (知識內容), by language; for whom, and where it belongs."""

    question: Mapping[str, str]
    answer: Mapping[str, str]
    agency: Agency
    services: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    is_public: bool = True

    def fields(self) -> dict[str, Any]:
        """Return the columns of the entry."""
        return {
            "question": _tidy(self.question),
            "answer": _tidy(self.answer),
            "agency_id": self.agency.pk,
            "services": list(self.services),
            "keywords": list(self.keywords),
            "is_public": self.is_public,
        }


def _tidy(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: cleaned(text).strip() for language, text in texts.items() if text.strip()}


@transaction.atomic
def entry_add(*, code: str, words: Words, by: User, at: datetime, reason: str) -> KnowledgeEntry:
    """Enter a new question with its answer (新增知識).

    Raises:
        NotPermitted: ``by`` may not change the knowledge base.
        ReasonMissing, EntryTaken: why not.
    """
    require(by, EDIT)
    if KnowledgeEntry.objects.filter(code=code).exists():
        raise EntryTaken(code=code)
    return _version(code, 1, words.fields(), by=by, at=at, reason=reason)


@transaction.atomic
def entry_change(
    *, code: str, words: Words, seen: int, by: User, at: datetime, reason: str
) -> KnowledgeEntry:
    """Say it otherwise from now on (修訂知識); a withdrawn entry comes back.

    Args:
        seen: number of the newest version that ``by`` has seen.

    Raises:
        NotPermitted: ``by`` may not change the knowledge base.
        ChangedMeanwhile: there is a newer version.
        ReasonMissing, NothingChanged: why not.
    """
    require(by, EDIT)
    newest = _newest(code, seen)
    fields = words.fields()
    if newest.is_current and all(getattr(newest, name) == fields[name] for name in SAID):
        raise NothingChanged(number=newest.number)
    before = {name: getattr(newest, name) for name in ("question", "answer", "is_public")}
    return _version(code, newest.number + 1, fields, by=by, at=at, reason=reason, was=before)


@transaction.atomic
def entry_withdraw(*, code: str, seen: int, by: User, at: datetime, reason: str) -> KnowledgeEntry:
    """Take an entry out of use (撤下知識): its last version says who did it and why.

    Raises:
        NotPermitted: ``by`` may not change the knowledge base.
        ChangedMeanwhile: there is a newer version.
        ReasonMissing, EntryWithdrawn: why not.
    """
    require(by, EDIT)
    newest = _newest(code, seen)
    if not newest.is_current:
        raise EntryWithdrawn(code=code)
    fields = {name: getattr(newest, name) for name in SAID}
    return _version(code, newest.number + 1, fields, by=by, at=at, reason=reason, is_current=False)


def _newest(code: str, seen: int) -> KnowledgeEntry:
    rows = KnowledgeEntry.objects.select_for_update().filter(code=code)
    newest = rows.order_by("-number").first()
    if newest is None or newest.number != seen:
        raise ChangedMeanwhile(thing=code)
    return newest


def _version(
    code: str, number: int, fields: Mapping[str, Any], *, by: User, at: datetime, reason: str,
    is_current: bool = True, was: Mapping[str, Any] | None = None,
) -> KnowledgeEntry:  # fmt: skip
    if not reason.strip():
        raise ReasonMissing
    KnowledgeEntry.objects.filter(code=code, is_current=True).update(is_current=False)
    try:
        with transaction.atomic():
            entry = KnowledgeEntry.objects.create(
                code=code, number=number, is_current=is_current, changed_at=at, changed_by=by,
                reason=reason.strip()[:200], **fields,
            )  # fmt: skip
    except IntegrityError:
        raise ChangedMeanwhile(thing=code) from None
    act = "changed" if number > 1 else "added"
    journal.record(
        f"services.knowledge.{act if is_current else 'withdrawn'}", entry, by=by, at=at, why=reason,
        was=was,
        now={"code": code, "version": number, "question": fields["question"],
             "answer": fields["answer"], "is_public": fields["is_public"]},
    )  # fmt: skip
    if is_current:
        entry_index(entry)
    else:
        search.remove(QUESTION, [code])
    return entry
