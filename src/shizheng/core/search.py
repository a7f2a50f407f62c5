"""Search: texts go in with the act that writes them, and come out for who may see them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from shizheng.core.models import TextEntry
from shizheng.core.snippets import Segment, marked, snippet
from shizheng.core.text_index.backends import text_index
from shizheng.core.visibility import NOTHING, Person, Policy, Viewer, policies
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.registry import Registry
from shizheng.kernel.text import cleaned, fold, words

PAGE_SIZE = 20
COUNT_LIMIT = 1_000
QUERY_LENGTH = 100
WORD_LIMIT = 8
_BATCH = 500

Visibility = TextEntry.Visibility


class QueryTooLong(DomainError):
    """More was typed than search looks for (搜尋字詞過長)."""

    code = "core.query_too_long"
    message = N_("The search has {length} characters in {count} words.")
    hint = N_("Use at most {length_limit} characters and {count_limit} words.")


@dataclass(frozen=True, slots=True)
class Text:
    """What search is told of a thing: one for each thing and language.

    Args:
        kind: registered in ``kinds``, such as ``plan.item``.
        key: of the thing.
        title: its name as a heading.
        body: what is shown of it beside the title; it is found by all of it.
        path: of its page, from the root.
        changed_at: when the thing was last changed.
        visibility: who may find it; see ``Kind``.
        agency: key of the agency to which it belongs, or None.
        language: tag of its language, or empty.
        number: what people call it by, such as ``30-15``; who types just that finds it first.
        also: words that it is found by, too, but that are not shown.
    """

    kind: str
    key: str
    title: str
    body: str
    path: str
    changed_at: datetime
    visibility: str = Visibility.PUBLIC
    agency: UUID | None = None
    language: str = ""
    number: str = ""
    also: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that can be found (可檢索的資料種類).

    Args:
        name: in words, for one and for several.
        texts: yields every text of the kind, for a rebuild; what comes last is found first.
        internal: permission that lets one find internal things of one's agencies.
        restricted: the same for restricted things.
        visible: the texts of the kind that a viewer may find, where the things have a policy of
            their own; it alone decides then, whatever the visibility of a text.
        parts: conditions on texts, the cheap ones of an index, for a kind with so many of them
            that ``visible`` cannot be asked of each: the newest 1,000 matches of each part are
            asked. None: of every match.
    """

    name: Promise | str
    plural: Promise | str
    texts: Callable[[], Iterable[Text]]
    internal: str | None = None
    restricted: str | None = None
    visible: Callable[[Viewer], Q] | None = None
    parts: Callable[[Viewer], Sequence[Q]] | None = None


kinds: Registry[Kind] = Registry("Kinds of searchable things")


def _view(viewer: Viewer) -> Q:
    return _shown(viewer, dict(kinds.items()))


def _shown(viewer: Viewer, some: Mapping[str, Kind]) -> Q:
    condition = NOTHING
    for name, kind in some.items():
        shown = kind.visible(viewer) if kind.visible else _by_visibility(kind, viewer)
        condition |= Q(kind=name) & shown
    return condition


def _by_visibility(kind: Kind, viewer: Viewer) -> Q:
    condition = Q(visibility=Visibility.PUBLIC)
    for visibility, permission in (
        (Visibility.INTERNAL, kind.internal),
        (Visibility.RESTRICTED, kind.restricted),
    ):
        if permission and viewer.scopes(permission):
            condition |= Q(visibility=visibility) & viewer.within(permission)
    return condition


policies.register("core.textentry")(Policy(view=_view))


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found, its title and the place of the hit cut into segments."""

    kind: str
    key: str
    path: str
    language: str
    changed_at: datetime
    title: list[Segment]
    snippet: list[Segment]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits, and how many there are.

    What has the query for its number comes first, then the newest change.

    ``count`` stops at 1,000; ``is_more`` says that there are more than that.
    """

    words: tuple[str, ...]
    hits: tuple[Hit, ...]
    count: int
    is_more: bool
    page: int
    page_count: int


def find(
    query: str,
    *,
    viewer: Person,
    kinds_wanted: Sequence[str] = (),
    languages: Sequence[str] = (),
    page: int = 1,
) -> Found:
    """Return what contains every word of ``query`` and ``viewer`` may see.

    Words are compared as ``kernel.text.fold`` has them: any width and case, 臺 as 台. A word is
    any run of characters without a space, even a single one, and must stand in the text as it is.

    Raises:
        QueryTooLong: more than 100 characters or 8 words.
    """
    wanted = words(query)
    if len(query) > QUERY_LENGTH or len(wanted) > WORD_LIMIT:
        raise QueryTooLong(
            length=len(query),
            count=len(wanted),
            length_limit=QUERY_LENGTH,
            count_limit=WORD_LIMIT,
        )
    if not wanted:
        return Found((), (), 0, False, 1, 0)
    rows = TextEntry.objects.all()
    if kinds_wanted:
        rows = rows.filter(kind__in=kinds_wanted)
    if languages:
        rows = rows.filter(language__in=["", *languages])
    named = rows.visible_to(viewer).filter(number=" ".join(wanted)).order_by("-pk")
    first = named.values_list("pk", flat=True)[:PAGE_SIZE]
    keys = list(dict.fromkeys((*first, *_matching(rows, wanted, Viewer(viewer), kinds_wanted))))
    count = min(len(keys), COUNT_LIMIT)
    page_count = -(-count // PAGE_SIZE)
    page = max(1, min(page, page_count))
    return Found(
        words=tuple(wanted),
        hits=tuple(_hits(keys[:count][(page - 1) * PAGE_SIZE : page * PAGE_SIZE], wanted)),
        count=count,
        is_more=len(keys) > COUNT_LIMIT,
        page=page,
        page_count=page_count,
    )


def _matching(
    rows: QuerySet[TextEntry], wanted: Sequence[str], viewer: Viewer, kinds_wanted: Sequence[str]
) -> list[int]:
    """Return the newest texts of ``rows`` that match and that the viewer may find."""
    asked = {name: kind for name, kind in kinds.items() if not kinds_wanted or name in kinds_wanted}
    plain = {name: kind for name, kind in asked.items() if kind.parts is None}
    found: set[int] = set()
    if plain:
        shown = rows.filter(_shown(viewer, plain))
        found.update(text_index().matching(shown, wanted, COUNT_LIMIT + 1))
    for name, kind in asked.items():
        near: set[int] = set()
        for part in kind.parts(viewer) if kind.parts else ():
            some = rows.filter(part, kind=name)
            near.update(text_index().matching(some, wanted, COUNT_LIMIT + 1))
        if near:
            shown = rows.filter(_shown(viewer, {name: kind}), pk__in=near)
            found.update(shown.values_list("pk", flat=True))
    return sorted(found, reverse=True)[: COUNT_LIMIT + 1]


def _hits(keys: Sequence[int], wanted: Sequence[str]) -> Iterator[Hit]:
    entries = TextEntry.objects.in_bulk(keys)
    for key in keys:
        entry = entries[key]
        yield Hit(
            kind=entry.kind,
            key=entry.key,
            path=entry.path,
            language=entry.language,
            changed_at=entry.changed_at,
            title=marked(entry.title, wanted),
            snippet=snippet(entry.body, wanted),
        )


def enter(texts: Iterable[Text]) -> None:
    """Enter texts of things that were made just now, so that none is there yet.

    Call it in the transaction that makes the thing.

    Raises:
        UnknownKey: a kind that no room registered.
    """
    text_index().add(TextEntry.objects.bulk_create(map(_entry, texts)))


@transaction.atomic
def index(texts: Iterable[Text]) -> int:
    """Enter texts, in place of those with the same kind, key and language; return how many.

    Call it in the transaction that writes the thing. A text that did not change stays as it is.

    Raises:
        UnknownKey: a kind that no room registered.
    """
    written = 0
    waiting = iter(texts)
    while batch := {
        (text.kind, text.key, text.language): _entry(text) for text in islice(waiting, _BATCH)
    }:
        written += _replace(batch)
    return written


def _entry(text: Text) -> TextEntry:
    kinds[text.kind]
    title, body = cleaned(text.title).strip(), cleaned(text.body).strip()
    return TextEntry(
        kind=text.kind,
        key=text.key,
        language=text.language,
        visibility=text.visibility,
        agency_id=text.agency,
        changed_at=text.changed_at,
        path=text.path,
        title=title,
        body=body,
        folded=" ".join(filter(None, map(fold, (title, body, text.also)))),
        number=fold(text.number) or None,
    )


def _replace(batch: dict[tuple[str, str, str], TextEntry]) -> int:
    known = {
        (entry.kind, entry.key, entry.language): entry
        for entry in TextEntry.objects.filter(
            kind__in={kind for kind, _, _ in batch}, key__in={key for _, key, _ in batch}
        )
    }
    changed = {
        place: entry for place, entry in batch.items() if not _is_same(known.get(place), entry)
    }
    _delete([known[place] for place in changed if place in known])
    text_index().add(TextEntry.objects.bulk_create(changed.values()))
    return len(changed)


_COMPARED = ("visibility", "agency_id", "changed_at", "path", "title", "body", "folded", "number")


def _is_same(known: TextEntry | None, entry: TextEntry) -> bool:
    return known is not None and all(
        getattr(known, field) == getattr(entry, field) for field in _COMPARED
    )


def _delete(entries: Sequence[TextEntry]) -> None:
    if entries:
        text_index().discard(entries)
        TextEntry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()


@transaction.atomic
def remove(kind: str, keys: Iterable[str]) -> None:
    """Take the texts of things out of search, in all languages.

    Call it in the transaction that deletes the thing or takes it from view.
    """
    waiting = iter(keys)
    while batch := list(islice(waiting, _BATCH)):
        _delete(list(TextEntry.objects.filter(kind=kind, key__in=batch)))


def rebuild(progress: Callable[[int], None] | None = None) -> int:
    """Make search again from the things themselves and return how many texts there are.

    Texts of things that are gone go; ``progress`` is told the number done so far.
    """
    done = 0
    for name, kind in kinds.items():
        with transaction.atomic():
            seen: set[tuple[str, str]] = set()
            texts = iter(kind.texts())
            while batch := list(islice(texts, _BATCH)):
                index(batch)
                seen.update((text.key, text.language) for text in batch)
                done += len(batch)
                if progress:
                    progress(done)
            rows = TextEntry.objects.filter(kind=name).defer("title", "body")
            _delete([row for row in rows.iterator() if (row.key, row.language) not in seen])
    with transaction.atomic():
        orphans = TextEntry.objects.exclude(kind__in=list(kinds))
        _delete(list(orphans))
        text_index().rebuild()
    return done
