"""Entities and observations as SensorThings writes them, with their links."""

from collections.abc import Mapping
from typing import Any

from shizheng.sensing import moments
from shizheng.sensing.models import Datastream
from shizheng.sensing.sensorthings.readings import Reading
from shizheng.sensing.sensorthings.sets import EntitySet

OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"
COUNT = "CountObservation"
ARRAY = ("id", "phenomenonTime", "result", "resultTime", "resultQuality", "parameters")


def address(root: str, kind: EntitySet, key: object) -> str:
    """Return the address of an entity."""
    shown = f"'{key}'" if isinstance(key, str) else key
    return f"{root}/{kind.name}({shown})"


def entity(root: str, kind: EntitySet, row: Any, extent: Mapping[int, Any]) -> dict[str, Any]:
    """Return an entity with all its properties and links.

    Args:
        extent: by stream, its first and newest moment in microseconds.
    """
    here = address(root, kind, row.pk)
    told: dict[str, Any] = {"@iot.id": row.pk, "@iot.selfLink": here}
    for name, column in kind.columns.items():
        value = getattr(row, column)
        told[name] = moments.text(moments.of(value)) if name == "time" else value
    if kind.model is Datastream:
        told |= _of_stream(row, extent.get(row.pk))
    for name in kind.links:
        told[f"{name}@iot.navigationLink"] = f"{here}/{name}"
    return told


def _of_stream(row: Datastream, extent: tuple[int, int] | None) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if row.is_multi:
        told["observationType"] = f"{OM}OM_ComplexObservation"
        told["multiObservationDataTypes"] = [part.get("type", "") for part in row.parts]
        told["unitOfMeasurements"] = [part.get("unit", {}) for part in row.parts]
    else:
        empty = {"name": None, "symbol": None, "definition": None}
        told["unitOfMeasurement"] = row.unit or empty
    if extent is not None:
        told["phenomenonTime"] = moments.span(*extent)
    return told


def observation(root: str, stream: Datastream, row: Reading) -> dict[str, Any]:
    """Return an observation with its links."""
    here = f"{root}/Observations('{row.id}')"
    extra = row.extra or {}
    result = row.result
    if isinstance(result, float) and (
        stream.decimals == 0 or stream.observation_type.endswith(COUNT)
    ):
        result = int(result)
    told: dict[str, Any] = {
        "@iot.id": row.id,
        "@iot.selfLink": here,
        "phenomenonTime": moments.span(row.time, extra.get("end")),
        "result": result,
        "resultTime": moments.text(extra["rt"]) if "rt" in extra else None,
    }
    quality = [extra["q"]] if "q" in extra else []
    if row.quality:
        quality.append(row.quality)
    if quality:
        told["resultQuality"] = quality[0] if len(quality) == 1 else quality
    if "v" in extra:
        told["validTime"] = extra["v"]
    if "p" in extra:
        told["parameters"] = extra["p"]
    owner = "MultiDatastream" if stream.is_multi else "Datastream"
    told[f"{owner}@iot.navigationLink"] = f"{here}/{owner}"
    told["FeatureOfInterest@iot.navigationLink"] = f"{here}/FeatureOfInterest"
    return told


def chosen(told: dict[str, Any], select: tuple[str, ...]) -> dict[str, Any]:
    """Keep what is selected, the id where it is, and what was expanded."""
    if not select:
        return told
    wanted = {"@iot.id" if name == "id" else name for name in select}
    kept = {name: value for name, value in told.items() if name in wanted}
    for name in wanted:
        link = f"{name}@iot.navigationLink"
        if link in told:
            kept[link] = told[link]
    return kept


def array_of(streams: Mapping[int, Datastream], root: str, rows: list[Reading]) -> list[Any]:
    """Return observations as arrays, by stream (9.3.3... data array extension, 13.2)."""
    by_stream: dict[int, list[Any]] = {}
    for row in rows:
        told = observation(root, streams[row.stream], row)
        told["id"] = told["@iot.id"]
        by_stream.setdefault(row.stream, []).append([told.get(name) for name in ARRAY])
    found = []
    for stream, values in by_stream.items():
        owner = "MultiDatastream" if streams[stream].is_multi else "Datastream"
        found.append(
            {
                f"{owner}@iot.navigationLink": f"{root}/{owner}s({stream})",
                "components": list(ARRAY),
                "dataArray@iot.count": len(values),
                "dataArray": values,
            }
        )
    return found
