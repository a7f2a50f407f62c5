"""Many rows are written as one by one, whatever stands in them."""

import threading
from datetime import UTC, datetime
from queue import SimpleQueue

import pytest
from django.db import connection
from tests.core.town import agency

from shizheng.core.models import Job, User
from shizheng.core.models.keys import new_key, new_keys
from shizheng.core.parallel import _work_off, ahead, each
from shizheng.core.rows import MANY, PORTIONS, Json, add, put, put_values
from shizheng.kernel.identifiers import COUNTER_LIMIT

pytestmark = pytest.mark.django_db
AT = datetime(2020, 3, 2, 9, tzinfo=UTC)
HARD = ("\\N", "a\tb", "c\nd\r", "e\\f", "", "無\u3000“中文”", "'; DROP TABLE x; --", "{}")


def waiting(count: int) -> list[Job]:
    rows = [
        Job(name="test", arguments={"text": HARD[n % len(HARD)], "none": None}, run_at=AT,
            enqueued_at=AT, error=HARD[n % len(HARD)], key=f"{n}", attempt_limit=1)
        for n in range(count)
    ]  # fmt: skip
    add(rows)
    return list(Job.objects.order_by("pk"))


@pytest.mark.parametrize("count", [1, MANY - 1, MANY, 3 * MANY, sum(PORTIONS) + 1])
def test_rows_are_added_as_they_are(count):
    found = {row.key: row for row in waiting(count)}
    assert len(found) == count
    for n in range(count):
        text = HARD[n % len(HARD)]
        row = found[str(n)]
        assert (row.error, row.arguments) == (text, {"text": text, "none": None})
        assert (row.run_at, row.finished_at) == (AT, None)


def test_rows_are_added_alike_where_queries_are_noted(django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        found = waiting(3 * MANY)
    assert {row.key: row.arguments["text"] for row in found} == {
        str(n): HARD[n % len(HARD)] for n in range(3 * MANY)
    }


@pytest.mark.parametrize("count", [1, 3 * MANY])
def test_json_that_was_made_before_is_written_as_it_is(count):
    said = Json('{"名": "a\\\\b\\t\\"c"}')
    rows = [
        Job(name="test", arguments=said, run_at=AT, enqueued_at=AT, key=str(n), attempt_limit=1)
        for n in range(count)
    ]
    add(rows)
    assert [row.arguments for row in Job.objects.all()] == [{"名": 'a\\b\t"c'}] * count


@pytest.mark.parametrize("count", [1, MANY - 1, MANY, 3 * MANY])
def test_fields_are_put_and_others_stay(count):
    rows = waiting(count)
    for n, row in enumerate(rows):
        row.error, row.finished_at = HARD[-1 - n % len(HARD)], AT
        row.arguments = [n, None, HARD[n % len(HARD)]]
        row.name = "not written"
    put(rows, ("error", "finished_at", "arguments"))
    for row, now in zip(rows, Job.objects.order_by("pk"), strict=True):
        assert (now.error, now.finished_at) == (row.error, AT)
        assert now.arguments == row.arguments
        assert now.name == "test"


def test_a_key_that_is_gone_changes_nothing():
    rows = waiting(MANY)
    gone = rows[0].pk
    Job.objects.filter(pk=gone).delete()
    put_values(Job, ("error",), [(row.pk, "x") for row in rows])
    assert Job.objects.filter(error="x").count() == MANY - 1
    assert not Job.objects.filter(pk=gone).exists()


@pytest.mark.django_db(transaction=True)
def test_parts_are_done_once_each_whatever_the_threads():
    def work(part: int) -> tuple[int, int]:
        Job.objects.create(
            name="part", arguments={}, run_at=AT, enqueued_at=AT, key=f"{part}", attempt_limit=1
        )
        return part, id(connection.connection)

    done = list(each(work, range(40)))
    assert sorted(part for part, _ in done) == list(range(40))
    assert Job.objects.filter(name="part").count() == 40
    if connection.vendor == "postgresql":
        assert id(connection.connection) not in {which for _, which in done}


@pytest.mark.django_db(transaction=True)
def test_a_part_that_fails_is_told_and_the_rest_is_left():
    def work(part: int) -> int:
        if part == 5:
            raise ValueError("part 5")
        return part

    with pytest.raises(ValueError, match="part 5"):
        list(each(work, range(10_000)))


@pytest.mark.django_db(transaction=True)
def test_a_part_that_another_thread_took_meanwhile_is_no_failure():
    class Late(SimpleQueue):
        def empty(self) -> bool:
            return False  # so it looks to a thread just before another takes the last

    waiting = Late()
    for part in range(3):
        waiting.put(part)
    assert _work_off(abs, waiting) == [0, 1, 2]


@pytest.mark.parametrize("count", [0, 1, 1_200])
def test_rows_are_found_among_many_keys_as_in_them(count):
    made = waiting(count)
    keys = [row.pk for row in made[::2]]
    assert set(Job.objects.filter(pk__among=keys)) == set(Job.objects.filter(pk__in=keys))
    assert Job.objects.exclude(pk__among=keys).count() == count - len(keys)


def test_rows_are_found_among_the_keys_of_others():
    first, second = (agency(code) for code in "ab")
    person = User.objects.create(username="a", agency=first)
    User.objects.create(username="b", agency=second)
    assert list(User.objects.filter(agency__among=[first.pk])) == [person]
    assert list(User.objects.filter(agency_id__among={first.pk}, pk__among=[person.pk])) == [person]


def counted(upto: int, told: list[object]):
    try:
        for number in range(upto):
            told.append(threading.current_thread())
            yield number
        raise RuntimeError("no more")
    finally:
        told.append("closed")


def test_what_is_made_ahead_comes_in_order_from_another_thread_with_its_failure():
    told: list[object] = []
    found: list[int] = []
    with pytest.raises(RuntimeError, match="no more"):
        found.extend(ahead(counted(5, told)))
    assert found == [0, 1, 2, 3, 4]
    assert threading.current_thread() not in told
    assert told[-1] == "closed"


def test_what_is_made_ahead_ends_with_whoever_asked_for_it():
    told: list[object] = []
    made = ahead(counted(50, told))
    assert next(made) == 0
    made.close()
    assert told[-1] == "closed"
    assert len(told) <= 3  # the one that was asked for, the one ahead, the end


def test_many_keys_are_each_another_and_sort_as_they_were_made():
    keys = new_keys(COUNTER_LIMIT + 50)
    assert sorted(keys) == keys
    assert len({*keys, new_key()}) == len(keys) + 1
    assert {key.version for key in keys} == {7}
