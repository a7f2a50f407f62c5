"""Brings the commitments of an edition, with targets and milestones, to what the pack says."""

from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone

from shizheng.core.loading import Loading
from shizheng.core.models import Agency
from shizheng.plan import definitions
from shizheng.plan.models import Commitment, Edition, Item, Milestone, Target


def commitments_load(
    run: Loading,
    commitments: definitions.Commitments,
    edition: Edition,
    items: dict[str, Item],
    agencies: dict[str, Agency],
) -> None:
    """Hold to each commitment of the pack from the day its edition took effect.

    One that the pack says differently than before ends now and begins anew; what officers
    reported on milestones of an unchanged commitment stays. One that its department wrote here
    is left alone.
    """
    standing = {
        (row.item_id, row.number): row
        for row in Commitment.objects.filter(
            item__edition=edition, held_to=None
        ).prefetch_related("targets")
    }  # fmt: skip
    start = timezone.make_aware(datetime.combine(edition.in_force_from or run.at, time.min))
    for body in commitments.all:
        if body.item not in items:
            continue
        item = items[body.item]
        row = standing.get((item.id, body.number))
        if row and (row.is_written or _stands(row, body, agencies)):
            continue
        if row:
            Commitment.objects.filter(pk=row.pk).update(held_to=run.at)
        fresh = Commitment.objects.create(
            item=item, number=body.number, held_from=run.at if row else start,
            recorded_by=run.by, **_fields(body, agencies),
        )  # fmt: skip
        fresh.partners.set(agencies[code] for code in body.partners)
        _targets_and_milestones(fresh, body)


def _stands(row: Commitment, body: definitions.CommitmentOf, agencies: dict[str, Agency]) -> bool:
    """Whether a commitment is as the pack has it, with its targets."""
    if any(getattr(row, name) != value for name, value in _fields(body, agencies).items()):
        return False
    wanted = [_target(target, row.source) for target in body.targets]
    held = [target for target in row.targets.all() if target.held_to is None]
    kept = [{name: getattr(target, name) for name in TARGET} for target in held]
    return len(wanted) == len(kept) and all(each in kept for each in wanted)


TARGET = (
    "name", "value", "unit", "direction", "due_on", "baseline", "baseline_on", "weight", "source",
)  # fmt: skip


def _fields(body: definitions.CommitmentOf, agencies: dict[str, Agency]) -> dict[str, Any]:
    return {
        "kind": body.kind,
        "statement": dict(body.statement),
        "agency": agencies[body.agency],
        "goal": body.goal or "",
        "budget_twd": body.budget_twd,
        "due_on": body.due_on,
        "is_proposed": body.is_proposed,
        "source": (body.source or "")[:300],
    }


def _target(body: definitions.TargetOf, source: str) -> dict[str, Any]:
    """Return what the table keeps of a target; decimals with its places."""
    return {
        "name": dict(body.name),
        "value": _places(body.value, 4),
        "unit": dict(body.unit),
        "direction": body.direction,
        "due_on": body.due_on,
        "baseline": _places(body.baseline, 4),
        "baseline_on": body.baseline_on,
        "weight": _places(body.weight, 2),
        "source": body.source or source,
    }


def _places(value: Decimal | None, places: int) -> Decimal | None:
    return None if value is None else value.quantize(Decimal(1).scaleb(-places))


def _targets_and_milestones(commitment: Commitment, body: definitions.CommitmentOf) -> None:
    common = {
        "commitment": commitment,
        "is_proposed": commitment.is_proposed,
        "held_from": commitment.held_from,
        "recorded_by": commitment.recorded_by,
    }
    for target in body.targets:
        Target.objects.create(**_target(target, commitment.source), **common)
    for milestone in body.milestones:
        Milestone.objects.create(
            name=dict(milestone.name), due_on=milestone.due_on, source=commitment.source, **common
        )
