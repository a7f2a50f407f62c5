"""Readings of stacks and outfalls held to their permits: averages, exceedances, masses by day."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from shizheng.core import journal, outbox
from shizheng.core.models import PublishedDefinition
from shizheng.sensing import moments
from shizheng.sensing.alerting.nearby import hours_of
from shizheng.sensing.domain.emissions import Average, averages, exceeding, kilograms
from shizheng.sensing.models import (
    Datastream,
    DischargeDay,
    DischargeLimit,
    DischargePermit,
    Exceedance,
)
from shizheng.sensing.water.city import emissions
from shizheng.sensing.water.definitions import AveragingOf, EmissionBody

HOUR = timedelta(hours=1)
HOUR_S = 3_600
MOST_EVIDENCE = 100


def readings_judge(things: Sequence[int], first: datetime, last: datetime, at: datetime) -> int:
    """Hold what monitors sent to their permits; return how many inspections were opened.

    Called after readings were stored. Judging the same hours again changes nothing.
    """
    known = emissions()
    if known is None:
        return 0
    body, version = known
    opened = 0
    rows = DischargePermit.objects.filter(thing__in=list(things)).select_related("owner")
    for permit in rows:
        for limit in permit.limits.select_related("observed_property", "permit__owner"):
            opened += _judge(limit, body, version, first, last, at)
            _weigh(limit, body, first, last)
    return opened


def _streams(limit: DischargeLimit, body: EmissionBody) -> dict[str, Datastream]:
    """Return the streams of the pollutant and of its flow at the permit's monitor."""
    code = limit.observed_property.code
    emitted = body.emitted(code)
    wanted = {code: "value"} | ({emitted.flow: "flow"} if emitted and emitted.flow else {})
    rows = Datastream.objects.filter(
        thing=limit.permit.thing_id, observed_property__code__in=list(wanted), is_multi=False
    ).select_related("observed_property")
    found = {}
    for row in rows.order_by("pk"):
        if row.observed_property is not None:
            found[wanted[row.observed_property.code]] = row
    return found


def _hours(
    streams: dict[str, Datastream], name: str, start: datetime, end: datetime
) -> dict[int, float]:
    """Return the valid hourly means of a stream, by the number of the hour since 1970."""
    if name not in streams or start >= end:
        return {}
    first = int(start.timestamp()) // HOUR_S
    values = hours_of({name: streams[name]}, start, end)[name]
    return {first + place: value for place, value in enumerate(values) if value is not None}


def _judge(  # noqa: PLR0917 - what one judgement is made of
    limit: DischargeLimit, body: EmissionBody, version: PublishedDefinition, first: datetime,
    last: datetime, at: datetime,
) -> int:  # fmt: skip
    rule = body.averaging(limit.averaging)
    streams = _streams(limit, body)
    if rule is None or "value" not in streams:
        return 0
    reach = timedelta(hours=rule.hours)
    start = _hour(first) - 2 * reach
    end = min(_hour(last) + reach, _hour(at) + HOUR)
    hours = _hours(streams, "value", start, end)
    offset = round(_offset(first) / HOUR_S)
    is_hourly = (streams["value"].cycle_s or 0) >= HOUR_S
    touched = int(first.timestamp()) // HOUR_S - (rule.hours if rule.in_blocks else not is_hourly)
    ended = int(at.timestamp()) // HOUR_S - (not is_hourly)  # a mean of minutes waits for its hour
    found = [
        each
        for each in exceeding(averages(hours, rule.rule(), offset=offset), limit.limit)
        if touched <= each.hour <= ended
    ]
    valid = [each for each in found if _is_in_force(limit.permit, each.hour)]
    return _opened(limit, rule, version, valid, hours, body.inspect_hours, at) if valid else 0


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _offset(moment: datetime) -> float:
    shift = timezone.localtime(moment).utcoffset()
    return shift.total_seconds() if shift else 0.0


def _is_in_force(permit: DischargePermit, hour: int) -> bool:
    day = timezone.localdate(_moment(hour))
    return permit.valid_from <= day <= permit.valid_until


def _moment(hour: int) -> datetime:
    return moments.moment(hour * HOUR_S * 1_000_000)


@transaction.atomic
def _opened(  # noqa: PLR0917 - what one inspection is made of
    limit: DischargeLimit, rule: AveragingOf, version: PublishedDefinition,
    found: list[Average], hours: dict[int, float], inspect_hours: int, at: datetime,
) -> int:  # fmt: skip
    """Open an inspection, or let the averages join the one that is open."""
    limit = DischargeLimit.objects.select_for_update().select_related("permit").get(pk=limit.pk)
    seen = Exceedance.objects.filter(limit=limit)
    known = list(seen.values_list("began_at", "last_at"))
    found = [
        each
        for each in found
        if not any(began <= _moment(each.hour) <= ended for began, ended in known)
    ]
    if not found:
        return 0
    evidence = [
        [_moment(hour).isoformat(), hours[hour]]
        for hour in range(found[0].hour - rule.hours + 1, found[-1].hour + 1)
        if hour in hours
    ][-MOST_EVIDENCE:]
    open_ = seen.filter(state=Exceedance.State.OPEN).first()
    highest = max(each.value for each in found)
    if open_ is not None:
        open_.highest = max(open_.highest, highest)
        open_.began_at = min(open_.began_at, _moment(found[0].hour))
        open_.last_at = max(open_.last_at, _moment(found[-1].hour))
        open_.count += len(found)
        merged = dict(map(tuple, [*open_.readings, *evidence]))
        open_.readings = [list(each) for each in sorted(merged.items())][-MOST_EVIDENCE:]
        open_.save(update_fields=["highest", "began_at", "last_at", "count", "readings"])
        _told("continued", open_, at)
        return 0
    year = timezone.localdate(at).year
    number = Exceedance.objects.filter(year=year).aggregate(last=Max("sequence"))["last"] or 0
    row = Exceedance.objects.create(
        year=year, sequence=number + 1, limit=limit, version=version, allowed=limit.limit,
        highest=highest, began_at=_moment(found[0].hour), last_at=_moment(found[-1].hour),
        count=len(found), readings=evidence, opened_at=at,
        due_at=at + timedelta(hours=inspect_hours),
    )  # fmt: skip
    _told("opened", row, at)
    return 1


def _told(verb: str, row: Exceedance, at: datetime) -> None:
    facts = {
        "number": row.number, "permit": row.limit.permit.number, "allowed": row.allowed,
        "highest": row.highest, "count": row.count,
    }  # fmt: skip
    journal.record(f"sensing.exceedance.{verb}", row, by=None, at=at, now=facts)
    outbox.publish(f"sensing.exceedance.{verb}", row, at=at, payload=facts)


def _weigh(limit: DischargeLimit, body: EmissionBody, first: datetime, last: datetime) -> None:
    """Weigh what was emitted on each local day that readings touch."""
    emitted = body.emitted(limit.observed_property.code)
    if emitted is None or emitted.kg is None:
        return
    streams = _streams(limit, body)
    for day in _days(timezone.localdate(first), timezone.localdate(last)):
        start = datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
        end = start + timedelta(days=1)
        values, flows = (_hours(streams, name, start, end) for name in ("value", "flow"))
        DischargeDay.objects.update_or_create(
            limit=limit, day=day,
            defaults={
                "kg": kilograms(values, flows, float(emitted.kg)),
                "hour_count": len(values.keys() & flows.keys()),
            },
        )  # fmt: skip


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
