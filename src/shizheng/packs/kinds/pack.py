"""The manifest of a pack: what the city is called, how it writes, what it looks like."""

from collections.abc import Iterator
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shizheng.packs.schema import Body, Finding, Flag, Part, Text, Words, kinds

READABLE = 4.5
PAPER = {"light": "#fbfcfd", "dark": "#0e1620"}

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21.

    Source: WCAG 2.2, relative luminance and contrast ratio.
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PydanticCustomError("bool", "must be a time zone such as Asia/Taipei") from error
    return name


class Tones(Part):
    """Brand colours for one of light and dark: action, text on it, soft ground."""

    brand: Colour
    brand_ink: Colour
    brand_soft: Colour


class Brand(Part):
    """The city's colours (識別色)."""

    light: Tones
    dark: Tones


class Map(Part):
    """Where maps open: bounds west, south, east, north in degrees (EPSG:4326)."""

    west: Longitude
    south: Latitude
    east: Longitude
    north: Latitude


class Contact(Part):
    """How people reach the city (聯絡方式)."""

    name: Words
    telephone: Text | None = None
    website: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")] | None = None
    address: Words | None = None


class DataLicence(Part):
    """Under which licence figures and datasets are given to everybody (開放資料授權).

    ``id`` is that of the SPDX list.
    """

    id: Text
    name: Words
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]


@kinds.register("pack/1")
class Manifest(Body):
    """Manifest of a pack (設定包), the file ``pack.yaml``: one city as data."""

    single = True
    required = True

    name: Words
    short_name: Words
    government: Words
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    time_zone: Annotated[str, AfterValidator(_zone)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,4}$")]
    number_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,4}$")]
    dates: Literal["roc", "gregorian"]
    brand: Brand
    map: Map
    contact: Contact
    licence: Words
    data_licence: DataLicence | None = None
    sources: Words
    is_fictitious: Flag = False
    demo_notice: Words

    def findings(self, pack: object) -> Iterator[Finding]:
        """Check that brand colours can be read, and that the map has an inside."""
        if self.map.west >= self.map.east or self.map.south >= self.map.north:
            message = "`west` must be less than `east`, and `south` less than `north`."
            yield Finding(("map",), message, "map")
        for scheme, tones in (("light", self.brand.light), ("dark", self.brand.dark)):
            pairs = {
                ("brand", "the page"): (tones.brand, PAPER[scheme]),
                ("brand_ink", "`brand`"): (tones.brand_ink, tones.brand),
                ("brand_soft", "`brand`"): (tones.brand_soft, tones.brand),
            }
            for (key, ground), (one, other) in pairs.items():
                ratio = contrast(one, other)
                if ratio < READABLE:
                    message = f"{one} on {ground} ({other}) has contrast {ratio:.1f}:1."
                    hint = f"Text needs {READABLE}:1 or more; take a darker or lighter tone."
                    yield Finding(("brand", scheme, key), message, "contrast", hint)
