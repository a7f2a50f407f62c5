"""Where the evidence for an item comes from: each source is entered here under its name."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from django.db.models import QuerySet

from shizheng.kernel.registry import Registry
from shizheng.plan.domain.claims import Claim, Side
from shizheng.plan.domain.known import Evidence, Figure, Known, Obligation
from shizheng.plan.domain.progress import share
from shizheng.plan.evidence.holding import held_at
from shizheng.plan.models import Commitment, Item, Milestone

Fact = Evidence | Obligation | Figure | Claim
Finding = tuple[UUID, Fact]


class EvidenceSource(Protocol):
    """Reads what one part of the work says of the items of an edition."""

    def __call__(self, items: QuerySet[Item], at: datetime | None) -> Iterable[Finding]:
        """Return pairs of item key and fact, as they were known at a moment, or now."""


evidence_sources: Registry[EvidenceSource] = Registry("Evidence sources")


@dataclass(slots=True)
class Findings:
    """All that is known of one item, as it is gathered."""

    evidence: list[Evidence] = field(default_factory=list)
    obligations: list[Obligation] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def add(self, fact: Fact) -> None:
        """Put a fact where it belongs."""
        match fact:
            case Evidence():
                self.evidence.append(fact)
            case Obligation():
                self.obligations.append(fact)
            case Figure():
                self.figures.append(fact)
            case Claim():
                self.claims.append(fact)

    def known(self) -> Known:
        """Return it as the rule takes it."""
        return Known(self.evidence, self.obligations, self.figures, self.claims)


def findings_of(
    items: QuerySet[Item], at: datetime | None = None, *, leaving_out: str = ""
) -> dict[UUID, Findings]:
    """Return what every source knows, by item; items of which nothing is known are absent.

    Args:
        leaving_out: the name of a source that is not asked.
    """
    found: dict[UUID, Findings] = defaultdict(Findings)
    for name, source in evidence_sources.items():
        if name != leaving_out:
            for item, fact in source(items, at):
                found[item].add(fact)
    return found


@evidence_sources.register("milestone")
def _milestones(items: QuerySet[Item], at: datetime | None) -> Iterable[Finding]:
    """Milestones are due on their day; one that was reached is evidence of that day.

    Of several milestones of a commitment, those reached say how far the work itself is.
    """
    held = held_at("held_from", "held_to", at)
    held_too = held_at("commitment__held_from", "commitment__held_to", at)
    milestones = (
        Milestone.objects.filter(held, held_too, commitment__item__in=items)
        .order_by("commitment", "due_on", "id")
        .values_list("commitment__item_id", "commitment__number", "id", "due_on", "reached_on")
    )
    dates: dict[tuple[UUID, int], list[date | None]] = defaultdict(list)
    for item, number, key, due_on, reached_on in milestones:
        yield item, Obligation("milestone", str(key), due_on, reached_on, number)
        dates[item, number].append(reached_on)
        if reached_on:
            yield item, Evidence("milestone", reached_on, str(key), commitment=number)
    for (item, number), all_of_it in dates.items():
        reached = [day for day in all_of_it if day]
        if len(all_of_it) > 1 and reached:
            percent = share(Decimal(len(reached)), Decimal(len(all_of_it)))
            yield item, Claim(Side.ACTUAL, percent, max(reached), "milestone", "", number)


@evidence_sources.register("commitment")
def _commitments(items: QuerySet[Item], at: datetime | None) -> Iterable[Finding]:
    """A commitment with a day of its own is due on it, unless a milestone of it says the same."""
    commitments = (
        Commitment.objects.filter(
            held_at("held_from", "held_to", at), item__in=items, due_on__isnull=False
        )
        .exclude(milestones__held_to=None, milestones__isnull=False)
        .values_list("item_id", "number", "id", "due_on")
    )
    for item, number, key, due_on in commitments:
        if due_on:
            yield item, Obligation("commitment", str(key), due_on, None, number)
