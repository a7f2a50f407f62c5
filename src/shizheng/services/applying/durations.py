"""How long cases of a service took lately, from the cases themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import DurationField, ExpressionWrapper, F

from shizheng.services.models import Case, Service

SPAN = timedelta(days=91)
CACHE_SECONDS = 1_800
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Durations:
    """Median and the time within which nine of ten were done, in days of the calendar."""

    count: int
    median_days: float = 0.0
    ninth_days: float = 0.0


def service_durations(service: Service, *, at: datetime) -> Durations:
    """Return how long the cases closed in the last quarter (91 days) took from their opening.

    Counts over all cases and shows none: who may see which does not matter. Kept half an hour.
    """
    key = f"services.durations.{service.pk}.{at:%Y%m%d}"
    kept: Durations | None = cache.get(key)
    if kept is None:
        kept = _durations(service, at)
        cache.set(key, kept, CACHE_SECONDS)
    return kept


def _durations(service: Service, at: datetime) -> Durations:
    took = ExpressionWrapper(F("closed_at") - F("opened_at"), output_field=DurationField())
    rows = (
        Case.objects.filter(
            service=service, is_open=False, closed_at__gt=at - SPAN, closed_at__lte=at
        )
        .annotate(took=took)
        .order_by("took", "pk")
        .values_list("took", flat=True)
    )
    count = rows.count()
    if not count:
        return Durations(0)
    median = rows[(count - 1) // 2]
    ninth = rows[min(count - 1, -(-count * 9 // 10) - 1)]
    return Durations(count, round(median / DAY, 1), round(ninth / DAY, 1))
