"""Lines to a tree of numbered nodes: which markers count, and which line belongs to which node."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from shizheng.plan.domain.outline.levels import Marks, is_punctuated, text_line_above
from shizheng.plan.domain.outline.lines import Line
from shizheng.plan.domain.outline.numbering import Marker, Style
from shizheng.plan.domain.outline.wording import (
    APPENDIX,
    breaks_off,
    ends_sentence,
    is_heading,
    width,
)

_FAR = 5
_AHEAD = 60
_SHARE_OF_FULL_LINES = 0.35
_WESTERN = {Style.DIGIT, Style.DECIMAL, Style.DECIMAL_DEEP, Style.DIGIT_PAREN, Style.DIGIT_CLOSING}
_TABLE_ROW = re.compile(r"[│┃├┤┌┐└┘┬┴┼─═╔╗║]|\|[^|]*\||\S\t+\S[^\t]*\t|(?:\S[ \u3000]{3,}){2}\S")


@dataclass(slots=True)
class Node:
    """A numbered line with what follows it. ``expected`` is 0 when the number is in sequence."""

    level: int
    line: int
    marker: Marker
    title: str = ""
    children: list["Node"] = field(default_factory=list)
    own: list[int] = field(default_factory=list)
    expected: int = 0

    def lines(self) -> list[int]:
        """Indexes of all its lines, those of its parts included, in order."""
        found: list[int] = []
        stack = [self]
        while stack:
            node = stack.pop()
            found.extend(node.own)
            stack.extend(node.children)
        return sorted(found)


@dataclass(slots=True)
class Tree:
    """The top nodes, the lines before the first of them, and the lines that have no place."""

    tops: list[Node] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    unplaced: list[int] = field(default_factory=list)


class TreeBuilder:
    """Walks the lines once; keeps the open nodes and what the last line said."""

    def __init__(self, lines: list[Line], marks: Marks, order: list[Style]) -> None:
        self.lines = lines
        self.level = {style: level for level, style in enumerate(order)}
        self.candidates = [at for at, mark in marks.items() if mark.style in self.level]
        self.marks = {at: marks[at] for at in self.candidates}
        self.place = {at: place for place, at in enumerate(self.candidates)}
        self.punctuated = is_punctuated(lines, self.marks, set(order[1:3]) or set(order))
        self.full_width = _full(width, 4, lines)
        self.full_length = _full(len, 1, lines)
        self.blocks = _separated_paragraphs_are_usual(lines, self.marks)
        self.tree = Tree()
        self.open: list[Node] = []
        self.previous = -1
        self.aside: dict[Style, int] | None = None

    def build(self) -> Tree:
        """Return the tree of all text lines."""
        for index, line in enumerate(self.lines):
            if line.kind != "text":
                continue
            marker = self.marks.get(index)
            if not (marker and self._accept(index, marker)):
                self._continue(index)
            self.previous = index
        return self.tree

    def _accept(self, index: int, marker: Marker) -> bool:
        level = self.level[marker.style]
        parents = [node for node in self.open if node.level < level]
        siblings = self._siblings(parents, level)
        expected = siblings[-1].marker.number + 1 if siblings else 1
        if marker.style in (Style.BULLET, Style.HEADING):
            marker = Marker(marker.style, expected, marker.label, marker.begin, marker.rest)
        believable = (
            self._fits_parent(marker, parents)
            and (self.aside is None or self._leaves_aside(marker, level, expected))
            and self._in_sequence(index, marker, level, expected)
        )
        if not believable:
            return False
        self.aside = None
        title = self.lines[index].raw[marker.rest :].strip()
        node = Node(level, index, marker, title, own=[index])
        node.expected = expected if marker.number != expected else 0
        (parents[-1].children if parents else self.tree.tops).append(node)
        self.open = [*parents, node]
        return True

    def _siblings(self, parents: list[Node], level: int) -> list[Node]:
        among = parents[-1].children if parents else self.tree.tops
        return [node for node in among[-50:] if node.level == level][-1:]

    @staticmethod
    def _fits_parent(marker: Marker, parents: list[Node]) -> bool:
        if marker.style not in (Style.DECIMAL, Style.DECIMAL_DEEP):
            return True
        return not parents or parents[-1].marker.number == marker.parent

    def _leaves_aside(self, marker: Marker, level: int, expected: int) -> bool:
        """Say whether the plan goes on after an appendix, whose own lists do not count."""
        aside = self.aside if self.aside is not None else {}
        own_list = aside.get(marker.style) == marker.number - 1
        aside[marker.style] = marker.number
        return marker.number == expected and expected > 1 and level <= 1 and not own_list

    def _in_sequence(self, index: int, marker: Marker, level: int, expected: int) -> bool:
        broken = self._runs_on(index)
        if marker.number == expected:
            if not broken or not self.open:
                return True
            again = self._seen_ahead(index, level, marker.number, complete=True)
            is_list = level <= 1 or expected > 1
            return not again and (is_list or self._seen_ahead(index, level, 2, complete=False))
        if level > 1 and expected == 1 and level > self._item_level():
            return False
        if marker.number > expected:
            far = 4 * _FAR if marker.style in _WESTERN else 1000
            return marker.number - expected < (_FAR if broken else far)
        return not broken

    def _item_level(self) -> int:
        return 2 if len(self.level) > 2 else 1

    def _runs_on(self, index: int) -> bool:
        """Say whether the sentence before ``index`` is not over (跨行未完)."""
        if self.previous < 0:
            return False
        last = self.lines[self.previous].body
        if ends_sentence(last):
            return False
        mark = self.marks.get(self.previous)
        if mark and is_heading(self.lines[self.previous].raw[mark.rest :], limit=40):
            return breaks_off(last)
        return breaks_off(last) or (self.punctuated and not self._stands_under_heading())

    def _stands_under_heading(self) -> bool:
        """Say whether the last line was no item's: an appendix, or the start of a chapter."""
        node = self.open[-1] if self.open else None
        return (
            node is None or self.aside is not None or (node.level == 0 and is_heading(node.title))
        )

    def _seen_ahead(self, index: int, level: int, number: int, *, complete: bool) -> bool:
        """Look for the same list's ``number`` before a higher marker, at the end of a sentence."""
        begin = self.place[index] + 1
        for at in self.candidates[begin : begin + _AHEAD]:
            mark = self.marks[at]
            found = self.level[mark.style]
            if found < level and (not complete or self._stands_free(at)):
                return False
            same = found == level and mark.number == number
            if same and (not complete or self._stands_free(at)):
                return True
        return False

    def _stands_free(self, index: int) -> bool:
        above = text_line_above(self.lines, index, reach=12)
        return above < 0 or ends_sentence(self.lines[above].body)

    def _continue(self, index: int) -> None:
        line = self.lines[index]
        if not self.open:
            self.tree.before.append(index)
        elif self.aside is not None or self._begins_aside(line, index) or self._is_table_row(line):
            self.tree.unplaced.append(index)
        else:
            self.open[-1].own.append(index)

    def _is_table_row(self, line: Line) -> bool:
        return len(line.raw) < 2000 and bool(_TABLE_ROW.search(line.raw.strip()))

    def _begins_aside(self, line: Line, index: int) -> bool:
        """Say whether an appendix or closing words begin here, after an item (附表、結語)."""
        heading = self.open[-1].level == 0 and not self.open[-1].children
        last = self.lines[self.previous].body
        if heading or not (ends_sentence(last) or not self.punctuated):
            return False
        is_title = (
            is_heading(line.body, limit=40)
            and self.punctuated
            and not ends_sentence(line.body)
            and not self._is_full(line)
        )
        stray = line.after_blank and self.punctuated and not self.blocks and ends_sentence(last)
        named = APPENDIX.match(line.body) and is_heading(line.body.rstrip("：:"), limit=80)
        if named or ((is_title or stray) and self._is_item(self.open[-1])):
            self.aside = {}
        return self.aside is not None

    def _is_full(self, line: Line) -> bool:
        """Say whether the line is as long as lines of this document become; no title is."""
        return width(line.body) >= self.full_width or len(line.body) >= self.full_length

    def _is_item(self, node: Node) -> bool:
        marker = node.marker
        return not is_heading(self.lines[node.line].raw[marker.rest :], limit=40) or node.level > 0


def _full(measure: Callable[[str], int], slack: int, lines: list[Line]) -> float:
    """Return the measure from which a line of this document is a full one, broken in print."""
    found = sorted(measure(line.body) for line in lines if line.kind == "text")
    if not found:
        return inf
    full = found[int(len(found) * 0.9)] - slack
    share = sum(one >= full for one in found) / len(found)
    return full if share > _SHARE_OF_FULL_LINES else inf


def _separated_paragraphs_are_usual(lines: list[Line], marks: Marks) -> bool:
    """Say whether items here often have further paragraphs after an empty line."""
    found, last, inside = 0, "", False
    for index, line in enumerate(lines):
        if line.kind != "text":
            continue
        inside = inside or index in marks
        if inside and index not in marks and line.after_blank and ends_sentence(last):
            found += 1
        last = line.body
    return found > max(3, 0.1 * len(marks))
