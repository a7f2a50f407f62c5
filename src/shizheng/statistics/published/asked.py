"""What programs ask open data for: a moment, a format."""

from datetime import date, datetime, time

from django.utils import timezone

from shizheng.statistics.published.errors import MomentAhead, MomentUnreadable

SHOWN = 40


def moment_asked(text: str, *, now: datetime) -> datetime:
    """Return the moment of ``as_of``: a day means its end in the city, no text means now.

    Raises:
        MomentUnreadable: neither a day nor a moment; one without zone is the city's.
        MomentAhead: it is not there yet.
    """
    if not text:
        return now
    moment = _moment(text.strip().replace(" ", "+"))
    if moment is None or not 1900 <= moment.year <= 9000:
        raise MomentUnreadable(text=text[:SHOWN])
    day = timezone.localdate(moment)
    if moment > now and day > timezone.localdate(now):
        raise MomentAhead(text=text[:SHOWN])
    return min(moment, now)


def _moment(text: str) -> datetime | None:
    try:
        if len(text) == 10:  # a day
            return timezone.make_aware(datetime.combine(date.fromisoformat(text), time.max))
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else timezone.make_aware(found)
    except (ValueError, OverflowError):
        return None
