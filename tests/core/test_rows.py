"""Many rows are written as one by one, whatever stands in them."""

from datetime import UTC, datetime
from queue import SimpleQueue

import pytest
from django.db import connection
from tests.core.town import agency

from shizheng.core.models import Job, User
from shizheng.core.parallel import _work_off, each
from shizheng.core.rows import MANY, add, put, put_values

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


@pytest.mark.parametrize("count", [1, MANY - 1, MANY, 3 * MANY])
def test_rows_are_added_as_they_are(count):
    found = {row.key: row for row in waiting(count)}
    assert len(found) == count
    for n in range(count):
        text = HARD[n % len(HARD)]
        row = found[str(n)]
        assert (row.error, row.arguments) == (text, {"text": text, "none": None})
        assert (row.run_at, row.finished_at) == (AT, None)


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
