"""Brings the mid-term plans and their goals to what the pack says."""

from shizheng.core.loading import Loading
from shizheng.core.models import Agency
from shizheng.plan.midterm.definitions import MidtermGoalOf, MidtermPlanBody
from shizheng.plan.models import Edition, GoalItem, Item, MidtermGoal, MidtermPlan


def goals_load(run: Loading, agencies: dict[str, Agency]) -> None:
    """Enter plans, goals, and the items that carry them; what people wrote here is left alone."""
    for body in run.pack.bodies(MidtermPlanBody):
        plan, _ = MidtermPlan.objects.update_or_create(
            code=body.id.replace("_", "-"),
            defaults={
                "title": dict(body.title),
                "period_from": body.period.from_,
                "period_to": body.period.to,
                "source": dict(body.source),
                "note": dict(body.note or {}),
            },
        )
        for goal in body.goals:
            _goal(run, plan, goal, agencies)


def _goal(
    run: Loading, plan: MidtermPlan, body: MidtermGoalOf, agencies: dict[str, Agency]
) -> None:
    written = MidtermGoal.objects.filter(midterm=plan, code=body.code, is_written=True)
    if written.exists():
        return
    row, _ = MidtermGoal.objects.update_or_create(
        midterm=plan,
        code=body.code,
        defaults={
            "name": dict(body.name),
            "agency": agencies[body.agency] if body.agency else None,
            "source": body.source or "",
            "is_proposed": body.is_proposed,
        },
    )
    items = Item.objects.filter(code__in=body.items, edition__status=Edition.Status.ADOPTED)
    for item in items.order_by("code"):
        GoalItem.objects.get_or_create(goal=row, item=item, defaults={"linked_at": run.at})
