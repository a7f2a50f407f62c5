"""Reads of figures: what a series was at a moment, and who may see which of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery

from shizheng.core.access import Person, may
from shizheng.core.models import PublishedDefinition
from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.domain.quality import ObservationStatus
from shizheng.statistics.models import Figure, Indicator, Vintage

CITY = ""
"""The cell of the whole city."""


@lru_cache(maxsize=500)
def definition_by(key: UUID) -> Definition:
    """Return a published version of an indicator's definition, typed; it never changes."""
    body = PublishedDefinition.objects.values_list("body", flat=True).get(pk=key)
    return Definition.model_validate(body)


@dataclass(frozen=True, slots=True)
class Value:
    """A figure as somebody may see it (數值): ``value`` is None where there is none to see."""

    period: Period
    cell: str
    value: Decimal | None
    rows: int
    status: str
    reason: str
    is_withheld: bool
    is_synthetic: bool
    vintage: int

    @property
    def keys(self) -> dict[str, str]:
        """Dimension to code: ``{"district": "64000010"}``; empty for the whole city."""
        return dict(part.split("=", 1) for part in self.cell.split(";") if part)


@dataclass(frozen=True, slots=True)
class Series:
    """All figures of an indicator as they were at a moment (數列).

    ``vintage`` is the newest one that counts; None while nothing was published.
    """

    indicator: Indicator
    vintage: Vintage | None
    values: tuple[Value, ...]

    def of(self, cell: str = CITY) -> list[Value]:
        """Return the figures of one cell, in order of time."""
        return [value for value in self.values if value.cell == cell]

    @property
    def latest(self) -> Value | None:
        """The newest figure of the whole city that has a value."""
        return next((value for value in reversed(self.of()) if value.value is not None), None)


def indicators_seen(viewer: Person) -> QuerySet[Indicator]:
    """Return the indicators that the pack keeps and ``viewer`` may see, in order of the pack."""
    rows = Indicator.objects.visible_to(viewer).filter(is_kept=True)
    return rows.select_related("owner", "current").order_by("position", "code")


def sees_embargoed(viewer: Person, indicator: Indicator) -> bool:
    """Whether ``viewer`` sees figures of ``indicator`` before their release."""
    return may(viewer, "statistics.view_embargoed", indicator)


def vintages_of(indicator: Indicator, *, at: datetime, embargoed: bool) -> QuerySet[Vintage]:
    """Return the vintages made, or else released, by ``at``; the newest first."""
    until = {"made_at__lte": at} if embargoed else {"released_at__lte": at}
    return Vintage.objects.filter(indicator=indicator, **until).order_by("-number")


def series_at(
    indicator: Indicator,
    *,
    at: datetime,
    embargoed: bool = False,
    withheld: bool = False,
    cells: Sequence[str] | None = None,
    level: Sequence[str] | None = None,
    since: date | None = None,
    number: int | None = None,
) -> Series:
    """Return an indicator's series as it was public at a moment ("as published on").

    Args:
        embargoed: count what is made but not released.
        withheld: show the numbers that are not published.
        cells: only of these cells; left out, of all.
        level: only of cells split by these dimensions, such as ``["district"]``.
        since: only of periods that begin on this day or later.
        number: no vintage after this one.
    """
    vintages = vintages_of(indicator, at=at, embargoed=embargoed)
    vintage = (vintages if number is None else vintages.filter(number__lte=number)).first()
    if vintage is None:
        return Series(indicator, None, ())
    rows = Figure.objects.filter(indicator=indicator, number__lte=vintage.number)
    if not embargoed:
        rows = rows.filter(vintage__released_at__lte=at)
    if cells is not None:
        rows = rows.filter(cell__in=cells)
    if level is not None:
        rows = rows.filter(cell__regex=level_pattern(level))
    if since is not None:
        rows = rows.filter(period_start__gte=since)
    newest: dict[tuple[str, str], Figure] = {}
    for row in rows.order_by("period_start", "cell", "number"):
        newest[row.period, row.cell] = row
    return Series(indicator, vintage, tuple(_shown(row, withheld) for row in newest.values()))


def level_pattern(level: Sequence[str]) -> str:
    """Return the pattern of the names of cells that are split by these dimensions."""
    return f"^{';'.join(f'{name}=[^;]*' for name in level)}$"


def _shown(row: Figure, withheld: bool) -> Value:
    is_hidden = row.is_withheld and not withheld
    return Value(
        period=Period.parse(row.period),
        cell=row.cell,
        value=None if is_hidden else row.value,
        rows=0 if is_hidden else row.rows,
        status=row.status,
        reason="withheld" if is_hidden else row.reason,
        is_withheld=row.is_withheld,
        is_synthetic=row.is_synthetic,
        vintage=row.number,
    )


def latest_values(
    indicators: Iterable[Indicator], *, at: datetime, final: bool = False
) -> dict[UUID, Value]:
    """Return by key of the indicator the newest released figure of the whole city, in one query.

    Indicators without one that may be told are absent.

    Args:
        final: leave out what is provisional.
    """
    keys = [indicator.pk for indicator in indicators]
    replaced = Figure.objects.filter(
        indicator=OuterRef("indicator"), cell=CITY, period_start=OuterRef("period_start"),
        number__gt=OuterRef("number"), vintage__released_at__lte=at,
    )  # fmt: skip
    rows = Figure.objects.filter(
        indicator__in=keys, cell=CITY, value__isnull=False, is_withheld=False,
        vintage__released_at__lte=at,
    ).exclude(Exists(replaced))  # fmt: skip
    if final:
        rows = rows.exclude(status=str(ObservationStatus.PROVISIONAL))
    last = rows.values("indicator").annotate(last=Max("period_start"))
    latest = rows.filter(
        period_start=Subquery(last.filter(indicator=OuterRef("indicator")).values("last"))
    )
    found: dict[UUID, Value] = {}
    for row in latest.order_by("indicator", "number"):
        found[row.indicator_id] = _shown(row, withheld=False)
    return found
