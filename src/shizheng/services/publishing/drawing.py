"""The states of a version as a drawing: boxes shaped by holder, lines with the names of acts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shizheng.core.words import in_language
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.diagram import Box, Layout, Link, Point, Size, layout
from shizheng.services.domain.flow import holder_of
from shizheng.services.publishing import words as said
from shizheng.services.schema.flow import Holder

LETTER, LINE = 15.0, 20.0
LATIN_SHARE = 0.58
WIDEST = 230.0
FIRST_HAN = 0x2E80
SLANT = 16.0


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text at its place."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class StateDrawn:
    """One state: the path of its shape, its words, and by whom it is held."""

    key: str
    kind: str
    shape: str
    inner: str
    lines: tuple[TextLine, ...]
    holder: TextLine


@dataclass(frozen=True, slots=True)
class LinkDrawn:
    """One way from state to state: its path, the ground of its words, the words."""

    path: str
    ground: str
    lines: tuple[TextLine, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole drawing (狀態圖)."""

    width: int
    height: int
    states: tuple[StateDrawn, ...]
    links: tuple[LinkDrawn, ...]
    told: str


def drawing(definition: Definition) -> Drawing:
    """Return the drawing of a version's states in the language of the moment."""
    words = {key: wrapped(in_language(state.label)) for key, state in definition.states.items()}
    holders = {key: _holder_line(definition, key) for key in definition.states}
    acts = acts_by_link(definition)
    found = layout(
        {key: _box_size([*lines, holders[key]]) for key, lines in words.items()},
        definition.start,
        {link: _words_size(lines) for link, lines in acts.items()},
    )
    return Drawing(
        width=round(found.width),
        height=round(found.height),
        states=tuple(_state(definition, key, words[key], holders[key], found) for key in words),
        links=tuple(_link(found, link, lines) for link, lines in acts.items()),
        told=_("States of “{service}” and the acts that lead from one to another").format(
            service=in_language(definition.name)
        ),
    )


def acts_by_link(definition: Definition) -> dict[Link, list[str]]:
    """Return the names of the acts on each way from one state to another."""
    found: dict[Link, list[str]] = {}
    for action in definition.actions.values():
        for left in action.from_:
            if action.to and action.to != left and action.to in definition.states:
                lines = wrapped(in_language(action.label))
                found.setdefault((left, action.to), []).extend(lines)
    return found


def width_of(text: str) -> float:
    """Return about how wide a text is drawn; Chinese letters are as wide as they are high."""
    return sum(LETTER if ord(sign) >= FIRST_HAN else LETTER * LATIN_SHARE for sign in text)


def wrapped(text: str, widest: float = WIDEST) -> list[str]:
    """Return a text in lines no wider than ``widest``; Chinese breaks anywhere."""
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and width_of(lines[-1] + piece.rstrip()) > widest:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


def _pieces(text: str) -> Iterator[str]:
    word = ""
    for sign in text:
        if ord(sign) >= FIRST_HAN:
            yield from (word, sign) if word else (sign,)
            word = ""
        else:
            word += sign
            if sign == " ":
                yield word
                word = ""
    if word:
        yield word


def _holder_line(definition: Definition, key: str) -> str:
    state = definition.states[key]
    words = pgettext("services", "End") if state.final else said.HOLDERS[str(state.holder)]
    return f"{_('Begin')} · {words}" if key == definition.start else str(words)


def _box_size(lines: Sequence[str]) -> Size:
    width = max(map(width_of, lines)) + 2 * SLANT + 12
    return Size(max(width, 120.0), len(lines) * LINE + 18)


def _words_size(lines: Sequence[str]) -> Size:
    return Size(max(map(width_of, lines)) + 12, len(lines) * LINE)


def _state(
    definition: Definition, key: str, words: Sequence[str], holder: str, found: Layout
) -> StateDrawn:
    box, kind = found.boxes[key], holder_of(definition, key)
    lines = _text_lines([*words, holder], box)
    inner = Box(box.x, box.y, box.width - 8, box.height - 8)
    return StateDrawn(
        key=key,
        kind=str(kind),
        shape=shape(kind, box),
        inner=shape(kind, inner) if kind is Holder.NOBODY else "",
        lines=lines[:-1],
        holder=lines[-1],
    )


def shape(holder: Holder, box: Box) -> str:
    """Return the outline of a state: office square, applicant round, another agency pointed."""
    left, right = box.x - box.width / 2, box.x + box.width / 2
    top, bottom = box.y - box.height / 2, box.y + box.height / 2
    if holder is Holder.APPLICANT:
        r = round(box.height / 2, 1)
        return (
            f"M{left + r:.1f} {top:.1f}H{right - r:.1f}A{r} {r} 0 0 1 {right - r:.1f} {bottom:.1f}"
            f"H{left + r:.1f}A{r} {r} 0 0 1 {left + r:.1f} {top:.1f}Z"
        )
    if holder is Holder.AGENCY:
        return (
            f"M{left + SLANT:.1f} {top:.1f}H{right - SLANT:.1f}L{right:.1f} {box.y:.1f}"
            f"L{right - SLANT:.1f} {bottom:.1f}H{left + SLANT:.1f}L{left:.1f} {box.y:.1f}Z"
        )
    return f"M{left:.1f} {top:.1f}H{right:.1f}V{bottom:.1f}H{left:.1f}Z"


def _text_lines(lines: Sequence[str], box: Box) -> tuple[TextLine, ...]:
    first = box.y - (len(lines) - 1) * LINE / 2 + LETTER * 0.36
    return tuple(
        TextLine(text, round(box.x, 1), round(first + number * LINE, 1))
        for number, text in enumerate(lines)
    )


def _link(found: Layout, link: Link, lines: Sequence[str]) -> LinkDrawn:
    line = found.lines[link]
    return LinkDrawn(
        path=curve(line.points),
        ground=shape(Holder.OFFICE, line.words),
        lines=_text_lines(lines, line.words),
    )


def curve(points: Sequence[Point]) -> str:
    """Return the path through points: upright at each of them, bent between."""
    (x, y), *_rest = points
    path = f"M{x:.1f} {y:.1f}"
    for (left, upper), (right, lower) in pairwise(points):
        middle = (upper + lower) / 2
        if abs(left - right) < 0.5:
            path += f"V{lower:.1f}" if left == right else f"L{right:.1f} {lower:.1f}"
        else:
            path += f"C{left:.1f} {middle:.1f} {right:.1f} {middle:.1f} {right:.1f} {lower:.1f}"
    return path
