"""Moments as SensorThings writes them, and as the store keeps them: microseconds since 1970 UTC."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

CLOCK_SET_US = 315_532_800_000_000
"""1980-01-01: a device that says less has a clock that was never set."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(said: object) -> tuple[int, int | None]:
    """Return a moment, and the end where it is an interval.

    Args:
        said: ISO 8601 with a zone, an interval of two, a datetime, or microseconds.

    Raises:
        ValueError: it is none of these; a time without a zone is not guessed.
    """
    if isinstance(said, str):
        return _of_text(said)
    if isinstance(said, datetime):
        return of(said), None
    if isinstance(said, int) and not isinstance(said, bool) and abs(said) < 2**62:
        return said, None
    raise ValueError("no moment")


@lru_cache(maxsize=1_024)
def _of_text(said: str) -> tuple[int, int | None]:
    """Return what a text says; a gateway says the same moment of many gauges."""
    try:
        return of(datetime.fromisoformat(said)), None
    except (ValueError, OverflowError):
        pass
    begin, slash, end = said.partition("/")
    first = _moment(begin)
    if not slash:
        return first, None
    last = _moment(end)
    if last < first:
        raise ValueError("an interval ends after it begins")
    return first, last


def of(when: datetime) -> int:
    """Return an aware moment in microseconds.

    Raises:
        ValueError: it has no zone.
    """
    if when.tzinfo is None:
        raise ValueError("a time needs a zone")
    since = when - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _moment(text: str) -> int:
    try:
        return of(datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text))
    except OverflowError:
        raise ValueError("no moment") from None


def moment(time_us: int) -> datetime:
    """Return microseconds as an aware moment in UTC."""
    return EPOCH + timedelta(microseconds=time_us)


def text(time_us: int) -> str:
    """Return a moment as SensorThings writes it, in UTC."""
    part = time_us % 1_000_000
    how = "seconds" if part == 0 else "milliseconds" if part % 1000 == 0 else "microseconds"
    return moment(time_us).isoformat(timespec=how)[:-6] + "Z"


def span(first_us: int, last_us: int | None) -> str:
    """Return a moment or an interval as SensorThings writes it."""
    return text(first_us) if last_us is None else f"{text(first_us)}/{text(last_us)}"
