"""How devices and gateways are (設備健康): silent, wrong clocks, refused readings, calibrations."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Q, Sum
from django.utils import timezone

from shizheng.core.models import User
from shizheng.sensing import moments
from shizheng.sensing.access import MANAGE
from shizheng.sensing.alerting.selectors import maintained
from shizheng.sensing.checking.flagging import bodies_in_force
from shizheng.sensing.checking.together import drifts
from shizheng.sensing.domain.quality import DOUBTFUL
from shizheng.sensing.enforcement.access import DEVICES
from shizheng.sensing.models import (
    CalibrationCertificate,
    Datastream,
    EnforcementDevice,
    Gateway,
    IntakeCount,
    StreamCalibration,
)
from shizheng.sensing.store.reading import latest_of

REFUSED_FOR = timedelta(days=7)
SOON = timedelta(days=30)
CYCLES_SILENT = 3
USUAL_CYCLE = timedelta(hours=8)
"""Of a stream that declares none."""
SHARED = 0.8
"""So much of a gateway's clocks must run wrong alike for the fault to be the gateway's."""
ALIKE_S = 10.0
TAKEN = ("new", "same")


@dataclass(frozen=True, slots=True)
class DeviceHealth:
    """A stream whose device needs somebody (待處理設備); what is None or 0 is well.

    ``drift_s`` is by how many seconds a day its clock runs slow, negative where it runs fast.
    """

    stream: Datastream
    heard_at: datetime | None
    is_silent: bool
    is_worked_on: bool
    drift_s: float | None
    doubtful: int
    refused: Mapping[str, int] = field(default_factory=dict)

    @property
    def rank(self) -> tuple[bool, bool, int, str, int]:
        """Silent ones first, then wrong clocks, then by how much was refused."""
        return (
            not self.is_silent, self.drift_s is None, -sum(self.refused.values()),
            self.stream.thing.name, self.stream.pk,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class GatewayHealth:
    """A gateway: when it was heard, what was taken of it in a week and what was not, its clock.

    ``drift_s`` is what most of its devices drift alike; None where they do not, or none is known.
    """

    gateway: Gateway
    taken: int
    refused: Mapping[str, int]
    devices: int
    drifting: int
    drift_s: float | None


@dataclass(frozen=True, slots=True)
class CalibrationHealth:
    """A calibration that ran out or does so within a month (校正到期)."""

    name: str
    until: date
    has_ended: bool
    stream: int | None = None
    device: EnforcementDevice | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """What a keeper has to know of their devices (設備健康總覽)."""

    streams: int
    gateways: Sequence[GatewayHealth]
    devices: Sequence[DeviceHealth]
    calibrations: Sequence[CalibrationHealth]

    @property
    def silent(self) -> int:
        """How many streams are silent."""
        return sum(each.is_silent for each in self.devices)

    @property
    def drifting(self) -> int:
        """How many clocks run wrong."""
        return sum(each.drift_s is not None for each in self.devices)


def health_of(keeper: User, at: datetime) -> Health:
    """Return how the devices are that ``keeper`` may keep; those that are well are only counted."""
    rows = Datastream.objects.allowed_to(keeper, MANAGE).select_related(
        "thing__owner", "observed_property"
    )
    streams = {each.pk: each for each in rows.order_by("pk")}
    refused = _refused(streams, at)
    known = drifts(streams)
    wrong = _wrong(streams, known)
    latest = latest_of(list(streams))
    resting = maintained(streams, at)
    devices = []
    for pk, stream in streams.items():
        heard = moments.moment(latest[pk][0]) if pk in latest else None
        quality = latest[pk][2] if pk in latest else 0
        each = DeviceHealth(
            stream, heard, _is_silent(stream, heard, at), pk in resting, wrong.get(pk),
            quality & DOUBTFUL, refused.get(pk, {}),
        )  # fmt: skip
        if each.is_silent or each.drift_s is not None or each.doubtful or each.refused:
            devices.append(each)
    return Health(
        len(streams), _gateways(keeper, streams, known, wrong, at),
        sorted(devices, key=lambda each: each.rank), _calibrations(keeper, streams, at),
    )  # fmt: skip


def _is_silent(stream: Datastream, heard: datetime | None, at: datetime) -> bool:
    """Whether three cycles passed without a reading; a stream never heard is silent."""
    cycle = timedelta(seconds=stream.cycle_s) if stream.cycle_s else USUAL_CYCLE
    return heard is None or at - heard > CYCLES_SILENT * cycle


def _wrong(streams: Mapping[int, Datastream], known: Mapping[int, float]) -> dict[int, float]:
    limits = {
        body.observed_property: body.drift_seconds_a_day for body in bodies_in_force()
        if body.drift_seconds_a_day is not None
    }  # fmt: skip
    found = {}
    for pk, amount in known.items():
        observed = streams[pk].observed_property
        limit = limits.get(observed.code) if observed and observed.code else None
        if limit is not None and abs(amount) > limit:
            found[pk] = amount
    return found


def _refused(streams: Iterable[int], at: datetime) -> dict[int, dict[str, int]]:
    since = timezone.localdate(at) - REFUSED_FOR
    rows = IntakeCount.objects.filter(day__gte=since, stream__gt=0).exclude(outcome__in=TAKEN)
    known, found = set(streams), dict[int, dict[str, int]]()
    counted = rows.order_by().values_list("stream", "outcome").annotate(all=Sum("count"))
    for stream, outcome, count in counted:
        if stream in known:
            found.setdefault(stream, {})[outcome] = count
    return found


def _gateways(
    keeper: User, streams: Mapping[int, Datastream], known: Mapping[int, float],
    wrong: Mapping[int, float], at: datetime,
) -> list[GatewayHealth]:  # fmt: skip
    since = timezone.localdate(at) - REFUSED_FOR
    tried = IntakeCount.objects.filter(day__gte=since, outcome="key_revoked").order_by()
    rows = Gateway.objects.allowed_to(keeper, MANAGE).filter(
        Q(revoked_at=None) | Q(code__in=tried.values("gateway"))
    )
    gateways = list(rows.select_related("owner").prefetch_related("streams").order_by("code"))
    owners = Counter(each.owner_id for each in gateways if each.revoked_at is None)
    counted: dict[str, dict[str, int]] = {}
    totals = IntakeCount.objects.filter(
        day__gte=since, gateway__in=[each.code for each in gateways]
    ).order_by().values_list("gateway", "outcome").annotate(all=Sum("count"))  # fmt: skip
    for code, outcome, count in totals:
        counted.setdefault(code, {})[outcome] = count
    found = []
    for each in gateways:
        own = {stream.pk for stream in each.streams.all()} & streams.keys()
        if not own and each.revoked_at is None and owners[each.owner_id] == 1:
            own = {pk for pk, row in streams.items() if _owner(row) == each.owner_id}
        told = counted.get(each.code, {})
        found.append(
            GatewayHealth(
                each, sum(told.get(name, 0) for name in TAKEN),
                {name: count for name, count in sorted(told.items()) if name not in TAKEN},
                len(own), len(own & wrong.keys()), _shared(own, known, wrong),
            )
        )  # fmt: skip
    return found


def _owner(stream: Datastream) -> object:
    return stream.owner_id or stream.thing.owner_id


def _shared(own: set[int], known: Mapping[int, float], wrong: Mapping[int, float]) -> float | None:
    """Return what the clocks behind a gateway drift alike; None where the fault is not shared."""
    measured = sorted(own & known.keys())
    if len(measured) < 2 or len(own & wrong.keys()) < SHARED * len(measured):
        return None
    middle = median(known[pk] for pk in measured)
    alike = sum(abs(known[pk] - middle) <= ALIKE_S for pk in measured)
    return middle if alike >= SHARED * len(measured) else None


def _calibrations(
    keeper: User, streams: Mapping[int, Datastream], at: datetime
) -> list[CalibrationHealth]:
    """Return instruments and enforcement devices whose newest calibration ends within a month."""
    newest: dict[int, StreamCalibration] = {}
    rows = StreamCalibration.objects.filter(is_passed=True).order_by("valid_until", "pk")
    for row in rows:
        if row.stream_id in streams:
            newest[row.stream_id] = row
    today, last = timezone.localdate(at), timezone.localdate(at + SOON)
    found = [
        CalibrationHealth(
            streams[pk].name, timezone.localdate(row.valid_until), row.valid_until <= at, stream=pk
        )
        for pk, row in newest.items() if timezone.localdate(row.valid_until) <= last
    ]  # fmt: skip
    devices = EnforcementDevice.objects.allowed_to(keeper, DEVICES).in_bulk()
    until: dict[object, date] = {}
    for each in CalibrationCertificate.objects.filter(device__in=devices, revoked_at=None):
        until[each.device_id] = max(until.get(each.device_id, each.valid_until), each.valid_until)
    found += [
        CalibrationHealth(str(devices[pk]), day, day < today, device=devices[pk])
        for pk, day in until.items() if day <= last
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.until, each.name))
