"""Two times at once: what held when (valid), and since when we knew it (recorded).

A thing's current belief is a list of states that do not overlap. Every act lays a state, or
nothing, over a span of days; what it covers is cut off. Nothing is ever overwritten: rows that
the act touches end in recorded time, and what is left of them is recorded anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Span(Generic[Content]):
    """A state over ``valid_from <= day < valid_to``; without an end where ``valid_to`` is None."""

    valid_from: date
    valid_to: date | None
    content: Content

    def holds(self, day: date) -> bool:
        """Whether ``day`` lies in the span."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def meets(self, begin: date, end: date | None) -> bool:
        """Whether the span shares a day with ``begin <= day < end``."""
        return (end is None or self.valid_from < end) and (
            self.valid_to is None or begin < self.valid_to
        )


@dataclass(frozen=True, slots=True)
class Overlay(Generic[Content]):
    """What an act does to the current belief: which rows end, which are recorded."""

    ended: tuple[Span[Content], ...]
    added: tuple[Span[Content], ...]


def overlaid(
    current: Iterable[Span[Content]], begin: date, end: date | None, content: Content | None
) -> Overlay[Content]:
    """Lay ``content``, or nothing, over ``begin <= day < end``.

    Args:
        current: the spans that are believed now; none overlaps another.
        end: None for as long as one can see.
        content: None takes the thing away for the span.

    Raises:
        ValueError: the span holds no day.
    """
    if end is not None and end <= begin:
        raise ValueError(f"the span {begin} to {end} holds no day")
    ended, added = [], []
    for span in current:
        if not span.meets(begin, end):
            continue
        ended.append(span)
        if span.valid_from < begin:
            added.append(Span(span.valid_from, begin, span.content))
        if end is not None and (span.valid_to is None or end < span.valid_to):
            added.append(Span(end, span.valid_to, span.content))
    if content is not None:
        added.append(Span(begin, end, content))
    return Overlay(tuple(ended), tuple(sorted(added, key=lambda span: span.valid_from)))
