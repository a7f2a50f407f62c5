"""The lines of a text and its page furniture: page numbers, running heads, tables of contents."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from shizheng.plan.domain.outline.numbering import fold, read_marker
from shizheng.plan.domain.outline.wording import width

_LINE = re.compile(r"[^\r\n\f]*(?:\r\n|[\r\n\f])|[^\r\n\f]+")
_DASHED = re.compile(r"[-–—－‐~〜·]\s*\d{1,4}\s*[-–—－‐~〜·]?")
_WORDED = re.compile(
    r"(?:-\s*)?第\s*[\d一二三四五六七八九十百]{1,5}\s*頁(?:\s*[,，、/]?\s*共\s*\d{1,4}\s*頁)?(?:\s*-)?"
    r"|page\s+\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\d{1,4}\s*/\s*\d{1,4}\s*頁?|頁\s*次?\s*[:：]?\s*\d{1,4}"
    r"|p\.\s*\d{1,4}",
    re.IGNORECASE,
)
_LEADERS = re.compile(
    r"[.．…‥·⋯・‧_]{2}[.．…‥·⋯・‧_\s]*[-(（]?\s*(?:\d{1,4}|[ivxlc]{1,7})\s*[-)）]?\s*$",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"[#*\s]*(?:(?:施政(?:綱要|計畫)?)?總?目\s*[錄次]|(?:table\s+of\s+)?contents)[\s:：*]*",
    re.IGNORECASE,
)
_TRAILING_PAGE = re.compile(r"[\s\u3000]+\d{1,4}\s*$")
_REPEATS = 3
_HEAD_LINES = 4
_HEAD_WIDTH = 100


@dataclass(slots=True)
class Line:
    """One line of the source. ``kind`` is text, blank, page_number, running_head or contents.

    ``number`` counts from 1 as an editor does; ``start`` is the offset of its first character.
    """

    number: int
    start: int
    raw: str
    kind: str = "text"
    after_blank: bool = False

    @property
    def body(self) -> str:
        """The line without surrounding space and line end."""
        return self.raw.strip()

    @property
    def page_ends(self) -> bool:
        """Whether a form feed ends the page here."""
        return self.raw.endswith("\f")


def split_lines(text: str) -> list[Line]:
    """Cut ``text`` into lines, all characters kept, and mark its furniture."""
    lines: list[Line] = []
    number = 1
    blank = False
    for match in _LINE.finditer(text):
        raw = match.group()
        line = Line(number, match.start(), raw, after_blank=blank)
        blank = not line.body
        if blank:
            line.kind = "blank"
        lines.append(line)
        number += not line.page_ends
    shown = [line for line in lines if line.kind == "text"]
    _mark_page_numbers(lines, shown)
    for _ in range(_HEAD_LINES):
        if not _mark_running_heads(lines):
            break
    _mark_contents([line for line in lines if line.kind == "text"])
    return lines


def _mark_page_numbers(lines: list[Line], shown: list[Line]) -> None:
    bare: list[Line] = []
    for line in shown:
        body = fold(line.body) if len(line.raw) < 60 else ""
        if body and (_DASHED.fullmatch(body) or _WORDED.fullmatch(body)):
            line.kind = "page_number"
        elif body.isdecimal() and len(body) <= 4:
            bare.append(line)
    for line in _counting(bare) + [one for one in bare if _stands_at_page_edge(lines, one)]:
        line.kind = "page_number"


def _counting(bare: list[Line]) -> list[Line]:
    """Return those lines of one number that count on from each other, as page numbers do."""
    values = [int(fold(line.body)) for line in bare]
    return [
        line
        for index, line in enumerate(bare)
        if (index > 0 and values[index] == values[index - 1] + 1)
        or (index + 1 < len(bare) and values[index + 1] == values[index] + 1)
    ]


def _stands_at_page_edge(lines: list[Line], line: Line) -> bool:
    index = _index_of(lines, line)
    before = lines[index - 1] if index else None
    after = lines[index + 1] if index + 1 < len(lines) else None
    around = (line, before, after if after and not after.body else None)
    return any(one.page_ends for one in around if one)


def _index_of(lines: list[Line], line: Line) -> int:
    """Return the place of ``line`` by bisection over its offset."""
    low, high = 0, len(lines) - 1
    while low < high:
        middle = (low + high) // 2
        if lines[middle].start < line.start:
            low = middle + 1
        else:
            high = middle
    return low


def _mark_running_heads(lines: list[Line]) -> bool:
    """Mark short lines that come back at the edges of pages, or count pages; say if any were."""
    shapes: dict[str, list[int]] = {}
    edge = _page_edges(lines)
    first = next((index for index, line in enumerate(lines) if line.kind == "text"), 0)
    for index, line in enumerate(lines):
        if line.kind == "text" and len(line.raw) < _HEAD_WIDTH and width(line.body) <= 80:
            shape = re.sub(r"\d+", "#", re.sub(r"[\s\u3000]+", "", fold(line.body)))
            shapes.setdefault(shape, []).append(index)
    marked = False
    for shape, found in shapes.items():
        at_edge = [index for index in found if index in edge]
        often = len(at_edge) >= 2 and len(at_edge) * 3 >= len(found) * 2
        if often and not read_marker(lines[found[0]].raw):
            is_title = found[0] == first or found[0] not in edge
            for index in found[is_title:]:
                lines[index].kind = "running_head"
                marked = True
        elif "#" in shape and len(found) >= _REPEATS and _pages_count_up([lines[i] for i in found]):
            for index in found:
                lines[index].kind = "running_head"
                marked = True
    return marked


def _page_edges(lines: list[Line]) -> set[int]:
    """Return the indexes of the lines next to a page number, or first or last on a page."""
    edges: set[int] = set()
    shown = [
        index
        for index, line in enumerate(lines)
        if line.kind in {"text", "page_number", "running_head"} or line.page_ends
    ]
    paged = any(line.page_ends for line in lines)
    if paged and shown:
        edges.add(shown[0])
        edges.add(shown[-1])
    for place, index in enumerate(shown):
        if lines[index].kind in {"page_number", "running_head"} or lines[index].page_ends:
            edges.update(shown[max(0, place - 1) : place + 2])
            edges.add(index)
    return edges


def _pages_count_up(lines: list[Line]) -> bool:
    """Say whether the last or first number of each line is one more than the line before."""
    for pattern in (r"\d+(?=\D*$)", r"\d+"):
        found = [re.search(pattern, fold(line.body)) for line in lines]
        values = [int(match.group()[:9]) for match in found if match]
        steps = Counter(after - before for before, after in pairwise(values))
        if steps and steps[1] >= 0.8 * sum(steps.values()) and not read_marker(lines[0].raw):
            return True
    return False


def _mark_contents(shown: list[Line]) -> None:
    """Mark tables of contents (目錄): lines with dot leaders, and the block under its heading."""
    for index, line in enumerate(shown):
        if len(line.raw) < 300 and _LEADERS.search(line.body):
            line.kind = "contents"
        elif len(line.raw) < 60 and _CONTENTS.fullmatch(fold(line.body)):
            line.kind = "contents"
            _mark_contents_block(shown[index + 1 : index + 1 + 2000])


def _is_listed(line: Line) -> bool:
    """Say whether the line ends with the number of a page, as entries of a contents list do."""
    body = line.raw[-80:].rstrip()
    return bool(_LEADERS.search(body) or _TRAILING_PAGE.search(body))


def _mark_contents_block(following: list[Line]) -> None:
    first = None
    block: list[Line] = []
    for line in following:
        marker = read_marker(line.raw) if len(line.raw) < 120 else None
        key = (marker.style, marker.number) if marker else None
        if not _is_listed(line) and (
            (key and key == first) or not (marker or width(line.body) <= 40)
        ):
            break
        first = first or key
        block.append(line)
    else:
        block = [line for line in block if _is_listed(line)]
    while block and not _is_listed(block[-1]) and not read_marker(block[-1].raw):
        block.pop()
    for line in block:
        line.kind = "contents"
