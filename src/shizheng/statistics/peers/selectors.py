"""Reads of figures of other cities: those that are shown, and those that wait for a signature."""

from datetime import datetime

from django.db.models import QuerySet

from shizheng.core.models import User
from shizheng.statistics.indicators.waiting import indicators_entered, indicators_signed
from shizheng.statistics.models import Indicator, PeerFigure


def peers_of(indicator: Indicator, *, at: datetime) -> dict[tuple[str, str], PeerFigure]:
    """Return by city and period the newest figure that was signed off by a moment."""
    rows = PeerFigure.objects.filter(indicator=indicator, signed_at__lte=at)
    return {
        (row.city, row.period): row
        for row in rows.order_by("city", "period", "signed_at", "entered_at", "id")
    }


def peers_waiting(person: User) -> QuerySet[PeerFigure]:
    """Return those not signed yet, of agencies for which ``person`` enters or signs figures."""
    mine = indicators_entered(person).values("pk") | indicators_signed(person).values("pk")
    rows = PeerFigure.objects.filter(indicator__in=mine, signed_at=None)
    return rows.select_related("indicator__owner", "indicator__current", "entered_by").order_by(
        "entered_at", "id"
    )
