"""Turns a text into what is learnt from: its characters and pairs of characters (單字與雙字)."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

from shizheng.kernel.text import fold
from shizheng.services.learning.errors import ScriptUnknown, TextWithoutWords

MOST_CHARACTERS = 5_000  # of one text; what follows says nothing new about its subject
LEAST_LETTERS = 2
LEAST_SHARE = 0.2  # of the letters of a text, in scripts that were learnt


def prepared(text: str) -> str:
    """Return ``text`` as it is compared: cut, NFKC, lower case, 臺 as 台."""
    return fold(text[:MOST_CHARACTERS])


def grams(text: str) -> Iterator[str]:
    """Yield the characters of a prepared text, then its overlapping pairs."""
    yield from text
    for at in range(len(text) - 1):
        yield text[at : at + 2]


def scripts(texts: Iterable[str]) -> Counter[str]:
    """Count the letters of prepared texts by script: ``CJK``, ``LATIN``, ``HANGUL``, ..."""
    letters = Counter(sign for text in texts for sign in text if sign.isalpha())
    found: Counter[str] = Counter()
    for letter, count in letters.items():
        found[unicodedata.name(letter, "UNNAMED").split()[0]] += count
    return found


def require_words(text: str, known: Iterable[str] = ()) -> None:
    """Make sure that a prepared text has words, in one of the ``known`` scripts if any are given.

    Raises:
        TextWithoutWords: fewer than two letters: empty, one character, only signs or emoji.
        ScriptUnknown: hardly a letter of it is in a script that was learnt.
    """
    found = scripts([text])
    if found.total() < LEAST_LETTERS:
        raise TextWithoutWords
    learnt = sum(found[script] for script in known)
    if known and (learnt < LEAST_LETTERS or learnt < LEAST_SHARE * found.total()):
        raise ScriptUnknown
