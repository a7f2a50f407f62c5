"""A tree of nodes to the values: chapters, sections, items, gaps and the pieces of the source."""

from collections.abc import Sequence

from shizheng.plan.domain.outline.lines import Line
from shizheng.plan.domain.outline.numbering import Style
from shizheng.plan.domain.outline.tree import Node, Tree
from shizheng.plan.domain.outline.values import (
    Chapter,
    Gap,
    Item,
    Outline,
    Piece,
    Section,
    SubItem,
    Unplaced,
)
from shizheng.plan.domain.outline.wording import (
    TITLE_WORDS,
    ends_sentence,
    glue,
    is_heading,
    nfkc,
    paragraphs,
    tighten,
)


class Assembler:
    """Gives every line an owner, then reads the values off the owners."""

    def __init__(self, text: str, lines: list[Line], tree: Tree) -> None:
        self.text = text
        self.lines = lines
        self.tree = tree
        self.owner: dict[int, tuple[str, str]] = {}
        self.gaps: list[Gap] = []

    def outline(
        self, *, name: str, encoding: str, digest: str, unread_pages: tuple[int, ...]
    ) -> Outline:
        """Return the whole outline."""
        title, heading, preface = self._front()
        numbers = _unique_numbers([top.marker.number for top in self.tree.tops])
        chapters = tuple(
            self._chapter(top, number) for top, number in zip(self.tree.tops, numbers, strict=True)
        )
        for index in self.tree.unplaced:
            self.owner[index] = ("unplaced", "")
        unplaced = tuple(self._unplaced(index) for index in self.tree.unplaced)
        return Outline(
            title=title or name,
            preface=preface,
            heading=heading,
            chapters=chapters,
            unplaced=unplaced,
            gaps=tuple(sorted(self.gaps, key=lambda gap: gap.line)),
            text=self.text,
            encoding=encoding,
            digest=digest,
            pieces=self._pieces(),
            unread_pages=unread_pages,
        )

    def _front(self) -> tuple[str, str, str]:
        """Return title, heading and preface, which stand before the first chapter."""
        before = list(self.tree.before)
        title: list[int] = []
        while before and len(title) < 3 and self._is_title(before[0], title):
            title.append(before.pop(0))
        heading: list[int] = []
        if before and is_heading(self.lines[before[-1]].body, limit=40):
            heading = [before.pop()]
        for kind, found in (("title", title), ("heading", heading), ("preface", before)):
            for index in found:
                self.owner[index] = (kind, "")
        bodies = [self.lines[index].body.lstrip("# ") for index in title]
        over = self.lines[heading[0]].body.lstrip("# ") if heading else ""
        return glue(bodies), over, paragraphs(self.lines[index].body for index in before)

    def _is_title(self, index: int, found: Sequence[int]) -> bool:
        body = self.lines[index].body
        if not is_heading(body, limit=120) or (found and ends_sentence(body)):
            return False
        return not found or (bool(TITLE_WORDS.search(body)) and not self.lines[index].after_blank)

    def _unplaced(self, index: int) -> Unplaced:
        line = self.lines[index]
        start = line.start + len(line.raw) - len(line.raw.lstrip())
        return Unplaced(line.number, line.body, start, start + len(line.body))

    def _chapter(self, node: Node, number: int) -> Chapter:
        owner = str(number)
        label = node.marker.label
        title, intro = self._heading(node)
        for place, index in enumerate(node.own):
            self.owner[index] = (
                "chapter" if place < len(node.own) - len(intro) else "intro",
                owner,
            )
        self._note_gap(node, "chapter", "")
        sections, leaves = _grouped(node)
        numbers = (
            list(range(1, len(leaves) + 1))
            if sections
            else _unique_numbers([leaf.marker.number for leaf, _ in leaves])
        )
        items = tuple(
            self._item(leaf, value, f"{number}-{value}", label, section)
            for (leaf, section), value in zip(leaves, numbers, strict=True)
        )
        made = tuple(self._section(section, owner, label) for section in sections)
        indexes = node.lines() or [node.line]
        heading = node.own[: len(node.own) - len(intro)]
        return Chapter(
            number=number,
            label=label,
            title=title,
            heading_raw=self._slice(heading) if heading else "",
            intro=paragraphs(self.lines[index].body for index in intro),
            sections=made,
            items=items,
            start=self._start(indexes[0]),
            end=self._end(indexes[-1]),
            line=self.lines[indexes[0]].number,
        )

    def _heading(self, node: Node) -> tuple[str, list[int]]:
        """Return the title and the lines of the introduction; the title may stand on line two."""
        title, rest = node.title, node.own[1:]
        if not title and rest and is_heading(self.lines[rest[0]].body):
            title, rest = self.lines[rest[0]].body, rest[1:]
        return tighten(title).rstrip("：:* "), rest

    def _section(self, node: Node, owner: str, chapter: str) -> Section:
        self._note_gap(node, "section", chapter)
        for index in node.own:
            self.owner[index] = ("section", owner)
        last = node.lines()[-1]
        return Section(
            number=node.marker.number,
            label=node.marker.label,
            title=tighten(node.title).rstrip("：:* "),
            intro=paragraphs(self.lines[index].body for index in node.own[1:]),
            start=self._start(node.line),
            end=self._end(last),
            line=self.lines[node.line].number,
        )

    def _item(self, node: Node, number: int, code: str, chapter: str, section: Node | None) -> Item:
        self._note_gap(node, "item", chapter)
        indexes = node.lines()
        for index in indexes:
            self.owner[index] = ("item", code)
        text = self._text(node)
        return Item(
            number=number,
            label=node.marker.label,
            code=code,
            text=text,
            raw=self._slice(indexes),
            search_text=nfkc(text),
            section=tighten(section.title).rstrip("：:* ") if section else None,
            start=self._start(indexes[0]),
            end=self._end(indexes[-1]),
            line=self.lines[indexes[0]].number,
            last_line=self.lines[indexes[-1]].number,
            subitems=tuple(self._subitems(node, code, 1)),
        )

    def _subitems(self, node: Node, code: str, depth: int) -> list[SubItem]:
        found: list[SubItem] = []
        numbers = _unique_numbers([child.marker.number for child in node.children])
        for child, number in zip(node.children, numbers, strict=True):
            own = f"{code}.{number}"
            last = child.lines()[-1]
            found.append(
                SubItem(
                    code=own,
                    label=child.marker.label,
                    depth=depth,
                    text=self._body(child),
                    start=self._start(child.line),
                    end=self._end(last),
                    line=self.lines[child.line].number,
                )
            )
            found.extend(self._subitems(child, own, depth + 1))
        return found

    def _text(self, node: Node) -> str:
        """Return the text without the item's own label; parts begin a line, with their labels."""
        parts = [self._body(node)]
        stack = list(reversed(node.children))
        while stack:
            child = stack.pop()
            raw = self.lines[child.line].raw
            label = raw[child.marker.begin : child.marker.rest].strip()
            space = " " if label[-1:] in ".)" else ""
            parts.append(f"{label}{space}{self._body(child)}")
            stack.extend(reversed(child.children))
        return "\n".join(part for part in parts if part)

    def _body(self, node: Node) -> str:
        """Return the node's own lines joined; a short title line over a text keeps its own line."""
        bodies = [self.lines[index].body for index in node.own[1:]]
        title = node.title
        is_title = (
            len(bodies) > 0
            and is_heading(title, limit=40)
            and not self.lines[node.own[1]].after_blank
            and ends_sentence(bodies[-1])
            and len(self.lines[node.own[1]].body) > len(title) * 1.5
        )
        return f"{title}\n{glue(bodies)}" if is_title else glue([title, *bodies])

    def _note_gap(self, node: Node, level: str, chapter: str) -> None:
        if node.expected and node.marker.style != Style.BULLET:
            line = self.lines[node.line].number
            self.gaps.append(Gap(level, chapter, node.expected, node.marker.number, line))

    def _start(self, index: int) -> int:
        line = self.lines[index]
        return line.start + len(line.raw) - len(line.raw.lstrip())

    def _end(self, index: int) -> int:
        line = self.lines[index]
        return line.start + len(line.raw.rstrip())

    def _slice(self, indexes: Sequence[int]) -> str:
        """Return the source of these lines, breaks included, without what is not theirs."""
        parts: list[str] = []
        last = indexes[-1]
        position = self._start(indexes[0])
        for index, following in zip(indexes, [*indexes[1:], None], strict=True):
            parts.append(self.text[position : self._end(index)])
            if following is None or index == last:
                break
            parts.append(self._space_between(index, following))
            position = self._start(following)
        return "".join(parts)

    def _space_between(self, index: int, following: int) -> str:
        """Return the space between two lines of one owner, page furniture left out."""
        gap = self.text[self._end(index) : self._start(following)]
        return gap if not gap.strip() else self.text[self._end(index) : self.lines[index + 1].start]

    def _pieces(self) -> tuple[Piece, ...]:
        """Cut the whole text into pieces of one owner, with the space between them."""
        pieces: list[Piece] = []
        position, first = 0, True
        run: list[int] = []
        self.owner.update(
            {
                index: (line.kind, "")
                for index, line in enumerate(self.lines)
                if line.kind not in {"text", "blank"}
            }
        )
        for index in [*sorted(self.owner), None]:
            if index is not None and run and self.owner[index] == self.owner[run[0]]:
                run.append(index)
                continue
            if run:
                start, end = self._start(run[0]), self._end(run[-1])
                if start > position or first:
                    self._add_space(pieces, position, start)
                kind, owner = self.owner[run[0]]
                number = self.lines[run[0]].number
                pieces.append(Piece(kind, self.text[start:end], start, number, owner))
                position, first = end, False
            run = [] if index is None else [index]
        self._add_space(pieces, position, len(self.text))
        return tuple(pieces)

    def _add_space(self, pieces: list[Piece], start: int, end: int) -> None:
        if end > start:
            line = pieces[-1].line if pieces else 1
            pieces.append(Piece("space", self.text[start:end], start, line))


def _grouped(node: Node) -> tuple[list[Node], list[tuple[Node, Node | None]]]:
    """Return the sections of a chapter and its items, each with its section or None."""
    groups = [child for child in node.children if child.children and _titles_a_group(child)]
    if len(groups) * 2 <= len(node.children):
        return [], [(child, None) for child in node.children]
    leaves: list[tuple[Node, Node | None]] = []
    for child in node.children:
        if child in groups:
            leaves.extend((leaf, child) for leaf in child.children)
        else:
            leaves.append((child, None))
    return groups, leaves


def _titles_a_group(node: Node) -> bool:
    return is_heading(node.title, limit=50) and not node.title.endswith(("：", ":"))


def _unique_numbers(printed: Sequence[int]) -> list[int]:
    """Return the printed numbers; a number printed twice gets one that is not printed at all."""
    taken: set[int] = set()
    spare = max(printed, default=0)
    numbers: list[int] = []
    for number in printed:
        value = number
        if value in taken:
            spare += 1
            value = spare
        taken.add(value)
        numbers.append(value)
    return numbers
