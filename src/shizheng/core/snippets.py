"""The piece of a text in which a hit stands, cut so that a template can mark and escape it."""

from collections.abc import Sequence
from dataclasses import dataclass

from shizheng.kernel.text import fold_with_offsets

BEFORE, LENGTH = 30, 120
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of plain text; ``is_hit`` says whether it is what was searched for."""

    text: str
    is_hit: bool


def marked(text: str, words: Sequence[str]) -> list[Segment]:
    """Return all of ``text`` as segments, every occurrence of a folded word marked."""
    spans = _spans(text, words)
    return _segments(text, spans, 0, len(text))


def snippet(text: str, words: Sequence[str], length: int = LENGTH) -> list[Segment]:
    """Return about ``length`` characters around the first occurrence of a folded word.

    Cut ends show an ellipsis. Without an occurrence the beginning is returned.
    """
    spans = _spans(text, words)
    first = max(spans[0][0] - BEFORE, 0) if spans else 0
    last = min(first + length, len(text))
    if spans:
        last = max(last, min(spans[0][1], len(text)))
    segments = _segments(text, spans, first, last)
    if first:
        segments.insert(0, Segment(ELLIPSIS, is_hit=False))
    if last < len(text):
        segments.append(Segment(ELLIPSIS, is_hit=False))
    return segments


def _spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the words stand in ``text``, in order, overlapping ones joined."""
    folded, offsets = fold_with_offsets(text)
    found: list[tuple[int, int]] = []
    for word in words:
        at = folded.find(word)
        while at >= 0:
            found.append((offsets[at], offsets[at + len(word) - 1] + 1))
            at = folded.find(word, at + len(word))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _segments(text: str, spans: Sequence[tuple[int, int]], first: int, last: int) -> list[Segment]:
    segments: list[Segment] = []
    at = first
    for start, end in spans:
        start, end = max(start, first), min(end, last)  # noqa: PLW2901 - cut to the window
        if start >= end:
            continue
        if at < start:
            segments.append(Segment(text[at:start], is_hit=False))
        segments.append(Segment(text[start:end], is_hit=True))
        at = end
    if at < last:
        segments.append(Segment(text[at:last], is_hit=False))
    return segments
