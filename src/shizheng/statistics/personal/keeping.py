"""How long requests and copies are kept (保存期限), and what is removed at the end of it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.models import JournalPersonal, PublishedDefinition
from shizheng.statistics.models import DataCopy, DataRequest
from shizheng.statistics.personal.definitions import PersonalRule
from shizheng.statistics.personal.domain.limits import years_later
from shizheng.statistics.personal.storing import copies_kept, path_of

COPY_HOURS = 24
LINES_KEPT = timedelta(days=90)
"""That a copy was asked for is told so long; that it was made stays on record for good."""
WHY = "retention"


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the pack says; without a rule requests are kept without end."""

    copy_hours: int = COPY_HOURS
    request_years: int | None = None


def keeping() -> Keeping:
    """Return the rule that is in force."""
    rows = PublishedDefinition.objects.filter(kind="personal_rule")
    row = rows.order_by("-published_at", "-version").first()
    if row is None:
        return Keeping()
    rule = PersonalRule.model_validate(row.body)
    return Keeping(rule.copy_hours, rule.request_years)


def request_kept_until(answered_on: date) -> date | None:
    """Return the last day on which a request that is answered today is kept."""
    years = keeping().request_years
    return years_later(answered_on, years) if years is not None else None


def requests_forget(*, at: datetime) -> int:
    """Delete requests whose time is over, with what they said in the journal; how many.

    The database refuses to delete any other; it counts days in UTC, so the earlier day counts.
    """
    today = min(timezone.localdate(at), at.astimezone(UTC).date())
    rows = DataRequest.objects.filter(kept_until__lt=today).order_by("kept_until", "pk")
    count = 0
    for row in rows:
        with transaction.atomic():
            count += _forgotten(row, at)
    return count


def _forgotten(row: DataRequest, at: datetime) -> bool:
    if not DataRequest.objects.select_for_update().filter(pk=row.pk).exists():
        return False
    for entry in journal.entries_of(row):
        held = JournalPersonal.objects.filter(entry=entry, value__isnull=False)
        if names := list(held.values_list("field", flat=True)):
            journal.erase(entry, names, by=None, at=at, why=WHY)
    journal.record(
        "statistics.data_request.forgotten", row, by=None, at=at, why=WHY,
        was={"state": row.state, "kept_until": str(row.kept_until)},
    )  # fmt: skip
    row.delete()
    return True


def copies_remove(*, at: datetime) -> int:
    """Remove copies whose time is over, and files that no copy is made of; how many copies.

    Killed in the middle, the next run goes on: a file without a copy that waits for it goes.
    """
    over = DataCopy.objects.filter(expires_at__lte=at, removed_at=None)
    count = int(over.update(removed_at=at))
    for path in copies_kept():
        copy = DataCopy.objects.select_related("job").filter(pk=path.stem).first()
        if copy is None or not (copy.is_there(at) or is_under_way(copy)):
            path.unlink(missing_ok=True)
    DataCopy.objects.filter(removed_at__lt=at - LINES_KEPT).delete()
    return count


def is_under_way(copy: DataCopy) -> bool:
    """Whether a job is still to make it."""
    if copy.takeout_id is not None or copy.job is None:
        return False
    return copy.job.status in ("waiting", "running")


def copy_remove(copy: DataCopy, *, at: datetime) -> None:
    """Remove a copy before its time, because a newer one took its place."""
    DataCopy.objects.filter(pk=copy.pk, removed_at=None).update(removed_at=at)
    transaction.on_commit(lambda: path_of(copy).unlink(missing_ok=True))
