"""Writes of a department on a draft: commitments, indicators, milestones, goals (編擬草案).

Nothing is kept of what a draft said before but the journal; what is adopted is never written here.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import Agency, User
from shizheng.kernel.errors import N_, ChangedMeanwhile
from shizheng.plan.domain.gate import WHOLE, weights_sum
from shizheng.plan.drafting.errors import (
    BaselineDayAlone,
    DueOutsidePlan,
    OwnerIsPartner,
    StepAfterDue,
    WeightsAboveHundred,
)
from shizheng.plan.models import Commitment, GoalItem, Item, MidtermGoal, Milestone, Target
from shizheng.plan.register.actions import draft_lock
from shizheng.plan.works.actions.moving import plain

PERMISSION = "plan.write_draft"
Part = Target | Milestone
OF_COMMITMENT = ("kind", "statement", "goal", "agency", "due_on", "budget_twd", "source")
OF_TARGET = (
    "name", "value", "unit", "direction", "due_on", "baseline", "baseline_on", "weight", "source",
)  # fmt: skip
OF_MILESTONE = ("name", "due_on", "source")


@transaction.atomic
def commitment_write(
    *, item: Item, by: User, at: datetime, partners: Iterable[Agency] = (), **fields: Any
) -> Commitment:
    """Add a commitment to an item of a draft (新增承諾).

    Args:
        fields: kind, statement (language to sentence), goal, agency, due_on, budget_twd (whole
            TWD of the period) and source.

    Raises:
        NotPermitted: ``by`` may not write for the department of the item.
        NotADraft, DueOutsidePlan, OwnerIsPartner: why not.
    """
    _may_write(item, by, at)
    partners = list(partners)
    _fits(item, partners, **fields)
    last = item.commitments.aggregate(last=Max("number"))["last"] or 0
    made = Commitment.objects.create(
        item=item, number=last + 1, is_proposed=False, is_written=True, held_from=at,
        recorded_by=by, **fields,
    )  # fmt: skip
    made.partners.set(partners)
    _noted(made, "written", by, at, now=_said(made, OF_COMMITMENT))
    return made


@transaction.atomic
def commitment_change(
    *,
    commitment: Commitment,
    seen: int,
    by: User,
    at: datetime,
    partners: Iterable[Agency] = (),
    **fields: Any,
) -> Commitment:
    """Change a commitment of a draft (修改承諾).

    Args:
        seen: the revision that the person read.

    Raises:
        NotPermitted, NotADraft, DueOutsidePlan, OwnerIsPartner: why not.
        ChangedMeanwhile: somebody changed or removed it after it was read.
    """
    item = commitment.item
    _may_write(item, by, at)
    partners = list(partners)
    _fits(item, partners, **fields)
    was = _said(commitment, OF_COMMITMENT)
    _replace(commitment, seen, is_proposed=False, is_written=True, recorded_by=by, **fields)
    commitment.partners.set(partners)
    _noted(commitment, "changed", by, at, was=was, now=_said(commitment, OF_COMMITMENT))
    return commitment


@transaction.atomic
def commitment_remove(*, commitment: Commitment, seen: int, by: User, at: datetime) -> None:
    """Take a commitment with its indicators and milestones out of a draft (刪除承諾).

    Raises:
        NotPermitted, NotADraft, ChangedMeanwhile: why not.
    """
    _may_write(commitment.item, by, at)
    was = _said(commitment, OF_COMMITMENT)
    _replace(commitment, seen)
    _noted(commitment, "removed", by, at, was=was)
    commitment.targets.all().delete()
    commitment.milestones.all().delete()
    commitment.partners.clear()
    commitment.delete()


@transaction.atomic
def target_write(
    *,
    commitment: Commitment,
    by: User,
    at: datetime,
    target: Target | None = None,
    seen: int = 0,
    **fields: Any,
) -> Target:
    """Add an indicator of a commitment, or change one (填列衡量指標).

    Args:
        fields: name and unit by language, value, direction, due_on, baseline, baseline_on, weight
            (per cent of the item) and source.

    Raises:
        NotPermitted, NotADraft, WeightsAboveHundred, BaselineDayAlone, DueOutsidePlan: why not.
        ChangedMeanwhile: somebody changed or removed it after it was read.
    """
    _may_write(commitment.item, by, at)
    if fields.get("baseline_on") and fields.get("baseline") is None:
        raise BaselineDayAlone
    _in_the_plan(commitment.item, fields.get("due_on"))
    _weights_fit(commitment.item, fields.get("weight"), besides=target)
    if target is None:
        row = Target.objects.create(**_common(commitment, by, at), **fields)
        was: Mapping[str, object] = {}
    else:
        row, was = target, _said(target, OF_TARGET)
        _replace(row, seen, is_proposed=False, recorded_by=by, **fields)
    _touched(commitment, by)
    _noted(commitment, "indicator_written", by, at, was=was, now=_said(row, OF_TARGET))
    return row


@transaction.atomic
def milestone_write(
    *,
    commitment: Commitment,
    by: User,
    at: datetime,
    milestone: Milestone | None = None,
    seen: int = 0,
    **fields: Any,
) -> Milestone:
    """Add a milestone of a commitment, or change one (填列里程碑).

    Raises:
        NotPermitted, NotADraft, StepAfterDue, DueOutsidePlan: why not.
        ChangedMeanwhile: somebody changed or removed it after it was read.
    """
    _may_write(commitment.item, by, at)
    _in_the_plan(commitment.item, fields.get("due_on"))
    if commitment.due_on and fields["due_on"] > commitment.due_on:
        raise StepAfterDue(due=commitment.due_on)
    if milestone is None:
        row = Milestone.objects.create(**_common(commitment, by, at), **fields)
        was: Mapping[str, object] = {}
    else:
        row, was = milestone, _said(milestone, OF_MILESTONE)
        _replace(row, seen, is_proposed=False, recorded_by=by, **fields)
    _touched(commitment, by)
    _noted(commitment, "milestone_written", by, at, was=was, now=_said(row, OF_MILESTONE))
    return row


@transaction.atomic
def part_remove(*, part: Part, seen: int, by: User, at: datetime) -> None:
    """Take an indicator or a milestone out of a draft (刪除指標或里程碑).

    Raises:
        NotPermitted, NotADraft, ChangedMeanwhile: why not.
    """
    commitment = part.commitment
    _may_write(commitment.item, by, at)
    was = _said(part, OF_TARGET if isinstance(part, Target) else OF_MILESTONE)
    _replace(part, seen)
    part.delete()
    _touched(commitment, by)
    _noted(commitment, "part_removed", by, at, was=was)


@transaction.atomic
def item_goals_set(*, item: Item, goals: Iterable[MidtermGoal], by: User, at: datetime) -> None:
    """Say which mid-term goals an item of a draft carries (對應中程目標).

    Raises:
        NotPermitted, NotADraft: why not.
    """
    _may_write(item, by, at)
    was = sorted(item.midterm_goals.values_list("code", flat=True))
    wanted = list(goals)
    GoalItem.objects.filter(item=item).exclude(goal__in=wanted).delete()
    for goal in wanted:
        GoalItem.objects.get_or_create(
            item=item, goal=goal, defaults={"linked_at": at, "linked_by": by}
        )
    now = sorted(goal.code for goal in wanted)
    journal.record(
        "plan.draft.goals_set", item, by=by, at=at, on_behalf_of=item.chapter.agency,
        was={"goals": was}, now={"goals": now},
    )  # fmt: skip


def _may_write(item: Item, by: User, at: datetime) -> None:
    require(by, PERMISSION, item, at=at)
    draft_lock(item.edition)


def _fits(item: Item, partners: list[Agency], *, agency: Agency, due_on: date | None = None,
          **_others: Any) -> None:  # fmt: skip
    if agency in partners:
        raise OwnerIsPartner
    _in_the_plan(item, due_on)


def _in_the_plan(item: Item, day: date | None) -> None:
    first = item.edition.plan.period_from
    if day and day < first:
        raise DueOutsidePlan(first=first)


def _weights_fit(item: Item, weight: Decimal | None, besides: Target | None) -> None:
    others = Target.objects.filter(commitment__item=item, held_to=None)
    others = others.exclude(pk=besides.pk) if besides else others
    kept = weights_sum(others.values_list("weight", flat=True)) or Decimal(0)
    if weight is not None and kept + weight > WHOLE:
        raise WeightsAboveHundred(item=item.code, sum=kept + weight, left=WHOLE - kept)


def _common(commitment: Commitment, by: User, at: datetime) -> dict[str, Any]:
    return {
        "commitment": commitment, "is_proposed": False, "held_from": at, "recorded_by": by,
    }  # fmt: skip


def _replace(row: Commitment | Part, seen: int, **fields: Any) -> None:
    """Change a row if it stands as it was read.

    Raises:
        ChangedMeanwhile: it does not.
    """
    standing = type(row).objects.filter(Q(held_to=None), pk=row.pk, revision=seen)
    if not standing.update(revision=seen + 1, **fields):
        raise ChangedMeanwhile(thing=N_("What you were writing on"))
    row.refresh_from_db()


def _touched(commitment: Commitment, by: User) -> None:
    """A commitment whose parts were written here is no longer the pack's."""
    Commitment.objects.filter(pk=commitment.pk).update(
        is_written=True, is_proposed=False, recorded_by=by
    )


def _said(row: Commitment | Part, names: Iterable[str]) -> dict[str, object]:
    said = {name: getattr(row, name) for name in names}
    return {
        name: value.code if isinstance(value, Agency) else value
        for name, value in said.items()
        if value not in (None, "", {})
    }


def _noted(
    commitment: Commitment,
    what: str,
    by: User,
    at: datetime,
    *,
    was: Mapping[str, object] | None = None,
    now: Mapping[str, object] | None = None,
) -> None:
    journal.record(
        f"plan.draft.{what}", commitment, by=by, at=at,
        on_behalf_of=commitment.item.chapter.agency,
        was=plain({"item": commitment.item.code, "number": commitment.number, **(was or {})}),
        now=plain(now),
    )  # fmt: skip
