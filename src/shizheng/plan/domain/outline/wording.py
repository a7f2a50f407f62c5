"""How broken lines are read as one sentence again, and how text is folded for comparison."""

import re
import unicodedata
from collections.abc import Iterable

SENTENCE_ENDS = "。！？；：.!?;:"
_CLOSING = "」』）)》〉】]”’\"'"
_PUNCTUATION = re.compile(r"[。，；！？,;!?]|\.(?:\s|$)")
_OPEN_ENDS = "，、,（(「『《〈－—"
_SPACE = re.compile(r"[\s\u3000]+")
_LATIN = re.compile(r"[0-9A-Za-z\u00c0-\u024f,.;:!?)%\"'&]$")
_LATIN_START = re.compile(r"^[0-9A-Za-z\u00c0-\u024f(\"'&]")
_ODD_IDEOGRAPH = re.compile(r"[\u2e80-\u2fd5\uf900-\ufaff]")
HEADING_WIDTH = 60
_OWN_LINE = 24
TITLE_WORDS = re.compile(r"施政|綱要|計畫|年度|outline|plan|program", re.IGNORECASE)
APPENDIX = re.compile(
    r"[【《(（]?(?:附[\s\u3000]*(?:表|錄|件|圖|註|則)|備[\s\u3000]*註"
    r"|[表圖][\s\u3000]*[一二三四五六七八九十\d]"
    r"|資料來源|註[:：\d]|appendix\b|annex\b|table\s+\d|結[\s\u3000]*語|結論)",
    re.IGNORECASE,
)


def nfkc(text: str) -> str:
    """Return ``text`` in the form used for search and comparison (正規化)."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def plain_ideographs(text: str) -> str:
    """Return ``text`` with radicals and compatibility ideographs, as PDFs give them, made plain."""
    return _ODD_IDEOGRAPH.sub(lambda sign: unicodedata.normalize("NFKC", sign.group()), text)


def ends_sentence(text: str) -> bool:
    """Say whether ``text`` ends as a sentence does, closing brackets and quotes aside."""
    return text.rstrip().rstrip(_CLOSING).endswith(tuple(SENTENCE_ENDS))


def breaks_off(text: str) -> bool:
    """Say whether ``text`` ends where no sentence can, such as after a comma (句中斷行)."""
    return text.rstrip().endswith(tuple(_OPEN_ENDS))


def width(text: str) -> int:
    """Return the printed width in half-width cells; a Han character takes two."""
    return sum(2 if sign >= "\u1100" else 1 for sign in text)


def is_heading(text: str, limit: int = HEADING_WIDTH) -> bool:
    """Say whether ``text`` could be a heading (標題): short, and no sentence."""
    body = text.strip()
    return bool(body) and width(body) <= limit and not _PUNCTUATION.search(body[:200])


def glue(lines: Iterable[str]) -> str:
    """Join lines that were broken in print: no space between Han, one between Latin words."""
    parts: list[str] = []
    for line in lines:
        body = line.strip()
        if not body:
            continue
        if parts and _LATIN.search(parts[-1]) and _LATIN_START.match(body):
            parts.append(" ")
        parts.append(body)
    return plain_ideographs("".join(parts))


def paragraphs(lines: Iterable[str]) -> str:
    """Join lines into paragraphs parted by an empty line; a sentence that runs on is not parted."""
    groups: list[list[str]] = []
    for line in lines:
        if not line.strip():
            continue
        last = groups[-1] if groups else []
        is_title = len(last) == 1 and is_heading(last[0], limit=_OWN_LINE)
        if last and not is_title and not ends_sentence(last[-1]):
            groups[-1].append(line)
        else:
            groups.append([line])
    return "\n\n".join(glue(group) for group in groups)


def tighten(title: str) -> str:
    """Return a title without the spaces that set Han characters apart (``民 政``)."""
    return re.sub(
        r"(?<=[\u2e80-\uffef])[\s\u3000]+(?=[\u2e80-\uffef])", "", plain_ideographs(title.strip())
    )
