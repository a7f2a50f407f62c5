"""Reads of the mid-term plan: its goals with the lights of the items that carry them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from shizheng.plan.models import Edition, Item, Light, MidtermGoal, MidtermPlan
from shizheng.plan.register.selectors import COLOURS


@dataclass(frozen=True, slots=True)
class CarryingItem:
    """An item that carries a goal, with its light."""

    item: Item
    colour: str
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal with the items of adopted editions that carry it."""

    goal: MidtermGoal
    items: Sequence[CarryingItem]

    @property
    def counts(self) -> Mapping[str, int]:
        """Items by light."""
        counted = Counter(each.colour for each in self.items)
        return {colour: counted[colour] for colour in COLOURS}


def midterm_plans() -> QuerySet[MidtermPlan]:
    """Return the mid-term plans, the newest first, each with its goals."""
    return MidtermPlan.objects.prefetch_related("goals").order_by("-period_from", "code")


def goals_carried_by(item: Item) -> QuerySet[MidtermGoal]:
    """Return the goals that an item carries, each with its mid-term plan."""
    return item.midterm_goals.select_related("midterm").order_by("midterm__code", "code")


def goals_of(midterm: MidtermPlan, code: str | None = None) -> list[GoalRow]:
    """Return the goals of a plan, or one of them, with their items that are in force."""
    adopted = Item.objects.filter(edition__status=Edition.Status.ADOPTED)
    items = adopted.select_related("edition__plan", "annotation", "chapter__agency").defer(
        "edition__pieces"
    )
    lights = Prefetch("lights", Light.objects.filter(until=None).defer("reasons"), "now")
    rows = midterm.goals.filter(code=code) if code else midterm.goals.all()
    rows = rows.select_related("agency").prefetch_related(
        Prefetch(
            "items", items.order_by("chapter__number", "number").prefetch_related(lights),
            to_attr="carrying",
        )
    )  # fmt: skip
    return [
        GoalRow(goal, [_carrying(item) for item in goal.carrying]) for goal in rows.order_by("code")
    ]


def _carrying(item: Item) -> CarryingItem:
    light: Light | None = next(iter(getattr(item, "now", [])), None)
    return CarryingItem(item, light.colour if light else "grey", bool(light and light.is_synthetic))
