"""The plan's part of loading a pack: texts, catalogue, commitments, and the first lights."""

from datetime import datetime, time
from typing import Any

from django.utils import timezone

from shizheng.core.loading import Loading, loaders
from shizheng.core.models import Agency
from shizheng.plan import definitions
from shizheng.plan.directives import demo  # noqa: F401 - enters its demo loader
from shizheng.plan.domain.outline.parser import parse
from shizheng.plan.models import (
    Annotation,
    Commitment,
    Edition,
    Item,
    Milestone,
    Plan,
    System,
    Target,
)
from shizheng.plan.register.actions import edition_adopt, edition_import
from shizheng.plan.register.lights import lights_recompute
from shizheng.plan.register.searchable import edition_index


@loaders.register("plan")
def plan_load(run: Loading) -> None:
    """Bring the plan's tables to what the pack says, then compute the lights."""
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    for body in run.pack.bodies(definitions.Outline):
        edition = _edition(run, body, agencies)
        items = {item.code: item for item in edition.items.all()}
        for catalogue in run.pack.bodies(definitions.Catalogue):
            if catalogue.outline == body.id:
                _annotate(catalogue, items)
                _systems(catalogue, edition.plan)
        edition = _adopted(run, body, edition)
        for commitments in run.pack.bodies(definitions.Commitments):
            if commitments.outline == body.id:
                _commit(run, commitments, edition, items, agencies)
        if edition.status == Edition.Status.ADOPTED:
            lights_recompute(edition=edition, at=run.at)
            edition_index(edition)
        run.counts["items"] = run.counts.get("items", 0) + len(items)


def _edition(run: Loading, body: definitions.Outline, agencies: dict[str, Agency]) -> Edition:
    """Return the edition with this text, imported if it was not there."""
    plan, _ = Plan.objects.update_or_create(
        code=body.id.replace("_", "-"),
        defaults={
            "title": dict(body.title),
            "period_from": body.period.from_,
            "period_to": body.period.to,
        },
    )
    edition = Edition.objects.filter(plan=plan, source_digest=body.text.sha256).first()
    if edition is None:
        parsed = parse(run.pack.read(body.text), name=body.text.path)
        edition = edition_import(
            plan=plan,
            parsed=parsed,
            name=body.text.path.rsplit("/", 1)[-1],
            by=run.by,
            at=run.at,
            agencies={each.number: agencies[each.agency] for each in body.chapters},
        )
    return edition


def _adopted(run: Loading, body: definitions.Outline, edition: Edition) -> Edition:
    """Return the edition, adopted if the pack says so and it was a draft."""
    if body.status == "adopted" and edition.status == Edition.Status.DRAFT:
        edition = edition_adopt(
            edition=edition,
            by=run.by,
            on=body.adopted_on,
            from_=body.adopted_on or body.period.from_,
            at=run.at,
            why=body.source,
        )
    return edition


def _annotate(catalogue: definitions.Catalogue, items: dict[str, Item]) -> None:
    """Lay the catalogue beside the items, which themselves stay as printed."""
    Annotation.objects.bulk_create(
        [
            Annotation(
                item=items[row.id],
                title=dict(row.title),
                does=row.does,
                engine=row.engine,
                also=list(row.also),
                kind=row.kind,
            )
            for row in catalogue.items
            if row.id in items
        ],
        batch_size=100,
        update_conflicts=True,
        unique_fields=["item"],
        update_fields=["title", "does", "engine", "also", "kind"],
    )


def _systems(catalogue: definitions.Catalogue, plan: Plan) -> None:
    System.objects.bulk_create(
        [
            System(
                plan=plan,
                number=row.number,
                name=dict(row.name),
                engine=row.engine,
                item_codes=list(row.items),
            )
            for row in catalogue.system_list
        ],
        update_conflicts=True,
        unique_fields=["plan", "number"],
        update_fields=["name", "engine", "item_codes"],
    )


def _commit(
    run: Loading,
    commitments: definitions.Commitments,
    edition: Edition,
    items: dict[str, Item],
    agencies: dict[str, Agency],
) -> None:
    """Hold to each commitment of the pack from the day its edition took effect.

    One that the pack says differently than before ends now and begins anew; what officers
    reported on milestones of an unchanged commitment stays.
    """
    standing = {
        (row.item_id, row.number): row
        for row in Commitment.objects.filter(item__edition=edition, held_to=None)
    }
    start = timezone.make_aware(datetime.combine(edition.in_force_from or run.at, time.min))
    for body in commitments.all:
        if body.item not in items:
            continue
        item = items[body.item]
        fields = _fields(body, agencies)
        row = standing.get((item.id, body.number))
        if row and all(getattr(row, name) == value for name, value in fields.items()):
            continue
        if row:
            Commitment.objects.filter(pk=row.pk).update(held_to=run.at)
        held_from = run.at if row else start
        fresh = Commitment.objects.create(
            item=item, number=body.number, held_from=held_from, recorded_by=run.by, **fields
        )
        fresh.partners.set(agencies[code] for code in body.partners)
        _targets_and_milestones(fresh, body)


def _fields(body: definitions.CommitmentOf, agencies: dict[str, Agency]) -> dict[str, Any]:
    return {
        "kind": body.kind,
        "statement": dict(body.statement),
        "agency": agencies[body.agency],
        "due_on": body.due_on,
        "is_proposed": body.is_proposed,
        "source": (body.source or "")[:300],
    }


def _targets_and_milestones(commitment: Commitment, body: definitions.CommitmentOf) -> None:
    common = {
        "commitment": commitment,
        "is_proposed": commitment.is_proposed,
        "source": commitment.source,
        "held_from": commitment.held_from,
        "recorded_by": commitment.recorded_by,
    }
    for target in body.targets:
        Target.objects.create(
            name=dict(target.name),
            value=target.value,
            unit=dict(target.unit),
            direction=target.direction,
            due_on=target.due_on,
            **common,
        )
    for milestone in body.milestones:
        Milestone.objects.create(name=dict(milestone.name), due_on=milestone.due_on, **common)
