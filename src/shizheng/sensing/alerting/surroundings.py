"""What lies around a warning: roads, pumps, shelters of the registers, and a picture."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from shapely import from_wkb

from shizheng.core.access import Person
from shizheng.core.words import in_language
from shizheng.places.pages.showing import facts_of, state_in_words, title_of
from shizheng.places.selectors.layers import Layer, Question
from shizheng.places.selectors.registers import registers_seen
from shizheng.sensing.alerting.definitions import ListOf
from shizheng.sensing.cameras.selectors import stills_near
from shizheng.sensing.models import Alert, Datastream, Latest
from shizheng.sensing.moments import moment

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Listed:
    """A thing near a warning, with what its own sensors say now."""

    title: str
    state: str
    metres: float
    href: str
    facts: tuple[tuple[str, str], ...]
    readings: tuple[tuple[Datastream, float | None, datetime], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The things of a register near a warning, the nearest first."""

    code: str
    name: str
    metres: int
    rows: tuple[Listed, ...]


def listed_near(lists: tuple[ListOf, ...], point: Point | None, viewer: Person) -> list[Group]:
    """Return the groups that a rule lists, as ``viewer`` may see their registers."""
    if point is None or not lists:
        return []
    known = {row.code: row for row in registers_seen(viewer)}
    asked = Question(on=timezone.localdate())
    groups = []
    for each in lists:
        register = known.get(each.register_)
        if register is None:
            continue
        layer = Layer.of(register, viewer)
        found = layer.nearest(*point, asked, most=each.most, farthest_m=each.metres)
        readings = _readings(register.code, [shown.key for _away, shown in found])
        rows = tuple(
            Listed(
                title_of(layer.sight.body, shown), state_in_words(layer.sight.body, shown.state),
                away, reverse("places:thing", args=[register.code, shown.key]),
                tuple(facts_of(layer.sight, shown)[2:5]), readings.get(shown.key, ()),
            )
            for away, shown in found
        )  # fmt: skip
        groups.append(Group(register.code, in_language(register.name), each.metres, rows))
    return groups


def _readings(
    register: str, keys: list[str]
) -> dict[str, tuple[tuple[Datastream, float | None, datetime], ...]]:
    """Return the newest public readings of sensors whose thing says that it belongs to these."""
    streams = Datastream.objects.filter(
        thing__properties__register=register, thing__properties__key__in=keys,
        thing__seen_by="public", is_multi=False,
    ).select_related("thing", "observed_property")  # fmt: skip
    rows = {each.pk: each for each in streams.order_by("pk")}
    found: dict[str, tuple[tuple[Datastream, float | None, datetime], ...]] = {}
    for row in Latest.objects.filter(stream__in=list(rows)).order_by("stream"):
        stream = rows[row.stream]
        key = str(stream.thing.properties["key"])
        found[key] = (*found.get(key, ()), (stream, row.value, moment(row.time_us)))
    return found


def point_of(alert: Alert) -> Point | None:
    """Return where a warning is: its post, or the middle of its area."""
    if alert.longitude is not None and alert.latitude is not None:
        return alert.longitude, alert.latitude
    if alert.area is None or alert.area.shape is None:
        return None
    middle: Any = from_wkb(bytes(alert.area.shape)).representative_point()
    return float(middle.x), float(middle.y)


@dataclass(frozen=True, slots=True)
class Still:
    """A picture of a camera near a warning (攝影機畫面): where it is, from where and of when."""

    address: str
    name: str
    taken_at: datetime
    metres: float


def still_near(point: Point | None, viewer: Person) -> Still | None:
    """Return the nearest picture that a viewer may see; None where no camera is near."""
    if point is None:
        return None
    found = stills_near(viewer, *point, at=timezone.now(), most=1)
    return next(
        (
            Still(
                reverse("sensing:camera_still", args=[each.key]), each.name, each.taken_at,
                each.distance_m,
            )
            for each in found
        ),
        None,
    )  # fmt: skip
