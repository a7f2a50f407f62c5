"""Asks every source what it shows, and keeps what is new (彙集證據)."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from shizheng.core.evidence import Observation, Observed, evidence_kinds
from shizheng.plan.domain import snapshots
from shizheng.plan.domain.lights import LightRule
from shizheng.plan.evidence.figures import (
    Promised,
    bindings_live,
    body_of,
    figure_of,
    promised,
    snapshots_newest,
)
from shizheng.plan.evidence.sources import Findings, findings_of
from shizheng.plan.models import Edition, EvidenceBinding, EvidenceSnapshot, Item
from shizheng.plan.register.rules import light_rule

KEPT = (
    "state", "period", "dated_on", "value", "unit", "unit_name", "rows", "digest",
    "definition_version", "vintage", "is_running", "is_synthetic", "points",
)  # fmt: skip
"""What a snapshot keeps; if none of it differs, no new one is made."""


@transaction.atomic
def evidence_gather(*, at: datetime, rule: LightRule | None = None) -> int:
    """Keep a snapshot of every binding whose source shows something new; return how many.

    Sources without news since the last time are not asked for their numbers. Evidence grows old
    by itself: a snapshot whose state alone changed is kept too.

    Raises:
        LightRuleMissing: the city has no rule that says what is fresh.
    """
    items = Item.objects.filter(edition__status=Edition.Status.ADOPTED)
    bindings = bindings_live(items)
    if not bindings.exists():
        return 0
    rule = rule or light_rule()
    last = snapshots_newest(bindings)
    seen = _observed(list(bindings), last, at)
    commitments = promised(items)
    others = findings_of(items, leaving_out="figure")
    made = []
    for binding in bindings:
        fresh = _snapshot(binding, seen.get(binding.pk), last.get(binding.pk), at)
        if fresh is None:
            continue
        of = commitments.get((binding.item_id, binding.number), Promised())
        fresh.state = _state(rule, binding, fresh, of, others)
        if _differs(fresh, last.get(binding.pk)):
            made.append(fresh)
    EvidenceSnapshot.objects.bulk_create(made, batch_size=200)
    return len(made)


def _observed(
    bindings: list[EvidenceBinding], last: Mapping[UUID, EvidenceSnapshot], at: datetime
) -> dict[UUID, Observation]:
    """Return what is new, by binding; each source is asked once for each kind."""
    by_kind: dict[str, list[EvidenceBinding]] = defaultdict(list)
    for binding in bindings:
        by_kind[binding.source].append(binding)
    found: dict[UUID, Observation] = {}
    for name, rows in by_kind.items():
        kind = evidence_kinds[name]
        newest = kind.vintages({row.reference for row in rows}, at)
        wanted = [row for row in rows if _has_news(row, newest, last)]
        shown = kind.observe({row.reference for row in wanted}, at) if wanted else {}
        found |= {row.pk: shown[row.reference] for row in wanted if row.reference in shown}
    return found


def _has_news(
    binding: EvidenceBinding, newest: Mapping[str, int], last: Mapping[UUID, EvidenceSnapshot]
) -> bool:
    before = last.get(binding.pk)
    return binding.reference in newest and (
        before is None or before.vintage != newest[binding.reference]
    )


def _snapshot(
    binding: EvidenceBinding,
    seen: Observation | None,
    before: EvidenceSnapshot | None,
    at: datetime,
) -> EvidenceSnapshot | None:
    """Return what a binding shows now: what was seen, else what it showed before."""
    if seen is None:
        if before is None:
            return None
        same = {name: getattr(before, name) for name in KEPT}
        return EvidenceSnapshot(binding=binding, at=at, **same)
    number = snapshots.chosen(seen.numbers, body_of(binding).least_rows)
    has_value = number is not None and number.value is not None
    return EvidenceSnapshot(
        binding=binding,
        at=at,
        period=number.period if number else "",
        dated_on=number.dated_on if number else None,
        value=number.value if number and has_value else None,
        unit=seen.unit,
        unit_name=dict(seen.unit_name),
        rows=number.rows if number else 0,
        digest=seen.digest,
        definition_version=seen.version,
        vintage=seen.vintage,
        is_running=bool(number and number.is_running),
        is_synthetic=any(each.is_synthetic for each in seen.numbers),
        points=[_point(each) for each in seen.numbers],
    )


def _point(number: Observed) -> list[object]:
    value = None if number.value is None else str(number.value)
    return [
        number.period,
        number.dated_on.isoformat(),
        value,
        number.rows,
        number.is_running,
    ]


def _state(
    rule: LightRule,
    binding: EvidenceBinding,
    fresh: EvidenceSnapshot,
    of: Promised,
    others: Mapping[UUID, Findings],
) -> str:
    on = timezone.localdate(fresh.at)
    figure = figure_of(binding, fresh, of)
    claims = others[binding.item_id].claims if binding.item_id in others else []
    return snapshots.state_of(rule, on, figure, claims).value


def _differs(fresh: EvidenceSnapshot, before: EvidenceSnapshot | None) -> bool:
    return before is None or any(getattr(fresh, name) != getattr(before, name) for name in KEPT)
