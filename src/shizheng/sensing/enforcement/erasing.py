"""What names people in violations and stops is erased when its time is over (屆期刪除個資)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from shizheng.core import files, journal
from shizheng.sensing.enforcement.violations import step_add
from shizheng.sensing.models import AlcoholStop, ViolationFile, ViolationImage


def personal_erase(*, at: datetime) -> tuple[int, int]:
    """Erase plates and pictures of violations, names and digests of stops, past their day.

    Digests of pictures stay, so that a copy outside is known still; the record without the person
    stays for the statistics.

    Returns:
        How many violations and stops were erased.
    """
    today = timezone.localdate(at)
    violations = ViolationFile.objects.filter(erased_at=None, erase_on__lt=today).exclude(
        state=ViolationFile.State.RECORDED
    )
    stops = AlcoholStop.objects.filter(erased_at=None, erase_on__lt=today)
    counts = (0, 0)
    for row in violations.order_by("erase_on", "pk"):
        _violation_erase(row, at)
        counts = (counts[0] + 1, counts[1])
    for stop in stops.order_by("erase_on", "pk"):
        _stop_erase(stop, at)
        counts = (counts[0], counts[1] + 1)
    return counts


@transaction.atomic
def _violation_erase(row: ViolationFile, at: datetime) -> None:
    for image in row.images.select_related("file").exclude(file=None):
        stored = image.file
        ViolationImage.objects.filter(pk=image.pk).update(file=None)
        if stored is not None:
            files.release(stored)
    ViolationFile.objects.filter(pk=row.pk).update(plate="", erased_at=at)
    step_add(row, "erased", by=None, at=at, told={"number": row.number})
    journal.record("sensing.violation.erased", row, by=None, at=at, now={"number": row.number})


@transaction.atomic
def _stop_erase(stop: AlcoholStop, at: datetime) -> None:
    AlcoholStop.objects.filter(pk=stop.pk).update(name="", plate="", subject="", erased_at=at)
    journal.record("sensing.stop.erased", stop, by=None, at=at, now={"number": stop.number})
