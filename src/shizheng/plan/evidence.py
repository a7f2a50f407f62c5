"""Where the evidence for an item comes from: each source is entered here under its name."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from django.db.models import QuerySet

from shizheng.kernel.registry import Registry
from shizheng.plan.domain.lights import Evidence, Obligation
from shizheng.plan.models import Commitment, Item, Milestone

Finding = tuple[UUID, Evidence | Obligation]


class EvidenceSource(Protocol):
    """Reads what one part of the work says of the items of an edition."""

    def __call__(self, items: QuerySet[Item]) -> Iterable[Finding]:
        """Return pairs of item key and fact."""


evidence_sources: Registry[EvidenceSource] = Registry("Evidence sources")


@dataclass(slots=True)
class Findings:
    """All that is known of one item."""

    evidence: list[Evidence] = field(default_factory=list)
    obligations: list[Obligation] = field(default_factory=list)


def findings_of(items: QuerySet[Item]) -> dict[UUID, Findings]:
    """Return what every source knows, by item; items of which nothing is known are absent."""
    found: dict[UUID, Findings] = defaultdict(Findings)
    for source in evidence_sources.values():
        for item, fact in source(items):
            if isinstance(fact, Evidence):
                found[item].evidence.append(fact)
            else:
                found[item].obligations.append(fact)
    return found


@evidence_sources.register("milestone")
def _milestones(items: QuerySet[Item]) -> Iterable[Finding]:
    """Milestones are due on their day; one that was reached is evidence of that day."""
    milestones = Milestone.objects.filter(
        held_to=None, commitment__held_to=None, commitment__item__in=items
    ).values_list("commitment__item_id", "id", "due_on", "reached_on")
    for item, key, due_on, reached_on in milestones:
        yield item, Obligation("milestone", str(key), due_on, reached_on)
        if reached_on:
            yield item, Evidence("milestone", reached_on, str(key))


@evidence_sources.register("commitment")
def _commitments(items: QuerySet[Item]) -> Iterable[Finding]:
    """A commitment with a day of its own is due on it, unless a milestone of it says the same."""
    commitments = (
        Commitment.objects.filter(held_to=None, item__in=items, due_on__isnull=False)
        .exclude(milestones__held_to=None, milestones__isnull=False)
        .values_list("item_id", "id", "due_on")
    )
    for item, key, due_on in commitments:
        if due_on:
            yield item, Obligation("commitment", str(key), due_on, None)
