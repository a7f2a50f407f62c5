"""The entity sets of SensorThings: their properties and how they hang together (chapter 8).

The standard asks for a description of everything; clients in use leave it out where it is empty,
so it is not asked for here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shizheng.sensing.models import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    ObservedProperty,
    Sensor,
    Thing,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A way from an entity to others: their set, the lookup there and back, one or many."""

    target: str
    lookup: str
    back: str
    is_many: bool


@dataclass(frozen=True, slots=True)
class EntitySet:
    """A set of entities of one kind."""

    name: str
    one: str
    model: Any
    columns: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)
    base: Mapping[str, Any] = field(default_factory=dict)
    geometry: str = ""
    needed: tuple[str, ...] = ()


_NAMED = {"name": "name", "description": "description", "properties": "properties"}
_STREAM = _NAMED | {"observationType": "observation_type"}
_OF_STREAM = {
    "Thing": Link("Things", "thing", "datastreams", False),
    "Sensor": Link("Sensors", "sensor", "datastreams", False),
}

SETS: dict[str, EntitySet] = {
    each.name: each
    for each in (
        EntitySet(
            "Things", "Thing", Thing, _NAMED,
            {
                "Locations": Link("Locations", "locations", "things", True),
                "HistoricalLocations": Link(
                    "HistoricalLocations", "historical_locations", "thing", True
                ),
                "Datastreams": Link("Datastreams", "datastreams", "thing", True),
                "MultiDatastreams": Link("MultiDatastreams", "datastreams", "thing", True),
            },
            needed=("name",),
        ),
        EntitySet(
            "Locations", "Location", Location,
            _NAMED | {"encodingType": "encoding_type", "location": "geometry"},
            {
                "Things": Link("Things", "things", "locations", True),
                "HistoricalLocations": Link(
                    "HistoricalLocations", "historical_locations", "locations", True
                ),
            },
            geometry="location",
            needed=("name", "encodingType", "location"),
        ),
        EntitySet(
            "HistoricalLocations", "HistoricalLocation", HistoricalLocation, {"time": "time"},
            {
                "Thing": Link("Things", "thing", "historical_locations", False),
                "Locations": Link("Locations", "locations", "historical_locations", True),
            },
            needed=("time",),
        ),
        EntitySet(
            "Datastreams", "Datastream", Datastream, _STREAM | {"unitOfMeasurement": "unit"},
            {
                **_OF_STREAM,
                "ObservedProperty": Link(
                    "ObservedProperties", "observed_property", "datastreams", False
                ),
                "Observations": Link("Observations", "", "", True),
            },
            {"is_multi": False},
            needed=("name", "observationType", "unitOfMeasurement"),
        ),
        EntitySet(
            "MultiDatastreams", "MultiDatastream", Datastream, _STREAM,
            {
                **_OF_STREAM,
                "ObservedProperties": Link(
                    "ObservedProperties", "properties_observed", "multi_datastreams", True
                ),
                "Observations": Link("Observations", "", "", True),
            },
            {"is_multi": True},
            needed=("name", "multiObservationDataTypes", "unitOfMeasurements"),
        ),
        EntitySet(
            "Sensors", "Sensor", Sensor,
            _NAMED | {"encodingType": "encoding_type", "metadata": "metadata"},
            {
                "Datastreams": Link("Datastreams", "datastreams", "sensor", True),
                "MultiDatastreams": Link("MultiDatastreams", "datastreams", "sensor", True),
            },
            needed=("name", "encodingType", "metadata"),
        ),
        EntitySet(
            "ObservedProperties", "ObservedProperty", ObservedProperty,
            _NAMED | {"definition": "definition"},
            {
                "Datastreams": Link("Datastreams", "datastreams", "observed_property", True),
                "MultiDatastreams": Link(
                    "MultiDatastreams", "multi_datastreams", "properties_observed", True
                ),
            },
            needed=("name", "definition"),
        ),
        EntitySet(
            "Observations", "Observation", None, {},
            {
                "Datastream": Link("Datastreams", "", "", False),
                "MultiDatastream": Link("MultiDatastreams", "", "", False),
                "FeatureOfInterest": Link("FeaturesOfInterest", "", "", False),
            },
            needed=("result",),
        ),
        EntitySet(
            "FeaturesOfInterest", "FeatureOfInterest", FeatureOfInterest,
            _NAMED | {"encodingType": "encoding_type", "feature": "geometry"},
            {"Observations": Link("Observations", "", "", True)},
            geometry="feature",
            needed=("name", "encodingType", "feature"),
        ),
    )
}  # fmt: skip
IDS = ("id", "@iot.id")
