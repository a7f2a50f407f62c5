"""Entities made, changed and deleted: values checked, links followed, deep inserts in one act."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from shizheng.core import journal
from shizheng.core.access import Viewer
from shizheng.core.models import Agency, User
from shizheng.kernel.errors import N_
from shizheng.sensing import moments
from shizheng.sensing.access import MANAGE, Actor, require_keeper
from shizheng.sensing.actions.intake import stream_known
from shizheng.sensing.errors import EntityInUse, EntityMissing, EntityUnfit
from shizheng.sensing.models import (
    Datastream,
    FeatureOfInterest,
    Gateway,
    HistoricalLocation,
    Latest,
    Location,
    PartProperty,
    Placed,
    Thing,
)
from shizheng.sensing.sensorthings.geometry import form_of
from shizheng.sensing.sensorthings.sets import SETS, EntitySet
from shizheng.sensing.store.sealing import ALWAYS, readings_removed
from shizheng.sensing.store.writing import LONG_AGO

HOUR_US, DAY_US = 3_600_000_000, 86_400_000_000
READINGS_A_BLOCK = 1_008
"""A week of readings every ten minutes."""
DEEPEST = 50
_TEXT = ("name", "description", "encodingType", "observationType", "definition")


class Writer:
    """Writes for one actor at one moment.

    Args:
        by: a person, a gateway that may register, or the system.
    """

    def __init__(self, by: Actor, at: datetime) -> None:
        self.by, self.at = by, at

    @transaction.atomic
    def made(self, kind: EntitySet, body: Any, links: Mapping[str, Any] | None = None) -> Any:
        """Make an entity, and those that stand in it (深層新增); all of them or none.

        Args:
            links: entities that it hangs together with, by the name of the link.

        Raises:
            EntityUnfit, NotPermitted: why not.
        """
        body = checked_body(kind, body)
        given = dict(links or {})
        for name in body:
            if name in kind.links and name not in given and not kind.links[name].is_many:
                given[name] = self.linked(SETS[kind.links[name].target], body[name])
        row = self._new(kind, body, given)
        self._said("made", kind, row)
        self._hung(kind, row, body)
        return row

    def linked(self, kind: EntitySet, body: Any, links: Mapping[str, Any] | None = None) -> Any:
        """Return the entity that is named by its id, or make the one that stands there."""
        if isinstance(body, dict) and set(body) == {"@iot.id"}:
            return found_by_id(kind, body["@iot.id"])
        return self.made(kind, body, links)

    def _new(self, kind: EntitySet, body: dict[str, Any], links: Mapping[str, Any]) -> Any:
        missing = [name for name in kind.needed if body.get(name) is None]
        if missing:
            reason = N_("it needs what is named there")
            raise EntityUnfit(entity=f"{kind.one} ({', '.join(missing)})", reason=reason)
        row = kind.model(**columns_of(kind, body))
        if isinstance(row, HistoricalLocation):
            row.thing = self._needed(kind, links, "Thing")
            require_keeper(self.by, row.thing.owner)
        elif isinstance(row, Datastream):
            self._stream(kind, row, body, links)
            require_keeper(self.by, row.owner)
        else:
            thing = links.get("Thing")
            row.owner = thing.owner if thing is not None else self._home()
            if thing is not None and isinstance(row, Placed):
                row.seen_by = thing.seen_by
            require_keeper(self.by, row.owner)
        row.save(force_insert=True)
        return row

    def _stream(
        self, kind: EntitySet, row: Datastream, body: dict[str, Any], links: Mapping[str, Any]
    ) -> None:
        row.thing = self._needed(kind, links, "Thing")
        row.sensor = self._needed(kind, links, "Sensor")
        row.owner = row.thing.owner
        row.is_multi = kind.name == "MultiDatastreams"
        if not row.is_multi:
            row.observed_property = self._needed(kind, links, "ObservedProperty")
        declared = row.properties if isinstance(row.properties, dict) else {}
        decimals, cycle = declared.get("decimals"), declared.get("cycle_s")
        row.decimals = decimals if isinstance(decimals, int) and 0 <= decimals <= 9 else None
        row.cycle_s = cycle if isinstance(cycle, int) and 0 < cycle < 10**8 else None
        row.block_us = block_of(row.cycle_s)
        row.feature = feature_for(row.thing)

    def _needed(self, kind: EntitySet, links: Mapping[str, Any], name: str) -> Any:
        if links.get(name) is None:
            reason = N_("it needs what is named there")
            raise EntityUnfit(entity=f"{kind.one} ({name})", reason=reason)
        return links[name]

    def _home(self) -> Agency | None:
        """Return the agency whose entities the actor makes."""
        if isinstance(self.by, Gateway):
            return self.by.owner
        if isinstance(self.by, User):
            for scope in Viewer(self.by, self.at).scopes(MANAGE):
                if scope.agencies is not None:
                    return Agency.objects.filter(pk__in=scope.agencies).order_by("code").first()
        return None

    def _hung(self, kind: EntitySet, row: Any, body: dict[str, Any]) -> None:
        """Hang others on a new entity: those that stand in it, and where it was made."""
        parent = {kind.one: row}
        if kind.name == "Things":
            places = SETS["Locations"]
            if found := [self.linked(places, each, parent) for each in body.get("Locations", ())]:
                self.moved(row, found)
        elif kind.name == "Locations":
            for each in body.get("Things", ()):
                self.moved(self.linked(SETS["Things"], each), [row])
        elif kind.name == "HistoricalLocations":
            row.locations.set(
                [self.linked(SETS["Locations"], each) for each in body.get("Locations", ())]
            )
        elif kind.name == "MultiDatastreams":
            self._parts(row, body)
        for name in ("Datastreams", "MultiDatastreams"):
            for each in body.get(name, ()):
                self.made(SETS[name], each, parent)
        if isinstance(row, Datastream):
            self._observed(row, body.get("Observations", ()))

    def _observed(self, row: Datastream, bodies: Any) -> None:
        from shizheng.sensing.sensorthings.recording import recorded_one

        for each in bodies:
            recorded_one(self, each, row)

    def _parts(self, row: Datastream, body: dict[str, Any]) -> None:
        types, units = body["multiObservationDataTypes"], body["unitOfMeasurements"]
        observed = [
            self.linked(SETS["ObservedProperties"], each)
            for each in body.get("ObservedProperties", ())
        ]
        if not len(types) == len(units) == len(observed) or not types:
            reason = N_("types, units and observed properties are as many")
            raise EntityUnfit(entity="MultiDatastream", reason=reason)
        row.parts = [{"type": a, "unit": b} for a, b in zip(types, units, strict=True)]
        row.save(update_fields=["parts"])
        PartProperty.objects.bulk_create(
            PartProperty(datastream=row, observed_property=each, position=place)
            for place, each in enumerate(observed)
        )

    def moved(self, thing: Thing, places: list[Location]) -> None:
        """Let a thing stand elsewhere from now on, and keep where it stood (8.2.3)."""
        thing.locations.set(places)
        past = HistoricalLocation.objects.create(thing=thing, time=self.at)
        past.locations.set(places)
        feature = feature_for(thing)
        if feature is not None:
            thing.datastreams.filter(feature=None).update(feature=feature)

    @transaction.atomic
    def changed(self, kind: EntitySet, row: Any, body: Any, *, is_whole: bool = False) -> Any:
        """Change an entity (PATCH); with ``is_whole`` what is not named is emptied (PUT)."""
        body = checked_body(kind, body, is_change=True)
        self._may(row)
        if is_whole:
            empty: dict[str, Any] = {"properties": {}, "description": ""}
            body = {name: empty[name] for name in kind.columns if name in empty} | body
            missing = [
                name for name in kind.needed if name in kind.columns and body.get(name) is None
            ]
            if missing:
                reason = N_("it needs what is named there")
                raise EntityUnfit(entity=f"{kind.one} ({', '.join(missing)})", reason=reason)
        for name, value in columns_of(kind, body).items():
            setattr(row, name, value)
        for name, link in kind.links.items():
            if name in body and not link.is_many:
                other = self.linked(SETS[link.target], body[name])
                self._may(other)
                setattr(row, link.lookup, other)
        if isinstance(row, Datastream) and "Thing" in body:
            row.owner = row.thing.owner
        row.save()
        if kind.name == "Things" and "Locations" in body:
            places = [
                self.linked(SETS["Locations"], each, {"Thing": row}) for each in body["Locations"]
            ]
            self.moved(row, places)
        if isinstance(row, Datastream):
            stream_known.forget()
        self._said("changed", kind, row)
        return row

    @transaction.atomic
    def deleted(self, kind: EntitySet, row: Any) -> None:
        """Delete an entity and what cannot be without it (table 25)."""
        self._may(row)
        self._said("deleted", kind, row)
        if isinstance(row, Datastream):
            self._stream_deleted(row)
            return
        if isinstance(row, FeatureOfInterest):
            count = row.datastreams.count()
            if count:
                raise EntityInUse(entity=str(row), count=count, others="Datastreams")
        streams = getattr(row, "datastreams", None)
        for stream in streams.all() if streams is not None else ():
            self._may(stream)
            self._stream_deleted(stream)
        if kind.name == "ObservedProperties":
            for stream in row.multi_datastreams.distinct():
                self._may(stream)
                self._stream_deleted(stream)
        if isinstance(row, Location):
            HistoricalLocation.objects.filter(locations=row).delete()
        row.delete()

    def _stream_deleted(self, stream: Datastream) -> None:
        readings_removed(stream=stream, start_us=LONG_AGO, end_us=ALWAYS)
        Latest.objects.filter(stream=stream.pk).delete()
        stream.delete()
        stream_known.forget()

    def _may(self, row: Any) -> None:
        require_keeper(self.by, row.thing.owner if hasattr(row, "thing_id") else row.owner)

    def _said(self, act: str, kind: EntitySet, row: Any) -> None:
        told = {"name": str(row)[:200], "entity": kind.one}
        if isinstance(self.by, Gateway):
            told["gateway"] = self.by.code
        by = self.by if isinstance(self.by, User) else None
        journal.record(f"sensing.entity.{act}", row, by=by, at=self.at, now=told)


def checked_body(kind: EntitySet, body: Any, *, is_change: bool = False) -> dict[str, Any]:
    """Return a body whose names are those of the set and whose values have the right types."""
    if not isinstance(body, dict):
        raise EntityUnfit(entity=kind.one, reason=N_("it is sent as a JSON object"))
    extra = ("multiObservationDataTypes", "unitOfMeasurements", "observedArea",
             "phenomenonTime", "resultTime")  # fmt: skip
    for name, value in body.items():
        if name.startswith("@iot.") or name.endswith("@iot.navigationLink"):
            continue
        if name not in kind.columns and name not in kind.links and name not in extra:
            reason = N_("it has no such property")
            raise EntityUnfit(entity=f"{kind.one} ({name[:40]})", reason=reason)
        many = name in kind.links and kind.links[name].is_many
        wrong = (
            (name in _TEXT and not isinstance(value, str))
            or (name in ("properties", "unitOfMeasurement", "location", "feature")
                and not isinstance(value, dict))
            or (many and not isinstance(value, list))
            or (name in extra[:2] and not isinstance(value, list))
        )  # fmt: skip
        if wrong:
            reason = N_("a value is of another type")
            raise EntityUnfit(entity=f"{kind.one} ({name})", reason=reason)
    if kind.name == "Things" and "Location" in body:
        raise EntityUnfit(entity=kind.one, reason=N_("it has no such property"))
    return body


def columns_of(kind: EntitySet, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that a body fills."""
    found = {column: body[name] for name, column in kind.columns.items() if name in body}
    for column, value in found.items():
        longest = getattr(kind.model._meta.get_field(column), "max_length", None)
        if not _is_storable(value, longest):
            reason = N_("a value is too long, no finite number, or text that cannot be kept")
            raise EntityUnfit(entity=f"{kind.one} ({column})", reason=reason)
    if "time" in found:
        try:
            found["time"] = moments.moment(moments.micros(found["time"])[0])
        except ValueError:
            reason = N_("its time has no zone, or is no time")
            raise EntityUnfit(entity=kind.one, reason=reason) from None
    if "geometry" in found:
        form = form_of(found["geometry"])
        if form is None or form.is_empty:
            reason = N_("its geometry is no GeoJSON with longitude and latitude")
            raise EntityUnfit(entity=kind.one, reason=reason)
        found |= dict(zip(("min_x", "min_y", "max_x", "max_y"), form.bounds, strict=True))
    return found


def _is_storable(value: Any, longest: int | None = None, deep: int = 0) -> bool:
    """Whether both databases can keep a value: numbers are finite, texts hold no NUL."""
    if isinstance(value, str):
        return "\x00" not in value and (longest is None or len(value) <= longest)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return deep < DEEPEST and all(
            _is_storable(name) and _is_storable(each, None, deep + 1)
            for name, each in value.items()
        )
    if isinstance(value, list):
        return deep < DEEPEST and all(_is_storable(each, None, deep + 1) for each in value)
    return True


def found_by_id(kind: EntitySet, key: Any) -> Any:
    """Return an entity by its id, for a link.

    Raises:
        EntityMissing: there is none.
    """
    row = None
    if isinstance(key, int | str) and str(key).lstrip("-").isdecimal() and abs(int(key)) < 2**63:
        row = kind.model._default_manager.filter(pk=int(key), **kind.base).first()
    if row is None:
        raise EntityMissing(name=f"{kind.name}({str(key)[:40]})")
    return row


def block_of(cycle_s: int | None) -> int:
    """Return the span of a stream's blocks: some thousand readings, an hour to a year."""
    span = 7 * DAY_US if cycle_s is None else cycle_s * 1_000_000 * READINGS_A_BLOCK
    return min(max(span, HOUR_US), 366 * DAY_US)


def feature_for(thing: Thing) -> FeatureOfInterest | None:
    """Return the feature of interest of a thing's observations: the place where it stands."""
    place = thing.locations.order_by("pk").first()
    if place is None:
        return None
    feature, _ = FeatureOfInterest.objects.get_or_create(
        name=place.name, min_x=place.min_x, min_y=place.min_y, max_x=place.max_x,
        max_y=place.max_y, owner=place.owner, seen_by=place.seen_by,
        defaults={
            "description": place.description, "geometry": place.geometry,
            "encoding_type": place.encoding_type,
        },
    )  # fmt: skip
    return feature


__all__ = ["Writer", "block_of", "columns_of", "feature_for", "found_by_id"]
