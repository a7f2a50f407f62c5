"""What the screen suggests while the caller speaks."""

import pytest

from shizheng.services.calls.centre import languages, services_taken, written_language
from shizheng.services.calls.suggesting import entries_found, services_found


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("巷口的路燈不亮，晚上很暗", "street_light"),
        ("馬路上有一個大坑洞", "road_damage"),
        ("隔壁工地半夜施工很吵", "noise"),
        ("有人亂丟垃圾，很髒亂", "garbage_and_dirt"),
        ("水溝堵塞，污水冒出來", "water_and_sewer"),
        ("有受傷的流浪狗", "stray_animals"),
        ("車子違規停車擋住車道", "illegal_parking"),
        ("路樹枯死要修剪", "trees_and_greenery"),
    ],
)
def test_the_service_that_people_mean_comes_first(kaohsiung, words, code):
    assert services_found(words)[0].service.code == code


@pytest.mark.parametrize("words", ["", "我", "！！", "🙂"])
def test_too_few_words_suggest_nothing(people, words):
    assert services_found(words) == []
    assert entries_found(words, viewer=people.call_taker) == []


def test_the_centre_says_what_it_takes_and_in_which_languages(kaohsiung):
    codes = [service.code for service in services_taken()]
    assert codes[0] == "road_damage"
    assert {"works_watch", "general_question"} <= set(codes)
    assert languages()["nan"] == {"zh-Hant": "台語", "en": "Taiwanese"}
    assert [written_language(code) for code in ("nan", "vi", "xx")] == ["zh-Hant", "en", "en"]
