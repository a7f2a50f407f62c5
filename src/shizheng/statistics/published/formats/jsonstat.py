"""JSON-stat 2.0: a cube with its dimensions, for programs that draw and pivot."""

from collections.abc import Mapping
from typing import Any

from shizheng.core.words import pick
from shizheng.kernel.errors import N_
from shizheng.statistics.published.editions import Edition, Observation
from shizheng.statistics.published.formats.columns import column_name
from shizheng.statistics.published.formats.plain_json import about, as_number, dumped
from shizheng.statistics.published.formats.registry import written_as
from shizheng.statistics.published.labels import (
    TOTAL,
    Words,
    dimension_words,
    in_every_language,
    total_words,
)

ENDING = "jsonstat.json"
LANGUAGE = "zh-Hant"
Codes = Mapping[str, Words]


@written_as(ENDING, media_type="application/json", name="JSON-stat", file_type="JSON")
def as_jsonstat(edition: Edition) -> bytes:
    """Return the cube; a cell that has no figure is not there, one that is withheld is null."""
    cube = _cube(edition)
    places = [{code: at for at, code in enumerate(codes)} for _, _, codes in cube]
    values: dict[str, Any] = {}
    status: dict[str, str] = {}
    for each in edition.observations:
        at = 0
        for code, place in zip(_codes(edition, each), places, strict=True):
            at = at * len(place) + place[code]
        values[str(at)] = as_number(each.value)
        status[str(at)] = each.status
    return dumped(
        {
            "version": "2.0",
            "class": "dataset",
            "label": pick(edition.body.name, LANGUAGE)[0],
            "source": pick(edition.body.source, LANGUAGE)[0],
            "updated": edition.released_at.isoformat(),
            "id": [name for name, _, _ in cube],
            "size": [len(codes) for _, _, codes in cube],
            "role": {"time": ["period"], "geo": ["area"], "metric": ["indicator"]},
            "dimension": {name: _dimension(edition, title, codes) for name, title, codes in cube},
            "value": values,
            "status": status,
            "extension": about(edition),
        }
    )


def _cube(edition: Edition) -> list[tuple[str, Words, Codes]]:
    """Return the dimensions: name, title, and codes with their names in order."""
    total = {TOTAL: total_words()}
    split = [
        (column_name(name), dimension_words(name), total | dict(codes))
        for name, codes in zip(edition.breakdowns, edition.values, strict=True)
    ]
    periods = {period.code: {LANGUAGE: period.code} for period in edition.periods}
    return [
        ("indicator", in_every_language(N_("Indicator")), {edition.code: edition.body.name}),
        ("area", in_every_language(N_("Area")), {TOTAL: edition.city, **edition.areas}),
        *split,
        ("period", in_every_language(N_("Period")), periods),
    ]


def _codes(edition: Edition, each: Observation) -> tuple[str, ...]:
    return (edition.code, each.area, *each.keys, each.period.code)


def _dimension(edition: Edition, title: Words, codes: Codes) -> dict[str, Any]:
    category: dict[str, Any] = {
        "index": list(codes),
        "label": {code: pick(words, LANGUAGE)[0] for code, words in codes.items()},
    }
    if edition.code in codes:
        unit = pick(edition.body.unit_name, LANGUAGE)[0]
        category["unit"] = {edition.code: {"label": unit, "decimals": edition.body.places}}
    return {"label": pick(title, LANGUAGE)[0], "category": category}
