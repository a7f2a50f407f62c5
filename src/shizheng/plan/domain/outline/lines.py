"""The lines of a text and its page furniture: page numbers, running heads, tables of contents."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from shizheng.plan.domain.outline.numbering import Style, fold, read_marker
from shizheng.plan.domain.outline.wording import TITLE_WORDS, is_heading, width

LINE_ENDS = "\r\n\f\v\x85\u2028\u2029"

_LINE = re.compile(rf"[^{LINE_ENDS}]*(?:\r\n|[{LINE_ENDS}])|[^{LINE_ENDS}]+")
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
_OF_A_GOVERNMENT = re.compile(r"政府|公所|[縣市鄉鎮區].*(?:綱要|計畫)|outline|programme", re.I)
_CONTINUED = re.compile(r".{0,40}[(（]\s*續\s*[一二三四五六七八九十\d]*\s*[)）]")
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
        number += raw[-1] not in "\f\v"
    shown = [line for line in lines if line.kind == "text"]
    _mark_page_numbers(lines, shown)
    for line in shown:
        if len(line.raw) < _HEAD_WIDTH and _CONTINUED.fullmatch(line.body):
            line.kind = "running_head"  # 壹、民政局（續）, at the head of its next page
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
            shapes.setdefault(_shape(line.body), []).append(index)
    marked = False
    titles = _titles(lines)
    for shape, found in shapes.items():
        at_edge = [index for index in found if index in edge]
        often = len(at_edge) >= 2 and len(at_edge) * 3 >= len(found) * 2
        often = often or (len(at_edge) == len(found) and shape in titles)
        again = _is_title_again(lines, found)
        if (often or again) and not read_marker(lines[found[0]].raw):
            is_title = found[0] == first or (found[0] not in edge and not again)
            for index in found[is_title:]:
                lines[index].kind = "running_head"
                marked = True
        elif "#" in shape and len(found) >= _REPEATS and _pages_count_up([lines[i] for i in found]):
            for index in found:
                lines[index].kind = "running_head"
                marked = True
    return marked


def _titles(lines: list[Line]) -> set[str]:
    """Return the shapes of titles of chapters, which pages often repeat at their head."""
    titles: set[str] = set()
    for line in lines:
        marker = (
            read_marker(line.raw) if line.kind == "text" and len(line.raw) < _HEAD_WIDTH else None
        )
        if marker and marker.style <= Style.HAN and is_heading(line.raw[marker.rest :], limit=40):
            titles.add(_shape(line.raw[marker.rest :].strip()))
    return titles


def _shape(body: str) -> str:
    return re.sub(r"\d+", "#", re.sub(r"[\s\u3000]+", "", fold(body)))


def _is_title_again(lines: list[Line], found: list[int]) -> bool:
    """Say whether a line names a government and its plan, again and again among the items."""
    body = lines[found[0]].body
    if len(found) < _REPEATS or not is_heading(body, limit=80):
        return False
    return bool(TITLE_WORDS.search(body) and _OF_A_GOVERNMENT.search(body))


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
