"""Every sentence of the source has its Chinese, with the same parameters; none is left over."""

import runpy
from pathlib import Path

import pytest

messages = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "messages.py"))


@pytest.mark.parametrize("room", messages["rooms"](), ids=lambda room: room.name)
def test_every_sentence_of_a_room_is_translated(room):
    assert not list(messages["faults_of"](room))
