from shizheng.packs.changes import Change, ChangeKind, diff

ADDED, REMOVED, CHANGED = ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.CHANGED


def test_equal_contents_do_not_differ():
    assert diff({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}]}) == []


def test_values_are_added_removed_and_changed():
    assert diff({"a": 1, "b": 2, "c": {"d": 3}}, {"b": 2, "c": {"d": 4}, "e": 5}) == [
        Change(REMOVED, "a", 1, None),
        Change(CHANGED, "c.d", 3, 4),
        Change(ADDED, "e", None, 5),
    ]


def test_rows_are_told_apart_by_their_key_not_by_position():
    old = {"agencies": [{"id": "fire", "name": "Fire"}, {"id": "police", "name": "Police"}]}
    new = {"agencies": [{"id": "youth", "name": "Youth"}, *old["agencies"]]}
    assert diff(old, new) == [
        Change(ADDED, "agencies[youth]", None, {"id": "youth", "name": "Youth"})
    ]


def test_rows_that_share_a_key_are_told_apart_by_position():
    old = [{"id": "works", "from": 1}, {"id": "works", "from": 2}]
    new = [{"id": "works", "from": 1}, {"id": "works", "from": 3}]
    assert diff(old, new) == [Change(CHANGED, "[1].from", 2, 3)]


def test_words_of_a_list_are_compared_as_a_set_with_an_order():
    assert diff(["a", "b"], ["a", "c"]) == [
        Change(REMOVED, "[b]", "b", None),
        Change(ADDED, "[c]", None, "c"),
    ]
    assert diff(["a", "b"], ["b", "a"])[0].path == " (order)"


def test_true_is_not_one():
    assert diff({"a": 1}, {"a": True}) == [Change(CHANGED, "a", 1, True)]
