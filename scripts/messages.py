"""Keep the translations of every room: extract, check and compile, without GNU gettext.

    uv run scripts/messages.py extract web    # new strings into a room's django.po, old ones out
    uv run scripts/messages.py check          # every string translated, same parameters; 1 if not
    uv run scripts/messages.py compile        # django.po to django.mo, where the .po is newer

``compile`` runs by itself when the package is installed and before the tests.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).parents[1] / "src" / "shizheng"
LOCALE = "zh_Hant"
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PARAMETER = re.compile(r"%\((\w+)\)|\{(\w+)")


def rooms() -> list[Path]:
    """Return the folders that have a catalogue of their own."""
    return sorted(path for path in SOURCE.iterdir() if (path / "__init__.py").is_file())


def catalogue_path(room: Path) -> Path:
    """Return where a room keeps its translations."""
    return room / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def sources(room: Path) -> list[Path]:
    """Return the files of a room that may hold words; loose modules count with ``web``."""
    found = [
        path
        for pattern in ("*.py", "*.html", "*.txt")
        for path in room.rglob(pattern)
        if "migrations" not in path.parts and "static" not in path.parts
    ]
    return sorted(found + (list(SOURCE.glob("*.py")) if room.name == "web" else []))


def strings(path: Path) -> Iterator[tuple[str | tuple[str, ...], list[str], str | None]]:
    """Yield (source string or singular and plural, notes for translators, context)."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())
    found = extract("python", BytesIO(text.encode()), KEYWORDS, ["Translators:"])
    for _line, message, notes, context in found:
        yield message, notes, context


def catalogue_of(room: Path) -> Catalog:
    """Return the strings of a room as its sources have them, untranslated."""
    catalogue = Catalog(locale=LOCALE, fuzzy=False)
    for path in sources(room):
        place = path.relative_to(SOURCE if path.parent == SOURCE else room).as_posix()
        for message, notes, context in strings(path):
            if message:
                catalogue.add(message, locations=[(place, 0)], auto_comments=notes, context=context)
    return catalogue


def kept(room: Path) -> Catalog:
    """Return the translations of a room as they are in its file."""
    path = catalogue_path(room)
    if not path.is_file():
        return Catalog(locale=LOCALE, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


def identity(message: Message) -> tuple[object, str | None]:
    """Return what makes two messages the same one."""
    return message.id, message.context


def messages(catalogue: Catalog) -> dict[tuple[object, str | None], Message]:
    """Return a catalogue's messages without its header."""
    return {identity(message): message for message in catalogue if message.id}


def extract_rooms(names: list[str]) -> int:
    """Rewrite the catalogues: sources decide which strings, the file keeps their words."""
    for room in rooms():
        if names and room.name not in names:
            continue
        fresh, words = catalogue_of(room), messages(kept(room))
        if not messages(fresh):
            continue
        for key, message in messages(fresh).items():
            if key in words and "fuzzy" not in words[key].flags:
                message.string = words[key].string
                message.user_comments = words[key].user_comments
        path = catalogue_path(room)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_file(fresh))
    return 0


def as_file(catalogue: Catalog) -> bytes:
    """Return a catalogue as the bytes of its file: no dates and line numbers, so few conflicts."""
    buffer = BytesIO()
    write_po(
        buffer, catalogue, width=100, omit_header=True, include_lineno=False, sort_by_file=True
    )
    head = (
        'msgid ""\nmsgstr ""\n"Project-Id-Version: shizheng\\n"\n"Language: zh_Hant\\n"\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    )
    return head.encode() + buffer.getvalue()


def faults_of(room: Path) -> Iterator[str]:
    """Yield what is wrong with a room's translations, one line each."""
    fresh, words = messages(catalogue_of(room)), messages(kept(room))
    for key, message in fresh.items():
        found = words.get(key)
        if found is None or not all(_translations(found)):
            yield f"{room.name}: not translated: {key[0]!r}"
        elif "fuzzy" in found.flags:
            yield f"{room.name}: marked fuzzy: {key[0]!r}"
        elif any(parameters(text) != _wanted(message) for text in _translations(found)):
            yield f"{room.name}: parameters differ: {key[0]!r}"
    for key in words.keys() - fresh.keys():
        yield f"{room.name}: no longer in the sources: {key[0]!r}"


def parameters(text: str) -> set[str]:
    """Return the names of the parameters in a sentence."""
    return {name for found in PARAMETER.findall(text) for name in found if name}


def _translations(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string]


def _wanted(message: Message) -> set[str]:
    texts = message.id if isinstance(message.id, tuple | list) else (message.id,)
    return parameters(texts[-1])


def conflicts(kept_by_room: Mapping[str, Catalog]) -> Iterator[str]:
    """Yield each text that two rooms translate differently: a reader sees one of them in both.

    One word may be two ideas (Area: 面積, 行政區): the second room gives it a context, its name.
    """
    first: dict[tuple[object, str | None], tuple[str, list[str]]] = {}
    for room, catalogue in kept_by_room.items():
        for key, message in messages(catalogue).items():
            there, words = first.setdefault(key, (room, _translations(message)))
            if words != _translations(message):
                yield f"{room}: translated otherwise than in {there}: {key[0]!r}"


def faults() -> list[str]:
    """Return what is wrong with the translations of all rooms."""
    found = [fault for room in rooms() for fault in faults_of(room)]
    return found + list(conflicts({room.name: kept(room) for room in rooms()}))


def check_all() -> int:
    """Print every fault; 1 if there is one."""
    found = faults()
    for fault in found:
        print(fault, file=sys.stderr)
    if found:
        print("Run `uv run scripts/messages.py extract` and translate.", file=sys.stderr)
    return int(bool(found))


def compile_all() -> int:
    """Write ``django.mo`` beside each ``django.po`` that is newer."""
    for path in SOURCE.glob(f"*/locale/{LOCALE}/LC_MESSAGES/django.po"):
        target = path.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        with path.open("rb") as file:
            catalogue = read_po(file, locale=LOCALE)
        buffer = BytesIO()
        write_mo(buffer, catalogue)
        target.write_bytes(buffer.getvalue())
    return 0


def main() -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("act", choices=["extract", "check", "compile"])
    parser.add_argument("rooms", nargs="*", help="only these rooms (extract); all if none")
    given = parser.parse_args()
    if given.act == "extract":
        return extract_rooms(given.rooms)
    return check_all() if given.act == "check" else compile_all()


if __name__ == "__main__":
    sys.exit(main())
