"""Files of others, read by a mapping of the pack: things once, readings as any gateway's."""

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.models import Agency
from shizheng.core.words import in_language
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.registry import Registry
from shizheng.sensing.actions.intake import Incoming, observations_record, stream_known
from shizheng.sensing.definitions import (
    ObservationImport,
    ObservedPropertyBody,
    StreamOf,
    ThingsOf,
)
from shizheng.sensing.history import of_the_past
from shizheng.sensing.models import Datastream, Location, ObservedProperty, Sensor, Thing
from shizheng.sensing.sensorthings.writing import Writer, block_of, feature_for

SOME = 5_000
MEASURED = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


class ImportUnfit(DomainError):
    """The file lacks what the mapping names (檔案與對照不符)."""

    code = "sensing.import_unfit"
    message = N_("{file} cannot be read by the mapping {mapping}: {reason}.")
    hint = N_("Correct the mapping in the pack, or the file.")
    worded = ("reason",)


def observations_import(
    mapping: ObservationImport, folder: Path, *, properties: Mapping[str, ObservedPropertyBody],
    at: datetime,
) -> Counter[str]:  # fmt: skip
    """Take the things and readings of files (匯入觀測資料); run again, it adds what is new.

    Args:
        folder: where the files of the mapping lie.
        properties: the observed properties of the pack, by id.

    Returns:
        How many things there are, and how many readings met each outcome.
    """
    streams = _things(mapping, folder, properties, at)
    counts: Counter[str] = Counter(things=len({key for key, _ in streams}))
    rows = _readings(mapping, folder, streams)
    while some := list(islice(rows, SOME)):
        with of_the_past():
            counts += observations_record(some, by=None, at=at).counts
    return counts


def imported(folder: Path, identifier: str) -> dict[str, int]:
    """Take in the files of a mapping of the pack, by its id.

    Raises:
        UnknownKey: the pack has no such mapping; it names those it has.
    """
    from shizheng.packs.loader import load

    pack = load(settings.PACK)
    maps: Registry[ObservationImport] = Registry("Mappings of observations")
    for body in pack.bodies(ObservationImport):
        maps.register(body.id)(body)
    properties = {body.id: body for body in pack.bodies(ObservedPropertyBody)}
    found = observations_import(maps[identifier], folder, properties=properties, at=timezone.now())
    return dict(found)


@transaction.atomic
def _things(
    mapping: ObservationImport, folder: Path, properties: Mapping[str, ObservedPropertyBody],
    at: datetime,
) -> dict[tuple[str, str], str]:  # fmt: skip
    owner = Agency.objects.get(code=mapping.owner)
    sensor, _ = Sensor.objects.get_or_create(
        name=mapping.sensor, owner=owner, defaults={"encoding_type": "text/plain", "metadata": ""}
    )
    told, streams = mapping.things, {}
    for row in _rows(mapping, folder / told.file, _names_of(told)):
        code = f"{mapping.id}:{row[told.key]}"[:80]
        thing = Thing.objects.filter(code=code).first()
        if thing is None:
            thing = _thing(mapping, row, code, owner, at)
        for each in mapping.readings.streams:
            stream = _stream(thing, sensor, each, properties[each.property])
            streams[row[told.key], each.column] = stream.code
    stream_known.forget()
    return streams


def _thing(
    mapping: ObservationImport, row: Mapping[str, str], code: str, owner: Agency, at: datetime
) -> Thing:
    told = mapping.things
    thing = Thing.objects.create(
        code=code, name=row[told.name][:300], description=in_language(dict(mapping.name)),
        owner=owner, seen_by=mapping.seen_by,
        properties={
            "authority_type": mapping.authority, "source": in_language(dict(mapping.source)),
        } | {name: row.get(column, "") for name, column in told.properties.items()},
    )  # fmt: skip
    if told.longitude:
        place = _place(row, told.longitude, told.latitude, thing)
        Writer(None, at).moved(thing, [place])
    journal.record("sensing.thing.imported", thing, by=None, at=at, now={"code": code})
    return thing


def _names_of(told: ThingsOf) -> tuple[str, ...]:
    return tuple(each for each in (told.key, told.name, told.longitude, told.latitude) if each)


def _place(row: Mapping[str, str], across: str, up: str | None, thing: Thing) -> Location:
    x, y = float(row[across]), float(row[up or across])
    return Location.objects.create(
        name=thing.name, owner=thing.owner, seen_by=thing.seen_by,
        geometry={"type": "Point", "coordinates": [x, y]}, min_x=x, max_x=x, min_y=y, max_y=y,
    )  # fmt: skip


def _stream(thing: Thing, sensor: Sensor, each: StreamOf, body: ObservedPropertyBody) -> Datastream:
    stream, _ = Datastream.objects.get_or_create(
        code=f"{thing.code}:{body.id}"[:120],
        defaults={
            "name": f"{thing.name} {in_language(dict(body.name))}"[:300],
            "description": f"Datastream_Category_type={body.id}",
            "thing": thing, "sensor": sensor, "owner": thing.owner,
            "observed_property": ObservedProperty.objects.get(code=body.id),
            "observation_type": MEASURED, "unit": body.unit.model_dump(),
            "decimals": body.decimals, "cycle_s": body.cycle_seconds,
            "block_us": block_of(body.cycle_seconds), "keep_days": body.keep_days,
            "keep_hourly_days": body.keep_hourly_days, "feature": feature_for(thing),
        },
    )  # fmt: skip
    return stream


def _readings(
    mapping: ObservationImport, folder: Path, streams: Mapping[tuple[str, str], str]
) -> Iterator[Incoming]:
    told = mapping.readings
    zone = ZoneInfo(told.zone)
    names = (told.key, told.time, *(each.column for each in told.streams))
    for row in _rows(mapping, folder / told.file, names):
        time = _time(row[told.time], told.time_is, zone)
        for each in told.streams:
            text = str(row[each.column])
            if text not in each.missing:
                code = streams.get((row[told.key], each.column), "")
                yield Incoming(code, time, _number(text), each.unit)


def _time(text: str, time_is: str, zone: ZoneInfo) -> Any:
    """Return a moment, or the interval of a year; what is neither stays as it is written."""
    try:
        if time_is == "year":
            first, last = (datetime(int(text) + more, 1, 1, tzinfo=zone) for more in (0, 1))
            return f"{first.isoformat()}/{last.isoformat()}"
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def _rows(
    mapping: ObservationImport, file: Path, names: tuple[str, ...]
) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file or of a JSON array.

    Raises:
        ImportUnfit: it cannot be read, or lacks a column.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = json.load(opened) if file.suffix == ".json" else csv.DictReader(opened)
            for row in rows:
                if any(name not in row for name in names):
                    reason = N_("a column is missing")
                    raise ImportUnfit(file=file.name, mapping=mapping.id, reason=reason)
                yield row
    except (OSError, ValueError, TypeError) as error:
        reason = N_("it is not there, or no CSV or JSON in UTF-8")
        raise ImportUnfit(file=file.name, mapping=mapping.id, reason=reason) from error
