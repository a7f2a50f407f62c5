"""What bindings showed: the newest snapshot of each, as figures that a rule can judge."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from shizheng.core.evidence import Observed
from shizheng.plan.domain import snapshots
from shizheng.plan.domain.known import Figure
from shizheng.plan.domain.progress import Curve, Way, milestone_curve
from shizheng.plan.evidence.definitions import AwaitedOf, BoundOf
from shizheng.plan.evidence.holding import held_at
from shizheng.plan.evidence.sources import Finding, evidence_sources
from shizheng.plan.models import Commitment, EvidenceBinding, EvidenceSnapshot, Item, Milestone

KEPT_UP = (Commitment.Kind.SUSTAIN, Commitment.Kind.COMPLY)
MOST_TYPED = 2_000
Place = tuple[UUID, int]


_typed: dict[UUID, BoundOf] = {}
"""By key of a binding; a binding that the pack says differently is another row."""


def body_of(binding: EvidenceBinding) -> BoundOf:
    """Return what the pack says of a binding that has a source."""
    known = _typed.get(binding.pk)
    if known is None:
        if len(_typed) >= MOST_TYPED:
            _typed.clear()
        known = _typed[binding.pk] = BoundOf.model_validate(binding.body)
    return known


def awaited_of(binding: EvidenceBinding) -> AwaitedOf:
    """Return what the pack says of a binding that awaits its source."""
    return AwaitedOf.model_validate(binding.body)


def bindings_live(items: QuerySet[Item], at: datetime | None = None) -> QuerySet[EvidenceBinding]:
    """Return the bindings of items that have a source, in order."""
    held = held_at("held_from", "held_to", at)
    rows = EvidenceBinding.objects.filter(held, item__in=items, is_awaited=False)
    return rows.order_by("item", "number", "position", "id")


def snapshots_newest(
    bindings: QuerySet[EvidenceBinding], at: datetime | None = None
) -> dict[UUID, EvidenceSnapshot]:
    """Return by binding what it showed last, up to a moment or until now."""
    own = EvidenceSnapshot.objects.filter(binding=OuterRef("pk")).order_by("-at", "-id")
    if at is not None:
        own = own.filter(at__lte=at)
    keys = bindings.order_by().values(newest=Subquery(own.values("pk")[:1]))
    rows = EvidenceSnapshot.objects.filter(pk__in=keys)
    return {row.binding_id: row for row in rows}


@dataclass(frozen=True, slots=True)
class Promised:
    """What of a commitment matters to its figures: its kind, and when its milestones are due."""

    is_sustained: bool = False
    held_from: date = date.min
    dues: tuple[date, ...] = ()


def promised(items: QuerySet[Item], at: datetime | None = None) -> dict[Place, Promised]:
    """Return by item and number what its commitments are."""
    held = held_at("held_from", "held_to", at)
    dues: dict[Place, list[date]] = {}
    milestones = Milestone.objects.filter(
        held, held_at("commitment__held_from", "commitment__held_to", at),
        commitment__item__in=items,
    )  # fmt: skip
    for item, number, due_on in milestones.order_by("due_on").values_list(
        "commitment__item_id", "commitment__number", "due_on"
    ):
        dues.setdefault((item, number), []).append(due_on)
    rows = Commitment.objects.filter(held, item__in=items).order_by()
    return {
        (item, number): Promised(
            kind in KEPT_UP, timezone.localdate(since), tuple(dues.get((item, number), ()))
        )
        for item, number, kind, since in rows.values_list("item_id", "number", "kind", "held_from")
    }


def numbers_of(snapshot: EvidenceSnapshot) -> tuple[Observed, ...]:
    """Return the periods that a snapshot keeps."""
    return tuple(
        Observed(
            period=period,
            dated_on=date.fromisoformat(day),
            value=None if value is None else Decimal(value),
            rows=rows,
            is_running=is_running,
        )
        for period, day, value, rows, is_running in snapshot.points
    )


def figure_of(binding: EvidenceBinding, snapshot: EvidenceSnapshot | None, of: Promised) -> Figure:
    """Return what a binding shows; one that has shown nothing yet has no value, from its start."""
    body = body_of(binding)
    usual = _usual(binding, body, of)
    if snapshot is None or snapshot.dated_on is None:
        return Figure(dated_on=of.held_from, value=None, unit="", **usual)
    newest = Observed(snapshot.period, snapshot.dated_on, snapshot.value, snapshot.rows)
    return Figure(
        dated_on=snapshot.dated_on,
        value=snapshot.value,
        unit=snapshot.unit,
        rows=snapshot.rows,
        is_running=snapshot.is_running,
        is_synthetic=snapshot.is_synthetic,
        trail=snapshots.trail(numbers_of(snapshot), newest),
        **usual,
    )


def _usual(binding: EvidenceBinding, body: BoundOf, of: Promised) -> Mapping[str, Any]:
    """Return what of a figure follows from the binding alone."""
    goal = body.target or body.floor
    return {
        "source": binding.source,
        "reference": binding.reference,
        "commitment": binding.number,
        "least_rows": body.least_rows,
        "fresh_days": body.fresh_days,
        "way": goal.direction if goal else Way.AT_LEAST,
        "target": body.target.value if body.target else None,
        "target_from": body.target.from_ if body.target else None,
        "floor": body.floor.value if body.floor else None,
        "curve": curve_of(body, of),
        "is_sustained": of.is_sustained,
        "is_partial": body.weight == "partial",
    }


def curve_of(body: BoundOf, of: Promised) -> Curve | None:
    """Return the planned curve of a binding: its own points, or those of dated milestones."""
    if body.plan:
        return Curve(tuple((point.on, point.value) for point in body.plan))
    dues = [due for due in of.dues if due > of.held_from]
    if body.by_milestones and body.target and dues:
        whole = milestone_curve(of.held_from, dues)
        return Curve(tuple((on, body.target.value * part / 100) for on, part in whole.points))
    return None


@evidence_sources.register("figure")
def _figures(items: QuerySet[Item], at: datetime | None) -> Iterable[Finding]:
    """Every binding with a source brings a figure, be it without a value."""
    bindings = bindings_live(items, at)
    newest = snapshots_newest(bindings, at)
    commitments = promised(items, at) if newest or bindings.exists() else {}
    for binding in bindings:
        of = commitments.get((binding.item_id, binding.number), Promised())
        yield binding.item_id, figure_of(binding, newest.get(binding.pk), of)
