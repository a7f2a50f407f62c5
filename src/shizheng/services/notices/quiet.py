"""Quiet hours: notices that are not urgent wait until people are up (勿擾時段)."""

from datetime import datetime, time, timedelta, tzinfo

from shizheng.services import city
from shizheng.services.kinds import QuietHours


def send_at(channel: str, at: datetime, *, is_urgent: bool) -> datetime:
    """Return when a notice written at ``at`` may go out by ``channel``."""
    rule = city.quiet_hours(city.loaded_at())
    if is_urgent or rule is None or channel not in rule.channels:
        return at
    return after_quiet(at, rule, city.zone())


def after_quiet(at: datetime, rule: QuietHours, tz: tzinfo) -> datetime:
    """Return ``at``, or the end of the quiet hours in which it lies."""
    local = at.astimezone(tz)
    first, last = time.fromisoformat(rule.first), time.fromisoformat(rule.last)
    clock = local.timetz().replace(tzinfo=None)
    over_night = first > last
    is_quiet = (clock >= first or clock < last) if over_night else first <= clock < last
    if not is_quiet:
        return at
    day = local.date()
    if over_night and clock >= first:
        day += timedelta(days=1)
    return datetime.combine(day, last, tz)
