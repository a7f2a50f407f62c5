"""Reads of a draft for those who write on it: its items with what they lack, one item whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from shizheng.core.access import Person, VisibleQuerySet
from shizheng.plan.domain.gate import weights_sum
from shizheng.plan.drafting.actions import PERMISSION
from shizheng.plan.models import Commitment, Edition, Item, MidtermGoal, Milestone, Target
from shizheng.plan.register.complete import Gap, gaps


@dataclass(frozen=True, slots=True)
class ItemOfDraft:
    """An item as the list of a draft shows it."""

    item: Item
    commitments: int
    lacks: Sequence[str]
    is_mine: bool


def items_of_draft(edition: Edition, *, viewer: Person, only_mine: bool) -> list[ItemOfDraft]:
    """Return the items in the order of the text: all, or those that ``viewer`` writes on."""
    mine = set(items_mine(edition, viewer=viewer).order_by().values_list("pk", flat=True))
    lacking: Mapping[UUID, Gap] = {gap.item.pk: gap for gap in gaps(edition)}
    rows = edition.items.filter(pk__in=mine) if only_mine else edition.items.all()
    held = Count("commitments", filter=Q(commitments__held_to=None))
    rows = rows.annotate(held=held).select_related("chapter__agency")
    return [
        ItemOfDraft(
            item, item.held, lacking[item.pk].lacks if item.pk in lacking else (), item.pk in mine
        )
        for item in rows.order_by("chapter__number", "number")
    ]


def items_mine(edition: Edition, *, viewer: Person) -> QuerySet[Item]:
    """Return the items of a draft on which ``viewer`` may write."""
    items: VisibleQuerySet[Item] = VisibleQuerySet(Item)
    return items.filter(edition=edition).allowed_to(viewer, PERMISSION)


def commitments_of(item: Item) -> list[Commitment]:
    """Return the commitments of an item with their indicators and milestones."""
    held = Q(held_to=None)
    rows = item.commitments.filter(held).select_related("agency", "recorded_by")
    return list(
        rows.prefetch_related(
            "partners",
            Prefetch("targets", Target.objects.filter(held)),
            Prefetch("milestones", Milestone.objects.filter(held)),
        ).order_by("number")
    )


def weights_of(commitments: Sequence[Commitment]) -> Decimal | None:
    """Return what the weights of an item add to."""
    return weights_sum(target.weight for each in commitments for target in each.targets.all())


def goals_open_to(item: Item) -> QuerySet[MidtermGoal]:
    """Return the goals of the mid-term plans whose years the plan of the item is in."""
    plan = item.edition.plan
    return MidtermGoal.objects.filter(
        midterm__period_from__lt=plan.period_to, midterm__period_to__gt=plan.period_from
    ).select_related("midterm")
