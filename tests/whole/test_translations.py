"""Every sentence of the source has its Chinese, with the same parameters; none is left over."""

import runpy
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

messages = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "messages.py"))


@pytest.mark.parametrize("room", messages["rooms"](), ids=lambda room: room.name)
def test_every_sentence_of_a_room_is_translated(room):
    assert not list(messages["faults_of"](room))


def test_no_room_reads_the_words_of_another():
    kept = {room.name: messages["kept"](room) for room in messages["rooms"]()}

    assert not list(messages["conflicts"](kept))


def test_one_text_with_two_translations_is_told():
    kept = {name: Catalog(locale="zh_Hant") for name in ("places", "statistics")}
    kept["places"].add("Area", "面積")
    kept["statistics"].add("Area", "行政區")

    assert list(messages["conflicts"](kept)) == [
        "statistics: translated otherwise than in places: 'Area'"
    ]
