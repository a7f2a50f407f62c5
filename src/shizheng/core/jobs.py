"""Background work (工作佇列): a durable queue in the city's own database.

A job runs at least once: a worker that dies in the middle leaves it to another one, so a job must
come to the same end when it is done twice.
"""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models.job import Job
from shizheng.core.models.person import User
from shizheng.kernel.registry import Registry

LEASE = timedelta(minutes=2)
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=6)

jobs: Registry["JobFunction"] = Registry("Jobs")
schedules: dict[str, "Schedule"] = {}
running: ContextVar[Job | None] = ContextVar("running", default=None)


class Later(Exception):
    """Raised by a job to be run at a later moment; the attempt does not count."""

    def __init__(self, run_at: datetime) -> None:
        super().__init__(run_at)
        self.run_at = run_at


class Schedule(Protocol):
    """When a recurring job is due."""

    def latest(self, now: datetime) -> datetime:
        """Return the newest planned moment that is not after ``now``."""


@dataclass(frozen=True, slots=True)
class Every:
    """Every so often, counted from the epoch, so that all schedulers agree."""

    period: timedelta

    def latest(self, now: datetime) -> datetime:
        """Return the newest multiple of the period."""
        seconds = self.period.total_seconds()
        return datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)


@dataclass(frozen=True, slots=True)
class Daily:
    """Every day at a local time."""

    at: time

    def latest(self, now: datetime) -> datetime:
        """Return today's moment, or yesterday's if today's is still to come."""
        local = now.astimezone(_city_zone())
        moment = datetime.combine(local.date(), self.at, local.tzinfo)
        if moment > local:
            moment = datetime.combine(local.date() - timedelta(days=1), self.at, local.tzinfo)
        return moment.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class JobFunction:
    """A function that workers run; calling it runs it here and now."""

    name: str
    work: Callable[..., object]
    attempt_limit: int
    is_urgent: bool = False

    def __call__(self, **arguments: object) -> object:
        """Run the work itself."""
        return self.work(**arguments)

    def enqueue(
        self, *, run_at: datetime | None = None, key: str | None = None, **arguments: object
    ) -> Job:
        """Put the work into the queue, within the caller's transaction.

        Args:
            run_at: not before this moment; None for as soon as possible.
            key: at most one unfinished job of this name has it.
            arguments: JSON values that the work is called with.

        Returns:
            The job; with a ``key`` that an unfinished job has, that one.
        """
        job = self.made(run_at=run_at, key=key, **arguments)
        if key is None:
            job.save(force_insert=True)
            return job
        while True:
            Job.objects.bulk_create([job], ignore_conflicts=True)
            unfinished = Job.objects.filter(name=self.name, key=key, status__in=UNFINISHED).first()
            if unfinished is not None:
                return unfinished

    def made(
        self, *, run_at: datetime | None = None, key: str | None = None, **arguments: object
    ) -> Job:
        """Return the work as a job that is in no queue yet, for ``enqueue_many``."""
        now = timezone.now()
        return Job(
            name=self.name,
            arguments=arguments,
            key=key,
            run_at=run_at or now,
            enqueued_at=now,
            attempt_limit=self.attempt_limit,
        )


def enqueue_many(made: Iterable[Job]) -> None:
    """Put jobs into the queue at once, but for those whose key an unfinished job has."""
    Job.objects.bulk_create(made, ignore_conflicts=True)


UNFINISHED = (Job.Status.WAITING, Job.Status.RUNNING)


def job(
    name: str, *, retries: int = 5, is_urgent: bool = False
) -> Callable[[Callable[..., object]], JobFunction]:
    """Make a function a job; it is tried once and ``retries`` times more.

    An urgent one waits for no other work: a thread of each worker does nothing else.

    The pause before attempt n + 1 is 10 s * 2**(n - 1), at most 6 h, plus up to a quarter.
    """

    def enter(work: Callable[..., object]) -> JobFunction:
        return jobs.register(name)(JobFunction(name, work, retries + 1, is_urgent))

    return enter


def every(
    *, seconds: float = 0, minutes: float = 0, hours: float = 0
) -> Callable[[JobFunction], JobFunction]:
    """Enqueue the job every so often."""
    return _scheduled(Every(timedelta(seconds=seconds, minutes=minutes, hours=hours)))


def daily(*, at: str) -> Callable[[JobFunction], JobFunction]:
    """Enqueue the job every day at ``at`` (HH:MM), the city's time."""
    return _scheduled(Daily(time.fromisoformat(at)))


def _scheduled(schedule: Schedule) -> Callable[[JobFunction], JobFunction]:
    def enter(function: JobFunction) -> JobFunction:
        schedules[function.name] = schedule
        return function

    return enter


def enqueue_due(now: datetime) -> int:
    """Enqueue what schedules ask for at ``now``; each occurrence once, whoever else asks.

    Moments that passed while nobody was there are made up for once, not once each.

    Returns:
        How many jobs this call enqueued.
    """
    due = {name: schedule.latest(now) for name, schedule in schedules.items()}
    seen = {
        (name, occurrence)
        for name, occurrence in Job.objects.filter(
            name__in=due, occurrence__in=[moment.isoformat() for moment in due.values()]
        ).values_list("name", "occurrence")
    }
    missing = [
        Job(
            name=name,
            occurrence=moment.isoformat(),
            run_at=moment,
            enqueued_at=now,
            attempt_limit=jobs[name].attempt_limit,
        )
        for name, moment in due.items()
        if (name, moment.isoformat()) not in seen
    ]
    Job.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def report_progress(share: float, note: str = "") -> None:
    """Show how far the running job is; does nothing outside a job.

    Args:
        share: 0 to 1.
        note: what it is busy with, in a few words.
    """
    current = running.get()
    if current is not None:
        Job.objects.filter(pk=current.pk, worker=current.worker).update(
            progress=share, note=note[:200]
        )


def rerun(failed: Job, *, by: User, at: datetime) -> bool:
    """Put a failed job back into the queue with all its attempts (重新執行).

    Returns:
        False if the job is not a failed one any more, or its key is taken by a newer job.

    Raises:
        NotPermitted: ``by`` may not run jobs.
    """
    require(by, "core.run_jobs")
    with transaction.atomic():
        taken = Job.objects.filter(name=failed.name, key=failed.key, status__in=UNFINISHED)
        if failed.key is not None and taken.exists():
            return False
        again = Job.objects.filter(pk=failed.pk, status=Job.Status.FAILED).update(
            status=Job.Status.WAITING,
            run_at=at,
            attempt_count=0,
            progress=0,
            note="",
            finished_at=None,
        )
        if again:
            journal.record("core.job.rerun", failed, by=by, at=at, now={"name": failed.name})
    return bool(again)


def _city_zone() -> ZoneInfo:
    zone = timezone.get_default_timezone()
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(str(zone))
