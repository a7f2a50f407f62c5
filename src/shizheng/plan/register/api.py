"""The plan as JSON: plans, their items with lights, one item with its reasons."""

from datetime import date, datetime

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema

from shizheng.plan.models import Edition, Plan
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
    """Why a light has its colour."""

    code: str
    source: str
    on: date | None
    days: int


class ItemDetailOut(ItemOut):
    """One item with the reasons of its light and the version of the rule that gave it."""

    department: str | None
    reasons: list[ReasonOut]
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
        department=found.chapter.agency.code if found.chapter.agency else None,
        reasons=[ReasonOut(**reason) for reason in light.reasons] if light else [],
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
