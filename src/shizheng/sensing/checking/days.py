"""How each stream did on a day (測站日報): expected, arrived, late, doubtful; counted once."""

from datetime import date, datetime, time, timedelta

import numpy as np
from django.db import transaction
from django.utils import timezone

from shizheng.sensing import moments
from shizheng.sensing.domain.quality import DOUBTFUL, Quality, missing_count
from shizheng.sensing.models import Datastream, StreamDay
from shizheng.sensing.store.reading import readings_between


@transaction.atomic
def days_count(day: date) -> int:
    """Count a day of every stream with a cycle; counted again, it is written anew.

    A slot of the cycle with several readings counts once; one without a reading is missing.
    """
    zone = timezone.get_current_timezone()
    begin = datetime.combine(day, time.min, tzinfo=zone)
    end = begin + timedelta(days=1)
    rows = Datastream.objects.filter(cycle_s__gt=0, observed_property__code__isnull=False)
    made = []
    for stream in rows.select_related("observed_property", "thing").order_by("pk"):
        if not stream.cycle_s or stream.observed_property is None:
            continue
        start, stop = moments.of(begin), moments.of(end)
        them = readings_between(stream.pk, start, stop, stream.block_us)
        seconds = them.times.astype(np.float64) / 1_000_000
        expected, missing = missing_count(
            seconds, begin.timestamp(), end.timestamp(), stream.cycle_s
        )
        flags = them.quality.astype(np.int64)
        made.append(
            StreamDay(
                day=day, stream=stream.pk, owner_id=stream.owner_id or stream.thing.owner_id,
                observed_property=stream.observed_property.code, expected=expected,
                arrived=expected - missing, late=int(((flags & int(Quality.LATE)) > 0).sum()),
                doubtful=int(((flags & int(DOUBTFUL)) > 0).sum()),
            )
        )  # fmt: skip
    StreamDay.objects.filter(day=day).delete()
    StreamDay.objects.bulk_create(made, batch_size=500)
    return len(made)
