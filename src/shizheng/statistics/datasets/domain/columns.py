"""Columns of a dataset: what is declared of them, and what was found (欄位)."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from shizheng.kernel.errors import N_
from shizheng.statistics.datasets.domain.errors import (
    HeaderUnfit,
    NameReserved,
    NameTwice,
    TooMuch,
)
from shizheng.statistics.datasets.domain.limits import LIMITS, Limits


class Type(StrEnum):
    """What the cells of a column are (型別)."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    MONTH = "month"
    GEOMETRY = "geometry"

    @property
    def is_number(self) -> bool:
        """Whether sums make sense."""
        return self in (Type.INTEGER, Type.DECIMAL, Type.FLOAT)


class Reading(StrEnum):
    """By which rule the cells of a column are read; the schema says it in words (讀法)."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    GROUPED = "grouped"
    FLOAT = "float"
    BOOLEAN = "boolean"
    ISO_DATE = "iso_date"
    ROC_DATE = "roc_date"
    COMPACT_DATE = "compact_date"
    ROC_COMPACT_DATE = "roc_compact_date"
    EXCEL_DATE = "excel_date"
    DATETIME = "datetime"
    OFFSET_DATETIME = "offset_datetime"
    MONTH = "month"
    GEOMETRY = "geometry"


TYPE_OF: Mapping[Reading, Type] = {
    Reading.TEXT: Type.TEXT,
    Reading.INTEGER: Type.INTEGER,
    Reading.DECIMAL: Type.DECIMAL,
    Reading.GROUPED: Type.DECIMAL,
    Reading.FLOAT: Type.FLOAT,
    Reading.BOOLEAN: Type.BOOLEAN,
    Reading.ISO_DATE: Type.DATE,
    Reading.ROC_DATE: Type.DATE,
    Reading.COMPACT_DATE: Type.DATE,
    Reading.ROC_COMPACT_DATE: Type.DATE,
    Reading.EXCEL_DATE: Type.DATE,
    Reading.DATETIME: Type.DATETIME,
    Reading.OFFSET_DATETIME: Type.DATETIME,
    Reading.MONTH: Type.MONTH,
    Reading.GEOMETRY: Type.GEOMETRY,
}
RULES: Mapping[Reading, str] = {
    Reading.TEXT: N_("As it stands. Leading zeros and signs are kept."),
    Reading.INTEGER: N_("Digits without leading zeros, at most 18."),
    Reading.DECIMAL: N_("Digits with a decimal point, kept exactly."),
    Reading.GROUPED: N_("Commas between groups of three digits are separators of thousands."),
    Reading.FLOAT: N_("A binary number, as the Parquet file had it."),
    Reading.BOOLEAN: N_("true or false."),
    Reading.ISO_DATE: N_("Year, month and day of the common calendar."),
    Reading.ROC_DATE: N_("Year of the Republic, month and day: 109/03/02 is 2020-03-02."),
    Reading.COMPACT_DATE: N_("Eight digits, year, month and day, as declared."),
    Reading.ROC_COMPACT_DATE: N_("Seven digits, year of the Republic, month, day, as declared."),
    Reading.EXCEL_DATE: N_("Serial number of a spreadsheet: 43892 is 2020-03-02, as declared."),
    Reading.DATETIME: N_("Local date and time without an offset."),
    Reading.OFFSET_DATETIME: N_("Date and time with an offset, kept in UTC."),
    Reading.MONTH: N_("Year and month of the common calendar."),
    Reading.GEOMETRY: N_("Geometry as GeoJSON, longitude before latitude."),
}
FULL_WIDTH = N_("Full-width digits are read as digits.")
EMPTY = N_("An empty cell is no value.")


ROW = "_row"
"""The column that numbers the rows of a file; the row below the header is 1."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a dataset's owner says of a column (欄位說明), by language where it is words.

    Attributes:
        missing: what stands for no value.
        codes: every code that may stand in it and what it means (碼簿); empty where any value may.
    """

    name: str
    title: Mapping[str, str] = field(default_factory=dict)
    meaning: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    reading: Reading | None = None
    is_required: bool = False
    missing: tuple[str, ...] = ()
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unit_en: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self) | {"reading": self.reading, "missing": list(self.missing)}

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> "Declared":
        """Return what ``as_json`` wrote."""
        reading = kept.get("reading")
        return cls(
            name=kept["name"],
            title=kept.get("title", {}),
            meaning=kept.get("meaning", {}),
            unit=kept.get("unit", ""),
            reading=Reading(reading) if reading else None,
            is_required=kept.get("is_required", False),
            missing=tuple(kept.get("missing", ())),
            codes=kept.get("codes", {}),
            unit_en=kept.get("unit_en", ""),
        )


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it was found and typed (欄位).

    Attributes:
        digits, scale: of a decimal, how many digits in all and behind the point.
        is_full_width: whether full-width digits were read as digits.
        is_nullable: whether a cell was empty.
    """

    name: str
    reading: Reading
    digits: int = 0
    scale: int = 0
    is_full_width: bool = False
    is_nullable: bool = False
    is_declared: bool = False

    @property
    def type(self) -> Type:
        """What its cells are."""
        if self.reading in (Reading.GROUPED, Reading.DECIMAL) and not self.scale:
            return Type.INTEGER
        return TYPE_OF[self.reading]

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self) | {"reading": self.reading.value, "type": self.type.value}

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> "Column":
        """Return what ``as_json`` wrote."""
        given = {name: value for name, value in kept.items() if name != "type"}
        return cls(**{**given, "reading": Reading(kept["reading"])})


def names_of(header: Sequence[str], limits: Limits = LIMITS) -> list[str]:
    """Return the names of the columns, cleaned: NFC, no control characters, no spaces around.

    Raises:
        TooMuch: more columns than are taken.
        HeaderUnfit, NameTwice, NameReserved: a name is missing, too long, there twice or ours.
    """
    if len(header) > limits.columns:
        raise TooMuch(limit=limits.columns, what=N_("columns"))
    names: list[str] = []
    seen: dict[str, int] = {}
    for place, given in enumerate(header, 1):
        plain = unicodedata.normalize("NFC", given)
        name = "".join(c for c in plain if unicodedata.category(c)[0] != "C").strip()
        if not name or len(name) > limits.name_length:
            raise HeaderUnfit(place=place, limit=limits.name_length)
        if name.casefold() == ROW:
            raise NameReserved(place=place, name=name)
        before = seen.setdefault(name.casefold(), place)
        if before != place:
            raise NameTwice(first=before, second=place, name=name)
        names.append(name)
    return names
