"""Names in SDMX: who maintains, identifiers, versions, references."""

import hashlib
import re
from dataclasses import dataclass
from enum import Enum

from shizheng.core import city

IDENTIFIER = re.compile(r"[A-Za-z0-9_@$\-]+")
ORGANISATION = re.compile("[^A-Z0-9_]")
NOBODY = "CITY"


class Standard(Enum):
    """The two editions of the standard that are spoken (標準版本)."""

    V21 = "2.1"
    V30 = "3.0"

    def version(self, number: int) -> str:
        """Return a version as this edition writes it: ``2.0``, or ``2.0.0``."""
        return f"{number}.0" if self is Standard.V21 else f"{number}.0.0"


@dataclass(frozen=True, slots=True)
class Reference:
    """What points to an artefact, or to an item in it."""

    package: str
    kind: str
    id: str
    version: int = 1
    item: str = ""

    def urn(self, standard: Standard) -> str:
        """Return the name that is unique everywhere."""
        kind = "Concept" if self.item else self.kind
        end = f".{self.item}" if self.item else ""
        version = standard.version(self.version)
        return (
            f"urn:sdmx:org.sdmx.infomodel.{self.package}.{kind}="
            f"{maintainer()}:{self.id}({version}){end}"
        )


def maintainer() -> str:
    """Return the id of the agency that maintains everything here: the city."""
    current = city.current()
    return ORGANISATION.sub("_", current.code.upper()) if current else NOBODY


def code_id(value: str) -> str:
    """Return the id of a code; a value that may not be one is named by its digest."""
    if IDENTIFIER.fullmatch(value):
        return value
    return f"X-{hashlib.sha256(value.encode()).hexdigest()[:16]}"


def component_id(breakdown: str) -> str:
    """Return the id of a breakdown's dimension."""
    found = re.sub("[^A-Z0-9_]", "_", breakdown.upper())
    return f"BY_{found}" if found in RESERVED or not found[:1].isalpha() else found


RESERVED = frozenset(
    {
        *("FREQ", "INDICATOR", "REF_AREA", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"),
        *("CONF_STATUS", "UNIT_MEASURE", "DECIMALS", "DATAFLOW", "STRUCTURE", "STRUCTURE_ID"),
        *("ACTION", "SYNTHETIC"),
    }
)
