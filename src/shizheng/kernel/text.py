"""Text as it is stored, and text as it is searched: NFKC on input, 台 and 臺 alike in search."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

REPLACEMENT = "\ufffd"
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_BREAK_IN_HAN = re.compile(rf"(?<=[{_HAN}])[ \t]*\n[ \t]*(?=[{_HAN}])")
_VARIANTS = str.maketrans({"臺": "台"})
_JOINS = re.compile("[\u1160-\u11ff\u3131-\u318e\uff9e-\uffdc]")  # marks of kana, letters of hangul
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
    return unicodedata.normalize("NFKC", cleaned(text))


def cleaned(text: str) -> str:
    """Return ``text`` as it was written, less what :func:`normalise` drops: wide signs stay wide.

    This is the form in which verbatim text is shown (原文), 「，」 and all.
    """
    if text.isascii() and text.isprintable():
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if not lines.isprintable():
        lines = "".join(_kept(sign) for sign in lines)
    return unicodedata.normalize("NFC", lines)


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

    ``text`` must have gone through :func:`cleaned`; that is what a snippet is cut from.
    """
    normal, places = _normal_with_offsets(text)
    skipped = {at for found in _BREAK_IN_HAN.finditer(normal) for at in range(*found.span())}
    signs: list[str] = []
    offsets: list[int] = []
    for at, sign in enumerate(normal):
        if at in skipped or sign in _WORD_JOINERS:
            continue
        is_space = sign.isspace()
        if is_space and (not signs or signs[-1] == " "):
            continue
        for folded in " " if is_space else sign.casefold().translate(_VARIANTS):
            signs.append(folded)
            offsets.append(places[at])
    if signs and signs[-1] == " ":
        del signs[-1], offsets[-1]
    return "".join(signs), offsets


def _normal_with_offsets(text: str) -> tuple[str, Sequence[int]]:
    """Return ``text`` in NFKC and, for each of its characters, where it stands in ``text``."""
    normal = unicodedata.normalize("NFKC", text)
    if normal == text:
        return text, range(len(text))
    is_joined = _JOINS.search(text) or any(map(unicodedata.combining, text))
    if len(normal) == len(text) and not is_joined:  # then every sign became one
        return normal, range(len(text))
    pieces = [(at, unicodedata.normalize("NFKC", piece)) for at, piece in _clusters(text)]
    return "".join(piece for _, piece in pieces), [at for at, piece in pieces for _ in piece]


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Yield pieces that NFKC may join into one sign, such as ﾊﾞ, and where each begins."""
    start = 0
    for at in range(1, len(text)):
        if not (unicodedata.combining(text[at]) or _JOINS.match(text[at])):
            yield start, text[start:at]
            start = at
    yield start, text[start:]


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
