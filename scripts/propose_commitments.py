"""Proposes one commitment for each item of an outline, for its department to confirm.

Usage: python scripts/propose_commitments.py packs/NAME

Reads the outline, the catalogue and the agencies of the pack and writes plan/commitments.csv. The
kind is taken from the verbs of the item, partners from the agencies that the text names; both are
guesses, and every row is marked as proposed.
"""

import csv
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from shizheng.packs.kinds.agency import Agency, AgencyTree
from shizheng.packs.pack import Pack
from shizheng.packs.reading import read
from shizheng.plan.definitions import Catalogue, Outline

DIGITS = "〇一二三四五六七八九"
CHAPTER = re.compile(r"^([一二三四五六七八九十]+)、", re.MULTILINE)
ITEM = re.compile(r"^(?:- )?\(([一二三四五六七八九十]+)\)", re.MULTILINE)
KINDS = (
    ("deliver", r"興建|新建|闢建|拓寬|遷建|開闢|建置|籌辦|籌建|設立|成立|增設|工程|通車|完成"),
    ("study", r"規劃|研擬|研議|評估|可行性|研究|調查|普查"),
    ("reduce", r"減量|減少|降低|減碳|減災|防制|清欠|減輕|抑制|撙節|擷節"),
    ("comply", r"稽查|取締|查核|審核|查緝|裁處|稽核|檢查|監理|管制|查驗|督導|監督"),
)


def main() -> None:
    """Write plan/commitments.csv of one pack."""
    root = Path(sys.argv[1])
    pack, _ = read(root)
    outline, catalogue = pack.body(Outline), pack.body(Catalogue)
    chapters = {chapter.number: str(chapter.agency) for chapter in outline.chapters}
    texts = dict(items_of(pack.read(outline.text).decode()))
    agencies = [a for a in pack.body(AgencyTree).agencies if a.kind == "department"]
    with (root / "plan/commitments.csv").open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["item", "kind", "agency", "partners", "statement.zh-Hant", "statement.en"])
        for item in catalogue.items:
            lead = chapters[int(item.id.split("-")[0])]
            text = texts[item.id]
            partners = partners_of(text, item.does, agencies, lead)
            title = item.title
            table.writerow(
                [item.id, kind_of(text), lead, ";".join(partners), title["zh-Hant"], title["en"]]
            )
    report(pack, texts)


def number_of(han: str) -> int:
    """Return 1 to 99 for a Chinese number."""
    tens, ten, ones = han.rpartition("十")
    if not ten:
        return DIGITS.index(han)
    return (DIGITS.index(tens) if tens else 1) * 10 + (DIGITS.index(ones) if ones else 0)


def items_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield code and text of each item; lines are joined."""
    body = unicodedata.normalize("NFKC", text)
    heads = [*CHAPTER.finditer(body)]
    for head, after in zip(heads, [*heads[1:], None], strict=True):
        chapter = body[head.end() : after.start() if after else None]
        marks = [*ITEM.finditer(chapter)]
        for mark, end in zip(marks, [*marks[1:], None], strict=True):
            words = chapter[mark.end() : end.start() if end else None]
            yield f"{number_of(head[1])}-{number_of(mark[1])}", "".join(words.split())


def kind_of(text: str) -> str:
    """Return the kind whose verbs the item uses first in the list above; else sustain."""
    return next((kind for kind, verbs in KINDS if re.search(verbs, text)), "sustain")


def partners_of(text: str, does: str, agencies: list[Agency], lead: str) -> list[str]:
    """Return the departments, other than the lead, that the text or its annotation names."""
    found = []
    for agency in agencies:
        zh_names = (agency.name["zh-Hant"], agency.short_name["zh-Hant"])
        is_named = any(name in text for name in zh_names) or agency.name["en"] in does
        if is_named and agency.id != lead:
            found.append(agency.id)
    return found


def report(pack: Pack, texts: dict[str, str]) -> None:
    """Say what the catalogue leaves out."""
    known = {item.id for item in pack.body(Catalogue).items}
    for code in sorted({*texts} - known):
        print(f"{code} is in the outline and not in the catalogue", file=sys.stderr)


if __name__ == "__main__":
    main()
