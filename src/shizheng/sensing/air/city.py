"""What the loaded city says of its air; a published version is read once."""

from functools import lru_cache
from uuid import UUID

from shizheng.core.models import PublishedDefinition
from shizheng.sensing.air.definitions import AirBody
from shizheng.sensing.declared import newest
from shizheng.sensing.models import Thing

USUAL = {"pm2_5": "pm2_5", "pm10": "pm10", "ozone": "o3", "co": "co", "so2": "so2", "no2": "no2"}
"""Observed properties and what the index calls them, where the pack says nothing of air."""


def air() -> tuple[AirBody, PublishedDefinition] | None:
    """Return what the pack says of air and the version of it; None where it says nothing."""
    key = newest("air_quality")
    return _air(key) if key else None


@lru_cache(maxsize=8)
def _air(key: UUID) -> tuple[AirBody, PublishedDefinition]:
    row = PublishedDefinition.objects.get(pk=key)
    return AirBody.model_validate(row.body), row


def pollutants() -> dict[str, str]:
    """Return what the index calls each observed property that it is made of."""
    known = air()
    return {each.property: each.counts_as for each in known[0].pollutants} if known else dict(USUAL)


def is_mobile(thing: Thing) -> bool:
    """Whether a station moves, by what the pack says."""
    known = air()
    told = known[0].mobile if known else None
    return told is not None and (thing.properties or {}).get(told.property) == told.value
