"""Putting the notices of an act into the database, and those that wait into the queue."""

from collections.abc import Sequence

from shizheng.core.jobs import enqueue_many
from shizheng.services.models import Notice
from shizheng.services.notices.tasks import send_notice


def notices_put(notices: Sequence[Notice]) -> None:
    """Write the notices of an act, within its transaction; one that is there already stays."""
    if not notices:
        return
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    enqueue_many(
        send_notice.made(run_at=row.send_at, key=str(row.pk), notice=str(row.pk))
        for row in notices
        if row.status == Notice.Status.WAITING
    )
