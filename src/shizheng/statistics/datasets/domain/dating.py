"""As of which day the rows of a chart stand (資料基準日), pure."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from shizheng.statistics.datasets.domain.columns import Column
from shizheng.statistics.datasets.domain.drawings import TIMES, Drawing
from shizheng.statistics.datasets.domain.questions import Test

UPPER = (Test.EXACT, Test.LT, Test.LTE)


def stands_on(
    drawing: Drawing, columns: Sequence[Column], profile: Sequence[Mapping[str, Any]], made: date
) -> date:
    """Return the newest day that the rows of a drawing can be of.

    The first column of dates, months or moments tells: by a filter that bounds it from above, or
    by its greatest value. Without such a column it is the day on which the version came, which is
    also the latest day there can be: a forecast is drawn in the boundaries that are known.

    Args:
        columns, profile: of the version, as it was read.
        made: the local day on which it was received.
    """
    greatest = {each["name"]: each["greatest"] for each in profile}
    for column in columns:
        if column.type not in TIMES:
            continue
        bounds = [
            str(value)
            for each in drawing.filters
            if each.column.name == column.name and each.test in UPPER
            for value in each.values
        ]
        found = [_last_day(text) for text in bounds or [greatest.get(column.name) or ""]]
        days = [day for day in found if day is not None]
        if days:
            return min(*days, made)
    return made


def _last_day(text: str) -> date | None:
    """Return the day of 2020-03-01 or of a moment on it, the last of 2020-03; None of others."""
    parts = text[:10].split("-")
    try:
        if len(parts) == 2:
            year, month = int(parts[0]), int(parts[1])
            return date(year, month, monthrange(year, month)[1])
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
