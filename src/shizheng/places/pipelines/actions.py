"""Acts on leaks: report one and tell fire and police at once, say that one knows, close it."""

from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from shapely.geometry import mapping

from shizheng.core import journal, outbox
from shizheng.core.access import Viewer, require
from shizheng.core.declared import body_of, newest_key
from shizheng.core.models import Agency, User
from shizheng.kernel.errors import NotPermitted
from shizheng.kernel.text import cleaned
from shizheng.places.digging.actions.applying import reason_of
from shizheng.places.digging.city import valid
from shizheng.places.frame import frame
from shizheng.places.models import Feature
from shizheng.places.pipelines.access import RECEIVE, REPORT
from shizheng.places.pipelines.definitions import LeaksBody
from shizheng.places.pipelines.domain.zones import zone_m
from shizheng.places.pipelines.errors import LeakMoved, LeaksUnset, PipeUnknown
from shizheng.places.pipelines.models import LeakNotice, LeakReport

State = LeakReport.State


def leak_rules() -> LeaksBody:
    """Return what the loaded city says of leaks.

    Raises:
        LeaksUnset: nothing.
    """
    key = newest_key("leaks")
    if key is None:
        raise LeaksUnset
    return body_of(LeaksBody, key)


@transaction.atomic
def leak_report(
    *, pipe: str, by: User, at: datetime, today: date, longitude: float | None = None,
    latitude: float | None = None, is_large: bool = True, wind_from_deg: int | None = None,
    note: str = "",
) -> LeakReport:  # fmt: skip
    """Report a leak (洩漏通報): the zone is computed, the agencies of the pack are told at once.

    The event ``places.leak.reported`` carries substance, distances, zone and who was told;
    programs of fire and police that subscribed have it with the commit.

    Args:
        pipe: key of the pipeline.
        today: local day, as of which the register is read.
        longitude, latitude: where it leaks; the middle of the pipeline where it is not known.

    Raises:
        NotPermitted: ``by`` may not report leaks.
        PipeUnknown: no such pipeline.
        LeaksUnset: the pack says nothing of leaks.
    """
    require(by, REPORT)
    rules = leak_rules()
    row = valid(rules.pipelines, today).filter(key=cleaned(pipe).strip()[:80]).first()
    if row is None:
        raise PipeUnknown(pipe=pipe[:80])
    point = _place(row, longitude, latitude)
    un_number = str(row.properties.get("un_number") or "")
    card = rules.substance(un_number)
    distances = card.distances if card else rules.unknown
    protect = distances.large_m if is_large else distances.small_m
    Agency.objects.select_for_update().get(code=rules.responsible)  # one number at a time
    made = LeakReport.objects.create(
        number=f"LK-{today.year}-{LeakReport.objects.count() + 1:04d}",
        agency=Agency.objects.get(code=rules.responsible), pipe=row.key,
        operator=str(row.properties.get("operator") or "")[:80],
        product=str(row.properties.get("product") or "")[:60], un_number=un_number[:4],
        contact=str(row.properties.get("emergency_phone") or "")[:60],
        longitude=point.x, latitude=point.y, is_large=is_large, wind_from_deg=wind_from_deg,
        isolate_m=distances.isolate_m, protect_m=protect,
        zone=_zone(point, distances.isolate_m, protect, wind_from_deg, today),
        note=cleaned(note).strip()[:500], reported_by=by, reported_at=at,
    )  # fmt: skip
    _tell(made, rules, by, at)
    return made


def _place(row: Feature, longitude: float | None, latitude: float | None) -> shapely.Point:
    if longitude is not None and latitude is not None:
        return shapely.Point(longitude, latitude)
    line = shapely.force_2d(shapely.from_wkb(bytes(row.shape or b"")))
    part: Any = shapely.get_geometry(line, 0) if "Multi" in line.geom_type else line
    point: shapely.Point = part.interpolate(0.5, normalized=True)
    return point


def _zone(
    point: shapely.Point, isolate_m: int, protect_m: int, wind: int | None, on: date
) -> dict[str, Any]:
    grid = frame(on).metres
    here = grid.of(np.array([point], dtype=object))[0]
    zone = zone_m(here.x, here.y, isolate_m=isolate_m, protect_m=protect_m, wind_from_deg=wind)
    shape = grid.degrees(np.array([zone], dtype=object))[0]
    return dict(mapping(shapely.set_precision(shape, 1e-6)))


def _tell(leak: LeakReport, rules: LeaksBody, by: User, at: datetime) -> None:
    """Tell the agencies of the pack and the one that is responsible, in this transaction."""
    codes = list(dict.fromkeys((*rules.told, rules.responsible)))
    agencies = Agency.objects.filter(code__in=codes)
    LeakNotice.objects.bulk_create(
        LeakNotice(leak=leak, agency=agency, told_at=at) for agency in agencies
    )
    facts = {
        "number": leak.number, "pipe": leak.pipe, "operator": leak.operator,
        "product": leak.product, "un_number": leak.un_number, "is_large": leak.is_large,
        "longitude": leak.longitude, "latitude": leak.latitude,
        "isolate_m": leak.isolate_m, "protect_m": leak.protect_m,
        "wind_from_deg": leak.wind_from_deg, "zone": leak.zone,
        "told": sorted(agency.code for agency in agencies),
    }  # fmt: skip
    journal.record("places.leak.reported", leak, by=by, at=at, now=facts)
    outbox.publish("places.leak.reported", leak, at=at, payload=facts)


@transaction.atomic
def leak_known(*, leak: LeakReport, by: User, at: datetime) -> int:
    """Say for one's agency that it knows of a leak (確認收到); a repeat changes nothing.

    Returns:
        How many agencies said so by this call.

    Raises:
        NotPermitted: no agency for which ``by`` acts was told.
    """
    mine = LeakNotice.objects.filter(Viewer(by, at).within(RECEIVE, agency="agency"), leak=leak)
    if not mine.exists():
        raise NotPermitted(permission=RECEIVE)
    codes = list(mine.filter(known_at=None).values_list("agency__code", flat=True))
    count = mine.filter(known_at=None).update(known_at=at, known_by=by)
    if count:
        facts = {"number": leak.number, "agencies": codes}
        journal.record("places.leak.known", leak, by=by, at=at, now=facts)
        outbox.publish("places.leak.known", leak, at=at, payload=facts)
    return count


@transaction.atomic
def leak_close(*, leak: LeakReport, by: User, at: datetime, why: str) -> LeakReport:
    """Close a leak (解除): the zone holds no longer.

    Raises:
        NotPermitted: ``by`` acts for no agency that was told.
        AnswerMissing: it does not say why.
        LeakMoved: it is closed.
    """
    require(by, RECEIVE, leak)
    said = reason_of(why)
    standing = LeakReport.objects.filter(pk=leak.pk, state=State.OPEN)
    if not standing.update(state=State.CLOSED, closed_by=by, closed_at=at, closing=said):
        raise LeakMoved(number=leak.number)
    facts = {"number": leak.number}
    journal.record("places.leak.closed", leak, by=by, at=at, why=said, now=facts)
    outbox.publish("places.leak.closed", leak, at=at, payload=facts)
    leak.refresh_from_db()
    return leak
