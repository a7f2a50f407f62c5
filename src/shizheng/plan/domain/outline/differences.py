"""What changed between two wordings: by character for Han, by word for other scripts."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKEN = re.compile(r"[0-9A-Za-z\u00c0-\u024f]+|\s+|.", re.DOTALL)
_MAX_TOKENS = 2_000


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text. ``kind`` is equal, removed (old side) or added (new side)."""

    kind: str
    text: str


def segments(old: str, new: str) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """Return both wordings in segments; each side joined is that wording, verbatim.

    Wide and narrow forms (``，`` and ``,``) count as equal. Wordings of more than 2,000 words
    and characters are compared at their two ends only.
    """
    one, two = _TOKEN.findall(old), _TOKEN.findall(new)
    keys_one, keys_two = _keys(one), _keys(two)
    head = _common(keys_one, keys_two)
    limit = min(len(one), len(two)) - head
    tail = min(limit, _common(keys_one[::-1], keys_two[::-1]))
    end_one, end_two = len(one) - tail, len(two) - tail
    blocks = [("equal", 0, head, 0, head)] if head else []
    if max(end_one, end_two) - head > _MAX_TOKENS:
        blocks.append(("replace", head, end_one, head, end_two))
    else:
        matcher = SequenceMatcher(None, keys_one[head:end_one], keys_two[head:end_two], False)
        blocks += [
            (kind, a + head, b + head, c + head, d + head)
            for kind, a, b, c, d in matcher.get_opcodes()
        ]
    if tail:
        blocks.append(("equal", end_one, len(one), end_two, len(two)))
    left = [(kind == "equal", "".join(one[a:b])) for kind, a, b, _, _ in blocks]
    right = [(kind == "equal", "".join(two[c:d])) for kind, _, _, c, d in blocks]
    return _merged(left, "removed"), _merged(right, "added")


def _keys(tokens: list[str]) -> list[str]:
    return [unicodedata.normalize("NFKC", token) for token in tokens]


def _common(one: list[str], two: list[str]) -> int:
    count = 0
    for first, second in zip(one, two, strict=False):
        if first != second:
            break
        count += 1
    return count


def _merged(parts: list[tuple[bool, str]], changed: str) -> tuple[Segment, ...]:
    found: list[Segment] = []
    for is_equal, text in parts:
        kind = "equal" if is_equal else changed
        if text and found and found[-1].kind == kind:
            found[-1] = Segment(kind, found[-1].text + text)
        elif text:
            found.append(Segment(kind, text))
    return tuple(found)
