"""Uptime and repairs by precinct, cameras as they stand, footage as far as one may see it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from shizheng.core.access import Person
from shizheng.core.models import User
from shizheng.kernel.geodesy import distance_m
from shizheng.places.models import WorkOrder
from shizheng.sensing import moments
from shizheng.sensing.cameras.access import WATCH
from shizheng.sensing.cameras.city import (
    IN_USE,
    Camera,
    camera_rules,
    camera_upkeep,
    cameras_on,
    cameras_public,
    precinct_name,
    precinct_names,
)
from shizheng.sensing.cameras.connecting import streams_of
from shizheng.sensing.cameras.domain.uptime import GOOD, median_hours, share
from shizheng.sensing.cameras.errors import CamerasUnset
from shizheng.sensing.models import (
    CameraDay,
    CameraRepair,
    CameraStill,
    FootageRelease,
    FootageRequest,
)
from shizheng.sensing.store.reading import latest_of

EARTH_M = 111_320.0
"""Metres in a degree of latitude; good enough to find cameras near a post."""


@dataclass(frozen=True, slots=True)
class PrecinctRow:
    """How the cameras of a precinct stood in a month (分局妥善率); what everybody may read."""

    code: str
    name: str
    cameras: int
    up_share: float | None
    repairs: int
    median_hours: float | None
    late: int

    @property
    def up_percent(self) -> float | None:
        """The uptime in percent."""
        return None if self.up_share is None else 100 * self.up_share


def precincts(first: date, last: date) -> list[PrecinctRow]:
    """Return uptime and repairs of every precinct from a day to a day, in the register's order.

    Repairs count by the day on which they were done; ``late`` are those after their limit.
    """
    rules = camera_rules()
    names = precinct_names(rules)
    days = {
        row["precinct"]: row
        for row in CameraDay.objects.filter(day__gte=first, day__lte=last)
        .order_by()
        .values("precinct")
        .annotate(
            up=Sum("up_s"), expected=Sum("expected_s"), cameras=Count("camera", distinct=True)
        )
    }
    repairs: dict[str, list[CameraRepair]] = {}
    done = CameraRepair.objects.filter(done_at__date__gte=first, done_at__date__lte=last)
    for each in done.order_by("done_at", "pk"):
        repairs.setdefault(each.precinct, []).append(each)
    codes = [*names, *sorted((set(days) | set(repairs)) - set(names))]
    return [_precinct(code, names, days.get(code), repairs.get(code, [])) for code in codes]


def _precinct(
    code: str, names: dict[str, str], day: Mapping[str, Any] | None, repairs: list[CameraRepair]
) -> PrecinctRow:
    spans = [(each.done_at - each.opened_at).total_seconds() for each in repairs if each.done_at]
    late = sum(1 for each in repairs if each.done_at and each.done_at > each.due_at)
    known = day or {"cameras": 0, "up": 0, "expected": 0}
    return PrecinctRow(
        code, precinct_name(names, code), known["cameras"],
        share(known["up"], known["expected"]), len(repairs), median_hours(spans), late,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CameraRow:
    """A camera as its keeper sees it (攝影機現況)."""

    camera: Camera
    precinct: str
    heard_at: datetime | None
    has_picture: bool | None
    up_share: float | None
    order: WorkOrder | None

    @property
    def up_percent(self) -> float | None:
        """The uptime in percent."""
        return None if self.up_share is None else 100 * self.up_share

    @property
    def rank(self) -> tuple[int, str]:
        """Silent ones first, then those never heard, then the others."""
        return ({False: 0, None: 1, True: 2}[self.has_picture], self.camera.key)


def camera_rows(at: datetime, keys: Iterable[str] | None = None) -> list[CameraRow]:
    """Return the cameras in use with what their keeper has to know, the silent first."""
    rules = camera_rules()
    today = timezone.localdate(at)
    cameras = {
        key: row for key, row in cameras_on(rules, today, keys).items() if row.state == IN_USE
    }
    streams = streams_of(cameras)
    latest = latest_of([row.pk for row in streams.values()])
    names = precinct_names(rules)
    month = _shares(today - timedelta(days=29), today)
    orders = {
        row.thing_id: row
        for row in WorkOrder.objects.filter(
            upkeep=camera_upkeep(rules), state__in=WorkOrder.LIVE
        ).select_related("upkeep").order_by("-opened_at")
    }  # fmt: skip
    silent = timedelta(minutes=rules.heartbeat.silent_minutes)
    rows = []
    for key, camera in cameras.items():
        heard, good = None, None
        if key in streams and streams[key].pk in latest:
            time, value, _quality, _extra = latest[streams[key].pk]
            heard = moments.moment(time)
            good = at - heard <= silent and (value is None or value > GOOD)
        rows.append(
            CameraRow(camera, precinct_name(names, camera.precinct), heard, good,
                      month.get(key), orders.get(camera.thing))
        )  # fmt: skip
    return sorted(rows, key=lambda row: row.rank)


def _shares(first: date, last: date) -> dict[str, float | None]:
    found = CameraDay.objects.filter(day__gte=first, day__lte=last).order_by().values("camera")
    return {
        row["camera"]: share(row["up"], row["expected"])
        for row in found.annotate(up=Sum("up_s"), expected=Sum("expected_s"))
    }


def cameras_named(words: str, precinct: str, on: date) -> list[tuple[Camera, str]]:
    """Return cameras in use whose number, name or view holds the words, with their precinct."""
    rules = camera_rules()
    names = precinct_names(rules)
    return [
        (row, precinct_name(names, row.precinct))
        for row in cameras_on(rules, on).values()
        if row.state == IN_USE
        and (not precinct or row.precinct == precinct)
        and (not words or words.lower() in f"{row.key} {row.name} {row.view}".lower())
    ]


def requests_seen(viewer: Person, state: str = "") -> QuerySet[FootageRequest]:
    """Return the requests that ``viewer`` may see, the newest first."""
    rows = FootageRequest.objects.visible_to(viewer)
    if state in FootageRequest.State.values:
        rows = rows.filter(state=state)
    return rows.select_related("owner", "asked_by", "decided_by").order_by("-asked_at", "-pk")


def releases_of(viewer: Person, request: FootageRequest) -> QuerySet[FootageRelease]:
    """Return the copies of a request that ``viewer`` may know of, in order."""
    rows = FootageRelease.objects.visible_to(viewer).filter(request=request)
    return rows.select_related("released_by", "file").order_by("released_at", "pk")


@dataclass(frozen=True, slots=True)
class FootageFigures:
    """What became of requests for footage (調閱統計); what everybody may read."""

    asked: int
    approved: int
    refused: int
    copies: int
    deleted: int
    proven: int


def footage_figures(first: date, last: date) -> FootageFigures:
    """Count the requests asked from a day to a day, and their copies."""
    State = FootageRequest.State  # noqa: N806 - the name of a class
    asked = FootageRequest.objects.filter(asked_at__date__gte=first, asked_at__date__lte=last)
    found = asked.aggregate(
        asked=Count("pk"),
        approved=Count("pk", filter=Q(state__in=[State.APPROVED, State.DONE])),
        refused=Count("pk", filter=Q(state=State.REFUSED)),
    )
    copies = FootageRelease.objects.filter(request__in=asked).aggregate(
        copies=Count("pk"),
        deleted=Count("pk", filter=Q(deleted_at__isnull=False)),
        proven=Count("pk", filter=Q(proven_at__isnull=False)),
    )
    return FootageFigures(**found, **copies)


@dataclass(frozen=True, slots=True)
class StillNear:
    """A still near a place, for the duty board (值勤畫面)."""

    key: str
    name: str
    distance_m: float
    taken_at: datetime
    is_fresh: bool


def stills_near(
    viewer: Person, longitude: float, latitude: float, *, at: datetime, within_m: float = 500,
    most: int = 3,
) -> list[StillNear]:  # fmt: skip
    """Return the stills of cameras that are released for operation near a place, nearest first.

    Nobody but who answers warnings has any. A still older than a quarter of an hour says so.
    The picture itself is at ``sensing:camera_still``.
    """
    from math import cos, hypot, radians

    if not isinstance(viewer, User):
        return []
    stills = {row.camera: row for row in CameraStill.objects.visible_to(viewer)}
    if not stills:
        return []
    try:
        cameras = cameras_on(camera_rules(), timezone.localdate(at), stills)
    except CamerasUnset:
        return []
    found = []
    for key, row in cameras.items():
        if not row.is_on_duty or row.state != IN_USE:
            continue
        if row.longitude is None or row.latitude is None:
            continue
        across = (row.longitude - longitude) * cos(radians(latitude))
        away = hypot(across, row.latitude - latitude) * EARTH_M
        if away <= within_m:
            taken = stills[key].taken_at
            fresh = at - taken <= timedelta(minutes=15)
            found.append(StillNear(key, row.name, round(away, 1), taken, fresh))
    return sorted(found, key=lambda each: (each.distance_m, each.key))[:most]


@dataclass(frozen=True, slots=True)
class PublicStill:
    """A small still near a place that everybody may see (公開畫面), with its time and source."""

    key: str
    name: str
    distance_m: float
    taken_at: datetime
    is_old: bool
    source: dict[str, str]


def stills_public(
    longitude: float, latitude: float, *, at: datetime, within_m: float = 2_000, most: int = 3
) -> list[PublicStill]:
    """Return the stills near a place of cameras that the pack marks public, nearest first.

    Of no other camera anything is read; the picture is at ``sensing:public_still``.
    """
    try:
        rules = camera_rules()
    except CamerasUnset:
        return []
    if rules.public is None:
        return []
    cameras = cameras_public(rules, timezone.localdate(at))
    since = at - timedelta(minutes=rules.public.gone_minutes)
    old = timedelta(minutes=rules.public.old_minutes)
    rows = CameraStill.objects.filter(camera__in=cameras, taken_at__gt=since)
    found = []
    for row in rows.select_related("owner"):
        camera = cameras[row.camera]
        if camera.longitude is None or camera.latitude is None:
            continue
        away = distance_m((longitude, latitude), (camera.longitude, camera.latitude))
        if away <= within_m:
            found.append(
                PublicStill(row.camera, camera.name, away, row.taken_at, at - row.taken_at > old,
                            row.owner.name)
            )  # fmt: skip
    return sorted(found, key=lambda each: (each.distance_m, each.key))[:most]


__all__ = [
    "WATCH", "CameraRow", "FootageFigures", "PrecinctRow", "PublicStill", "StillNear",
    "camera_rows", "cameras_named", "footage_figures", "precincts", "releases_of", "requests_seen",
    "stills_near", "stills_public",
]  # fmt: skip
