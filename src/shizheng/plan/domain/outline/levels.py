"""Which numbering style is the chapter, which the item: the nesting, inferred per document."""

import re
from bisect import bisect_right
from collections import defaultdict
from itertools import pairwise

from shizheng.plan.domain.outline.lines import Line
from shizheng.plan.domain.outline.numbering import Marker, Style, read_marker
from shizheng.plan.domain.outline.wording import APPENDIX, TITLE_WORDS, ends_sentence, is_heading

_SAMPLE = 20_000
_SHARE_WITH_FULL_STOP = 0.6

Marks = dict[int, Marker]


def find_markers(lines: list[Line]) -> Marks:
    """Return the markers of the text lines, by index of the line."""
    marks: Marks = {}
    for index, line in enumerate(lines):
        marker = read_marker(line.raw) if line.kind == "text" else None
        if marker:
            marks[index] = marker
    return marks


def infer_levels(lines: list[Line], marks: Marks) -> list[Style]:
    """Return the styles from the outermost in; drop from ``marks`` what is no heading or item.

    Lists in the preface lose their marks; unnumbered department names over lists that begin
    again with 1 gain one of style HEADING.
    """
    _drop_idle_bullets(marks)
    order = _order(marks)
    if not order:
        return []
    runs = _runs(marks, order[0])
    if len(runs) > 1:
        rich = _runs_with_parts(marks, runs, order)
        if len(rich) == 1 and rich[0] is not runs[0]:
            for index in [at for at in marks if at < rich[0][0]]:
                del marks[index]
            order = _order(marks)
        elif len(rich) != 1 and _add_unnumbered_headings(lines, marks, runs):
            order = [Style.HEADING, *order]
    top = order[0]
    first = min(index for index, marker in marks.items() if marker.style == top)
    for index in [at for at in marks if at < first]:
        del marks[index]
    return [style for style in order if any(m.style == style for m in marks.values())]


def _drop_idle_bullets(marks: Marks) -> None:
    """Keep bullets only where nothing below the chapters is numbered."""
    numbered = {marker.style for marker in marks.values()} - {Style.BULLET}
    if len(numbered) > 1 or not numbered:
        for index in [at for at, marker in marks.items() if marker.style == Style.BULLET]:
            del marks[index]


def _order(marks: Marks) -> list[Style]:
    """Order the styles in use: by custom, unless the document itself nests them otherwise."""
    by_style: dict[Style, list[int]] = defaultdict(list)
    for marker in marks.values():
        by_style[marker.style].append(marker.number)
    order = sorted(style for style, numbers in by_style.items() if _is_in_use(style, numbers))
    inside = _nesting(marks)
    for _ in order:
        for place in range(len(order) - 1):
            outer, inner = order[place], order[place + 1]
            if inside[inner, outer] > 0 and inside[outer, inner] == 0 and inner != Style.BULLET:
                order[place], order[place + 1] = inner, outer
    return order


def _is_in_use(style: Style, numbers: list[int]) -> bool:
    if style == Style.BULLET or 1 in numbers:
        return True
    return any(after == before + 1 for before, after in pairwise(numbers))


def _nesting(marks: Marks) -> dict[tuple[Style, Style], int]:
    """Count, for styles (A, B), how often a list of B begins between A's n and n + 1."""
    inside: dict[tuple[Style, Style], int] = defaultdict(int)
    last: dict[Style, tuple[int, int]] = {}
    began: dict[Style, int] = {}
    for index, marker in list(marks.items())[:_SAMPLE]:
        before = last.get(marker.style)
        if before and marker.number == before[1] + 1:
            for style, at in began.items():
                if style != marker.style and at > before[0]:
                    inside[marker.style, style] += 1
        if marker.number == 1:
            began[marker.style] = index
        last[marker.style] = (index, marker.number)
    return inside


def _runs(marks: Marks, style: Style) -> list[list[int]]:
    """Cut the markers of ``style`` into runs, each beginning again with 1."""
    runs: list[list[int]] = []
    for index, marker in marks.items():
        if marker.style == style:
            if marker.number == 1 or not runs:
                runs.append([])
            runs[-1].append(index)
    return runs


def _runs_with_parts(marks: Marks, runs: list[list[int]], order: list[Style]) -> list[list[int]]:
    """Return the runs that hold markers of a deeper style before the next run begins."""
    deeper = [at for at, mark in marks.items() if mark.style in order[1:]]
    found: list[list[int]] = []
    for run, following in zip(runs, [*runs[1:], None], strict=True):
        place = bisect_right(deeper, run[0])
        if place < len(deeper) and (following is None or deeper[place] < following[0]):
            found.append(run)
    return found


def _add_unnumbered_headings(lines: list[Line], marks: Marks, runs: list[list[int]]) -> bool:
    """Mark department names without a number, if nearly every list that begins has one above."""
    above: list[int] = []
    for run in runs[:1000]:
        at = text_line_above(lines, run[0], reach=8)
        if at >= 0 and at not in marks and _is_department(lines[at].body):
            above.append(at)
    if len(above) < max(2, 0.8 * len(runs)):
        return False
    for number, at in enumerate(above, start=1):
        raw = lines[at].raw
        begin = len(raw) - len(raw.lstrip())
        hashes = re.match(r"#{1,6}\s+", raw[begin:])
        rest = begin + (hashes.end() if hashes else 0)
        bare = re.match(rf"{number}\s+(?=\D)", raw[rest:])  # 1 Roads, without a point
        label = str(number) if bare else ""
        marks[at] = Marker(Style.HEADING, number, label, rest, rest + (bare.end() if bare else 0))
    ordered = dict(sorted(marks.items()))
    marks.clear()
    marks.update(ordered)
    return True


def _is_department(body: str) -> bool:
    if TITLE_WORDS.search(body) or APPENDIX.match(body):
        return False
    return is_heading(body, limit=40) and not ends_sentence(body)


def text_line_above(lines: list[Line], index: int, *, reach: int) -> int:
    """Return the index of the nearest text line above ``index`` within ``reach`` lines, or -1."""
    above = range(index - 1, max(-1, index - 1 - reach), -1)
    return next((at for at in above if lines[at].kind == "text"), -1)


def is_punctuated(lines: list[Line], marks: Marks, items: set[Style]) -> bool:
    """Say whether items of this document end with a full stop, so that one without runs on."""
    complete, total, last = 0, 0, ""
    for index, line in enumerate(lines):
        if line.kind != "text":
            continue
        mark = marks.get(index)
        if mark and last and mark.style in items and not is_heading(last, limit=40):
            total += 1
            complete += ends_sentence(last)
        last = line.body
    return total > 0 and complete >= _SHARE_WITH_FULL_STOP * total
