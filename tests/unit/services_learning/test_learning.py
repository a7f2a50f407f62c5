"""Learning from examples: no twin leaks, figures are those of unseen texts, bad corpora refused."""

from dataclasses import replace

import numpy as np
import pytest

from shizheng.services.learning.errors import TooLittleToLearn, TooManyLabels
from shizheng.services.learning.evaluation import (
    NEVER,
    Confusion,
    Scored,
    fitted_temperature,
    threshold_for,
)
from shizheng.services.learning.model import probabilities
from shizheng.services.learning.training import Example, learn, splits, twins


def test_an_office_is_suggested_for_words_that_were_never_asked_that_way(learnt):
    found = learnt.model.predict("巷子裡的路燈壞了，晚上都不亮")
    assert found.suggestions[0].label == "lamps"
    assert sum(one.probability for one in found.suggestions) == pytest.approx(1, abs=1e-6)


def test_the_words_that_speak_for_an_office_are_named(learnt):
    found = learnt.model.predict("流浪狗追人")
    assert "狗" in "".join(found.suggestions[0].because)


def test_learning_twice_gives_the_same_model(examples, learnt):
    again = learn(examples)
    assert again.model.vocabulary == learnt.model.vocabulary
    assert np.array_equal(again.model.weights, learnt.model.weights)
    assert again.kept_aside.right_within(1) == learnt.kept_aside.right_within(1)


def test_what_is_asked_without_scikit_learn_scores_as_it_did_with_it(examples, learnt):
    shares = learnt.model.predict(examples[0].texts[0], top=3)
    assert {one.label for one in shares.suggestions} == {"lamps", "dogs", "taxes"}
    from shizheng.services.learning.training import _Learner

    truth = np.array([learnt.model.labels.index(one.label) for one in examples])
    learner = _Learner(examples, truth, np.arange(len(examples)), learnt.model.labels, 109, 0.9)
    everything = np.arange(len(examples))
    bare, scores = learner._fit(everything, everything)
    for example, row in zip(examples, probabilities(scores, 1.0), strict=True):
        own = {one.label: one.probability for one in bare.predict(example.texts[0]).suggestions}
        assert [own[label] for label in bare.labels] == pytest.approx(row, abs=1e-5)


def test_near_repeats_share_a_group_and_a_side_of_every_split():
    asked = ["路燈不亮請問怎麼辦", "請問路燈不亮怎麼辦", "房屋稅何時繳納", "流浪狗追人"]
    groups = twins([Example((text,), "x") for text in asked])
    assert groups[0] == groups[1]
    assert len(set(groups)) == 3


def test_no_group_is_torn_by_a_split():
    truth = np.array([at % 2 for at in range(100)])
    groups = np.arange(100) // 4
    for seen, unseen in splits(truth, groups, 1):
        assert not set(groups[seen]) & set(groups[unseen])


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda rows: [], id="nothing"),
        pytest.param(lambda rows: rows[:10], id="ten-rows"),
        pytest.param(lambda rows: [replace(one, label="lamps") for one in rows], id="one-label"),
        pytest.param(lambda rows: [rows[0], rows[30]] * 60, id="two-texts-repeated"),
        pytest.param(lambda rows: [replace(one, texts=("🐕🐕",)) for one in rows], id="emoji"),
    ],
)
def test_too_little_to_learn_from_is_refused(examples, spoil):
    with pytest.raises(TooLittleToLearn):
        learn(spoil(examples))


def test_more_labels_than_a_model_holds_are_refused(examples):
    many = [Example((f"{chr(0x4E00 + at)}{chr(0x6E00 + at)}",), str(at)) for at in range(600)]
    with pytest.raises(TooManyLabels):
        learn([*examples, *many])


def test_a_label_with_a_single_row_does_not_stop_the_others(examples):
    found = learn([*examples, Example(("圖書館幾點開門",), "library")])
    assert "library" in found.model.labels
    assert found.model.predict("地價稅可以分期嗎").suggestions[0].label == "taxes"


SCORED = Scored(
    ("a", "b", "c"),
    np.array([0, 0, 1, 2]),
    np.array([[0.9, 0.1, 0.0], [0.3, 0.6, 0.1], [0.2, 0.8, 0.0], [0.0, 0.0, 0.0]]),
)


def test_figures_count_a_text_without_suggestion_as_not_found():
    assert SCORED.right_within(1) == 0.5
    assert SCORED.right_within(2) == 0.75
    assert SCORED.most_common() == 0.5
    assert SCORED.confusions() == [Confusion("a", "b", 1)]
    a, b, c = sorted(SCORED.by_label(), key=lambda one: one.label)
    assert (a.recall, a.precision) == (0.5, 1.0)
    assert (b.recall, b.precision) == (1.0, 0.5)
    assert (c.rows, c.f1) == (1, 0.0)
    assert SCORED.macro_f1() == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)


def test_the_threshold_keeps_the_precision_that_was_asked():
    assert threshold_for(SCORED, 0.9) == pytest.approx(0.8)
    assert SCORED.coverage(0.8) == 0.5
    assert SCORED.precision(0.8) == 1.0


def test_no_threshold_is_low_enough_where_everything_is_wrong():
    wrong = Scored(("a", "b"), np.array([0, 0]), np.array([[0.1, 0.9], [0.2, 0.8]]))
    assert threshold_for(wrong, 0.9) == NEVER
    assert wrong.precision(NEVER) == 0.0


def test_the_temperature_makes_confidence_match_how_often_it_is_right():
    scores = np.array([[4.0, 0.0]] * 8)
    truth = np.array([0] * 6 + [1] * 2)
    temperature = fitted_temperature(scores, truth)
    assert probabilities(scores, temperature)[0, 0] == pytest.approx(0.75, abs=0.02)
    assert Scored(("a", "b"), truth, probabilities(scores, temperature)).calibration_error() < 0.02
