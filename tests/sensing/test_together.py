"""Messages of several threads go in together, each is answered, and nobody is left waiting."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from shizheng.sensing.actions import together
from shizheng.sensing.actions.together import Together

AT = datetime(2020, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Sender:
    """Stands for a gateway: only who it is matters here."""

    pk: int


class Store:
    """Keeps what it is given; the first message holds all others up until it is told to go on."""

    def __init__(self):
        self.batches, self.begun, self.go_on = [], threading.Event(), threading.Event()

    def record(self, rows, by, at):
        self.begun.set()
        self.go_on.wait(10)
        if "wrong" in rows:
            raise ValueError("wrong")
        self.batches.append((by.pk, list(rows)))
        return list(rows)

    @staticmethod
    def part(found, first, last):
        return found[first:last]


@pytest.fixture
def without_line(monkeypatch):
    """No database: the line between processes is not what is tried here."""
    monkeypatch.setattr(together, "turn", threading.Lock)


def sent_at_once(store, messages):
    """Send the first, then the others while it is being taken; return what each was answered."""
    door, answers = Together(store.record, store.part), {}

    def send(place, rows, by):
        try:
            answers[place] = door.taken(rows, Sender(by), AT)
        except (ValueError, SystemExit) as problem:
            answers[place] = str(problem)

    threads = [threading.Thread(target=send, args=(n, *each)) for n, each in enumerate(messages)]
    threads[0].start()
    assert store.begun.wait(10)
    for thread in threads[1:]:
        thread.start()
    while len(door._waiting) < len(threads) - 1:
        pass
    store.go_on.set()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
    assert door.taken(["after"], Sender(1), AT) == ["after"]
    return answers


@pytest.mark.usefixtures("without_line")
def test_what_came_meanwhile_goes_in_together_by_gateway():
    store = Store()
    messages = [(["a"], 1), (["b", "c"], 1), (["d"], 2), (["e"], 1), (["f"], 2)]
    answers = sent_at_once(store, messages)
    assert answers == {0: ["a"], 1: ["b", "c"], 2: ["d"], 3: ["e"], 4: ["f"]}
    taken = sorted((by, sorted(rows)) for by, rows in store.batches[:-1])
    assert taken == [(1, ["a"]), (1, ["b", "c", "e"]), (2, ["d", "f"])]


@pytest.mark.usefixtures("without_line")
def test_a_message_that_cannot_be_taken_fails_alone():
    store = Store()
    answers = sent_at_once(store, [(["a"], 1), (["b"], 1), (["wrong"], 1), (["c"], 1)])
    assert answers == {0: ["a"], 1: ["b"], 2: "wrong", 3: ["c"]}


@pytest.mark.usefixtures("without_line")
def test_too_much_for_one_transaction_waits_for_the_next(monkeypatch):
    monkeypatch.setattr(together, "MOST", 3)
    store = Store()
    answers = sent_at_once(store, [(["a"], 1), (["b", "c"], 1), (["d", "e"], 1)])
    assert answers == {0: ["a"], 1: ["b", "c"], 2: ["d", "e"]}
    assert len(store.batches[:-1]) == 3


@pytest.mark.usefixtures("without_line")
def test_when_the_thread_that_leads_dies_the_others_go_on():
    class Dying(Store):
        def record(self, rows, by, at):
            if rows == ["a"]:
                super().record(rows, by, at)
                raise SystemExit("died")
            return super().record(rows, by, at)

    store = Dying()
    answers = sent_at_once(store, [(["a"], 1), (["b"], 1), (["c"], 2)])
    assert answers == {0: "died", 1: ["b"], 2: ["c"]}
