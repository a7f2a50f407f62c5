"""What is done about air: forecasts that start measures, measures done, instruments calibrated."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import Agency, User
from shizheng.core.showing import city_date, city_datetime
from shizheng.kernel.text import cleaned
from shizheng.sensing.access import MANAGE
from shizheng.sensing.air.city import air
from shizheng.sensing.air.errors import (
    AirUndeclared,
    CalibrationUnfit,
    ForecastPast,
    MeasureDone,
)
from shizheng.sensing.air.selectors import worst_by_day
from shizheng.sensing.alerting.access import ANSWER
from shizheng.sensing.checking.flagging import calibrations
from shizheng.sensing.domain.air_forecast import expected
from shizheng.sensing.models import AirForecast, AirMeasure, Datastream, StreamCalibration

FARTHEST = timedelta(days=10)


@transaction.atomic
def forecast_record(
    *, day: date, index: int, source: str, issued_at: datetime, by: User | None, at: datetime
) -> AirForecast:
    """Enter the index that is expected for a day (登錄預報); a bad one starts the measures.

    A measure starts once a day, however many forecasts call for it; the same forecast again
    changes nothing.

    Raises:
        AirUndeclared: the pack says nothing of air.
        NotPermitted: ``by`` does not answer the warnings of the agency in charge of air.
        ForecastPast: the day is over, or too far ahead.
    """
    known = air()
    if known is None:
        raise AirUndeclared
    body, version = known
    owner = Agency.objects.get(code=body.owner)
    if by is not None:
        require(by, ANSWER, owner)
    today = timezone.localdate(at)
    if not today <= day <= today + FARTHEST:
        raise ForecastPast(day=city_date(day))
    row, is_new = AirForecast.objects.get_or_create(
        day=day, source=cleaned(source).strip()[:120], issued_at=issued_at,
        defaults={"index": index, "owner": owner, "version": version, "recorded_by": by},
    )  # fmt: skip
    if not is_new:
        return row
    facts = {"day": day.isoformat(), "index": index, "source": row.source}
    journal.record("sensing.air_forecast.recorded", row, by=by, at=at, now=facts)
    for each in body.started(index):
        agency = Agency.objects.get(code=each.owner)
        measure, is_started = AirMeasure.objects.get_or_create(
            day=day, code=each.id,
            defaults={
                "forecast": row, "name": dict(each.name), "owner": agency, "started_at": at,
                "due_at": _due(day, at, each.within_hours),
            },
        )  # fmt: skip
        if is_started:
            told = facts | {"measure": each.id, "owner": agency.code}
            journal.record("sensing.air_measure.started", measure, by=by, at=at, now=told)
            outbox.publish("sensing.air_measure.started", measure, at=at, payload=told)
    return row


def _due(day: date, at: datetime, hours: int) -> datetime:
    """Return until when: hours from now, or from the beginning of the day where it is later."""
    begins = datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
    return max(at, begins) + timedelta(hours=hours)


def forecast_by_persistence(*, day: date, at: datetime) -> AirForecast | None:
    """Expect of a day what the day before was; None where that is not known (持續法)."""
    if air() is None:
        return None
    before = worst_by_day(day - timedelta(days=1), day - timedelta(days=1))
    index = expected(before, day)
    if index is None:
        return None
    issued = datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
    with override(settings.LANGUAGE_CODE):
        source = _("Persistence: the highest index of the stations on the day before")
    return forecast_record(day=day, index=index, source=source, issued_at=issued, by=None, at=at)


@transaction.atomic
def measure_report(*, measure: AirMeasure, by: User, at: datetime, note: str = "") -> AirMeasure:
    """Say that a measure was carried out (回報措施).

    Raises:
        NotPermitted: ``by`` is not of the agency that owns it.
        MeasureDone: it was reported before.
    """
    require(by, ANSWER, measure)
    rows = AirMeasure.objects.filter(pk=measure.pk, done_at=None)
    changed = rows.update(done_at=at, done_by=by, note=cleaned(note).strip()[:500])
    measure.refresh_from_db()
    if not changed:
        raise MeasureDone(time=city_datetime(measure.done_at))
    facts = {"day": measure.day.isoformat(), "measure": measure.code}
    journal.record("sensing.air_measure.done", measure, by=by, at=at, now=facts)
    outbox.publish("sensing.air_measure.done", measure, at=at, payload=facts)
    return measure


@transaction.atomic
def calibration_record(
    *, stream: Datastream, done_on: date, days: int, certificate: str, is_passed: bool,
    by: User | None, at: datetime, drift_percent: float | None = None,
) -> StreamCalibration:  # fmt: skip
    """Enter a calibration of an instrument (登錄校正); it holds for ``days`` days after it.

    From the first calibration on a stream is held to it: readings after its end, or after one
    that failed, are flagged and not published as index.

    Raises:
        NotPermitted: ``by`` does not keep the things of the agency.
        CalibrationUnfit: the day has not come yet.
    """
    if by is not None:
        require(by, MANAGE, stream)
    if done_on > timezone.localdate(at):
        raise CalibrationUnfit(day=city_date(done_on))
    done_at = datetime.combine(done_on, time.min, tzinfo=timezone.get_current_timezone())
    row = StreamCalibration.objects.create(
        stream=stream, done_at=done_at, valid_until=done_at + timedelta(days=days + 1),
        certificate=cleaned(certificate).strip()[:80], is_passed=is_passed,
        drift_percent=drift_percent, recorded_by=by, recorded_at=at,
    )  # fmt: skip
    calibrations.forget()
    facts = {"stream": stream.pk, "certificate": row.certificate, "is_passed": is_passed}
    journal.record("sensing.stream.calibrated", row, by=by, at=at, now=facts)
    return row
