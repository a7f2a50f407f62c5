"""What the loaded city says of its solar sites; a published version is read once."""

from shizheng.core.declared import body_of
from shizheng.sensing.declared import newest
from shizheng.sensing.energy.definitions import SolarBody


def solar() -> SolarBody | None:
    """Return what the pack says of solar sites; None where it says nothing."""
    key = newest("solar_sites")
    return body_of(SolarBody, key) if key else None
