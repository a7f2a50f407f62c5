"""Claiming and running jobs, one at a time per thread."""

import os
import random
import socket
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

import structlog
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from shizheng.core.jobs import FIRST_PAUSE, LEASE, LONGEST_PAUSE, Later, enqueue_due, jobs, running
from shizheng.core.models.job import Heartbeat, Job

POLL_SECONDS = 0.5
URGENT_SECONDS = 0.1
AWAY_SECONDS = 5.0
"""While the database is away it is tried, and told of, no more often."""
BEAT_SECONDS = 20.0
SCHEDULE_SECONDS = 5.0
PRESENCE = timedelta(seconds=90)

log = structlog.get_logger()


def process_name(kind: str) -> str:
    """Return a name for this process that no other has."""
    return f"{kind}@{socket.gethostname()}:{os.getpid()}"[:90]


def claim(worker: str, now: datetime, among: Sequence[str] | None = None) -> Job | None:
    """Take the next job that is due, or one whose worker has been silent for too long.

    Args:
        among: names of jobs; None for any.

    Two workers never take the same job: PostgreSQL skips rows that another one has locked, and on
    both databases the update names the state that was read.
    """
    due = Job.objects.filter(
        Q(status=Job.Status.WAITING, run_at__lte=now)
        | Q(status=Job.Status.RUNNING, lease_until__lt=now)
    ).order_by("run_at", "id")
    if among is not None:
        due = due.filter(name__in=among)
    if not due.exists():  # asked before, so that who finds nothing lets others write
        return None
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        found = due.first()
        if found is None:
            return None
        if found.status == Job.Status.RUNNING and found.attempt_count >= found.attempt_limit:
            _finish(found, Job.Status.FAILED, now, error=f"{found.worker} stopped in the middle")
            return None
        unchanged = Job.objects.filter(
            pk=found.pk, status=found.status, attempt_count=found.attempt_count
        )
        taken = unchanged.update(
            status=Job.Status.RUNNING,
            worker=worker,
            attempt_count=F("attempt_count") + 1,
            lease_until=now + LEASE,
            started_at=now,
            progress=0,
            note="",
        )
    if not taken:
        return None
    found.refresh_from_db()
    return found


def run(job: Job) -> None:
    """Run a claimed job to its end and note how it went."""
    token = running.set(job)
    try:
        jobs[job.name](**job.arguments)
    except Later as later:
        _mine(job).update(
            status=Job.Status.WAITING,
            run_at=later.run_at,
            lease_until=None,
            attempt_count=job.attempt_count - 1,
        )
    except Exception as failure:  # the outermost edge of background work
        error = traceback.format_exc()
        log.warning("job_failed", job=str(job.pk), name=job.name, failure=type(failure).__name__)
        _note_failure(job, error, timezone.now())
    else:
        _finish(job, Job.Status.DONE, timezone.now())
    finally:
        running.reset(token)


def run_next(worker: str, among: Sequence[str] | None = None) -> bool:
    """Claim and run one job, of these names if some are given; False if there was none."""
    job = claim(worker, timezone.now(), among)
    if job is None:
        return False
    with _kept_alive(job):
        run(job)
    return True


def run_all(worker: str = "here") -> int:
    """Run what is due until nothing is left, for tests and the demo; return how many ran."""
    count = 0
    while run_next(worker):
        count += 1
    return count


def work(stop: threading.Event, *, threads: int = 2) -> None:
    """Run jobs until ``stop`` is set; a job that has begun is finished first."""
    autodiscover_modules("tasks")
    name = process_name("worker")
    loops = [
        threading.Thread(target=_loop, args=(f"{name}/{number}", stop), name=f"jobs-{number}")
        for number in range(threads)
    ]
    urgent = [name for name in jobs if jobs[name].is_urgent]
    loops.append(
        threading.Thread(
            target=_loop, args=(f"{name}/urgent", stop, urgent, URGENT_SECONDS), name="jobs-urgent"
        )
    )
    for loop in loops:
        loop.start()
    _beat_until(stop, name, "worker", BEAT_SECONDS)
    for loop in loops:
        loop.join()


def schedule(stop: threading.Event) -> None:
    """Enqueue recurring jobs until ``stop`` is set; any number of schedulers may run."""
    autodiscover_modules("tasks")
    _beat_until(stop, process_name("scheduler"), "scheduler", SCHEDULE_SECONDS)


def _beat_until(stop: threading.Event, name: str, kind: str, seconds: float) -> None:
    while not stop.is_set():
        with _database_trouble_survived():
            now = timezone.now()
            Heartbeat.objects.update_or_create(process=name, defaults={"kind": kind, "at": now})
            if kind == "scheduler":
                enqueue_due(now)
        stop.wait(seconds)
    with _database_trouble_survived():
        Heartbeat.objects.filter(process=name).delete()
    connection.close()


def _loop(
    worker: str, stop: threading.Event, among: Sequence[str] | None = None,
    pause: float = POLL_SECONDS,
) -> None:  # fmt: skip
    while not stop.is_set():
        ran, is_away = False, True
        with _database_trouble_survived():
            ran = run_next(worker, among)
            is_away = False
        if not ran:
            stop.wait(AWAY_SECONDS if is_away else pause)
    connection.close()


@contextmanager
def _database_trouble_survived() -> Iterator[None]:
    """Keep a loop alive while the database is away; the next turn tries again."""
    try:
        close_old_connections()
        yield
    except DatabaseError as trouble:
        log.warning("database_unavailable", failure=type(trouble).__name__)
        connection.close()


@contextmanager
def _kept_alive(job: Job) -> Iterator[None]:
    """Renew the lease of a running job from a second thread."""
    done = threading.Event()
    beat = threading.Thread(target=partial(_renew, job, done), daemon=True)
    if not connection.in_atomic_block:
        beat.start()
    try:
        yield
    finally:
        done.set()
        if beat.ident is not None:
            beat.join()


def _renew(job: Job, done: threading.Event) -> None:
    while not done.wait(BEAT_SECONDS):
        with _database_trouble_survived():
            mine = Job.objects.filter(pk=job.pk, worker=job.worker, attempt_count=job.attempt_count)
            mine.update(lease_until=timezone.now() + LEASE)
    connection.close()


def _note_failure(job: Job, error: str, now: datetime) -> None:
    if job.attempt_count >= job.attempt_limit:
        _finish(job, Job.Status.FAILED, now, error=error)
        return
    pause = min(FIRST_PAUSE * 2 ** (job.attempt_count - 1), LONGEST_PAUSE)
    jitter = random.uniform(1, 1.25)  # noqa: S311 - spreads load, guards nothing
    _mine(job).update(
        status=Job.Status.WAITING, run_at=now + pause * jitter, lease_until=None, error=error
    )


def _finish(job: Job, status: Job.Status, now: datetime, *, error: str = "") -> None:
    done = {"progress": 1.0} if status == Job.Status.DONE else {}
    _mine(job).update(status=status, finished_at=now, lease_until=None, error=error, **done)


def _mine(job: Job) -> QuerySet[Job]:
    """Return the row, unless another worker has taken the job over since."""
    return Job.objects.filter(
        pk=job.pk,
        status=Job.Status.RUNNING,
        worker=job.worker,
        attempt_count=job.attempt_count,
    )
