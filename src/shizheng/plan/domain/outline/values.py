"""What an outline (施政綱要) is once read: chapters, sections, items, and where each one stood."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TAIL_OF_TITLE = re.compile(r"(?:部門|類|業務)?(?:施政(?:計畫|綱要|要項|重點|目標))?$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the source with one owner. The pieces, joined, are the source (原文).

    ``kind`` is one of title, preface, heading, chapter, intro, section, item, unplaced,
    page_number, running_head, contents, space. ``owner`` is a chapter number ("2") or an item
    code ("2-1"), else "".
    """

    kind: str
    text: str
    start: int
    line: int
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A line that no rule could put into the preface, a chapter or an item (未歸位文字)."""

    line: int
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A number out of sequence (編號不連續): nothing is dropped, but somebody should look.

    ``level`` is chapter, section or item; ``chapter`` is the label of the chapter, "" for a
    chapter's own number.
    """

    level: str
    chapter: str
    expected: int
    found: int
    line: int


@dataclass(frozen=True, slots=True)
class SubItem:
    """A numbered part inside an item (細項). ``depth`` is 1 for the level under the item."""

    code: str
    label: str
    depth: int
    text: str
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Item:
    """One sentence of the plan (施政項目).

    ``number`` is unique within the chapter and is the printed number wherever that is possible;
    ``raw`` is verbatim with label and line breaks but without page furniture; ``text`` is without
    the label, lines joined, punctuation as printed; ``search_text`` is ``text`` in NFKC.
    ``start`` and ``end`` are character offsets into the decoded source, half open.
    """

    number: int
    label: str
    code: str
    text: str
    raw: str
    search_text: str
    section: str | None
    start: int
    end: int
    line: int
    last_line: int
    subitems: tuple[SubItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A group of items between chapter and item (業務別)."""

    number: int
    label: str
    title: str
    intro: str
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one department will do (章): its heading, an introduction if any, and its items."""

    number: int
    label: str
    title: str
    heading_raw: str
    intro: str
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    start: int
    end: int
    line: int

    @property
    def department(self) -> str:
        """The department (機關) that the title names: ``民政類`` and ``民政部門`` give ``民政``."""
        return _TAIL_OF_TITLE.sub("", self.title) or self.title


@dataclass(frozen=True, slots=True)
class Outline:
    """A whole outline (施政綱要), from which the source can be printed again word for word.

    ``digest`` is the SHA-256, in hex, of the bytes that were read. ``unread_pages`` are pages of a
    PDF, counted from 1, that hold a picture but no text.
    """

    title: str
    preface: str
    heading: str
    chapters: tuple[Chapter, ...]
    unplaced: tuple[Unplaced, ...]
    gaps: tuple[Gap, ...]
    text: str = field(repr=False)
    encoding: str
    digest: str
    pieces: tuple[Piece, ...] = field(repr=False, default=())
    unread_pages: tuple[int, ...] = ()

    @property
    def items(self) -> Iterator[Item]:
        """Every item, in printed order."""
        return (item for chapter in self.chapters for item in chapter.items)

    @property
    def furniture(self) -> tuple[Piece, ...]:
        """Page numbers, running heads, tables of contents: known, never glued to an item."""
        kinds = {"page_number", "running_head", "contents"}
        return tuple(piece for piece in self.pieces if piece.kind in kinds)

    @property
    def is_clean(self) -> bool:
        """Everything has its place and every number follows the one before."""
        return not (self.unplaced or self.gaps or self.unread_pages)
