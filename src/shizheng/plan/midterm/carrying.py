"""Carries the links of goals over to the next edition: the same sentence carries the same goal."""

from collections.abc import Iterable
from datetime import datetime

from shizheng.plan.models import Edition, GoalItem


def goals_carry(before: Iterable[Edition], edition: Edition, at: datetime) -> int:
    """Link the items of an edition to the goals that their words carried before; return how many.

    Items on which somebody chose goals already keep what was chosen.
    """
    links = GoalItem.objects.filter(item__edition__in=list(before)).order_by("goal", "item")
    goals: dict[str, list[GoalItem]] = {}
    for link in links.select_related("item"):
        goals.setdefault(link.item.search_text, []).append(link)
    items = edition.items.filter(goal_links=None, search_text__in=goals)
    made = [
        GoalItem(goal_id=link.goal_id, item=item, linked_at=at, linked_by_id=link.linked_by_id)
        for item in items
        for link in goals[item.search_text]
    ]
    GoalItem.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)
