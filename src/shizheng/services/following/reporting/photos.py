"""Where a photo was taken, as the phone wrote it into the file (照片位置)."""

import logging
import struct
from datetime import datetime
from typing import BinaryIO

import exifread
from exifread.core.exceptions import ExifError
from exifread.utils import get_gps_coords

from shizheng.services import city

DECIMALS = 5
"""A hundred-thousandth of a degree is about a metre; phones know no better."""
TAKEN = "EXIF DateTimeOriginal"
BROKEN = (
    ExifError, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError,
    struct.error, OSError, MemoryError, RecursionError,
)  # fmt: skip
"""All that reading a file with damaged tags may end in."""
logging.getLogger("exifread").setLevel(logging.CRITICAL)


def taken_at_place(content: BinaryIO) -> tuple[tuple[float, float] | None, datetime | None]:
    """Return (longitude, latitude) and the moment of a photo, None for what it does not say.

    The file is read from where it stands and put back there.
    """
    start = content.tell()
    try:
        tags = exifread.process_file(content, details=False, extract_thumbnail=False)
        return _position(tags), _moment(str(tags.get(TAKEN, "")))
    except BROKEN:
        return None, None
    finally:
        content.seek(start)


def _position(tags: dict[str, object]) -> tuple[float, float] | None:
    found = get_gps_coords(tags)
    if found is None:
        return None
    latitude, longitude = (float(each) for each in found)
    is_on_earth = -90 <= latitude <= 90 and -180 <= longitude <= 180
    if not is_on_earth or (latitude == 0 and longitude == 0):
        return None
    return round(longitude, DECIMALS), round(latitude, DECIMALS)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y:%m:%d %H:%M:%S").replace(tzinfo=city.zone())
    except ValueError:
        return None
