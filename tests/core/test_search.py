from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.town import agency, grant, person, role

from shizheng.core import search
from shizheng.core.models import TextEntry
from shizheng.core.permissions import permissions
from shizheng.core.search import Kind, Text, Visibility
from shizheng.kernel.registry import UnknownKey
from shizheng.kernel.text import fold, words

AT = datetime(2020, 3, 2, 1, 30, tzinfo=UTC)
ANYONE = AnonymousUser()
THINGS: list[Text] = []


@pytest.fixture(autouse=True)
def _kinds(db, monkeypatch):
    monkeypatch.setitem(permissions._entries, "notes.read_internal", "read internal notes")
    kind = Kind("Note", "Notes", texts=lambda: iter(THINGS), internal="notes.read_internal")
    monkeypatch.setitem(search.kinds._entries, "notes.note", kind)
    monkeypatch.setattr(f"{__name__}.THINGS", [])


def note(key, body="", title="", **more):
    return Text(
        kind="notes.note", key=str(key), title=title, body=body, path=f"/notes/{key}",
        changed_at=AT, **more,
    )  # fmt: skip


def keys(query, viewer=ANYONE, **more):
    return [hit.key for hit in search.find(query, viewer=viewer, **more).hits]


BODIES = {
    "1": "高雄市政府工務局養護工程處",
    "2": "臺北市與台南市之 ＣＥＬ 合作案",
    "3": "道路坑洞，24小時內修補（依第3條）",
    "4": "Road works: A-1 & B_2, 50%",
    "5": "會議\n紀錄 第一 案",
    "6": "市",
    "7": "",
}


@pytest.fixture
def notes():
    search.index(note(key, body, title="x" if key == "7" else "") for key, body in BODIES.items())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("高雄", ["1"]),
        ("高", ["1"]),
        ("市", ["6", "2", "1"]),
        ("處", ["1"]),
        ("工務局養護", ["1"]),
        ("工養", []),
        ("台北", ["2"]),
        ("臺南", ["2"]),
        ("cel", ["2"]),
        ("ｃｅｌ", ["2"]),
        ("c", ["2"]),
        ("24小時", ["3"]),
        ("，", ["4", "3"]),
        ("洞，24", ["3"]),
        ("(依", ["3"]),
        ("road WORKS", ["4"]),
        ("orks", ["4"]),
        ("a-1", ["4"]),
        ("&", ["4"]),
        ("b_2,", ["4"]),
        ("50%", ["4"]),
        ("%", ["4"]),
        ("_", ["4"]),
        ('"', []),
        ("會議紀錄", ["5"]),
        ("第一 案", ["5"]),
        ("一案", []),
        ("案 cel", ["2"]),
        ("x", ["7"]),
        ("   ", []),
        ("\x00\ud800", []),
        ("* OR 高雄", []),
    ],
)
def test_a_word_of_any_length_finds_exactly_the_texts_that_contain_it(notes, query, expected):
    assert keys(query) == expected


alphabet = st.sampled_from("高雄市臺台政府aAbB12 ，。-_%'\"*()ß\n\u200d\U00020000")
bodies = st.lists(st.text(alphabet, max_size=12), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(bodies, st.text(alphabet, max_size=5))
def test_search_agrees_with_looking_through_every_text(bodies, query):
    search.remove("notes.note", [str(n) for n in range(10)])
    search.index(note(n, body) for n, body in enumerate(bodies))

    wanted = words(query)
    expected = [
        str(n)
        for n, body in reversed(list(enumerate(bodies)))
        if wanted and all(word in fold(body) for word in wanted)
    ]
    assert keys(query) == expected


def test_a_changed_text_is_found_by_its_new_words_only():
    search.index([note(1, "道路坑洞")])
    search.index([note(1, "路燈故障")])

    assert keys("坑洞") == []
    assert keys("路燈") == ["1"]
    assert TextEntry.objects.count() == 1


def test_an_unchanged_text_keeps_its_place():
    search.index([note(1, "路燈"), note(2, "路燈")])
    assert search.index([note(1, "路燈")]) == 0
    assert keys("路燈") == ["2", "1"]
    assert search.index([note(1, "路燈", title="新")]) == 1
    assert keys("路燈") == ["1", "2"]


def test_a_removed_text_is_found_no_more():
    search.index([note(1, "路燈", language="en"), note(1, "路燈", language="zh-hant")])
    search.remove("notes.note", ["1"])
    assert keys("路燈") == []


def test_languages_and_kinds_narrow_the_search():
    search.index(
        [note(1, "路燈", language="zh-hant"), note(2, "路燈", language="en"), note(3, "路燈")]
    )
    assert keys("路燈", languages=["zh-hant"]) == ["3", "1"]
    assert keys("路燈", kinds_wanted=["notes.other"]) == []


def test_people_find_only_what_they_may_see():
    works, health = agency("works"), agency("health")
    officer, chief = person("officer"), person("chief")
    reader = role("reader", "notes.read_internal")
    grant(officer, reader, agency=works)
    grant(chief, reader)
    search.index(
        [
            note(1, "路燈"),
            note(2, "路燈", visibility=Visibility.INTERNAL, agency=works.pk),
            note(3, "路燈", visibility=Visibility.INTERNAL, agency=health.pk),
            note(4, "路燈", visibility=Visibility.INTERNAL),
            note(5, "路燈", visibility=Visibility.RESTRICTED, agency=works.pk),
        ]
    )
    assert keys("路燈") == ["1"]
    assert keys("路燈", viewer=person("nobody")) == ["1"]
    assert keys("路燈", viewer=officer) == ["2", "1"]
    assert keys("路燈", viewer=chief) == ["4", "3", "2", "1"]


def test_a_policy_of_the_things_themselves_decides_alone(monkeypatch):
    kind = Kind("Note", "Notes", texts=lambda: iter(THINGS), visible=lambda viewer: Q(key="2"))
    monkeypatch.setitem(search.kinds._entries, "notes.note", kind)
    search.index([note(1, "路燈"), note(2, "路燈", visibility=Visibility.RESTRICTED)])
    assert keys("路燈") == ["2"]


def test_what_has_the_query_for_its_number_comes_first():
    search.index([note(1, title="KH-17 路燈", number="KH-17"), note(2, "參照 KH-17，KH-170")])
    assert keys("kh-17") == keys("ＫＨ-17 ") == ["1", "2"]
    assert keys("kh-1") == ["2", "1"]
    found = search.find("KH-17", viewer=ANYONE)
    assert (found.count, found.page_count) == (2, 1)


def test_words_that_are_not_shown_find_all_the_same():
    search.index([note(1, "路燈", title="維護", also="Street lights")])
    (hit,) = search.find("street 維護", viewer=ANYONE).hits
    assert [part.text for part in hit.snippet] == ["路燈"]


def test_pages_follow_one_another_and_the_count_is_bounded(monkeypatch):
    monkeypatch.setattr(search, "COUNT_LIMIT", 50)
    search.index(note(n, "路燈") for n in range(60))

    first, last = (search.find("路燈", viewer=ANYONE, page=page) for page in (1, 9))
    assert (first.count, first.is_more, first.page_count) == (50, True, 3)
    assert [hit.key for hit in first.hits] == [str(n) for n in range(59, 39, -1)]
    assert (last.page, len(last.hits)) == (3, 10)
    few = search.find("路", viewer=ANYONE, kinds_wanted=["none"])
    assert (few.count, few.is_more, few.page_count, few.hits) == (0, False, 0, ())


def test_a_hit_shows_where_it_was_found():
    search.index([note(1, "前" * 80 + "修補臺北路燈" + "後" * 200, title="路燈與台北")])
    (hit,) = search.find("台北 路燈", viewer=ANYONE).hits

    assert [s.text for s in hit.title if s.is_hit] == ["路燈", "台北"]
    assert [s.text for s in hit.snippet if s.is_hit] == ["臺北路燈"]
    assert hit.snippet[0].text == hit.snippet[-1].text == "…"
    assert sum(len(s.text) for s in hit.snippet) <= 124


def test_what_is_shown_stands_as_it_was_written():
    search.index([note(1, "辦理，ＣＥＬ（一）㎡。")])
    (hit,) = search.find("cel(一)", viewer=ANYONE).hits
    assert [(s.text, s.is_hit) for s in hit.snippet] == [
        ("辦理，", False), ("ＣＥＬ（一）", True), ("㎡。", False)
    ]  # fmt: skip


def test_a_search_for_too_much_is_refused():
    with pytest.raises(search.QueryTooLong, match="9 words"):
        search.find("1 2 3 4 5 6 7 8 9", viewer=ANYONE)
    with pytest.raises(search.QueryTooLong, match="at most 100"):
        search.find("高" * 101, viewer=ANYONE)


def test_an_unknown_kind_is_refused():
    with pytest.raises(UnknownKey):
        search.index([Text("no.such", "1", "", "", "/", AT)])


def test_what_is_rolled_back_is_not_found(transactional_db):
    from django.db import transaction

    search.index([note(1, "路燈")])
    with transaction.atomic():
        search.index([note(1, "坑洞"), note(2, "坑洞")])
        transaction.set_rollback(True)
    assert keys("坑洞") == []
    assert keys("路燈") == ["1"]
    search.remove("notes.note", ["1"])


def test_a_rebuild_takes_the_things_as_they_are():
    search.index([note(1, "路燈"), note(2, "路燈"), note(3, "路燈")])
    TextEntry.objects.create(
        kind="gone.kind", key="9", visibility="public", changed_at=AT, path="/", title="路燈",
        folded="路燈",
    )  # fmt: skip
    THINGS.extend([note(2, "路燈"), note(3, "坑洞"), note(4, "路燈")])
    seen = []

    assert search.rebuild(seen.append) == 3
    assert keys("路燈") == ["4", "2"]
    assert keys("坑洞") == ["3"]
    assert seen[-1] == 3
