"""Background work of this room: verifying the journal, tidying up, resuming deliveries."""

import time
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from shizheng.core import outbox
from shizheng.core.anchors import keep_anchors, read_anchors
from shizheng.core.delivery import deliver
from shizheng.core.files import INCOMING, path_of
from shizheng.core.jobs import daily, every, job, report_progress
from shizheng.core.models import (
    Delivery,
    Heartbeat,
    Job,
    JournalVerification,
    KeptAnswer,
    OutboxEvent,
    RateCount,
    StoredFile,
)
from shizheng.core.verification import verify

__all__ = ["deliver", "remove_bytes", "remove_old", "resume_deliveries", "verify_journal"]

EVENTS_KEPT = timedelta(days=90)
DELIVERED_KEPT = timedelta(days=30)
JOBS_KEPT = timedelta(days=14)
FAILED_JOBS_KEPT = timedelta(days=180)
VERIFICATIONS_KEPT = timedelta(days=366)
INCOMING_KEPT = timedelta(days=1)
STUCK_AFTER = timedelta(minutes=10)

log = structlog.get_logger()


@daily(at="03:30")
@job("core.verify_journal", retries=1)
def verify_journal() -> None:
    """Verify the journal, keep the outcome, and an anchor if nothing is wrong."""

    def show(done: int, total: int) -> None:
        report_progress(done / max(total, 1), f"{done} / {total}")

    now = timezone.now()
    found = verify(progress=show, anchors=read_anchors(settings.JOURNAL_ANCHORS))
    JournalVerification.objects.create(
        at=now,
        is_intact=found.is_intact,
        entry_count=found.entry_count,
        seconds=found.seconds,
        faults=[
            {
                "kind": fault.kind.name,
                "tenant": fault.tenant,
                "number": fault.number,
                "detail": fault.detail,
            }
            for fault in found.faults
        ],
    )
    if found.is_intact:
        keep_anchors(settings.JOURNAL_ANCHORS, found.heads, at=now)
    else:
        log.error("journal_tampered_with", faults=found.fault_count)


@every(minutes=10)
@job("core.resume_deliveries")
def resume_deliveries() -> None:
    """Queue deliveries that wait without a job, as after a restored backup."""
    stuck = Delivery.objects.filter(
        status=Delivery.Status.WAITING, event__at__lt=timezone.now() - STUCK_AFTER
    )
    for delivery in stuck.iterator():
        outbox.send(delivery)


@daily(at="04:00")
@job("core.remove_old")
def remove_old() -> None:
    """Remove what is no longer needed; the journal keeps everything."""
    now = timezone.now()
    counts = {name: rows.delete()[0] for name, rows in _old(now).items()}
    counts["incoming"] = _remove_incoming(now)
    log.info("old_rows_removed", **counts)


@job("core.remove_bytes")
def remove_bytes(digest: str) -> None:
    """Remove the bytes of a file that was forgotten, unless they came again since."""
    if not StoredFile.objects.filter(digest=digest).exists():
        path_of(StoredFile(digest=digest)).unlink(missing_ok=True)


def _old(now: datetime) -> dict[str, QuerySet]:  # type: ignore[type-arg]  # rows of many tables
    return {
        "sessions": Session.objects.filter(expire_date__lt=now),
        "answers": KeptAnswer.objects.filter(expires_at__lt=now),
        "rates": RateCount.objects.filter(starts__lt=int(now.timestamp()) - 2 * 86400),
        "delivered": Delivery.objects.filter(
            status=Delivery.Status.DELIVERED, tried_at__lt=now - DELIVERED_KEPT
        ),
        "events": OutboxEvent.objects.filter(at__lt=now - EVENTS_KEPT).exclude(
            deliveries__status=Delivery.Status.WAITING
        ),
        "jobs": Job.objects.filter(status=Job.Status.DONE, finished_at__lt=now - JOBS_KEPT),
        "failed_jobs": Job.objects.filter(
            status=Job.Status.FAILED, finished_at__lt=now - FAILED_JOBS_KEPT
        ),
        "heartbeats": Heartbeat.objects.filter(at__lt=now - timedelta(days=1)),
        "verifications": JournalVerification.objects.filter(at__lt=now - VERIFICATIONS_KEPT),
    }


def _remove_incoming(now: datetime) -> int:
    """Remove files whose reception was killed in the middle."""
    folder = Path(settings.MEDIA_ROOT) / INCOMING
    before = time.mktime((now - INCOMING_KEPT).astimezone().timetuple())
    old = [path for path in folder.glob("*") if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
