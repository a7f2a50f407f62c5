"""Observations that come by SensorThings: one, an array of many, a correction, a deletion."""

from typing import Any

from django.db import transaction

from shizheng.core import journal
from shizheng.core.models import User
from shizheng.kernel.errors import N_
from shizheng.sensing import moments
from shizheng.sensing.access import require_keeper
from shizheng.sensing.actions.intake import (
    REASONS,
    Incoming,
    Stream,
    Unfit,
    observations_record,
    row_of,
    stream_known,
)
from shizheng.sensing.errors import EntityUnfit, ReadingContradicts, ReadingRefused
from shizheng.sensing.models import Datastream, Gateway
from shizheng.sensing.sensorthings.readings import Reading
from shizheng.sensing.sensorthings.sets import SETS
from shizheng.sensing.store.sealing import reading_corrected, readings_removed

_KNOWN = {
    "phenomenonTime", "result", "resultTime", "resultQuality", "validTime", "parameters",
    "Datastream", "MultiDatastream", "FeatureOfInterest",
}  # fmt: skip
MOST = 100_000


def incoming(writer: Any, body: Any, stream: int | None) -> Incoming:
    """Return an observation as it came; a feature of interest that stands in it is made."""
    if not isinstance(body, dict):
        raise EntityUnfit(entity="Observation", reason=N_("it is sent as a JSON object"))
    for name in body:
        if name not in _KNOWN and not name.startswith("@iot") and "@iot." not in name:
            reason = N_("it has no such property")
            raise EntityUnfit(entity=f"Observation ({name[:40]})", reason=reason)
    if stream is None:
        owner = body.get("Datastream") or body.get("MultiDatastream")
        stream = owner.get("@iot.id") if isinstance(owner, dict) else None
        if isinstance(stream, str) and stream.isdecimal():
            stream = int(stream)
        if stream is None:
            reason = N_("it needs what is named there")
            raise EntityUnfit(entity="Observation (Datastream)", reason=reason)
    if "result" not in body:
        reason = N_("it needs what is named there")
        raise EntityUnfit(entity="Observation (result)", reason=reason)
    extra: dict[str, Any] = {}
    if "FeatureOfInterest" in body:
        kind = SETS["FeaturesOfInterest"]
        extra["foi"] = writer.linked(kind, body["FeatureOfInterest"]).pk
    extra |= _more(body)
    time = body.get("phenomenonTime")
    time = _now(writer) if time is None else time
    return Incoming(stream, time, body["result"], None, extra or None)


def _now(writer: Any) -> str:
    return moments.text(moments.of(writer.at))


def _more(body: dict[str, Any]) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    if body.get("resultTime") is not None:
        try:
            extra["rt"] = moments.micros(body["resultTime"])[0]
        except ValueError:
            raise EntityUnfit(
                entity="Observation (resultTime)", reason=N_("its time has no zone, or is no time")
            ) from None
    for name, short in (("resultQuality", "q"), ("validTime", "v"), ("parameters", "p")):
        if body.get(name) is not None:
            extra[short] = body[name]
    return extra


def recorded_one(writer: Any, body: Any, stream: Datastream | Stream | None = None) -> str:
    """Take one observation, and return its id; sent again, it is the one that is there.

    Raises:
        ReadingRefused, ReadingContradicts: why it was not taken.
    """
    row = incoming(writer, body, stream.pk if stream else None)
    taken = observations_record([row], by=writer.by, at=writer.at)
    outcome, kept = taken.outcomes[0], taken.rows[0]
    if kept is None or outcome not in ("new", "same"):
        refused = ReadingContradicts if outcome == "contradicts" else ReadingRefused
        raise refused(reason=REASONS[outcome])
    return f"{kept[0]}~{kept[1]}"


def recorded_arrays(writer: Any, body: Any, root: str) -> list[str]:
    """Take observations of the data array extension; return an address or an error for each."""
    if not isinstance(body, list):
        raise EntityUnfit(entity="CreateObservations", reason=N_("it is sent as a JSON array"))
    rows: list[Incoming] = []
    for part in body:
        rows.extend(_of_array(writer, part))
        if len(rows) > MOST:
            raise EntityUnfit(
                entity="CreateObservations", reason=N_("at most 100,000 are sent at once")
            )
    taken = observations_record(rows, by=writer.by, at=writer.at)
    head = f"{root}/Observations('"
    return [
        f"{head}{kept[0]}~{kept[1]}')" if kept is not None and outcome in ("new", "same")
        else f"error: {REASONS.get(outcome, outcome)}"
        for outcome, kept in zip(taken.outcomes, taken.rows, strict=True)
    ]  # fmt: skip


def _of_array(writer: Any, part: Any) -> list[Incoming]:
    owner = (
        part.get("Datastream") or part.get("MultiDatastream") if isinstance(part, dict) else None
    )
    names = part.get("components") if isinstance(part, dict) else None
    values = part.get("dataArray") if isinstance(part, dict) else None
    if not (isinstance(owner, dict) and isinstance(names, list) and isinstance(values, list)):
        reason = N_("it has Datastream, components and dataArray")
        raise EntityUnfit(entity="CreateObservations", reason=reason)
    key = owner.get("@iot.id")
    stream = int(key) if isinstance(key, str) and key.isdecimal() else key
    if "result" not in names:
        reason = N_("it needs what is named there")
        raise EntityUnfit(entity="CreateObservations (result)", reason=reason)
    if [*names] == ["phenomenonTime", "result"]:
        return [
            Incoming(stream, each[0], each[1]) if isinstance(each, list) and len(each) == 2
            else Incoming(stream, None, None)
            for each in values
        ]  # fmt: skip
    names = ["FeatureOfInterest" if name == "FeatureOfInterest/id" else name for name in names]
    rows = []
    for each in values:
        if not isinstance(each, list) or len(each) != len(names):
            rows.append(Incoming(stream, None, None))
            continue
        one = dict(zip(names, each, strict=True))
        if "FeatureOfInterest" in one:
            one["FeatureOfInterest"] = {"@iot.id": one["FeatureOfInterest"]}
        rows.append(incoming(writer, one, stream))
    return rows


@transaction.atomic
def corrected(writer: Any, stream: Datastream, row: Reading, body: Any) -> Reading:
    """Change an observation (更正觀測值); its moment stays, for by it the observation is known."""
    require_keeper(writer.by, stream.thing.owner)
    if not isinstance(body, dict):
        raise EntityUnfit(entity="Observation", reason=N_("it is sent as a JSON object"))
    if "phenomenonTime" in body and moments.micros(body["phenomenonTime"])[0] != row.time:
        reason = N_("its phenomenonTime cannot be changed: delete it and send another")
        raise EntityUnfit(entity="Observation", reason=reason)
    extra = {key: value for key, value in (row.extra or {}).items() if key not in ("r", "end")}
    extra |= _more(body)
    result = body.get("result", row.result)
    known = stream_known(stream.pk)
    try:
        if known is None:
            raise Unfit("stream_unknown")
        kept = row_of(Incoming(stream.pk, row.time, result, None, extra), known, 2**62)
    except Unfit as reason_:
        raise ReadingRefused(reason=REASONS[str(reason_)]) from None
    reading_corrected(
        stream=stream, time_us=row.time, value=kept[2], quality=row.quality, extra=kept[4]
    )
    _said(writer, "corrected", stream, row, result)
    return row


@transaction.atomic
def removed(writer: Any, stream: Datastream, row: Reading) -> None:
    """Delete an observation (刪除觀測值)."""
    require_keeper(writer.by, stream.thing.owner)
    readings_removed(stream=stream, start_us=row.time, end_us=row.time + 1)
    _said(writer, "deleted", stream, row, None)


def _said(writer: Any, act: str, stream: Datastream, row: Reading, now: Any) -> None:
    told = {"time": moments.text(row.time), "result": str(now)[:100]}
    if isinstance(writer.by, Gateway):
        told["gateway"] = writer.by.code
    journal.record(
        f"sensing.observation.{act}", stream, by=writer.by if isinstance(writer.by, User) else None,
        at=writer.at, was={"result": str(row.result)[:100]}, now=told,
    )  # fmt: skip
