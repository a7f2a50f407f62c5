from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from tests.core.town import grant, person, role

from shizheng.core import jobs, worker
from shizheng.core.models import Job, User
from shizheng.kernel.errors import NotPermitted

pytestmark = pytest.mark.django_db
heard: list[object] = []


@jobs.job("test.say", retries=2)
def say(word):
    heard.append(word)


@jobs.job("test.fail", retries=2)
def fail():
    raise ConnectionError("the other side is away")


@jobs.job("test.report")
def report():
    jobs.report_progress(0.5, "half")
    heard.append(Job.objects.get().progress)


@pytest.fixture(autouse=True)
def _silence():
    heard.clear()


def make_due():
    Job.objects.update(run_at=timezone.now() - timedelta(seconds=1))


def test_a_job_runs_once_with_its_arguments():
    say.enqueue(word="你好")

    assert worker.run_all() == 1
    assert heard == ["你好"]
    assert Job.objects.get().status == Job.Status.DONE


def test_a_job_for_later_waits():
    say.enqueue(word="later", run_at=timezone.now() + timedelta(hours=1))

    assert worker.run_all() == 0


def test_a_failing_job_is_tried_again_later_and_then_stays_failed_with_its_error():
    fail.enqueue()
    pauses = []
    for _ in range(3):
        assert worker.run_all() == 1
        pauses.append((Job.objects.get().run_at - timezone.now()).total_seconds())
        make_due()

    job = Job.objects.get()
    assert (job.status, job.attempt_count) == (Job.Status.FAILED, 3)
    assert "the other side is away" in job.error
    assert 9 < pauses[0] < 13
    assert 19 < pauses[1] < 26
    assert worker.run_all() == 0


def test_a_failed_job_can_be_run_again_from_the_start():
    fail.enqueue()
    for _ in range(3):
        worker.run_all()
        make_due()

    engineer = person("engineer")
    with pytest.raises(NotPermitted):
        jobs.rerun(Job.objects.get(), by=engineer, at=timezone.now())
    grant(engineer, role("engineer", "core.run_jobs"))
    engineer = User.objects.get(pk=engineer.pk)

    assert jobs.rerun(Job.objects.get(), by=engineer, at=timezone.now())
    assert Job.objects.get().attempt_count == 0
    assert not jobs.rerun(Job.objects.get(), by=engineer, at=timezone.now())


def test_a_key_is_held_by_one_unfinished_job():
    first = say.enqueue(word="a", key="k")
    assert say.enqueue(word="b", key="k") == first
    assert say.enqueue(word="c", key="other") != first
    worker.run_all()

    assert say.enqueue(word="d", key="k") != first


def test_a_job_whose_worker_fell_silent_is_claimed_again():
    say.enqueue(word="again")
    now = timezone.now()
    first = worker.claim("first", now)
    assert worker.claim("second", now + jobs.LEASE / 2) is None

    second = worker.claim("second", now + jobs.LEASE * 2)
    assert (second.pk, second.attempt_count) == (first.pk, 2)
    worker.run(first)  # wakes up after all: its outcome no longer counts
    assert Job.objects.get().status == Job.Status.RUNNING


def test_a_job_that_kills_every_worker_fails_in_the_end():
    say.enqueue(word="deadly")
    now = timezone.now()
    for attempt in range(3):
        assert worker.claim("w", now + jobs.LEASE * 2 * attempt)
    assert worker.claim("w", now + jobs.LEASE * 9) is None

    job = Job.objects.get()
    assert (job.status, job.error) == (Job.Status.FAILED, "w stopped in the middle")


def test_progress_is_seen_while_the_job_runs():
    report.enqueue()
    worker.run_all()

    assert heard == [0.5]
    assert Job.objects.get().progress == 1


def test_a_job_that_no_code_knows_fails_and_says_so():
    Job.objects.create(name="test.gone", run_at=timezone.now(), enqueued_at=timezone.now())
    worker.run_all()

    assert "test.gone" in Job.objects.get().error


NOON = datetime(2020, 3, 2, 4, 0, tzinfo=UTC)  # 12:00 in Taipei


@pytest.mark.parametrize(
    ("schedule", "now", "latest"),
    [
        (jobs.Every(timedelta(minutes=5)), NOON + timedelta(minutes=7), "04:05"),
        (jobs.Every(timedelta(hours=1)), NOON, "04:00"),
        (jobs.Daily(datetime(1, 1, 1, 12).time()), NOON, "04:00"),
        (jobs.Daily(datetime(1, 1, 1, 2).time()), NOON, "18:00"),
    ],
    ids=["every-5-minutes", "on-the-border", "daily-now", "daily-before-midnight-utc"],
)
def test_the_latest_planned_moment(schedule, now, latest):
    moment = schedule.latest(now)

    assert f"{moment:%H:%M}" == latest
    assert moment <= now


def test_an_occurrence_is_enqueued_once_and_a_missed_one_is_made_up_for_once(monkeypatch):
    monkeypatch.setattr(jobs, "schedules", {"test.say": jobs.Every(timedelta(minutes=5))})

    enqueued = [jobs.enqueue_due(NOON + timedelta(minutes=m)) for m in (0, 1, 5, 9, 60)]
    assert enqueued == [1, 0, 1, 0, 1]
