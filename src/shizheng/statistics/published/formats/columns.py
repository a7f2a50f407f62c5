"""The columns of an edition as a flat table; CSV, Parquet and their metadata share them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shizheng.core.words import pick
from shizheng.kernel.errors import N_
from shizheng.statistics.published.editions import Edition
from shizheng.statistics.published.labels import (
    TOTAL,
    Words,
    dimension_words,
    in_every_language,
    total_words,
)

LANGUAGES = {"zh": "zh-Hant", "en": "en"}
"""Ending of a column of names to its language."""
TRUE, FALSE = "true", "false"
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column (欄位).

    Args:
        datatype: of XML Schema, as CSVW names it.
        is_key: whether it is part of what tells rows apart.
        is_required: whether every row has it.
        language: of the texts in it.
    """

    name: str
    title: Words
    datatype: str = "string"
    is_key: bool = False
    is_required: bool = True
    language: str = ""


def columns_of(edition: Edition) -> list[Column]:
    """Return the columns in order."""
    found = [
        Column("indicator", in_every_language(N_("Indicator")), is_key=True),
        Column("period", in_every_language(N_("Period")), is_key=True),
        Column("period_start", in_every_language(N_("First day of the period")), "date"),
        *_coded("area", in_every_language(N_("Area"))),
    ]
    for name in edition.breakdowns:
        found += _coded(column_name(name), dimension_words(name))
    return [
        *found,
        Column("value", edition.body.name, "decimal", is_required=False),
        Column("unit", in_every_language(N_("Unit"))),
        Column("obs_status", in_every_language(N_("Status of the figure (SDMX CL_OBS_STATUS)"))),
        Column("conf_status", in_every_language(N_("Confidentiality (SDMX CL_CONF_STATUS)"))),
        Column("reason", in_every_language(N_("Why there is no figure")), is_required=False),
        Column("is_synthetic", in_every_language(N_("Invented for demonstration")), "boolean"),
    ]


def column_name(breakdown: str) -> str:
    """Return the name of a breakdown's column, which no other column has."""
    return f"by_{breakdown}" if breakdown in RESERVED else breakdown


RESERVED = frozenset(
    {
        *("indicator", "period", "period_start", "area", "area_zh", "area_en", "value", "unit"),
        *("obs_status", "conf_status", "reason", "is_synthetic"),
    }
)


def _coded(name: str, title: Words) -> Iterator[Column]:
    yield Column(name, title, is_key=True)
    for ending, tag in LANGUAGES.items():
        yield Column(f"{name}_{ending}", title, is_required=False, language=tag)


def rows_of(edition: Edition) -> Iterator[Row]:
    """Yield the rows as texts, in order of time and cell; what is not there is empty."""
    total = total_words()
    city = _texts(edition.city)
    areas = {code: _texts(names) for code, names in edition.areas.items()} | {TOTAL: city}
    values = [
        {code: _texts(names) for code, names in each.items()} | {TOTAL: _texts(total)}
        for each in edition.values
    ]
    for each in edition.observations:
        keys: list[str] = []
        for code, names in zip(each.keys, values, strict=True):
            keys += (code, *names[code])
        yield (
            *(edition.code, each.period.code, each.period.start.isoformat()),
            *(each.area, *areas[each.area], *keys),
            *(each.number, edition.body.unit, each.status, each.confidentiality, each.reason),
            TRUE if each.is_synthetic else FALSE,
        )


def _texts(names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(pick(names, tag)[0] for tag in LANGUAGES.values())
