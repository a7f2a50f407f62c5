"""Two editions of an outline side by side: what stayed, changed, moved, split, came and went."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from shizheng.plan.domain.outline.differences import Segment, segments
from shizheng.plan.domain.outline.values import Chapter, Item, Outline

_ALIKE = 0.45
_CONTAINED = 0.7
_SAME_CHAPTER = 0.10
_SAME_NUMBER = 0.05
_COMMON_BIGRAM = 0.2
_CELLS = 24

Grams = Counter[str]


@dataclass(frozen=True, slots=True)
class Pair:
    """An old and a new chapter or item beside each other (新舊對照).

    ``kind`` is same, changed, moved (to another chapter, or past its neighbours), split (a second
    part of an old item), merged (a second source of a new item), added or removed. ``similarity``
    is 0 to 1 by shared bigrams. Joined, the segments of a side are its text.
    """

    level: str
    kind: str
    old: Chapter | Item | None
    new: Chapter | Item | None
    similarity: float
    old_segments: tuple[Segment, ...] = ()
    new_segments: tuple[Segment, ...] = ()

    @property
    def is_renumbered(self) -> bool:
        """Both sides exist and carry different numbers."""
        return self.old is not None and self.new is not None and code(self.old) != code(self.new)

    @property
    def is_reworded(self) -> bool:
        """Both sides exist and the wording differs."""
        parts = (*self.old_segments, *self.new_segments)
        return (
            self.old is not None
            and self.new is not None
            and any(part.kind != "equal" for part in parts)
        )


def code(entry: Chapter | Item) -> str:
    """Return ``2-1`` for an item and ``2`` for a chapter."""
    return entry.code if isinstance(entry, Item) else str(entry.number)


def compare(old: Outline, new: Outline) -> tuple[Pair, ...]:
    """Align two editions: each chapter pair is followed by its items, in the order of ``new``.

    What was removed stands after the entry that it followed. The result depends on the two
    outlines alone: equal candidates are taken in printed order.
    """
    old_chapter = {item.code: chapter for chapter in old.chapters for item in chapter.items}
    new_chapter = {item.code: chapter for chapter in new.chapters for item in chapter.items}
    chapters = _chapters(old, new)
    counterpart = {a.number: b.number for a, b in chapters}
    one, two = list(old.items), list(new.items)
    same = [
        [counterpart.get(old_chapter[a.code].number) == new_chapter[b.code].number for b in two]
        for a in one
    ]
    grams_one, grams_two = (
        [_grams(a.search_text) for a in one],
        [_grams(b.search_text) for b in two],
    )
    matched = _match(one, two, grams_one, grams_two, same)
    groups: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for a, b, _ in matched:
        if same[a][b]:
            groups[old_chapter[one[a].code].number].append((a, b))
    stayed = {pair for group in groups.values() for pair in _kept_in_order(group)}
    pairs = [
        _pair("item", one[a], two[b], score, moved=(a, b) not in stayed) for a, b, score in matched
    ]
    pairs += _leftovers(one, two, grams_one, grams_two, matched)
    return _in_order(old, new, chapters, pairs)


def _chapters(old: Outline, new: Outline) -> list[tuple[Chapter, Chapter]]:
    """Pair chapters by department; of the rest, those that share most items' words."""
    left, right = list(old.chapters), list(new.chapters)
    found: list[tuple[Chapter, Chapter]] = []
    by_name: dict[str, list[Chapter]] = defaultdict(list)
    for chapter in right:
        by_name[chapter.department].append(chapter)
    for chapter in left:
        if by_name[chapter.department]:
            found.append((chapter, by_name[chapter.department].pop(0)))
    taken = {id(chapter) for pair in found for chapter in pair}
    rest_left = [(chapter, _chapter_grams(chapter)) for chapter in left if id(chapter) not in taken]
    rest_right = [
        (chapter, _chapter_grams(chapter)) for chapter in right if id(chapter) not in taken
    ]
    scored = sorted(
        (-_dice(g, h), place, other)
        for place, (_, g) in enumerate(rest_left)
        for other, (_, h) in enumerate(rest_right)
    )
    for score, place, other in scored:
        one, two = rest_left[place][0], rest_right[other][0]
        if -score >= _ALIKE and not {id(one), id(two)} & taken:
            taken |= {id(one), id(two)}
            found.append((one, two))
    return found


def _chapter_grams(chapter: Chapter) -> Grams:
    total = _grams(chapter.title + chapter.intro)
    for item in chapter.items:
        total.update(_grams(item.search_text))
    return total


def _grams(text: str) -> Grams:
    plain = "".join(text.split())
    return Counter(plain[at : at + 2] for at in range(max(1, len(plain) - 1)))


def _dice(one: Grams, two: Grams) -> float:
    total = one.total() + two.total()
    return 2 * (one & two).total() / total if total else 1.0


def _candidates(one: list[Grams], two: list[Grams]) -> list[Counter[int]]:
    """Count, for each old item, the rarer bigrams it shares with each new one."""
    places: dict[str, list[int]] = defaultdict(list)
    for index, grams in enumerate(two):
        for gram in grams:
            places[gram].append(index)
    limit = max(10, int(_COMMON_BIGRAM * len(two)))
    shared: list[Counter[int]] = []
    for grams in one:
        count: Counter[int] = Counter()
        for gram in grams:
            found = places.get(gram, ())
            if len(found) <= limit:
                count.update(found)
        shared.append(count)
    return shared


def _match(
    one: list[Item],
    two: list[Item],
    grams_one: list[Grams],
    grams_two: list[Grams],
    same: list[list[bool]],
) -> list[tuple[int, int, float]]:
    """Pair items one to one, the most alike first; equal chapter and number break ties."""
    exact: dict[str, list[int]] = defaultdict(list)
    for b, item in enumerate(two):
        exact[item.search_text].append(b)
    scored: list[tuple[float, int, int, float]] = []
    for a, shared in enumerate(_candidates(grams_one, grams_two)):
        near = {b for b, _ in shared.most_common(_CELLS)} | set(exact.get(one[a].search_text, ()))
        for b in near:
            alike = _dice(grams_one[a], grams_two[b])
            bonus = _SAME_CHAPTER * same[a][b] + _SAME_NUMBER * (one[a].number == two[b].number)
            if alike + bonus >= _ALIKE + _SAME_CHAPTER:
                scored.append((-(alike + bonus), a, b, alike))
    used_one: set[int] = set()
    used_two: set[int] = set()
    found: list[tuple[int, int, float]] = []
    for _, a, b, alike in sorted(scored):
        if a not in used_one and b not in used_two:
            used_one.add(a)
            used_two.add(b)
            found.append((a, b, alike))
    return sorted(found)


def _kept_in_order(stay: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the pairs of a chapter that kept their order: a longest run of rising new places."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, (_, b) in enumerate(stay):
        place = bisect_left(tails, b)
        before.append(ends[place - 1] if place else -1)
        if place == len(tails):
            tails.append(b)
            ends.append(index)
        else:
            tails[place], ends[place] = b, index
    kept: set[tuple[int, int]] = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        kept.add(stay[at])
        at = before[at]
    return kept


def _leftovers(
    one: list[Item],
    two: list[Item],
    grams_one: list[Grams],
    grams_two: list[Grams],
    matched: list[tuple[int, int, float]],
) -> list[Pair]:
    """Return what has no partner of its own: parts of a split or merger, added and removed."""
    with_old = {a for a, _, _ in matched}
    with_new = {b for _, b, _ in matched}
    near_old, near_new = _candidates(grams_one, grams_two), _candidates(grams_two, grams_one)
    pairs: list[Pair] = []
    for b, item in enumerate(two):
        if b not in with_new:
            a = _container(grams_two[b], grams_one, near_new[b])
            pairs.append(_single("split" if a >= 0 else "added", one[a] if a >= 0 else None, item))
    for a, item in enumerate(one):
        if a not in with_old:
            b = _container(grams_one[a], grams_two, near_old[a])
            pairs.append(
                _single("merged" if b >= 0 else "removed", item, two[b] if b >= 0 else None)
            )
    return pairs


def _container(part: Grams, wholes: list[Grams], near: Counter[int]) -> int:
    """Return the index of the text that holds most of ``part``, or -1 if none holds enough."""
    size = part.total()
    best, at = 0.0, -1
    for index in sorted(place for place, _ in near.most_common(_CELLS)):
        whole = wholes[index]
        share = sum(min(count, whole[gram]) for gram, count in part.items() if gram in whole) / size
        if share > best:
            best, at = share, index
    return at if best >= _CONTAINED and size >= 4 else -1


def _pair(level: str, old: Item, new: Item, alike: float, *, moved: bool) -> Pair:
    left, right = segments(old.text, new.text)
    reworded = any(part.kind != "equal" for part in (*left, *right))
    kind = "moved" if moved else "changed" if reworded else "same"
    return Pair(level, kind, old, new, round(alike, 4), left, right)


def _single(kind: str, old: Item | None, new: Item | None) -> Pair:
    left, right = segments(old.text if old else "", new.text if new else "")
    return Pair("item", kind, old, new, 0.0, left, right)


def _in_order(
    old: Outline,
    new: Outline,
    chapters: list[tuple[Chapter, Chapter]],
    pairs: list[Pair],
) -> tuple[Pair, ...]:
    """Put chapter pairs and item pairs in the order of the new edition, removed ones in place."""
    old_of = {b.number: a for a, b in chapters}
    new_of = {a.number: b for a, b in chapters}
    found: list[tuple[tuple[float, ...], Pair]] = []
    for chapter in new.chapters:
        found.append(((chapter.start, 0), _chapter_pair(old_of.get(chapter.number), chapter)))
    position: dict[str, float] = {
        code(pair.old): pair.new.start
        for pair in pairs
        if pair.old and pair.new and pair.kind not in {"split", "merged"}
    }
    after = 0.0
    for chapter in old.chapters:
        other = new_of.get(chapter.number)
        after = float(other.start) if other else after
        if other is None:
            found.append(((after, 1, chapter.start), _chapter_pair(chapter, None)))
        for item in chapter.items:
            after = position.get(item.code, after)
            position.setdefault(item.code, after)
    for pair in pairs:
        if pair.new is not None and pair.kind != "merged":
            key: tuple[float, ...] = (pair.new.start, 1)
        elif pair.old is not None:
            key = (position[code(pair.old)], 2, pair.old.start)
        found.append((key, pair))
    return tuple(pair for _, pair in sorted(found, key=lambda entry: entry[0]))


def _chapter_pair(old: Chapter | None, new: Chapter | None) -> Pair:
    left, right = segments(old.title if old else "", new.title if new else "")
    if old is None or new is None:
        return Pair("chapter", "added" if new else "removed", old, new, 0.0, left, right)
    same = old.title == new.title and old.intro == new.intro
    alike = _dice(_grams(old.title), _grams(new.title))
    return Pair("chapter", "same" if same else "changed", old, new, round(alike, 4), left, right)
