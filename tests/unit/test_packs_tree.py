from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.packs.tree import read_documents


def value_of(text):
    documents, problems = read_documents(text, "a.yaml")
    assert not problems
    return documents[0].value


@pytest.mark.parametrize(
    ("word", "value"),
    [
        pytest.param("no", "no", id="no-is-text"),
        pytest.param("on", "on", id="on-is-text"),
        pytest.param("True", "True", id="capital-true-is-text"),
        pytest.param("true", True, id="true"),
        pytest.param("12:30", "12:30", id="a-time-is-text-not-750"),
        pytest.param("0123", "0123", id="a-leading-zero-is-text"),
        pytest.param("0x1F", "0x1F", id="hexadecimal-is-text"),
        pytest.param("1_000", "1_000", id="underscores-are-text"),
        pytest.param("-17", -17, id="whole-number"),
        pytest.param("1.50", 1.5, id="decimal-number"),
        pytest.param(".inf", ".inf", id="infinity-is-text"),
        pytest.param("2020-01-31", date(2020, 1, 31), id="date"),
        pytest.param("2020-02-30", "2020-02-30", id="a-day-that-does-not-exist-is-text"),
        pytest.param("'17'", "17", id="quoted-is-text"),
        pytest.param("~", None, id="null"),
        pytest.param("9" * 40, "9" * 40, id="a-very-long-number-is-text"),
    ],
)
def test_a_plain_word_means_what_it_looks_like(word, value):
    assert value_of(f"key: {word}\n") == {"key": value}


def test_every_value_knows_its_line():
    documents, _ = read_documents("a:\n  - x: 1\n    y:\n      - 2\n", "a.yaml")
    places = documents[0].places
    assert places[("a", 0, "x")].line == 2
    assert places[("a", 0, "y")].line == 3
    assert places[("a", 0, "y", 0)].line == 4
    assert places[("a", 0, "y", 0)].column == 9


def test_several_documents_stand_in_one_file():
    documents, problems = read_documents("a: 1\n---\nb: 2\n", "a.yaml")
    assert [document.value for document in documents] == [{"a": 1}, {"b": 2}]
    assert not problems


@pytest.mark.parametrize(
    ("text", "line", "code", "says"),
    [
        pytest.param("a: 1\na: 2\n", 2, "duplicate_key", "line 1", id="a-key-stands-twice"),
        pytest.param("a: &x 1\n", 1, "alias", "&x", id="anchor"),
        pytest.param("a: 1\nb: *x\n", 2, "alias", "*x", id="alias"),
        pytest.param("a: !!python/name:os.system\n", 1, "tag", "!table", id="foreign-tag"),
        pytest.param("a:\n\t- b\n", 2, "syntax", "cannot start", id="tab"),
        pytest.param("a: b: c\n", 1, "syntax", "mapping values", id="two-colons"),
        pytest.param("? [a]\n: b\n", 1, "key", "must be text", id="a-list-as-key"),
        pytest.param("a: 1\nb: \x07\n", 2, "character", "U+0007", id="control-character"),
        pytest.param("[" * 100_000, 1, "too_deep", "levels", id="deep-nesting"),
        pytest.param("a: 'b\n", 2, "syntax", "end of stream", id="an-open-quote"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text, line, code, says):
    _, problems = read_documents(text, "a.yaml")
    assert problems[0].code == f"pack.yaml.{code}"
    assert problems[0].line == line
    assert says in problems[0].message


def test_aliases_do_not_multiply():
    bomb = "a: &a [x, x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}, *{old}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    documents, problems = read_documents(bomb, "a.yaml")
    assert problems
    assert len(documents[0].places) < 50


@given(st.text(alphabet="ab:- {}[],&*!?|>'\"#%@\n\t\x00é市"))
def test_no_text_makes_the_reader_fail(text):
    documents, problems = read_documents(text, "a.yaml")
    assert all(problem.line >= 1 for problem in problems)
    assert all(place.line >= 1 for document in documents for place in document.places.values())
