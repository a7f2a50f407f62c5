import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.kernel.text import bigrams, cleaned, fold, fold_with_offsets, normalise, words

anything = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF, categories=["Cs"]),
        st.sampled_from("臺台高雄市Ａａ１\u200b\u202e\n\r\t 　ß㎡\u0301e"),
    ),
    max_size=40,
)


@given(anything)
def test_stored_text_is_stable_visible_and_encodable(text):
    stored = normalise(text)
    assert normalise(stored) == stored
    stored.encode()
    assert "\r" not in stored
    assert "\x00" not in stored


@given(anything)
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("stored_as", [normalise, cleaned])
@given(text=anything)
def test_offsets_follow_the_fold(stored_as, text):
    stored = stored_as(text)
    folded, offsets = fold_with_offsets(stored)
    assert folded == fold(stored) == fold(text)
    assert len(folded) == len(offsets)
    assert offsets == sorted(offsets)


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=3))
def test_a_word_is_in_a_text_exactly_when_its_pairs_stand_side_by_side(text, word):
    pairs, wanted = list(bigrams(text)), list(bigrams(word))[:-1]
    if len(word) == 1:
        found = any(pair.startswith(word) for pair in pairs)
    else:
        found = any(
            pairs[at : at + len(wanted)] == wanted for at in range(len(pairs) - len(wanted) + 1)
        )
    assert found == (word in text)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("ＡＢＣ　１２３", "ABC 123"),
        ("高\u200b雄\ufeff", "高雄"),
        ("a\x00b\x1bc\u202ed", "abcd"),
        ("\ud800", "\ufffd"),
        ("一\r\n二\r三", "一\n二\n三"),
        ("臺北", "臺北"),
        ("㈠㎡", "(一)m2"),
    ],
)
def test_input_is_stored_plain(text, stored):
    assert normalise(text) == stored


def test_what_is_shown_stays_as_wide_as_it_was_written():
    assert cleaned("ＡＢ，１\u200b\x00\r\n㎡") == "ＡＢ，１\n㎡"
    folded, offsets = fold_with_offsets("（ﾊﾞ）ＡB")
    assert (folded, offsets) == ("(バ)ab", [0, 1, 3, 4, 5])


def test_search_folds_what_people_do_not_mean():
    assert fold("臺灣 ＣＥＬ  第１條") == fold("台灣 cel 第1條")
    assert fold("高雄\n市") == "高雄市"
    assert fold("road\nworks") == "road works"
    assert fold("👩\u200d👧") == "👩👧"
    assert words("  臺北 路 台北 ") == ["台北", "路"]
    assert words("\u3000") == []


def test_every_code_point_can_be_stored():
    for point in range(sys.maxunicode + 1):
        normalise(chr(point)).encode()
