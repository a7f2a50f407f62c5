"""What the page of an item shows of the evidence for each commitment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from shizheng.core.evidence import Observed, evidence_kinds
from shizheng.plan.domain import snapshots
from shizheng.plan.domain.lights import LightRule
from shizheng.plan.domain.progress import Curve
from shizheng.plan.evidence.definitions import AwaitedOf, BoundOf, GoalOf
from shizheng.plan.evidence.drawing import Drawing, drawing
from shizheng.plan.evidence.figures import (
    Promised,
    awaited_of,
    body_of,
    curve_of,
    figure_of,
    numbers_of,
    promised,
    snapshots_newest,
)
from shizheng.plan.evidence.holding import held_at
from shizheng.plan.evidence.periods import period_name
from shizheng.plan.evidence.values import written
from shizheng.plan.evidence.wording import Named, names_of
from shizheng.plan.models import EvidenceBinding, EvidenceSnapshot, Item
from shizheng.plan.register.rules import LightRuleMissing, light_rule

ROWS = 12


@dataclass(frozen=True, slots=True)
class PointShown:
    """A period in the table beside the drawing."""

    period: str
    value: str
    rows: int
    is_running: bool


@dataclass(frozen=True, slots=True)
class EvidenceShown:
    """One binding on the page (證據): what it shows, how fresh it is, and how it is made."""

    name: Mapping[str, str]
    body: BoundOf
    snapshot: EvidenceSnapshot | None
    state: str
    value: str
    period: str
    target: str
    floor: str
    drawing: Drawing | None
    points: Sequence[PointShown]
    address: str

    @property
    def target_of(self) -> GoalOf | None:
        """The target as the pack has it."""
        return self.body.target


@dataclass(frozen=True, slots=True)
class ProofShown:
    """All evidence of one commitment: what is bound, and what is awaited."""

    bound: Sequence[EvidenceShown] = ()
    awaited: Sequence[AwaitedOf] = ()


@dataclass(frozen=True, slots=True)
class ItemProof:
    """The evidence of an item by number of the commitment, and the names of its sources."""

    by_number: Mapping[int, ProofShown]
    names: Mapping[tuple[str, str], Named]

    @property
    def has_figures(self) -> bool:
        """Whether any source has shown a value."""
        every = (shown for proof in self.by_number.values() for shown in proof.bound)
        return any(shown.snapshot and shown.snapshot.value is not None for shown in every)


def proof_of(item: Item, at: datetime | None = None) -> ItemProof:
    """Return the evidence of an item as it was known at a moment, in six queries or fewer."""
    items = Item.objects.filter(pk=item.pk)
    rows = EvidenceBinding.objects.filter(held_at("held_from", "held_to", at), item=item)
    bindings = list(rows.order_by("number", "position", "id"))
    live = [binding for binding in bindings if not binding.is_awaited]
    newest = snapshots_newest(rows.filter(is_awaited=False), at) if live else {}
    commitments = promised(items, at) if live else {}
    rule, on = _rule() if live else None, timezone.localdate(at)
    bound: dict[int, list[EvidenceShown]] = {}
    awaited: dict[int, list[AwaitedOf]] = {}
    for binding in bindings:
        if binding.is_awaited:
            awaited.setdefault(binding.number, []).append(awaited_of(binding))
            continue
        of = commitments.get((item.pk, binding.number), Promised())
        shown = _shown(binding, newest.get(binding.pk), of, rule, on)
        bound.setdefault(binding.number, []).append(shown)
    numbers = sorted({*bound, *awaited})
    return ItemProof(
        {n: ProofShown(bound.get(n, ()), awaited.get(n, ())) for n in numbers},
        names_of({binding: newest.get(binding.pk) for binding in live}),
    )


def _shown(
    binding: EvidenceBinding,
    snapshot: EvidenceSnapshot | None,
    of: Promised,
    rule: LightRule | None,
    on: date,
) -> EvidenceShown:
    body = body_of(binding)
    unit = snapshot.unit_name if snapshot else {}
    numbers = numbers_of(snapshot) if snapshot else ()
    curve = curve_of(body, of)
    return EvidenceShown(
        name=body.name,
        body=body,
        snapshot=snapshot,
        state=_state(binding, snapshot, of, rule, on),
        value=written(snapshot.value if snapshot else None, unit),
        period=period_name(snapshot.period) if snapshot else "",
        target=_goal(body.target, unit),
        floor=_goal(body.floor, unit),
        drawing=_drawing(body, numbers, curve),
        points=_points(numbers, unit),
        address=evidence_kinds[binding.source].address(binding.reference),
    )


def _state(
    binding: EvidenceBinding,
    snapshot: EvidenceSnapshot | None,
    of: Promised,
    rule: LightRule | None,
    on: date,
) -> str:
    """Return the state on the day of the page: what was fresh when it was kept grows old."""
    if snapshot is None:
        return snapshots.State.EMPTY
    if rule is None or snapshot.state != snapshots.State.FRESH:
        return snapshot.state
    return snapshots.state_of(rule, on, figure_of(binding, snapshot, of), ())


def _rule() -> LightRule | None:
    try:
        return light_rule()
    except LightRuleMissing:
        return None


def _goal(goal: GoalOf | None, unit: Mapping[str, str]) -> str:
    return written(goal.value, unit) if goal else ""


def _drawing(body: BoundOf, numbers: Sequence[Observed], curve: Curve | None) -> Drawing | None:
    whole = [each for each in numbers if not each.is_running]
    target: Decimal | None = body.target.value if body.target else None
    floor: Decimal | None = body.floor.value if body.floor else None
    return drawing(whole, target=target, floor=floor, curve=curve)


def _points(numbers: Sequence[Observed], unit: Mapping[str, str]) -> list[PointShown]:
    """Return the last periods, the newest first."""
    return [
        PointShown(period_name(each.period), written(each.value, unit), each.rows, each.is_running)
        for each in reversed(numbers[-ROWS:])
    ]
