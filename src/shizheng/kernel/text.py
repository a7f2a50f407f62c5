"""Text as it is stored, and text as it is searched: NFKC on input, 台 and 臺 alike in search."""

import re
import unicodedata
from collections.abc import Iterator

REPLACEMENT = "\ufffd"
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_BREAK_IN_HAN = re.compile(rf"(?<=[{_HAN}])[ \t]*\n[ \t]*(?=[{_HAN}])")
_VARIANTS = str.maketrans({"臺": "台"})
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_KEPT_CONTROLS = frozenset("\n\t")
_WORD_JOINERS = frozenset("\u200c\u200d")  # emoji and some scripts need them; search does not


def normalise(text: str) -> str:
    """Return ``text`` as it is stored (正規化): NFKC, line ends as ``\\n``, nothing unseen.

    Control characters, direction overrides, byte-order marks and zero-width spaces go; a lone
    surrogate, which no database takes, becomes U+FFFD. Line breaks and tabs stay.
    """
    if text.isascii() and text.isprintable():
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if not lines.isprintable():
        lines = "".join(_kept(sign) for sign in lines)
    return unicodedata.normalize("NFKC", lines)


def fold(text: str) -> str:
    """Return ``text`` as search compares it: stored form, lower case, 臺 as 台.

    A run of white space is one space; a line break between two Han characters is layout and
    goes. Only for comparing: what is shown stays as it was written.
    """
    joined = _BREAK_IN_HAN.sub("", normalise(text))
    folded = joined.casefold().translate(_VARIANTS)
    if not folded.isprintable():
        folded = "".join(sign for sign in folded if sign not in _WORD_JOINERS)
    return " ".join(folded.split())


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """Return ``fold(text)`` and, for each of its characters, where it stands in ``text``.

    ``text`` must be in stored form (:func:`normalise`); that is what a snippet is cut from.
    """
    signs: list[str] = []
    offsets: list[int] = []
    skipped = {at for found in _BREAK_IN_HAN.finditer(text) for at in range(*found.span())}
    for at, sign in enumerate(text):
        if at in skipped or sign in _WORD_JOINERS:
            continue
        if sign.isspace():
            if signs and signs[-1] != " ":
                signs.append(" ")
                offsets.append(at)
            continue
        for folded in sign.casefold().translate(_VARIANTS):
            signs.append(folded)
            offsets.append(at)
    if signs and signs[-1] == " ":
        del signs[-1], offsets[-1]
    return "".join(signs), offsets


def words(query: str) -> list[str]:
    """Return the words of a query, folded; all of them must be found."""
    return list(dict.fromkeys(fold(query).split()))


def bigrams(text: str) -> Iterator[str]:
    """Yield the overlapping pairs of a folded text, then its last character alone.

    ``市政府`` gives 市政, 政府, 府. A word of two or more characters is in the text exactly when
    its pairs stand there side by side; a single character, when some pair begins with it.
    """
    for at in range(len(text)):
        yield text[at : at + 2]


def _kept(sign: str) -> str:
    if "\ud800" <= sign <= "\udfff":
        return REPLACEMENT
    if sign in _KEPT_CONTROLS or sign in _WORD_JOINERS:
        return sign
    return "" if unicodedata.category(sign) in _UNSEEN else sign
