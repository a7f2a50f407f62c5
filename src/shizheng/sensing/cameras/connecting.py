"""Cameras and their heartbeats: connected to a datastream each, watched, counted by the day."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import Agency, User
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.places.models import FaultReport, Thing, WorkOrder
from shizheng.places.upkeep.actions.reporting import Said, fault_report
from shizheng.sensing import moments
from shizheng.sensing.access import MANAGE
from shizheng.sensing.actions.intake import stream_known
from shizheng.sensing.alerting.selectors import maintained
from shizheng.sensing.cameras.city import (
    IN_USE,
    Camera,
    camera_rules,
    camera_upkeep,
    cameras_on,
)
from shizheng.sensing.cameras.definitions import CamerasBody
from shizheng.sensing.cameras.domain.uptime import GOOD, up_seconds
from shizheng.sensing.importing import MEASURED
from shizheng.sensing.models import (
    CameraDay,
    CameraRepair,
    Datastream,
    Location,
    ObservedProperty,
    Sensor,
)
from shizheng.sensing.models import Thing as SensedThing
from shizheng.sensing.sensorthings.writing import Writer, block_of, feature_for
from shizheng.sensing.store.reading import latest_of, readings_between

SECOND_US = 1_000_000
SENSOR = "Security camera"


def streams_of(cameras: dict[str, Camera]) -> dict[str, Datastream]:
    """Return the datastreams of cameras by their key; of those that are connected."""
    codes = {each.stream_code: key for key, each in cameras.items()}
    rows = Datastream.objects.filter(code__startswith="camera:")
    return {codes[row.code]: row for row in rows.iterator() if row.code in codes}


@transaction.atomic
def cameras_connect(*, by: User | None, at: datetime) -> int:
    """Make a restricted thing and datastream for each camera in use that has none (連接攝影機).

    Heartbeats then come as readings of stream ``camera:KEY`` with the key of a gateway, over any
    way that readings come.

    Returns:
        How many were connected now.

    Raises:
        CamerasUnset: the pack declares no cameras.
        NotPermitted: ``by`` does not keep the things of the cameras' agency.
    """
    rules = camera_rules()
    owner = Agency.objects.get(code=rules.owner)
    if by is not None:
        require(by, MANAGE, owner)
    cameras = cameras_on(rules, timezone.localdate(at))
    known = streams_of(cameras)
    missing = [row for key, row in cameras.items() if key not in known and row.state == IN_USE]
    for camera in missing:
        _connected(rules, camera, owner, at)
    if missing:
        stream_known.forget()
        told = {"count": len(missing), "first": missing[0].key, "last": missing[-1].key}
        journal.record("sensing.cameras.connected", owner, by=by, at=at, now=told)
    return len(missing)


def _connected(rules: CamerasBody, camera: Camera, owner: Agency, at: datetime) -> None:
    observed = ObservedProperty.objects.get(code=rules.heartbeat.property)
    sensor, _ = Sensor.objects.get_or_create(
        name=SENSOR, owner=owner, defaults={"encoding_type": "text/plain", "metadata": ""}
    )
    thing, made = SensedThing.objects.get_or_create(
        code=camera.stream_code[:80],
        defaults={
            "name": camera.name[:300], "description": in_language(dict(rules.name)),
            "owner": owner, "seen_by": "restricted", "properties": {"register": rules.register_},
        },
    )  # fmt: skip
    if made and camera.longitude is not None and camera.latitude is not None:
        x, y = camera.longitude, camera.latitude
        place = Location.objects.create(
            name=camera.name[:300], owner=owner, seen_by="restricted",
            geometry={"type": "Point", "coordinates": [x, y]},
            min_x=x, max_x=x, min_y=y, max_y=y,
        )  # fmt: skip
        Writer(None, at).moved(thing, [place])
    cycle = rules.heartbeat.silent_minutes * 60
    Datastream.objects.get_or_create(
        code=camera.stream_code,
        defaults={
            "name": f"{camera.name} {observed.name}"[:300], "thing": thing, "sensor": sensor,
            "owner": owner, "observed_property": observed, "observation_type": MEASURED,
            "unit": observed.unit, "decimals": 0, "cycle_s": cycle, "block_us": block_of(cycle),
            "keep_days": 400, "feature": feature_for(thing),
        },
    )  # fmt: skip


def cameras_silent(rules: CamerasBody, at: datetime) -> list[tuple[Camera, datetime]]:
    """Return the cameras in use that gave a picture before and give none now, with since when.

    One that was never heard is no fault yet, and one that is worked on is none either.
    """
    cameras = cameras_on(rules, timezone.localdate(at))
    streams = streams_of(cameras)
    latest = latest_of([row.pk for row in streams.values()])
    working = maintained([row.pk for row in streams.values()], at)
    limit = timedelta(minutes=rules.heartbeat.silent_minutes)
    found = []
    for key, row in streams.items():
        if row.pk not in latest or row.pk in working or cameras[key].state != IN_USE:
            continue
        time, value, _quality, _extra = latest[row.pk]
        heard = moments.moment(time)
        if at - heard > limit or (value is not None and value <= GOOD):
            found.append((cameras[key], heard))
    return found


def silence_report(*, at: datetime) -> int:
    """Report every camera without a picture as a fault of its upkeep (失聯通報), once a silence.

    Returns:
        How many are silent; a work order stands for each.
    """
    rules = camera_rules()
    upkeep = camera_upkeep(rules)
    silent = cameras_silent(rules, at)
    things = Thing.objects.select_related("register").in_bulk([row.thing for row, _ in silent])
    for camera, heard in silent:
        open_orders = WorkOrder.objects.filter(
            thing=camera.thing, fault=rules.heartbeat.fault, state__in=WorkOrder.WAITING
        )
        if camera.thing not in things or open_orders.exists():
            continue
        said = Said(FaultReport.Source.SENSOR, f"{camera.key}:{moments.of(heard)}"[:80])
        try:
            fault_report(
                upkeep=upkeep, thing=things[camera.thing], fault=rules.heartbeat.fault,
                given=said, by=None, at=at,
            )  # fmt: skip
        except DomainError:  # it left the register meanwhile: the others are reported all the same
            continue
    return len(silent)


@transaction.atomic
def day_count(*, day: date, at: datetime) -> int:
    """Count for each connected camera how long of a day it gave a picture; again, it counts anew.

    A day that is not over counts to ``at``. A camera counts from its first heartbeat on.

    Returns:
        How many cameras were counted.
    """
    rules = camera_rules()
    zone = timezone.get_default_timezone()
    begins = datetime(day.year, day.month, day.day, tzinfo=zone)
    after = day + timedelta(days=1)
    ends = min(datetime(after.year, after.month, after.day, tzinfo=zone), at)
    if ends <= begins:
        return 0
    silent = rules.heartbeat.silent_minutes * 60
    cameras = cameras_on(rules, day)
    before = set(CameraDay.objects.filter(day__lt=day).values_list("camera", flat=True).distinct())
    rows = []
    for key, stream in streams_of(cameras).items():
        camera = cameras[key]
        if camera.state != IN_USE:
            continue
        counted = _counted(stream, begins, ends, silent, is_known=key in before)
        if counted is not None:
            rows.append(
                CameraDay(camera=key, precinct=camera.precinct, day=day, expected_s=counted[0],
                          up_s=counted[1])
            )  # fmt: skip
    CameraDay.objects.filter(day=day).delete()
    CameraDay.objects.bulk_create(rows, batch_size=1_000)
    return len(rows)


def _counted(
    stream: Datastream, begins: datetime, ends: datetime, silent_s: int, *, is_known: bool
) -> tuple[int, int] | None:
    """Return the seconds expected and up; None for a camera that was never heard until then."""
    first, last = moments.of(begins), moments.of(ends)
    heard = readings_between(
        stream.pk, first - silent_s * SECOND_US, last, stream.block_us
    )  # one before midnight vouches for the minutes after it
    beats = [
        (time / SECOND_US, value)
        for time, value in zip(heard.times.tolist(), heard.values.tolist(), strict=True)
    ]
    if not beats and not is_known:
        return None
    started = begins.timestamp() if is_known else max(begins.timestamp(), beats[0][0])
    expected = round(ends.timestamp() - started)
    up = up_seconds(beats, started, ends.timestamp(), silent_s)
    return expected, min(round(up), expected)


@transaction.atomic
def repairs_count(*, at: datetime) -> int:
    """Bring the repairs of cameras, with their precinct, to what the work orders say.

    Returns:
        How many repairs there are.
    """
    rules = camera_rules()
    cameras = {row.thing: row for row in cameras_on(rules, timezone.localdate(at)).values()}
    orders = WorkOrder.objects.filter(upkeep=camera_upkeep(rules)).exclude(
        state=WorkOrder.State.CANCELLED
    )
    rows = []
    for order in orders.select_related("thing").order_by("opened_at", "pk").iterator():
        camera = cameras.get(order.thing_id)
        rows.append(
            CameraRepair(
                order=order.pk, camera=order.thing.key,
                precinct=camera.precinct if camera else "", opened_at=order.opened_at,
                due_at=order.due_at, done_at=order.done_at,
            )
        )  # fmt: skip
    CameraRepair.objects.exclude(order__in=[row.order for row in rows]).delete()
    CameraRepair.objects.bulk_create(
        rows, batch_size=1_000, update_conflicts=True, unique_fields=["order"],
        update_fields=["camera", "precinct", "opened_at", "due_at", "done_at"],
    )  # fmt: skip
    return len(rows)
