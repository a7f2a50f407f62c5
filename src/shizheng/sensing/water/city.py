"""What the loaded city says of emissions and waters; a published version is read once."""

from functools import lru_cache
from uuid import UUID

from shizheng.core.declared import body_of
from shizheng.core.models import PublishedDefinition
from shizheng.sensing.declared import newest
from shizheng.sensing.water.definitions import EmissionBody, WaterBody
from shizheng.sensing.water.errors import EmissionsUndeclared, WatersUndeclared


def emissions() -> tuple[EmissionBody, PublishedDefinition] | None:
    """Return what the pack says of emissions and its version; None where it says nothing."""
    key = newest("emissions")
    return _emissions(key) if key else None


@lru_cache(maxsize=8)
def _emissions(key: UUID) -> tuple[EmissionBody, PublishedDefinition]:
    row = PublishedDefinition.objects.get(pk=key)
    return EmissionBody.model_validate(row.body), row


def waters() -> WaterBody | None:
    """Return what the pack says of waters; None where it says nothing."""
    key = newest("water_quality")
    return body_of(WaterBody, key) if key else None


def declared_emissions() -> tuple[EmissionBody, PublishedDefinition]:
    """Return what the pack says of emissions.

    Raises:
        EmissionsUndeclared: it says nothing.
    """
    found = emissions()
    if found is None:
        raise EmissionsUndeclared
    return found


def declared_waters() -> WaterBody:
    """Return what the pack says of waters.

    Raises:
        WatersUndeclared: it says nothing.
    """
    found = waters()
    if found is None:
        raise WatersUndeclared
    return found
