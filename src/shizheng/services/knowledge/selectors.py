"""Reading the knowledge base: what holds now, every version, what changed between two."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db.models import Max, QuerySet

from shizheng.core.access import Person
from shizheng.kernel.text import fold
from shizheng.services.models import KnowledgeEntry

LEAST_ALIKE = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text that stayed, came in or went out."""

    kind: str  # kept, added or removed
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How one part of an entry changed: which, in which language, piece by piece."""

    part: str
    language: str
    pieces: tuple[Piece, ...]


def entries_newest(*, viewer: Person, query: str = "") -> list[KnowledgeEntry]:
    """Return the newest version of every entry that holds every word of ``query``, by code."""
    newest = KnowledgeEntry.objects.values("code").annotate(last=Max("number"))
    last = {row["code"]: row["last"] for row in newest}
    rows = KnowledgeEntry.objects.visible_to(viewer).filter(code__in=last)
    found = [
        row for row in rows.select_related("agency", "changed_by") if row.number == last[row.code]
    ]
    wanted = fold(query).split()
    if wanted:
        found = [row for row in found if all(word in _folded(row) for word in wanted)]
    return sorted(found, key=lambda row: row.code)


def _folded(entry: KnowledgeEntry) -> str:
    texts = (*entry.question.values(), *entry.answer.values(), *entry.keywords, entry.code)
    return fold(" ".join(texts))


def versions_of(code: str, *, viewer: Person) -> QuerySet[KnowledgeEntry]:
    """Return every version of an entry, the newest first."""
    rows = KnowledgeEntry.objects.visible_to(viewer).filter(code=code)
    return rows.select_related("agency", "changed_by").order_by("-number")


def differences(before: KnowledgeEntry, after: KnowledgeEntry) -> list[Difference]:
    """Return what changed from one version to another, in the order in which it is read."""
    found = []
    for part in ("question", "answer"):
        old, new = getattr(before, part), getattr(after, part)
        for language in dict.fromkeys([*old, *new]):
            one, other = old.get(language, ""), new.get(language, "")
            if one != other:
                found.append(Difference(part, language, tuple(_pieces(one, other))))
    return found


def _pieces(one: str, other: str) -> Iterator[Piece]:
    """Yield the pieces of two texts; one or two signs in common count only at either end."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    start, at = 0, 0
    ends = len(one), len(other)
    blocks = [
        block
        for block in matcher.get_matching_blocks()
        if block.size >= LEAST_ALIKE
        or not block.size
        or (block.a, block.b) == (0, 0)
        or (block.a + block.size, block.b + block.size) == ends
    ]
    for block in blocks:
        if one[start : block.a]:
            yield Piece("removed", one[start : block.a])
        if other[at : block.b]:
            yield Piece("added", other[at : block.b])
        if block.size:
            yield Piece("kept", one[block.a : block.a + block.size])
        start, at = block.a + block.size, block.b + block.size
