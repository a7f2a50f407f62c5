"""Open faults before a season: told upwards, once at each stage."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from shizheng.places.models import Escalation, Upkeep, WorkOrder
from shizheng.places.upkeep.actions.telling import tell_order
from shizheng.places.upkeep.city import body_of
from shizheng.places.upkeep.definitions import SeasonOf


def stage_of(season: SeasonOf, on: date) -> tuple[date, int | None]:
    """Return when the season begins next, and the stage that is reached, in days before it."""
    begins = season.begins_in(on.year)
    if begins < on:
        begins = season.begins_in(on.year + 1)
    reached = [days for days in season.stages if (begins - on).days <= days]
    return begins, min(reached, default=None)


@transaction.atomic
def season_escalate(*, at: datetime) -> list[Escalation]:
    """Tell supervisors of faults that are open as a season draws near (汛期前升級通報).

    Each order once at each stage, however often this runs; a day on which it did not run is made
    up for by the next.
    """
    today = timezone.localdate(at)
    made: list[Escalation] = []
    for upkeep in Upkeep.objects.filter(is_kept=True).select_related("register"):
        season = body_of(upkeep).season
        begins, stage = stage_of(season, today) if season else (today, None)
        if stage is None:
            continue
        rows = WorkOrder.objects.filter(upkeep=upkeep, state__in=WorkOrder.WAITING).exclude(
            escalations__season_on=begins, escalations__stage_days__lte=stage
        )
        for order in rows.select_related("thing", "upkeep__register").order_by("due_at", "pk"):
            made.append(_escalated(order, begins, stage, at))
    return made


def _escalated(order: WorkOrder, begins: date, stage: int, at: datetime) -> Escalation:
    age = max((at - order.opened_at).days, 0)
    row = Escalation.objects.create(
        order=order, season_on=begins, stage_days=stage, at=at, age_days=age
    )
    tell_order(
        "escalated", order, by=None, at=at, season_on=begins.isoformat(), stage_days=stage,
        age_days=age,
    )  # fmt: skip
    return row
