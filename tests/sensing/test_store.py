"""The store of observations against a dictionary: added, late, sealed, corrected, removed."""

import random
from itertools import chain

import numpy as np
import pytest
from tests.sensing.conftest import DAY, HOUR, MINUTE, START, stream_made

from shizheng.sensing.models import Hot, Latest, Segment
from shizheng.sensing.store.reading import (
    chunks,
    count_between,
    latest_of,
    readings_between,
    summed,
)
from shizheng.sensing.store.sealing import reading_corrected, readings_removed, sealed
from shizheng.sensing.store.writing import readings_added

pytestmark = pytest.mark.django_db
END = START + 5 * DAY


def added(stream, rows):
    return readings_added(
        [(stream.pk, time, value, 0, None) for time, value in rows], {stream.pk: stream.block_us},
        START,
    )  # fmt: skip


def told(parts):
    return [(time, value) for part in parts for time, value, _, _ in part]


def agree(stream, expected):
    """All ways of reading say what the dictionary says."""
    times = sorted(expected)
    block = stream.block_us
    for start, end in ((START - DAY, END + DAY), (START + 7 * HOUR, START + 61 * HOUR)):
        some = [(time, expected[time]) for time in times if start <= time < end]
        assert told([readings_between(stream.pk, start, end, block)]) == some
        assert told(chunks(stream.pk, start, end, block, is_newest_first=False, first=3)) == some
        newest = told(chunks(stream.pk, start, end, block, is_newest_first=True, first=3))
        assert newest == some[::-1]
        assert count_between(stream.pk, start, end, block) == len(some)
        found = summed([stream.pk], start, end, HOUR)
        assert found.count.sum() == len(some)
        assert found.total.sum() == pytest.approx(sum(value for _, value in some))
    latest = latest_of([stream.pk]).get(stream.pk)
    assert (latest[:2] if latest else None) == ((times[-1], expected[times[-1]]) if times else None)
    if times:
        assert Latest.objects.get(pk=stream.pk).first_us == times[0]


@pytest.mark.parametrize("seed", range(6), ids=str)
def test_the_store_says_what_was_put_into_it_in_any_order(seed):
    dice = random.Random(seed)
    stream, expected = stream_made(), {}
    for _ in range(25):
        act = dice.choice(["on time", "late", "late", "again", "seal", "correct", "remove"])
        known = sorted(expected)
        if act == "on time":
            start = known[-1] + MINUTE if known else START
            rows = [(start + n * 20 * MINUTE, dice.randrange(900) / 100) for n in range(12)]
            added(stream, rows)
            expected.update(rows)
        elif act == "late":
            rows = [
                (START + dice.randrange(5 * 1440) * MINUTE, dice.randrange(900) / 100)
                for _ in range(5)
            ]
            done = added(stream, rows)
            assert len(done.new) + len(done.same) + len(done.other) == 5
            for time, value in rows:
                expected.setdefault(time, value)
        elif act == "again" and known:
            rows = [(time, expected[time]) for time in dice.sample(known, min(4, len(known)))]
            assert len(added(stream, rows).same) == len(rows)
        elif act == "seal":
            sealed(until_us=START + dice.randrange(6) * DAY + dice.randrange(24) * HOUR)
        elif act == "correct" and known:
            time = dice.choice(known)
            reading_corrected(stream=stream, time_us=time, value=1.25, quality=2, extra=None)
            expected[time] = 1.25
        elif act == "remove" and known:
            time = dice.choice(known)
            assert readings_removed(stream=stream, start_us=time, end_us=time + HOUR) == sum(
                time <= each < time + HOUR for each in known
            )
            expected = {key: value for key, value in expected.items()
                        if not time <= key < time + HOUR}  # fmt: skip
        agree(stream, expected)


def test_another_value_for_a_moment_that_is_known_is_told_apart_and_changes_nothing():
    stream = stream_made()
    added(stream, [(START, 1.0), (START + HOUR, 2.0)])
    sealed(until_us=START + HOUR)

    done = added(stream, [(START, 1.5), (START + HOUR, 2.5)])

    assert [len(done.new), len(done.same), len(done.other)] == [0, 0, 2]
    agree(stream, {START: 1.0, START + HOUR: 2.0})


class Killed(Exception):
    """The process ends here."""


@pytest.mark.parametrize("at", ["begun", "taken", "put", "done"])
def test_sealing_that_is_killed_anywhere_loses_nothing_and_doubles_nothing(at):
    stream = stream_made()
    rows = {START + n * HOUR: n / 4 for n in range(72)}
    added(stream, rows.items())
    seen = []

    def step(what, number, window):
        seen.append(what)
        if what == at and seen.count(at) == 2:
            raise Killed

    with pytest.raises(Killed):
        sealed(until_us=END, step=step)
    agree(stream, rows)
    sealed(until_us=END)
    agree(stream, rows)
    assert (Hot.objects.count(), Segment.objects.count()) == (0, 3)


def test_late_readings_rewrite_their_block():
    stream = stream_made()
    rows = {START + n * HOUR: float(n) for n in range(24)}
    added(stream, rows.items())
    sealed(until_us=END)
    added(stream, [(START + MINUTE, 9.75)])

    assert sealed(until_us=END) == 1
    (block,) = Segment.objects.all()
    assert (block.count, block.high, block.first_us) == (25, 23.0, START)
    agree(stream, rows | {START + MINUTE: 9.75})


def test_results_that_are_no_numbers_are_kept_beside_those_that_are():
    stream = stream_made()
    rows = [(stream.pk, START, None, 0, '{"r": "dry"}'), (stream.pk, START + 1, 2.5, 4, None)]
    readings_added(rows, {stream.pk: DAY}, START)

    for _ in range(2):
        found = [*readings_between(stream.pk, START, END, DAY)]
        assert [row[2:] for row in found] == [(0, {"r": "dry"}), (4, None)]
        assert np.isnan(found[0][1])
        sealed(until_us=END)


def test_the_means_of_many_streams_are_those_of_their_readings():
    streams = [stream_made(f"level-{n}", block=(n + 1) * DAY) for n in range(4)]
    dice = random.Random(3)
    rows = {
        stream.pk: [(START + n * 20 * MINUTE, dice.randrange(900) / 100) for n in range(288)]
        for stream in streams
    }
    for stream in streams:
        added(stream, rows[stream.pk])
        sealed(until_us=START + 3 * DAY)

    found = summed([stream.pk for stream in streams], START, START + 4 * DAY, HOUR)

    for place, stream in enumerate(streams):
        values = np.array([value for _, value in rows[stream.pk]]).reshape(-1, 3)
        assert found.means[place] == pytest.approx(values.mean(axis=1))
    assert len([*chain.from_iterable(found.count)]) == 4 * 96
