"""The River Pollution Index (河川污染指數, RPI): four values, their points, the class.

Source: Ministry of Environment (環境部), 全國環境水質監測資訊網, 河川污染指數(RPI)之計算及比對
基準, after the letter 環署水字第 1020045468 號 of 2013-05-30:
https://wq.moenv.gov.tw/EWQP/zh/Encyclopedia/NounDefinition/Pedia_37.aspx
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from math import isfinite


class Part(StrEnum):
    """What the index is made of, each in mg/L."""

    DISSOLVED_OXYGEN = "dissolved_oxygen"
    BOD5 = "bod5"
    SUSPENDED_SOLIDS = "suspended_solids"
    AMMONIA = "ammonia"


class Pollution(StrEnum):
    """Classes of the index (污染程度)."""

    UNPOLLUTED = "unpolluted"
    LIGHT = "light"
    MODERATE = "moderate"
    SEVERE = "severe"


POINTS = (1, 3, 6, 10)
DIGITS = {
    Part.DISSOLVED_OXYGEN: "0.1", Part.BOD5: "0.1", Part.SUSPENDED_SOLIDS: "0.1",
    Part.AMMONIA: "0.01",
}  # fmt: skip
UP_TO = {
    Part.BOD5: ("3.0", "4.9", "15.0"), Part.SUSPENDED_SOLIDS: ("20.0", "49.9", "100"),
    Part.AMMONIA: ("0.50", "0.99", "3.00"),
}  # fmt: skip
OXYGEN_FROM = ("6.5", "4.6", "2.0")


def points(part: Part, value: float) -> int:
    """Return the points of a value, written to the digits of the table.

    Raises:
        ValueError: it is no finite number, or below 0.
    """
    if not isfinite(value) or value < 0:
        raise ValueError(f"{part} is no such concentration: {value}")
    written = Decimal(repr(value)).quantize(Decimal(DIGITS[part]), ROUND_HALF_EVEN)
    if part is Part.DISSOLVED_OXYGEN:
        held = [each for each, least in enumerate(OXYGEN_FROM) if written >= Decimal(least)]
    else:
        held = [each for each, most in enumerate(UP_TO[part]) if written <= Decimal(most)]
    return POINTS[held[0] if held else 3]


@dataclass(frozen=True, slots=True)
class Value:
    """A concentration in mg/L; None with a detection limit where nothing was detected."""

    amount: float | None
    detection_limit: float = 0.0


def points_of(part: Part, value: Value) -> int | None:
    """Return the points of a value; of one below its detection limit only where that is sure.

    Whatever lies between nothing and the limit must have the same points, otherwise None.
    """
    if value.amount is not None:
        return points(part, value.amount)
    least, most = points(part, 0.0), points(part, value.detection_limit)
    return most if least == most else None


def index_of(values: Mapping[Part, Value]) -> float | None:
    """Return the index, the mean of the four points; None where one of the four is missing."""
    found = [points_of(part, values[part]) for part in Part if part in values]
    known = [each for each in found if each is not None]
    return sum(known) / len(Part) if len(known) == len(Part) else None


def class_of(index: float) -> Pollution:
    """Return the class of an index, 1 to 10; classes join at 2.0, 3.0 and 6.0."""
    for most, name in (
        (2.0, Pollution.UNPOLLUTED),
        (3.0, Pollution.LIGHT),
        (6.0, Pollution.MODERATE),
    ):
        if index <= most:
            return name
    return Pollution.SEVERE
