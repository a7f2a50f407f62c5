"""Measures as open data, one at a time (開放資料)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import Http404

from shizheng.services.figures import showing
from shizheng.services.figures.defined import MEASURES
from shizheng.services.figures.domain.suppression import LEAST
from shizheng.services.figures.published import Published, Row, asked_of, published


def measures_listed() -> list[dict[str, Any]]:
    """Return every measure with its words."""
    return [showing.described(each) for each in MEASURES.values()]


def measure_published(measure: str, given: Mapping[str, str], at: datetime) -> dict[str, Any]:
    """Return the values of one measure of the table that ``given`` asks for.

    Raises:
        Http404: there is no such measure.
    """
    if measure not in MEASURES:
        raise Http404
    found = published(asked_of(given, at), at)
    names = showing.names_of(found)
    return {
        "measure": showing.described(MEASURES[measure]),
        "year": found.asked.year,
        "by": found.asked.by,
        "since": found.since,
        "until": found.until,
        "as_of": found.as_of,
        "is_synthetic": found.is_synthetic,
        "least_group": LEAST,
        "cells": [_cell(found, row, measure, names) for row in found.rows],
        "total": _cell(found, found.total, measure, names),
    }


def _cell(found: Published, row: Row, measure: str, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": showing.as_row(found, row, names)["name"],
        "value": row.numbers[measure],
        "withheld": measure in row.withheld,
    }
