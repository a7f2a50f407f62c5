"""Asking a model: texts that nobody should send, and how fast an answer comes."""

import time

import pytest

from shizheng.services.learning.errors import ScriptUnknown, TextWithoutWords


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n\t\u200b", id="unseen"),
        pytest.param("燈", id="one-character"),
        pytest.param("🐕🐕🐕🔥", id="emoji"),
        pytest.param("1234-5678！？", id="digits-and-signs"),
    ],
)
def test_a_text_without_words_is_refused(learnt, text):
    with pytest.raises(TextWithoutWords) as refused:
        learnt.model.predict(text)
    assert refused.value.refusal().hint


@pytest.mark.parametrize(
    "text",
    ["The street lamp is dark", "가로등이 고장났어요", "Đèn đường không sáng", "The lamp 燈"],
)
def test_a_text_in_another_script_is_refused(learnt, text):
    with pytest.raises(ScriptUnknown):
        learnt.model.predict(text)


def test_a_chinese_text_with_some_english_is_taken(learnt):
    assert learnt.model.predict("用 app 繳地價稅可以嗎").suggestions[0].label == "taxes"


def test_widths_and_variants_of_characters_make_no_difference(learnt):
    plain = learnt.model.predict("台ABC路燈不亮")
    assert learnt.model.predict("臺ＡＢＣ路燈不亮") == plain


def test_a_megabyte_is_cut_and_answered_at_once(learnt):
    begun = time.perf_counter()
    found = learnt.model.predict("路燈不亮" * 250_000)
    assert time.perf_counter() - begun < 0.5
    assert found.suggestions[0].label == "lamps"


def test_a_text_of_characters_never_seen_gets_no_suggestion(learnt):
    found = learnt.model.predict("鑫犇驫")
    assert found.suggestions == ()
    assert not found.is_confident


def test_a_text_about_everything_and_nothing_is_not_confident(learnt):
    model = learnt.model
    probability = model.predict("路燈房屋稅流浪狗").suggestions[0].probability
    assert model.predict("路燈房屋稅流浪狗").is_confident == (probability >= model.threshold)


def test_asking_for_no_suggestions_is_a_mistake_of_the_caller(learnt):
    with pytest.raises(ValueError, match="top"):
        learnt.model.predict("路燈不亮", top=0)
