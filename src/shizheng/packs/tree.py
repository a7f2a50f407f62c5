"""Reads YAML into plain values that know their line: no surprises, no aliases, no repeated keys.

Built on the events of libyaml, so that nesting is bounded and nothing is expanded. Only
``true``/``false``, ``null``, whole and decimal numbers and ISO dates are more than text;
``no``, ``on``, ``012`` and ``12:30`` stay the text they look like.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

from shizheng.packs.problems import Path, Place, Problem, control_character, problem_at

DEEPEST = 32
MOST_VALUES = 200_000
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,18}([eE][-+]?[0-9]{1,3})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TAGS = ("!table", "!file")


@dataclass(frozen=True, slots=True)
class Companion:
    """A file that stands beside a definition: ``!table villages.csv`` or ``!file outline.txt``."""

    role: str
    name: str


@dataclass(slots=True)
class Document:
    """One YAML document: its value, and the place of every value inside it."""

    value: Any
    places: dict[Path, Place] = field(default_factory=dict)

    def place(self, path: Path) -> Place:
        """Return the place of ``path`` or of the nearest value around it."""
        while path not in self.places and path:
            path = path[:-1]
        return self.places[path]


def scalar(text: str) -> Any:
    """Return the value of a plain (unquoted) word."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def read_documents(text: str, file: str) -> tuple[list[Document], list[Problem]]:
    """Return the documents of one YAML text and what is wrong with it.

    Args:
        text: the whole file.
        file: its name in messages.
    """
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        builder.refuse_syntax(error)
    except yaml.reader.ReaderError as error:
        line = text.encode().count(b"\n", 0, error.position) + 1
        code = error.character if isinstance(error.character, int) else ord(error.character)
        message = f"holds the control character U+{code:04X}, which YAML does not allow."
        builder.refuse(Place(file, line), (), message, "pack.yaml.character")
    except _TooMuch:
        pass
    return builder.documents, builder.problems


class _TooMuch(Exception):
    """The text nests deeper or holds more than any definition needs; reading stops."""


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is being read."""

    value: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None
    key_place: Place | None = None
    lines: dict[str, int] = field(default_factory=dict)


class _Builder:
    """Turns events into documents, one event at a time."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.documents: list[Document] = []
        self.problems: list[Problem] = []
        self._frames: list[_Frame] = []
        self._skipping = 0
        self._count = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents.append(Document(None, {(): self._place(event)}))
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)

    def refuse(self, place: Place, path: Path, message: str, code: str, hint: str = "") -> None:
        self.problems.append(problem_at(place, path, message, code, hint))

    def refuse_syntax(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        place = Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file)
        said = error.problem or "the text ends too early"
        hint = ""
        if "cannot start any token" in said or "tab" in said:
            hint = "Indent with spaces, never tabs; put text that starts with a sign in quotes."
        elif "mapping values" in said:
            hint = "Put text that holds a colon and a space in quotes."
        self.refuse(place, (), f"cannot be read as YAML: {said}.", "pack.yaml.syntax", hint)

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file)

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        if self._skipping:
            self._skipping += 1
            return
        place = self._place(event)
        if len(self._frames) >= DEEPEST:
            message = f"nests more than {DEEPEST} levels deep."
            self.refuse(place, self._frames[-1].path, message, "pack.yaml.too_deep")
            raise _TooMuch
        if self._expects_key():
            self.refuse(place, self._frames[-1].path, "a key must be text.", "pack.yaml.key")
            self._skipping = 1
            return
        self._check_marks(event, place)
        value: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._put(value, place, is_block=True)
        self._frames.append(_Frame(value, path))

    def _close(self) -> None:
        if not self._skipping:
            self._frames.pop()
            return
        self._skipping -= 1
        if not self._skipping:
            self._frames[-1].key = "?"

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if self._skipping:
            return
        place = self._place(event)
        self._count += 1
        if self._count > MOST_VALUES:
            message = f"holds more than {MOST_VALUES:,} values."
            hint = "Put long lists into a table beside the definition (!table)."
            self.refuse(place, (), message, "pack.yaml.too_many", hint)
            raise _TooMuch
        found = control_character(event.value)
        if found and event.tag not in _TAGS:
            self.refuse(place, self._here(), found.message, "pack.yaml.character")
        if self._expects_key():
            self._take_key(event.value, place)
            return
        value: Any = event.value if event.style else scalar(event.value)
        if event.tag in _TAGS:
            value = Companion(event.tag[1:], event.value)
        else:
            self._check_marks(event, place)
        self._put(value, place)

    def _alias(self, event: yaml.AliasEvent) -> None:
        message = f"refers to an anchor (*{event.anchor}); anchors and aliases are not read."
        hint = "Write the value out where it is needed."
        if self._skipping:
            return
        self.refuse(self._place(event), self._here(), message, "pack.yaml.alias", hint)
        if self._expects_key():
            self._frames[-1].key = "?"
        else:
            self._put(None, self._place(event))

    def _check_marks(
        self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, place: Place
    ) -> None:
        """Refuse anchors and tags on a value."""
        if event.anchor:
            message = f"sets an anchor (&{event.anchor}); anchors and aliases are not read."
            hint = "Write the value out where it is needed."
            self.refuse(place, self._here(), message, "pack.yaml.alias", hint)
        if event.tag not in (None, "!"):
            message = f"bears the tag {event.tag}; only {' and '.join(_TAGS)} are known."
            self.refuse(place, self._here(), message, "pack.yaml.tag")

    def _expects_key(self) -> bool:
        frame = self._frames[-1] if self._frames else None
        return frame is not None and isinstance(frame.value, dict) and frame.key is None

    def _here(self) -> Path:
        """Return the path of the value that comes next."""
        if not self._frames:
            return ()
        frame = self._frames[-1]
        if isinstance(frame.value, list):
            return (*frame.path, len(frame.value))
        return frame.path if frame.key is None else (*frame.path, frame.key)

    def _take_key(self, key: str, place: Place) -> None:
        frame = self._frames[-1]
        frame.key, frame.key_place = key, place
        if key in frame.lines:
            message = f"`{key}` stands here twice; the first is on line {frame.lines[key]}."
            hint = "Keep one of them."
            self.refuse(place, (*frame.path, key), message, "pack.yaml.duplicate_key", hint)
        frame.lines.setdefault(key, place.line)

    def _put(self, value: Any, place: Place, is_block: bool = False) -> Path:
        path = self._here()
        document = self.documents[-1]
        if not self._frames:
            document.value = value
            return path
        frame = self._frames[-1]
        if isinstance(frame.value, list):
            frame.value.append(value)
        else:
            frame.value[str(frame.key)] = value
            place = frame.key_place if is_block and frame.key_place else place
            frame.key = None
        document.places[path] = place
        return path
