"""Writes of the mid-term plan: a goal, and the items that carry it (中程目標)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import Agency, User
from shizheng.kernel.errors import N_, ChangedMeanwhile, DomainError
from shizheng.plan.models import GoalItem, Item, MidtermGoal, MidtermPlan

PERMISSION = "plan.import_outline"


class GoalCodeTaken(DomainError):
    """Another goal has this code (目標編號重複)."""

    code = "plan.midterm.code_taken"
    message = N_("The mid-term plan has a goal {goal} already.")
    hint = N_("Give it another code, or change the goal that is there.")
    status = 409
    field = "code"


@transaction.atomic
def goal_write(
    *,
    midterm: MidtermPlan,
    by: User,
    at: datetime,
    code: str,
    name: Mapping[str, str],
    agency: Agency | None,
    source: str,
    items: Iterable[Item],
    goal: MidtermGoal | None = None,
    seen: int = 0,
) -> MidtermGoal:
    """Enter a goal of a mid-term plan, or change one, with the items that carry it (登錄中程目標).

    Links to items of other editions than those given stay as they are.

    Args:
        goal: the one to change, as it was at revision ``seen``; None for a new one.

    Raises:
        NotPermitted: ``by`` may not prepare plans.
        GoalCodeTaken: another goal has the code.
        ChangedMeanwhile: somebody changed the goal after it was read.
    """
    require(by, PERMISSION, midterm, at=at)
    fields: dict[str, object] = {
        "code": code,
        "name": dict(name),
        "agency": agency,
        "source": source,
    }
    was = _said(goal) if goal else {}
    try:
        with transaction.atomic():
            row = _written(midterm, goal, seen, fields)
    except IntegrityError:
        raise GoalCodeTaken(goal=code) from None
    _link(row, list(items), by, at)
    journal.record(
        "plan.midterm.goal_written", row, by=by, at=at, was=was, now=_said(row)
    )  # fmt: skip
    return row


def _written(
    midterm: MidtermPlan, goal: MidtermGoal | None, seen: int, fields: dict[str, object]
) -> MidtermGoal:
    values: dict[str, Any] = {"is_written": True, "is_proposed": False, **fields}
    if goal is None:
        return MidtermGoal.objects.create(midterm=midterm, **values)
    standing = MidtermGoal.objects.filter(pk=goal.pk, revision=seen)
    if not standing.update(revision=seen + 1, **values):
        raise ChangedMeanwhile(thing=N_("The goal"))
    goal.refresh_from_db()
    return goal


def _link(goal: MidtermGoal, items: list[Item], by: User, at: datetime) -> None:
    """Let exactly these items of the edition in force carry the goal."""
    adopted = GoalItem.objects.filter(goal=goal, item__edition__status="adopted")
    adopted.exclude(item__in=items).delete()
    for item in items:
        GoalItem.objects.get_or_create(
            goal=goal, item=item, defaults={"linked_at": at, "linked_by": by}
        )


def _said(goal: MidtermGoal) -> dict[str, object]:
    return {
        "code": goal.code,
        "name": goal.name,
        "agency": goal.agency.code if goal.agency else "",
        "source": goal.source,
        "items": sorted(goal.items.values_list("code", flat=True)),
    }
