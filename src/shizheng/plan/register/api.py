"""The plan as JSON: plans, their items with lights, one item with its reasons."""

from datetime import date, datetime
from decimal import Decimal

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema

from shizheng.plan.midterm.selectors import goals_carried_by
from shizheng.plan.models import Commitment, Edition, Plan
from shizheng.plan.register import selectors
from shizheng.plan.register.selectors import COLOURS

router = Router(tags=["plan"])
Names = dict[str, str]


class PlanOut(Schema):
    """A plan (施政計畫) with the edition in force; the period ends before ``period_to``."""

    code: str
    title: Names
    period_from: date
    period_to: date
    edition: int
    source_sha256: str
    lights: dict[str, int]


class ItemOut(Schema):
    """One item (項目): the sentence as printed, and its light."""

    code: str
    text: str
    title: Names
    kind: str
    light: str
    light_since: datetime | None
    is_synthetic: bool
    due_on: date | None


class ReasonOut(Schema):
    """Why a light has its colour; of a figure what it is, what it is held against, and the gap."""

    code: str
    source: str
    on: date | None
    days: int
    reference: str = ""
    commitment: int = 0
    value: Decimal | None = None
    against: Decimal | None = None
    gap: Decimal | None = None
    percent: Decimal | None = None
    unit: str = ""
    rows: int = 0
    other_source: str = ""
    other_reference: str = ""
    other_on: date | None = None


class TargetOut(Schema):
    """An indicator (衡量指標): baseline, target, and its weight in the item in per cent."""

    name: Names
    unit: Names
    direction: str
    value: Decimal
    baseline: Decimal | None
    baseline_on: date | None
    weight: Decimal | None
    due_on: date | None
    source: str
    is_proposed: bool


class MilestoneOut(Schema):
    """A dated step (里程碑)."""

    name: Names
    due_on: date
    reached_on: date | None


class CommitmentOut(Schema):
    """Who does what by when (承諾); ``budget_twd`` is whole TWD of the plan's period."""

    number: int
    kind: str
    statement: Names
    agency: str
    partners: list[str]
    due_on: date | None
    goal: str
    budget_twd: int | None
    is_proposed: bool
    source: str
    targets: list[TargetOut]
    milestones: list[MilestoneOut]


class ItemDetailOut(ItemOut):
    """One item with its promises, the reasons of its light, and the rule that gave it."""

    promises: list[CommitmentOut]
    midterm_goals: list[str]

    department: str | None
    reasons: list[ReasonOut]
    commitments: dict[str, str]
    rule: str
    rule_version: int | None


class Asked(Schema):
    """Filters; each left out asks for nothing."""

    light: str = ""
    kind: str = ""
    q: str = ""
    dated: bool = False


@router.get("/plans", response=list[PlanOut], summary="Plans in force")
def plans(request: HttpRequest) -> list[PlanOut]:
    """Return every plan that has an edition in force, the newest first."""
    return [_plan(edition) for edition in _in_force()]


@router.get("/plans/{code}/items", response=list[ItemOut], summary="Items of a plan")
def items(request: HttpRequest, code: str, asked: Query[Asked]) -> list[ItemOut]:
    """Return the items in the order of the text, with their lights."""
    filters = selectors.Filters(
        light=asked.light if asked.light in COLOURS else "",
        kind=asked.kind,
        words=asked.q,
        dated=asked.dated,
    )
    overview = selectors.overview(edition=_edition(code), filters=filters)
    return [_item(row) for department in overview.departments for row in department.rows]


@router.get("/plans/{code}/items/{item}", response=ItemDetailOut, summary="One item")
def item(request: HttpRequest, code: str, item: str) -> ItemDetailOut:
    """Return one item with the reasons of its light."""
    edition = _edition(code)
    found = selectors.item_for_page(edition=edition, code=item)
    if found is None:
        raise Http404
    rows = selectors.item_rows(edition=edition, chapter=found.chapter.number)
    row = next(row for _, _, row in rows if row.code == item)
    light = next(iter(found.lights.all()), None)
    return ItemDetailOut(
        **_item(row).dict(),
        promises=[_promise(each) for each in found.commitments.all()],
        midterm_goals=[f"{g.midterm.code} {g.code}" for g in goals_carried_by(found)],
        department=found.chapter.agency.code if found.chapter.agency else None,
        reasons=[ReasonOut(**reason) for reason in light.reasons] if light else [],
        commitments=light.commitments if light else {},
        rule=light.rule if light else "",
        rule_version=light.rule_version if light else None,
    )


def _in_force() -> list[Edition]:
    editions = (selectors.edition_in_force(plan=plan) for plan in Plan.objects.all())
    return [edition for edition in editions if edition]


def _edition(code: str) -> Edition:
    plan = Plan.objects.filter(code=code).first()
    edition = selectors.edition_in_force(plan=plan) if plan else None
    if edition is None:
        raise Http404
    return edition


def _plan(edition: Edition) -> PlanOut:
    overview = selectors.overview(edition=edition, filters=selectors.Filters())
    return PlanOut(
        code=edition.plan.code,
        title=edition.plan.title,
        period_from=edition.plan.period_from,
        period_to=edition.plan.period_to,
        edition=edition.number,
        source_sha256=edition.source_digest,
        lights=dict(overview.counts),
    )


def _promise(row: Commitment) -> CommitmentOut:
    names = ("number", "kind", "statement", "due_on", "goal", "budget_twd", "is_proposed", "source")
    return CommitmentOut(
        **{name: getattr(row, name) for name in names},
        agency=row.agency.code,
        partners=[agency.code for agency in row.partners.all()],
        targets=[TargetOut.from_orm(each) for each in row.targets.all()],
        milestones=[MilestoneOut.from_orm(each) for each in row.milestones.all()],
    )


def _item(row: selectors.ItemRow) -> ItemOut:
    return ItemOut(
        code=row.code,
        text=row.text,
        title=dict(row.title),
        kind=row.kind,
        light=row.colour,
        light_since=row.since,
        is_synthetic=row.is_synthetic,
        due_on=row.due_on,
    )
