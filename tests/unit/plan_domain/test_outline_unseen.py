"""Outlines made from a known truth, in layouts that no parser rule was written for."""

import re
import textwrap
import unicodedata
from itertools import cycle, islice
from pathlib import Path

import pytest

from shizheng.plan.domain.outline.parser import parse
from shizheng.plan.domain.outline.printed import printed

PLAN = Path(__file__).parents[3] / "packs/kaohsiung/plan/policy-outline-109.txt"
SENTENCES = """推動里政革新，充實里活動中心設備，提升為民服務品質。
109年度賡續辦理戶政跨機關便民服務，簡化申辦流程。
輔導宗教團體健全財務，辦理公益慈善事業。
辦理公墓更新及納骨設施改善工程，計3處，經費1.5億元。
依「財政收支劃分法」及（一）市庫管理自治條例規定，健全財務管理。
整修一、二級古蹟及歷史建築，活化再利用。
改善易肇事路口50處；增設行人專用時相。
推廣閱讀，辦理「Bookstart」活動100場次，參與人數達5,000人次。
3處公墓更新，2.5公里道路拓寬。
受理民眾陳情案件，於6日內答復。
汰換老舊路燈為LED燈，預計完成12,000盞。""".splitlines()
NAMES = ["民政局", "財政處（含稅務局）", "環境保護局", "文化局"]
HAN, FORMAL = "一二三四五六七八九十", "壹貳參肆伍陸柒捌玖拾"


def han(number):
    tens, rest = divmod(number, 10)
    ten = "" if not tens else ("十" if tens == 1 else HAN[tens - 1] + "十")
    return ten + (HAN[rest - 1] if rest else "")


def truth(*counts):
    every = cycle(SENTENCES)
    return [(NAMES[index], [*islice(every, count)]) for index, count in enumerate(counts)]


def laid_out(chapters, chapter, item, *, wrap=0, under=""):
    """Return the lines of an outline; ``item`` and ``chapter`` make a label of a number."""
    lines = []
    for number, (name, items) in enumerate(chapters, 1):
        lines += ["", chapter(number) + name]
        for place, text in enumerate(items, 1):
            line = item(place) + text
            broken = [line[at : at + wrap] for at in range(0, len(line), wrap)] if wrap else [line]
            lines += [broken[0], *(under + rest for rest in broken[1:])]
    return lines


def paged(lines, every, furniture):
    """Put page furniture after every so many lines, as the text layer of a PDF has it."""
    lines = [line for line in lines if line]
    pages = [lines[at : at + every] for at in range(0, len(lines), every)]
    return [line for number, page in enumerate(pages, 1) for line in (*page, *furniture(number))]


def formal(number):
    return f"{FORMAL[number - 1]}、"


def han_point(number):
    return f"{han(number)}、"


def han_paren(number):
    return f"（{han(number)}）"


def mixed_brackets(number):
    return ("（{})", "({}）", "（ {} ）", "({})")[number % 4].format(han(number))


def wide_digit(number):
    return "".join(chr(0xFF10 + int(digit)) for digit in str(number)) + "、"


def carried(chapters):
    """Break a chapter over a page whose head repeats it: 貳、財政處（續）."""
    lines = laid_out(chapters, formal, han_point)
    at = lines.index(formal(2) + NAMES[1]) + 3
    return [*lines[:at], "－7－", f"\f{formal(2)}{NAMES[1]}（續）", *lines[at:]]


THREE, LONG = truth(4, 5, 3), truth(9, 8, 7)
TITLE = "南海市政府112年度施政綱要"
LAYOUTS = {
    "formal-over-han": (THREE, laid_out(THREE, formal, han_point)),
    "broken-and-indented": (LONG, laid_out(LONG, han_point, han_paren, wrap=28, under="　　　")),
    "broken-without-indent": (LONG, laid_out(LONG, han_point, han_paren, wrap=17)),
    "digits": (THREE, laid_out(THREE, formal, lambda n: f"{n}. ")),
    "wide-digits-before-a-year": (THREE, laid_out(THREE, formal, wide_digit)),
    "circled": (THREE, laid_out(THREE, han_point, lambda n: "①②③④⑤"[n - 1])),
    "enclosed": (THREE, laid_out(THREE, han_point, lambda n: "㈠㈡㈢㈣㈤"[n - 1])),
    "mixed-brackets": (LONG, laid_out(LONG, han_point, mixed_brackets)),
    "stems": (THREE, laid_out(THREE, lambda n: f"{'甲乙丙'[n - 1]}、", formal)),
    "articles": (THREE, laid_out(THREE, lambda n: f"第{HAN[n - 1]}章　", han_point)),
    "markdown": (THREE, laid_out(THREE, lambda n: f"## {formal(n)}", lambda n: f"**{han(n)}、**")),
    "colons": (THREE, laid_out(THREE, lambda n: f"{FORMAL[n - 1]}：", lambda n: f"{han(n)}：")),
    "no-full-stops": (
        [(name, [text.rstrip("。") for text in items]) for name, items in THREE],
        [line.rstrip("。") for line in laid_out(THREE, formal, han_point)],
    ),
    "numbers-past-twenty": (truth(25, 13), laid_out(truth(25, 13), formal, han_point)),
    "page-numbers-alone": (
        LONG, paged(laid_out(LONG, han_point, han_paren, wrap=24), 15, lambda n: [str(n)])
    ),
    "heads-after-form-feeds": (
        LONG,
        paged(laid_out(LONG, formal, han_point, wrap=24), 15, lambda n: [f"- {n} -", f"\f{TITLE}"]),
    ),
    "heads-without-page-numbers": (
        LONG, paged(laid_out(LONG, formal, han_point, wrap=24), 15, lambda n: [TITLE])
    ),
    "heads-that-name-the-chapter": (
        LONG[:1],
        paged(laid_out(LONG[:1], formal, han_point), 4, lambda n: [f"-{n}-", f"\f{NAMES[0]}"]),
    ),
    "a-chapter-continued": (THREE, carried(THREE)),
    "introduced-chapters": (
        THREE, laid_out([(f"{n}\n　　本年度重點如下：", i) for n, i in THREE], formal, han_point)
    ),
}  # fmt: skip


def plain(text):
    return re.sub(r"[\s\u200b]", "", unicodedata.normalize("NFKC", text))


def read(outline):
    return [
        (plain(chapter.title), [plain(item.text) for item in chapter.items])
        for chapter in outline.chapters
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_sentence_of_the_truth_is_an_item_and_nothing_else_is(layout):
    chapters, lines = LAYOUTS[layout]
    text = "\n".join([TITLE, *lines])
    outline = parse(text.encode())
    assert read(outline) == [(plain(name), [*map(plain, items)]) for name, items in chapters]
    assert (outline.unplaced, outline.gaps, printed(outline)) == ((), (), text)


ENGLISH = [
    ("Roads and Bridges", ["Repair potholes within 3 days of a report.", "Widen the bridge."]),
    ("Water and Waste", ["Reduce waste by 5% against 2025.", "Inspect 120 premises a year."]),
]
ENGLISH_LABELS = {
    "letters": (lambda n: f"{n}. ", lambda n, m: f"({'ab'[m - 1]}) "),
    "roman": (lambda n: f"{'I' * n}. ", lambda n, m: f"{m}. "),
    "decimal": (lambda n: f"{n}. ", lambda n, m: f"{n}.{m} "),
    "decimal-under-bare-numbers": (lambda n: f"{n} ", lambda n, m: f"{n}.{m} "),
    "departments": (lambda n: f"Department {n}: ", lambda n, m: f"{n}.{m}. "),
    "capitals": (lambda n: f"{'AB'[n - 1]}. ", lambda n, m: f"{m}) "),
    "headings-and-dashes": (lambda n: f"## {n}. ", lambda n, m: "- "),
}


@pytest.mark.parametrize("labels", ENGLISH_LABELS)
def test_the_outline_of_an_english_town_is_read_alike(labels):
    chapter, item = ENGLISH_LABELS[labels]
    lines = ["Town of Littleham, policy outline 2026"]
    for number, (name, items) in enumerate(ENGLISH, 1):
        lines += ["", chapter(number) + name]
        for place, text in enumerate(items, 1):
            lines += textwrap.wrap(item(number, place) + text, 36)
    outline = parse("\n".join(lines).encode())
    found = [(each.title, [one.text for one in each.items]) for each in outline.chapters]
    assert found == ENGLISH
    assert (outline.unplaced, outline.gaps) == ((), ())


def test_skipped_and_repeated_numbers_are_kept_and_told():
    labels = cycle(["一、", "一、", "三、", "四、"])
    outline = parse("\n".join(laid_out(truth(4, 4), formal, lambda n: next(labels))).encode())
    assert [len(chapter.items) for chapter in outline.chapters] == [4, 4]
    assert len({item.code for item in outline.items}) == 8
    assert [(gap.expected, gap.found) for gap in outline.gaps] == [(2, 1), (2, 3)] * 2


def broken(text, width, under=""):
    parts = (
        [line[at : at + width] for at in range(0, len(line), width)] for line in text.split("\n")
    )
    return "\n".join(f"\n{under}".join(part) for part in parts)


def without_blanks(text):
    return re.sub(r"\n\s*\n+", "\n", text)


def headed(text, *furniture):
    lines = text.split("\n")
    pages = ["\n".join(lines[at : at + 40]) for at in range(0, len(lines), 40)]
    return "".join(
        page + "\n" + "".join(line.format(number) + "\n" for line in furniture)
        for number, page in enumerate(pages, 1)
    )


HEAD = "高雄市政府109年度施政綱要"
DAMAGE = {
    "broken-at-40": lambda text: broken(text, 40),
    "broken-at-20": lambda text: broken(text, 20),
    "broken-at-35-and-indented": lambda text: broken(text, 35, "　　"),
    "no-blank-lines-broken-at-40": lambda text: without_blanks(broken(text, 40)),
    "blank-lines-doubled": lambda text: text.replace("\n", "\n\n"),
    "carriage-returns": lambda text: text.replace("\n", "\r"),
    "line-separators-of-word": lambda text: text.replace("\n\n", "\u2028\u2028"),
    "next-line-characters": lambda text: text.replace("\n", "\x85"),
    "dashes-gone": lambda text: re.sub(r"(?m)^- ", "", text),
    "dashes-everywhere": lambda text: re.sub(r"(?m)^(?=\()", "- ", text),
    "wide-brackets": lambda text: text.replace("(", "（").replace(")", "）"),
    "closing-brackets-only": lambda text: re.sub(r"(?m)^(- )?\(([一-十]+)\)", r"\2）", text),
    "wide-digits": lambda text: text.translate({48 + n: 0xFF10 + n for n in range(10)}),
    "colons": lambda text: re.sub(r"(?m)^([一二三四五六七八九十]+)、", r"\1：", text),
    "indented": lambda text: re.sub(r"(?m)^", "\t　", text),
    "head-every-40-lines": lambda text: headed(text, HEAD),
    "page-number-every-40-lines": lambda text: headed(without_blanks(broken(text, 38)), "{}"),
    "both-after-a-form-feed": lambda text: headed(broken(text, 38), "- {} -", "\f" + HEAD),
    "zero-width-spaces": lambda text: text.replace("，", "，\u200b"),
    "no-full-stops": lambda text: re.sub(r"(?m)。$", "", text),
}


@pytest.fixture(scope="module")
def plan():
    text = PLAN.read_text(encoding="utf-8")
    return text, read(parse(text.encode()))


def without_stops(chapters):
    return [(title, [text.rstrip("。") for text in items]) for title, items in chapters]


@pytest.mark.parametrize("damage", DAMAGE)
def test_the_damaged_plan_still_has_its_33_chapters_and_505_items(plan, damage):
    text, chapters = plan
    damaged = DAMAGE[damage](text)
    outline = parse(damaged.encode())
    assert without_stops(read(outline)) == without_stops(chapters)
    assert (outline.unplaced, outline.gaps, printed(outline)) == ((), (), damaged)


@pytest.mark.parametrize(
    "contents",
    [
        pytest.param("{label}、{title}……………{page}", id="leaders"),
        pytest.param("{label}、{title}　　{page}", id="page-numbers"),
        pytest.param("{label}、{title}", id="names-only"),
    ],
)
def test_a_table_of_contents_before_the_plan_adds_no_chapter(plan, contents):
    text, chapters = plan
    rows = [
        contents.format(label=chapter.label, title=chapter.title, page=3 * place)
        for place, chapter in enumerate(parse(text.encode()).chapters, 1)
    ]
    outline = parse("\n".join(["目　錄", *rows, "", text]).encode())
    assert read(outline) == chapters


@pytest.mark.parametrize("encoding", ["cp950", "big5hkscs", "utf-16", "utf-16-be", "utf-32"])
def test_the_plan_in_other_encodings_reads_alike(plan, encoding):
    text, chapters = plan
    outline = parse(text.encode(encoding, "replace"))
    assert [(title, len(items)) for title, items in read(outline)] == [
        (title, len(items)) for title, items in chapters
    ]
