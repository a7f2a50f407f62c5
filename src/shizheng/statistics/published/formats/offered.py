"""Every format of an edition, in the order in which they are named."""

from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.published.errors import FormatUnknown
from shizheng.statistics.published.formats import (  # noqa: F401 - each enters itself
    csvw,
    datapackage,
    geojson,
    jsonstat,
    parquet,
    plain_csv,
    plain_json,
)
from shizheng.statistics.published.formats.registry import Format, formats


def formats_of(body: Definition) -> list[Format]:
    """Return the formats in which an indicator can be had."""
    return [each for each in formats.values() if each.fits(body)]


def format_of(ending: str, body: Definition) -> Format:
    """Return a format by the ending of an address.

    Raises:
        FormatUnknown: there is none, or none for this indicator.
    """
    offered = {each.ending: each for each in formats_of(body)}
    if ending not in offered:
        raise FormatUnknown(format=ending[:40], known=", ".join(offered))
    return offered[ending]
