"""What is kept how long: readings become an hourly summary, which is let go in its own time."""

import struct
import zlib
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
from django.db import transaction

from shizheng.sensing import moments
from shizheng.sensing.models import Datastream, Hourly
from shizheng.sensing.store.reading import readings_between
from shizheng.sensing.store.sealing import readings_removed
from shizheng.sensing.store.tables import told
from shizheng.sensing.store.writing import LONG_AGO, known_of

HOUR_US = 3_600_000_000
Hours = npt.NDArray[np.float64]
_HEAD = struct.Struct("<I")


def let_go(*, at: datetime) -> int:
    """Sum up by hour, then delete, what is older than its stream keeps readings (保存期限).

    Only whole months go, one in each transaction; a run that was killed goes on where it was.

    Returns:
        How many readings were deleted.
    """
    count = 0
    for stream in Datastream.objects.exclude(keep_days=None).order_by("pk"):
        cut = _month_of(at - timedelta(days=stream.keep_days or 0))
        known = known_of([stream.pk]).get(stream.pk)
        while known is not None and known.first < moments.of(cut):
            count += _month_let_go(stream, known.first)
            known = known_of([stream.pk]).get(stream.pk)
        if stream.keep_hourly_days is not None:
            oldest = _month_of(at - timedelta(days=stream.keep_hourly_days))
            Hourly.objects.filter(stream=stream.pk, month_us__lt=moments.of(oldest)).delete()
    return count


@transaction.atomic
def _month_let_go(stream: Datastream, first_us: int) -> int:
    month = _month_of(moments.moment(first_us))
    start, end = moments.of(month), moments.of(_month_of(month + timedelta(days=32)))
    readings = readings_between(stream.pk, start, end, stream.block_us)
    hours = (readings.times - start) // HOUR_US
    rows = hourly_of(hours, readings.values)
    told(
        "INSERT INTO sensing_hourly (stream, month_us, count, body) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (stream, month_us) DO UPDATE SET count = excluded.count, "
        "body = excluded.body",
        [stream.pk, start, rows.shape[1], packed(rows)],
    )
    return readings_removed(stream=stream, start_us=LONG_AGO, end_us=end)


def hourly_of(hours: npt.NDArray[np.int64], values: Hours) -> Hours:
    """Return rows of hour, count, low, high and sum, for the hours that have numbers.

    Args:
        hours: int64 (n,), ascending; the hour of each value within its month.
        values: float64 (n,); what is no finite number counts nowhere.
    """
    real = np.isfinite(values)
    hours, values = hours[real], values[real]
    found, first, count = np.unique(hours, return_index=True, return_counts=True)
    if not len(found):
        return np.empty((5, 0))
    return np.array(
        [
            found, count, np.minimum.reduceat(values, first),
            np.maximum.reduceat(values, first), np.add.reduceat(values, first),
        ]
    )  # fmt: skip


def packed(rows: Hours) -> bytes:
    """Return rows in few bytes."""
    return _HEAD.pack(rows.shape[1]) + zlib.compress(np.ascontiguousarray(rows, "<f8").tobytes())


def unpacked(body: bytes) -> Hours:
    """Return rows of hour, count, low, high and sum."""
    (count,) = _HEAD.unpack_from(body)
    return np.frombuffer(zlib.decompress(body[_HEAD.size :]), "<f8").reshape(5, count)


def _month_of(when: datetime) -> datetime:
    return when.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
