"""What is wrong with a pack: each problem with its place, and all of them at once."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from itertools import groupby

from shizheng.kernel.errors import N_, DomainError

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a value stands: file as the reader named it, line and column from 1."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to put right in a pack (問題).

    ``path`` is the dotted path of the value inside its definition, empty for the whole file.
    ``message`` says what is wrong, with the offending value and what is allowed; ``hint`` what to
    do about it; ``code`` is stable.
    """

    file: str
    line: int
    path: str
    message: str
    code: str
    hint: str = ""
    column: int = 1

    def as_text(self) -> str:
        """Return the problem as the command line prints it: place, sentence, remedy, code."""
        head = f"{self.file}:{self.line}  {self.path}".rstrip()
        lines = [head, *(f"  {line}" for line in (self.message, self.hint) if line)]
        lines[-1] = f"{lines[-1]:<66}  [{self.code}]"
        return "\n".join(lines)


def problem_at(place: Place, path: Path, message: str, code: str, hint: str = "") -> Problem:
    """Return a problem that stands at ``place``."""
    dotted = ".".join(str(part) for part in path)
    return Problem(place.file, place.line, dotted, message, code, hint, place.column)


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class ControlCharacter:
    """A character that no text of a city holds, on which line, and the sentence about it."""

    line: int
    message: str


def control_character(text: str) -> ControlCharacter | None:
    """Return the first control character (控制字元) of ``text``; tabs and line ends are none."""
    found = _CONTROL.search(text)
    if found is None:
        return None
    line = len(re.findall(r"\r\n|\r|\n", text[: found.start()])) + 1
    message = f"holds the control character U+{ord(found.group()):04X}, which no text may have."
    return ControlCharacter(line, message)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return “did you mean `x`?” for the known word most like ``word``, or nothing."""
    close = get_close_matches(word, [*known], n=1, cutoff=0.6)
    return f"Did you mean `{close[0]}`?" if close else ""


def listed(words: Iterable[str], at_most: int = 12) -> str:
    """Return ``a, b, c``, cut with a count when there are more than ``at_most`` words."""
    every = [*words]
    rest = len(every) - at_most
    return ", ".join(every[:at_most]) + (f" and {rest} more" if rest > 0 else "")


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return the nearest known word, or the list of known words when none is near."""
    every = sorted(known)
    return nearest(word, every) or (f"Known: {listed(every)}." if every else "")


def report(problems: Sequence[Problem]) -> str:
    """Return all problems grouped by file, with a count at the end."""
    ordered = sorted(problems)
    blocks = [
        "\n".join(problem.as_text() for problem in group)
        for _, group in groupby(ordered, key=lambda problem: problem.file)
    ]
    files = len(blocks)
    count = len(ordered)
    total = f"{count} problem{'s' * (count != 1)} in {files} file{'s' * (files != 1)}."
    return "\n\n".join([*blocks, total])


def as_json(problems: Sequence[Problem]) -> list[dict[str, str | int]]:
    """Return the problems as plain mappings, in the order of the printed report."""
    return [asdict(problem) for problem in sorted(problems)]


class PackBroken(DomainError):
    """The pack has problems; ``problems`` holds every one of them (設定包有誤)."""

    code = "packs.pack_broken"
    message = N_("The pack {pack} cannot be used: {count} problems were found. The first: {first}")
    hint = N_("Run `shizheng check {pack}` to see all of them.")

    def __init__(self, pack: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        first = self.problems[0]
        super().__init__(
            pack=pack,
            count=len(self.problems),
            first=f"{first.file}:{first.line} {first.path} {first.message}",
        )


class PackUnreadable(DomainError):
    """There is no pack to read at that place (讀不到設定包)."""

    code = "packs.pack_unreadable"
    message = N_("{path} cannot be read as a pack: {why}.")
    hint = N_("A pack is a folder with a file pack.yaml in it; give the path of that folder.")
