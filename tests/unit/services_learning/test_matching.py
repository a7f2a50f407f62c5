"""Suggesting services by the words of their definitions and the likely agency."""

import pytest

from shizheng.services.learning.errors import TextWithoutWords
from shizheng.services.learning.matching import ServiceWords, suggest_services
from shizheng.services.learning.model import Prediction, Suggestion

LAMP = ServiceWords(
    "street_lamp", "works", ("路燈故障", "Street lamp"), ("街燈", "不亮"), ("通報道路照明設備故障",)
)
HOLE = ServiceWords(
    "road_damage",
    "works",
    ("道路坑洞", "Road damage"),
    ("路面破損",),
    ("坑洞或人孔蓋破損",),
)
DOG = ServiceWords("stray_dog", "farming", ("流浪動物通報",), ("野狗", "流浪狗"), ("捕捉與收容",))
SERVICES = (LAMP, HOLE, DOG)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("我家門口的路燈不亮了", "street_lamp"),
        ("路面有坑洞很危險", "road_damage"),
        ("公園有流浪狗", "stray_dog"),
        ("the street lamp is dark", "street_lamp"),
    ],
)
def test_the_service_whose_words_fit_comes_first(text, code):
    assert suggest_services(text, SERVICES)[0].code == code


def test_the_words_in_common_are_named():
    found = suggest_services("流浪狗咬人", SERVICES)[0]
    assert {"流浪", "浪狗"} <= set(found.because)


def test_the_likely_agency_decides_between_services_of_like_words():
    likely = Prediction((Suggestion("farming", 0.9), Suggestion("works", 0.05)), is_confident=True)
    alike = (ServiceWords("a", "works", ("通報",)), ServiceWords("b", "farming", ("通報",)))
    assert suggest_services("我要通報", alike)[0].code == "a"
    found = suggest_services("我要通報", alike, agencies=likely)
    assert [one.code for one in found] == ["b", "a"]
    assert found[0].agency_probability == 0.9


def test_the_agency_alone_may_suggest_where_no_word_fits():
    likely = Prediction((Suggestion("farming", 0.9),), is_confident=True)
    found = suggest_services("貓咪受傷", SERVICES, agencies=likely)
    assert [(one.code, one.because) for one in found] == [("stray_dog", ())]


def test_nothing_is_suggested_where_nothing_fits():
    assert suggest_services("今天天氣很好", SERVICES) == []
    assert suggest_services("路燈不亮", ()) == []


def test_no_more_than_asked_are_suggested_and_scores_stay_within_one():
    found = suggest_services("路燈故障街燈不亮道路坑洞流浪狗", SERVICES, limit=2)
    assert len(found) == 2
    assert all(0 < one.score <= 1 for one in found)


@pytest.mark.parametrize("text", ["", "燈", "🐕🐕"])
def test_a_text_without_words_is_refused(text):
    with pytest.raises(TextWithoutWords):
        suggest_services(text, SERVICES)
