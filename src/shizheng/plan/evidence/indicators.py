"""Indicators as evidence: what ``statistics`` has published of them, as everybody may see it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Max
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from shizheng.core.evidence import EvidenceKind, Observation, Observed, evidence_kinds
from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.models import Indicator, Vintage
from shizheng.statistics.selectors import CITY, Series, Value, definition_by, series_at

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

LONGEST = 24
"""So many of the last periods are kept: two years of months."""


def units_in(pack: "Pack") -> Mapping[str, str]:
    """Return the unit of every public indicator of a pack."""
    return {body.id: body.unit for body in pack.bodies(Definition) if body.is_public}


def vintages(references: Collection[str], at: datetime) -> Mapping[str, int]:
    """Return the newest released vintage of each indicator."""
    rows = Vintage.objects.filter(
        indicator__code__in=references, indicator__is_public=True, released_at__lte=at
    ).order_by()
    found = rows.values_list("indicator__code").annotate(newest=Max("number"))
    return dict(found.values_list("indicator__code", "newest"))


def observe(references: Collection[str], at: datetime) -> Mapping[str, Observation]:
    """Return the released series of each indicator for the whole city."""
    rows = Indicator.objects.filter(code__in=references, is_public=True)
    series = (series_at(row, at=at, cells=[CITY]) for row in rows.select_related("current"))
    return {each.indicator.code: _observation(each) for each in series if each.vintage}


def address(reference: str) -> str:
    """Return the page that says how the indicator is made; empty while there is none."""
    try:
        return reverse("statistics:indicator", args=(reference,))
    except NoReverseMatch:
        return ""


def _observation(series: Series) -> Observation:
    vintage = series.vintage
    assert vintage is not None  # noqa: S101 - the caller asks only for series with one
    definition = definition_by(vintage.definition_id)
    counted_on = timezone.localdate(vintage.made_at)
    last = [value for value in series.of() if value.period.start <= counted_on][-LONGEST:]
    return Observation(
        unit=definition.unit,
        unit_name=dict(definition.unit_name),
        version=definition.version,
        vintage=vintage.number,
        digest=vintage.digest,
        numbers=tuple(_observed(value, vintage) for value in last),
    )


def _observed(value: Value, vintage: Vintage) -> Observed:
    """A period that was not over when it was counted is dated on the day of counting."""
    counted_on = timezone.localdate(vintage.made_at)
    is_running = value.period.end > counted_on
    return Observed(
        period=value.period.code,
        dated_on=min(value.period.last_day, counted_on),
        value=value.value,
        rows=value.rows,
        is_running=is_running,
        is_synthetic=value.is_synthetic,
    )


evidence_kinds.register("indicator")(EvidenceKind(units_in, vintages, observe, address))
