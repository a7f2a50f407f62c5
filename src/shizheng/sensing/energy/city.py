"""What the loaded city says of its solar sites; a published version is read once."""

from functools import lru_cache
from uuid import UUID

from shizheng.core.models import PublishedDefinition
from shizheng.sensing.declared import newest
from shizheng.sensing.energy.definitions import SolarBody


def solar() -> SolarBody | None:
    """Return what the pack says of solar sites; None where it says nothing."""
    key = newest("solar_sites")
    return _solar(key) if key else None


@lru_cache(maxsize=8)
def _solar(key: UUID) -> SolarBody:
    return SolarBody.model_validate(PublishedDefinition.objects.get(pk=key).body)
