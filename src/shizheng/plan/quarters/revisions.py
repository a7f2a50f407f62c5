"""Every public indicator whose figures were revised since the last closed quarter (指標修正)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from shizheng.plan.quarters.domain.changes import Known, revised
from shizheng.plan.quarters.facts import Record
from shizheng.statistics.models import Figure

CITY = ""
Place = tuple[object, str]


def indicators_revised(*, since: datetime, until: datetime) -> list[Record]:
    """Return the figures of the whole city that were public at ``since`` and differ at ``until``.

    Bound to a commitment or not; what is withheld, or not public by then, is never told.
    """
    public = Figure.objects.filter(
        cell=CITY, is_withheld=False, indicator__is_public=True, indicator__is_kept=True,
        vintage__released_at__lte=until,
    )  # fmt: skip
    fresh = public.filter(vintage__released_at__gt=since).select_related(
        "indicator__owner", "vintage"
    )
    now: dict[Place, list[Figure]] = defaultdict(list)
    for row in fresh.order_by("indicator__position", "indicator__code", "period_start", "number"):
        now[row.indicator_id, row.period].append(row)
    before = _before(public.filter(vintage__released_at__lte=since), now)
    found = []
    for place, rows in now.items():
        change = revised(before.get(place), [_known(row) for row in rows])
        if change:
            found.append(_record(rows[-1], *change))
    return found


def _before(public: QuerySet[Figure], places: Iterable[Place]) -> dict[Place, Known]:
    """Return the last figure of each place that was public before."""
    listed = list(places)
    rows = public.filter(
        indicator__in={key for key, _ in listed}, period__in={period for _, period in listed}
    )
    rows = rows.select_related("vintage").order_by("number")
    return {(row.indicator_id, row.period): _known(row) for row in rows}


def _known(row: Figure) -> Known:
    return Known(row.number, _text(row.value), row.vintage.cause, row.vintage.why)


def _record(row: Figure, was: Known, now: Known) -> Record:
    indicator = row.indicator
    return {
        "reference": indicator.code,
        "name": indicator.name,
        "unit_name": indicator.unit_name,
        "agency": indicator.owner.code,
        "period": row.period,
        "was": was.value,
        "now": now.value,
        "was_vintage": was.vintage,
        "vintage": now.vintage,
        "released_at": row.vintage.released_at.isoformat(),
        "cause": now.cause,
        "why": now.why,
        "is_synthetic": row.is_synthetic,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize() if value else Decimal(0), "f")
