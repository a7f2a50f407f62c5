"""When a thing is due to be looked at again, and what time a phone's clock really meant."""

from calendar import monthrange
from datetime import date, datetime, timedelta

SKEW = timedelta(minutes=2)
OLDEST = timedelta(days=60)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, the last of the month where there is none."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due_on(
    last: date | None, since: date, months: int, *, begins: date | None = None, before_days: int = 0
) -> date:
    """Return the last day on which a look is still in time (應檢查日).

    Args:
        last: day of the last look; what was never looked at is due on ``since``.
        since: first day of the thing in the register.
        months: between two looks.
        begins: first day of the next season after ``last``; a look older than ``before_days``
            then is due on the day before.
    """
    if last is None:
        return since
    ordinary = months_after(last, months)
    if begins is None or last >= begins - timedelta(days=before_days):
        return ordinary
    return min(ordinary, begins - timedelta(days=1))


def true_moment(noted: datetime, sent: datetime, received: datetime) -> tuple[datetime, bool]:
    """Return when something was noted by the city's clock, and whether the phone's was wrong.

    A clock that is wrong is wrong alike when a thing is noted and when it is sent, so the
    difference at the sending puts the noting right. What would then lie in the future, or longer
    ago than ``OLDEST``, happened when it came.
    """
    skew = received - sent
    is_wrong = abs(skew) > SKEW
    moment = noted + skew if is_wrong else noted
    if moment > received + SKEW or moment < received - OLDEST:
        return received, True
    return min(moment, received), is_wrong
