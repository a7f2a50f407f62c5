"""Inspections: taken in once, judged, kept as they were seen; what failed is a fault."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from django.db import IntegrityError, transaction
from django.utils import timezone

from shizheng.core.access import require
from shizheng.core.files import FileTooLarge, Readable, store
from shizheng.core.models import User
from shizheng.places.frame import frame
from shizheng.places.models import (
    Feature,
    Inspection,
    RoundList,
    RoundStop,
    Thing,
    Upkeep,
)
from shizheng.places.upkeep.access import DO
from shizheng.places.upkeep.actions.reporting import Said, Source, fault_report, register_write
from shizheng.places.upkeep.actions.scheduling import check_done
from shizheng.places.upkeep.actions.telling import said, tell
from shizheng.places.upkeep.city import body_of, feature_of
from shizheng.places.upkeep.definitions import UpkeepBody
from shizheng.places.upkeep.domain.cycles import true_moment
from shizheng.places.upkeep.domain.errors import (
    OfflineNumberUnfit,
    PhotosTooMany,
    PhotoUnfit,
    RoundUnknown,
    SentOtherwise,
    ThingGone,
)
from shizheng.places.upkeep.domain.judging import Judged, judged
from shizheng.places.upkeep.selectors import walks

OFFLINE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
MOST_PHOTOS = 8
PHOTO_LIMIT = 12 * 1024 * 1024
PHOTO_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp"})


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of an item (照片) as it was sent."""

    item: str
    name: str
    content: Readable
    size: int


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody saw at a thing (現場檢查).

    Args:
        noted_at, sent_at: by the clock of the device.
        offline_id: the device's own number; the same number is the same look.
        digest: SHA-256 of all that was sent.
    """

    round: str
    answers: Mapping[str, Any]
    noted_at: datetime
    sent_at: datetime
    offline_id: str
    digest: str
    photos: Sequence[Photo] = field(default_factory=tuple)
    longitude: float | None = None
    latitude: float | None = None
    note: str = ""


def inspection_record(
    *, upkeep: Upkeep, thing: Thing, given: Look, by: User, at: datetime
) -> Inspection:
    """Take in an inspection (登錄檢查), once however often it is sent; faults become orders.

    Raises:
        NotPermitted: ``by`` does not look after these things, and no list of theirs, or of their
            agency, has this one.
        OfflineNumberUnfit, RoundUnknown, ItemMissing, ItemUnfit, PhotosTooMany, PhotoUnfit,
        FileTooLarge: what to correct.
        SentOtherwise: the number came before with other content.
        ThingGone: the thing was not in the register on that day.
    """
    if not OFFLINE_ID.fullmatch(given.offline_id):
        raise OfflineNumberUnfit
    known = _known(given, by)
    if known is not None:
        return known
    if not walks(by, upkeep, thing, given.round):
        require(by, DO, upkeep)
    try:
        with transaction.atomic():
            return _made(upkeep, thing, given, by, at)
    except IntegrityError:
        known = _known(given, by)
        if known is None:
            raise
        return known


def _known(given: Look, by: User) -> Inspection | None:
    row = Inspection.objects.filter(by=by, offline_id=given.offline_id).first()
    if row is not None and row.sent_digest != given.digest:
        raise SentOtherwise(key=row.thing.key)
    return row


def _made(upkeep: Upkeep, thing: Thing, given: Look, by: User, at: datetime) -> Inspection:
    body = body_of(upkeep)
    asked = body.round(given.round)
    if asked is None or thing.register_id != upkeep.register_id:
        raise RoundUnknown(round=given.round[:60])
    photos = _checked(given.photos)
    moment, is_wrong = true_moment(given.noted_at, given.sent_at, at)
    day = timezone.localdate(moment)
    feature = feature_of(thing, day)
    if feature is None:
        raise ThingGone(key=thing.key, day=day)
    found = judged(body, asked, given.answers, photos={each.item for each in photos})
    row = Inspection(
        upkeep=upkeep, thing=thing, round=asked.id, definition=upkeep.current.version,
        answers=dict(found.values), failed=list(found.failed), score=found.score,
        is_sound=found.is_sound, inspected_at=moment, inspected_on=day, received_at=at,
        is_clock_wrong=is_wrong, longitude=given.longitude, latitude=given.latitude,
        away_m=away_m(feature, given.longitude, given.latitude), note=said(given.note, 1_000),
        photo_count=len(photos), by=by, offline_id=given.offline_id, sent_digest=given.digest,
        is_synthetic=feature.is_synthetic,
    )  # fmt: skip
    row.is_in_time = check_done(row, feature)
    row.save(force_insert=True)
    for number, each in enumerate(photos, 1):
        name = f"{each.item}-{number}{PurePath(each.name).suffix.lower()}"
        store(each.content, name=name, by=by, at=at, attach_to=row)
    _follow(row, body, found, by, at)
    return row


def _checked(photos: Sequence[Photo]) -> Sequence[Photo]:
    if len(photos) > MOST_PHOTOS:
        raise PhotosTooMany(count=len(photos), most=MOST_PHOTOS)
    for each in photos:
        if PurePath(each.name).suffix.lower() not in PHOTO_ENDINGS:
            raise PhotoUnfit(name=each.name[-60:])
        if each.size > PHOTO_LIMIT:
            raise FileTooLarge(name=each.name[-60:], limit=PHOTO_LIMIT // 2**20)
    return photos


def away_m(feature: Feature, longitude: float | None, latitude: float | None) -> float | None:
    """Return how many metres a position is from a thing; None where either has no place."""
    if longitude is None or latitude is None or feature.metres is None:
        return None
    grid = frame(timezone.localdate()).metres
    spot = grid.of(np.array([shapely.Point(longitude, latitude)], dtype=object))[0]
    return round(float(shapely.distance(shapely.from_wkb(bytes(feature.metres)), spot)), 1)


def _follow(row: Inspection, body: UpkeepBody, found: Judged, by: User, at: datetime) -> None:
    """Do what follows: stops of lists, orders for faults, what the register says, the journal."""
    lists = _stops_done(row)
    tell(
        "places.inspection.recorded", row, by=by, at=at, register=row.upkeep.register.code,
        key=row.thing.key, round=row.round, score=row.score, faults=list(found.faults),
        is_in_time=row.is_in_time,
    )  # fmt: skip
    for fault in found.faults:
        given = Said(Source.INSPECTION, str(row.pk), row.note, row)
        fault_report(upkeep=row.upkeep, thing=row.thing, fault=fault, given=given, by=None, at=at)
    written = body.writes
    values: dict[str, object] = {
        name: _plain(row.answers[item])
        for item, name in written.items.items()
        if item in row.answers
    }
    if written.day:
        values[written.day] = row.inspected_on.isoformat()
    if values:
        register_write(row.thing, values, at=at, why=str(row))
    _lists_end(lists, at)


def _plain(value: object) -> object:
    """Return an answer as a register takes it: whole numbers without a fraction."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _stops_done(row: Inspection) -> set[UUID]:
    stops = RoundStop.objects.filter(
        thing=row.thing, inspection=None, round_list__upkeep=row.upkeep,
        round_list__round=row.round, round_list__state=RoundList.State.OPEN,
    )  # fmt: skip
    lists = set(stops.values_list("round_list_id", flat=True))
    stops.update(inspection=row)
    return lists


def _lists_end(lists: set[UUID], at: datetime) -> None:
    left = RoundStop.objects.filter(round_list__in=lists, inspection=None)
    done = lists - set(left.values_list("round_list_id", flat=True))
    RoundList.objects.filter(pk__in=done, state=RoundList.State.OPEN).update(
        state=RoundList.State.DONE, ended_at=at
    )
