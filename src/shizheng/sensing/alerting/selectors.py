"""What stands of warnings: rules, open and past ones, where a subject lies, what a rule read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from shizheng.core.access import Person
from shizheng.core.areas import areas_of
from shizheng.core.models import Area, PublishedDefinition
from shizheng.sensing.alerting.definitions import WarningBody
from shizheng.sensing.domain.warnings import Reading, Rule
from shizheng.sensing.models import (
    Alert,
    AlertMessage,
    Datastream,
    Latest,
    Location,
    Maintenance,
    Subscription,
    WarningRule,
)
from shizheng.sensing.store.reading import readings_between
from shizheng.sensing.store.tables import HOT, told

SOME = 500
SECOND_US = 1_000_000


@lru_cache(maxsize=256)
def _body(definition: UUID) -> WarningBody:
    row = PublishedDefinition.objects.get(pk=definition)
    return WarningBody.model_validate(row.body)


@lru_cache(maxsize=256)
def _rule(definition: UUID) -> Rule:
    return _body(definition).rule()


def body_of(row: WarningRule | Alert) -> WarningBody:
    """Return what the declaration says: of a rule the one in force, of a warning its own."""
    return _body(row.version_id if isinstance(row, Alert) else row.current_id)


def rule_of(row: WarningRule) -> Rule:
    """Return the rule in force as the domain carries it out."""
    return _rule(row.current_id)


def rules_kept() -> list[WarningRule]:
    """Return the rules of the pack."""
    return list(WarningRule.objects.filter(is_kept=True).select_related("owner", "current"))


def us(moment: datetime) -> int:
    """Return microseconds since 1970, as the store keeps moments."""
    return round(moment.timestamp() * SECOND_US)


def moment_of(seconds: float) -> datetime:
    """Return an aware moment of seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stream stands (測站位置): point, district and what it is called."""

    stream: int
    name: str
    longitude: float | None
    latitude: float | None
    district: str | None
    block_us: int


def places_of(streams: Sequence[Datastream]) -> dict[int, Place]:
    """Return where streams stand, by their number; districts are looked up all at once."""
    points: dict[int, tuple[float, float]] = {}
    rows = Location.objects.filter(things__in={each.thing_id for each in streams})
    for thing, geometry in rows.order_by("pk").values_list("things", "geometry"):
        shape = geometry.get("geometry", geometry)
        if shape.get("type") == "Point" and thing is not None:
            longitude, latitude = shape["coordinates"][:2]
            points.setdefault(thing, (longitude, latitude))
    known = sorted(points)
    today = datetime.now(UTC).date()
    codes = areas_of([points[each] for each in known], on=today, kind=Area.Kind.DISTRICT)
    district = dict(zip(known, codes, strict=True))
    found = {}
    for each in streams:
        longitude, latitude = points.get(each.thing_id, (None, None))
        found[each.pk] = Place(
            each.pk, each.thing.name, longitude, latitude, district.get(each.thing_id),
            each.block_us,
        )  # fmt: skip
    return found


def streams_watched(codes: Iterable[str]) -> QuerySet[Datastream]:
    """Return the streams of observed properties that rules watch."""
    rows = Datastream.objects.filter(observed_property__code__in=list(codes), is_multi=False)
    return rows.select_related("thing", "observed_property").order_by("pk")


def readings_usable(
    places: Mapping[int, Place], since: datetime, until: datetime, unusable: int
) -> dict[int, list[Reading]]:
    """Return the readings without the doubtful ones, by stream, in order of time."""
    found: dict[int, list[Reading]] = {stream: [] for stream in places}
    start, end = us(since), us(until) + 1
    streams = sorted(places)
    wanted = set(streams)
    sealed = wanted.intersection(
        Latest.objects.filter(sealed_us__gte=start).values_list("stream", flat=True)
    )
    fresh = [each for each in streams if each not in sealed]
    for first in range(0, len(fresh), SOME):
        some = fresh[first : first + SOME]
        marks = ", ".join(["%s"] * len(some))
        for stream, time, value, flags in told(
            f"SELECT stream, time_us, value, quality FROM {HOT} WHERE stream IN ({marks}) "  # noqa: S608
            "AND time_us >= %s AND time_us < %s ORDER BY stream, time_us",
            [*some, start, end],
        ):
            if value is not None and not flags & unusable:
                found[stream].append(Reading(time / SECOND_US, value))
    for stream in sealed:
        them = readings_between(stream, start, end, places[stream].block_us)
        found[stream] = [
            Reading(time / SECOND_US, value)
            for time, value, flags in zip(
                them.times.tolist(), them.values.tolist(), them.quality.tolist(), strict=True
            )
            if value == value and not flags & unusable  # noqa: PLR0124 - no number is no reading
        ]
    return found


def maintained(streams: Iterable[int], at: datetime) -> set[int]:
    """Return which of the streams are being worked on."""
    rows = Maintenance.objects.filter(starts_at__lte=at, ends_at__gt=at)
    return set(streams).intersection(rows.values_list("stream", flat=True))


def posts_resting(at: datetime) -> list[tuple[str, datetime]]:
    """Return the names of posts that are being worked on, and until when."""
    rows = dict(
        Maintenance.objects.filter(starts_at__lte=at, ends_at__gt=at)
        .order_by("ends_at").values_list("stream", "ends_at")
    )  # fmt: skip
    names = Datastream.objects.filter(pk__in=rows).order_by("thing__name", "pk")
    return [(name, rows[pk]) for pk, name in names.values_list("pk", "thing__name")]


def posts_silent(at: datetime) -> tuple[int, int]:
    """Return how many posts sent nothing for longer than their rule allows, of how many.

    Rules to which silence means that nothing is the matter are left out, as are posts that are
    being worked on.
    """
    silent, watched = set[int](), set[int]()
    for body in (body_of(row) for row in rules_kept()):
        if body.missing.then != "clear" and body.subject == "stream":
            posts = set(streams_watched([body.observed_property]).values_list("pk", flat=True))
            since = us(at - timedelta(minutes=body.missing.after_minutes))
            heard = Latest.objects.filter(time_us__gt=since, stream__in=posts)
            watched |= posts
            silent |= posts - set(heard.values_list("stream", flat=True))
    return len(silent - maintained(silent, at)), len(watched)


def alerts_open(viewer: Person) -> QuerySet[Alert]:
    """Return what stands now: drills last, the most urgent first, of these the longest unheard."""
    rows = Alert.objects.visible_to(viewer).filter(ended_at=None)
    return rows.select_related("rule__owner", "version", "holder", "area").order_by(
        "is_drill", "-level", F("acknowledged_at").asc(nulls_first=True), "began_at", "pk"
    )


def alerts_past(viewer: Person) -> QuerySet[Alert]:
    """Return what is over, the newest first."""
    rows = Alert.objects.visible_to(viewer).exclude(ended_at=None)
    return rows.select_related("rule__owner", "version", "area").order_by("-ended_at", "-pk")


def messages_current(viewer: Person, at: datetime, *, drills: bool) -> QuerySet[AlertMessage]:
    """Return the messages in force: the last of each chain, not cancelled, not expired."""
    rows = AlertMessage.objects.visible_to(viewer).filter(
        is_current=True, expires_at__gt=at, alert__rule__is_public=True,
        status="Exercise" if drills else "Actual",
    )  # fmt: skip
    return rows.exclude(kind="Cancel").select_related("alert__rule").order_by("-sent_at", "-pk")


def subscriptions_of(person: Any) -> QuerySet[Subscription]:
    """Return a person's own subscriptions that stand."""
    rows = Subscription.objects.visible_to(person).filter(ended_at=None)
    return rows.select_related("area__parent").order_by("-consented_at", "-pk")
