"""The plan's part of loading a pack: texts, catalogue, commitments, and the first lights."""

from shizheng.core.loading import Loading, loaders
from shizheng.core.models import Agency
from shizheng.plan import definitions
from shizheng.plan import demo as _year  # noqa: F401 - enters its chapter of the year
from shizheng.plan.directives import demo  # noqa: F401 - enters its demo loader
from shizheng.plan.domain.outline.parser import parse
from shizheng.plan.evaluation import demo as evaluation_demo  # noqa: F401 - enters its chapter
from shizheng.plan.evidence.gathering import evidence_gather
from shizheng.plan.evidence.loading import bindings_load
from shizheng.plan.midterm.loading import goals_load
from shizheng.plan.models import Annotation, Edition, Item, Plan, System
from shizheng.plan.register.actions import edition_adopt, edition_import
from shizheng.plan.register.committing import commitments_load
from shizheng.plan.register.lights import lights_recompute
from shizheng.plan.register.searchable import edition_index
from shizheng.plan.security import demo as security_demo  # noqa: F401 - enters its chapter
from shizheng.plan.works import demo as works_demo  # noqa: F401 - enters its chapter of the year


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
        for commitments in run.pack.bodies(definitions.Commitments):
            if commitments.outline == body.id:
                commitments_load(run, commitments, edition, items, agencies)
        edition = _adopted(run, body, edition)
        bindings_load(run, body.id, edition, items)
        if edition.status == Edition.Status.ADOPTED:
            evidence_gather(at=run.at)
            lights_recompute(edition=edition, at=run.at)
            edition_index(edition)
        run.counts["items"] = run.counts.get("items", 0) + len(items)
    goals_load(run, agencies)


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
            gaps_reason=body.shown_with_gaps,
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
