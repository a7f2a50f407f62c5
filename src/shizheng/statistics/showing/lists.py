"""Lists of indicators as they are shown: each line with its newest figure, marks and small line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from shizheng.core.words import in_language
from shizheng.statistics.domain.standing import Direction, Mark
from shizheng.statistics.indicators.listing import Sketch, Standing
from shizheng.statistics.indicators.waiting import Wanting
from shizheng.statistics.models import Indicator
from shizheng.statistics.showing.drawing import spark_of
from shizheng.statistics.showing.words import (
    COLOURS,
    DIRECTIONS,
    FREQUENCIES,
    MARKS,
    mark_words,
    period_words,
    value_words,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A mark as it is shown: shape and colour of a light, and the word."""

    colour: str
    word: str


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of a list."""

    row: Indicator
    value: str
    period: str
    status: str
    direction: str
    marks: tuple[Said, ...]
    target: str
    spark: str


@dataclass(frozen=True, slots=True)
class Release:
    """When an indicator comes out next: a period at a moment, or live."""

    row: Indicator
    period: str
    at: datetime | None
    frequency: str
    is_entered: bool


def lines_of(
    rows: Sequence[Indicator], standing: Mapping[UUID, Standing],
    recent: Mapping[UUID, Sequence[Decimal | None]],
) -> list[Line]:  # fmt: skip
    """Return the lines of a list in the same order."""
    return [_line(row, standing[row.pk], recent.get(row.pk, ())) for row in rows]


def _line(row: Indicator, standing: Standing, recent: Sequence[Decimal | None]) -> Line:
    latest, sketch = standing.latest, standing.sketch
    target = standing.target
    return Line(
        row=row,
        value=value_words(latest.value, sketch.places, row.unit_name) if latest else _("no figure"),
        period=period_words(latest.period) if latest else "",
        status=" · ".join(mark_words(latest)) if latest else "",
        direction=str(DIRECTIONS[sketch.direction]) if (
            sketch.direction != Direction.NEITHER
        ) else "",
        marks=tuple(said_of(mark) for mark in standing.marks),
        target=value_words(target.value, sketch.places, row.unit_name) if target else "",
        spark=spark_of(recent),
    )  # fmt: skip


def said_of(mark: Mark) -> Said:
    """Return a mark as it is shown."""
    return Said(COLOURS[mark], str(MARKS[mark]))


def releases_of(rows: Iterable[Indicator], now: datetime) -> list[Release]:
    """Return the next release of each indicator; the soonest first, live ones last."""
    found = []
    for row in rows:
        sketch = Sketch.of(row.current.body)
        upcoming = sketch.next_release(now)
        frequency = str(FREQUENCIES[sketch.frequency])
        if upcoming is not None:
            found.append(
                Release(row, period_words(upcoming[0]), upcoming[1], frequency, sketch.is_entered)
            )
        elif sketch.rule is None:
            found.append(Release(row, "", None, frequency, sketch.is_entered))
    return sorted(
        found, key=lambda each: (each.at is None, each.at or now, in_language(each.row.name))
    )


@dataclass(frozen=True, slots=True)
class Want:
    """An indicator that waits for somebody, with what is wrong in words."""

    row: Indicator
    marks: tuple[Said, ...]
    value: str
    period: str
    expected: str


def wants_of(wanting: Iterable[Wanting]) -> list[Want]:
    """Return what waits, as it is shown."""
    found = []
    for each in wanting:
        latest, sketch = each.standing.latest, each.standing.sketch
        found.append(Want(
            each.indicator, tuple(said_of(mark) for mark in each.marks),
            value_words(latest.value, sketch.places, each.indicator.unit_name) if latest else "–",
            period_words(latest.period) if latest else "",
            period_words(each.standing.expected) if each.standing.expected else "",
        ))  # fmt: skip
    return found
