"""An outline back on paper: word for word, or tidied for a fresh print."""

from collections.abc import Iterator

from shizheng.plan.domain.outline.values import Chapter, Item, Outline


def printed(outline: Outline) -> str:
    """Return the source word for word, put together again from its pieces (逐字還原)."""
    return "".join(piece.text for piece in outline.pieces)


def clean(outline: Outline) -> str:
    """Return a tidy reprint: lines joined, no page furniture, unplaced lines where they stood."""
    front = [text for text in (outline.title, outline.preface, outline.heading) if text]
    blocks = [block for chapter in outline.chapters for block in _blocks(chapter)]
    blocks.extend((line.start, line.text) for line in outline.unplaced)
    return "\n\n".join(front + [text for _, text in sorted(blocks)]) + "\n"


def _blocks(chapter: Chapter) -> Iterator[tuple[int, str]]:
    heading = _labelled(chapter.label, chapter.title)
    if heading:
        yield chapter.start, heading + (f"\n\n{chapter.intro}" if chapter.intro else "")
    for section in chapter.sections:
        title = _labelled(section.label, section.title)
        yield section.start, title + (f"\n\n{section.intro}" if section.intro else "")
    for item in chapter.items:
        yield item.start, _item(item)


def _item(item: Item) -> str:
    return _labelled(item.label, item.text)


def _labelled(label: str, text: str) -> str:
    if not label or label[-1] in ")）" or label[0] == "第" or not label[-1].isalnum():
        return f"{label} {text}".strip()
    mark = "." if label[-1].isascii() and label[-1].isdigit() and label[0].isdigit() else "、"
    if label[0].isascii() and label[0].isalpha():
        mark = "."
    return f"{label}{mark}{' ' if mark == '.' else ''}{text}"
