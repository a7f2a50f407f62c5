"""The layout of states: nothing lies on anything else, lines begin and end where they should."""

from itertools import combinations

import pytest

from shizheng.services.domain.diagram import Size, layout, ranks_of, turned_links
from shizheng.services.publishing.drawing import width_of, wrapped

BOX, WORDS = Size(120, 40), Size(80, 20)
LOOP = {
    ("received", "working"): WORDS, ("working", "waiting"): WORDS, ("waiting", "working"): WORDS,
    ("working", "done"): WORDS, ("received", "done"): WORDS, ("done", "received"): WORDS,
}  # fmt: skip
STATES = dict.fromkeys(("received", "working", "waiting", "done"), BOX)


def overlap(one, other):
    return (
        abs(one.x - other.x) < (one.width + other.width) / 2
        and abs(one.y - other.y) < (one.height + other.height) / 2
    )


def test_links_back_are_turned_so_that_ranks_have_no_circle():
    assert turned_links(STATES, "received", LOOP) == {("waiting", "working"), ("done", "received")}


def test_a_rank_is_the_longest_way_from_the_start():
    assert ranks_of("abc", [("a", "b"), ("b", "c"), ("a", "c")]) == {"a": 0, "b": 1, "c": 2}


def test_no_box_lies_on_another_or_on_words():
    found = layout(STATES, "received", LOOP)
    every = [*found.boxes.values(), *(line.words for line in found.lines.values())]
    assert not [pair for pair in combinations(every, 2) if overlap(*pair)]
    assert all(box.x - box.width / 2 > 0 and box.x + box.width / 2 < found.width for box in every)


def test_a_line_leads_from_the_edge_of_its_state_to_the_edge_of_the_next():
    found = layout(STATES, "received", LOOP)
    for (left, entered), line in found.lines.items():
        for state, (x, y) in ((left, line.points[0]), (entered, line.points[-1])):
            box = found.boxes[state]
            assert abs(y - box.y) == pytest.approx(box.height / 2)
            assert abs(x - box.x) <= box.width / 2


def test_the_same_states_are_always_drawn_alike():
    assert layout(STATES, "received", LOOP) == layout(STATES, "received", LOOP)


def test_one_state_without_links_is_drawn_too():
    assert layout({"only": BOX}, "only", {}).boxes["only"].x > 0


def test_words_break_between_words_and_anywhere_in_chinese():
    assert wrapped("Ask for more time because of rain and wind") == [
        "Ask for more time because", "of rain and wind",
    ]  # fmt: skip
    assert all(
        width_of(line) <= 230 for line in wrapped("請申請人於期限內補正應附文件並回復說明理由")
    )
