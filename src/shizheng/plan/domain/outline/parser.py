"""Bytes of a printed outline to chapters and items, nothing lost (施政綱要匯入)."""

import hashlib
import re

from shizheng.plan.domain.outline.assemble import Assembler
from shizheng.plan.domain.outline.errors import OutlineNotFound
from shizheng.plan.domain.outline.levels import find_markers, infer_levels
from shizheng.plan.domain.outline.lines import Line, split_lines
from shizheng.plan.domain.outline.numbering import Marker, Style
from shizheng.plan.domain.outline.source import read_source
from shizheng.plan.domain.outline.tree import Node, Tree, TreeBuilder
from shizheng.plan.domain.outline.values import Outline
from shizheng.plan.domain.outline.wording import is_heading

_WHOLE_PLAN = re.compile(
    r"施政(?:要項|重點|計畫|綱要|方針|項目)|各(?:機關|局處|部門|單位)"
    r"|工作(?:計畫|重點|要項)|policy outline",
    re.IGNORECASE,
)


def parse(source: bytes, *, name: str = "") -> Outline:
    """Read an outline from plain text (UTF-8, UTF-16, Big5) or from a PDF with a text layer.

    Args:
        source: the bytes of the file, at most 20,000,000.
        name: what to call it when it has no title of its own.

    Raises:
        OutlineUnreadable: one of its subclasses; each says what is wrong and what to do.
    """
    found = read_source(source)
    lines = split_lines(found.text)
    marks = find_markers(lines)
    order = infer_levels(lines, marks)
    if not order:
        raise OutlineNotFound(lines=len(lines))
    tree = TreeBuilder(lines, marks, order).build()
    _promote_departments(tree)
    _wrap_flat_list(lines, tree)
    assembler = Assembler(found.text, lines, tree)
    return assembler.outline(
        name=name,
        encoding=found.encoding,
        digest=hashlib.sha256(source).hexdigest(),
        unread_pages=found.unread_pages,
    )


def _promote_departments(tree: Tree) -> None:
    """Where one part of a report holds all departments (參、施政要項), make these the chapters."""
    holders = [top for top in tree.tops if any(child.children for child in top.children)]
    if len(holders) != 1 or not _WHOLE_PLAN.search(holders[0].title):
        return
    place = tree.tops.index(holders[0])
    for top in tree.tops[:place]:
        tree.before.extend(top.lines())
    tree.before.extend(holders[0].own)
    for top in tree.tops[place + 1 :]:
        tree.unplaced.extend(top.lines())
    tree.unplaced.sort()
    tree.tops = holders[0].children


def _wrap_flat_list(lines: list[Line], tree: Tree) -> None:
    """Put a list of sentences without chapters into one chapter without a heading."""
    sentences = [top for top in tree.tops if not is_heading(top.title)]
    if any(top.children for top in tree.tops) or len(sentences) * 2 < len(tree.tops):
        return
    if len(sentences) == 0:
        return
    first = tree.tops[0].line
    marker = Marker(Style.HEADING, 1, "", 0, len(lines[first].raw))
    tree.tops = [Node(0, first, marker, children=tree.tops)]
