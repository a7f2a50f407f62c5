"""The services' part of loading a pack: versions, zones, knowledge, reply templates."""

from typing import Any

from shapely import to_wkb
from shapely.geometry import shape

from shizheng.core.loading import Loading, loaders
from shizheng.core.models import Agency, PublishedDefinition
from shizheng.packs.kinds.area import features
from shizheng.services import city, kinds
from shizheng.services.clocks.tasks import recompute_clocks
from shizheng.services.definitions import Service as Definition
from shizheng.services.demonstration import stories as _stories  # noqa: F401 - a demo loader
from shizheng.services.demonstration.year import playing as _year  # noqa: F401 - enters its chapter
from shizheng.services.models import (
    KnowledgeEntry,
    ReplyTemplate,
    Service,
    Zone,
)
from shizheng.services.publishing.storing import files_keep, version_keep
from shizheng.services.searchable import knowledge_index, services_index
from shizheng.services.villages import demo as _villages  # noqa: F401 - enters its demo loader


@loaders.register("services")
def services_load(run: Loading) -> None:
    """Bring the tables of services to what the pack says; open cases stay as they are.

    What publishing a new version does to drafts and cases is done by ``publishing`` afterwards.
    """
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    _versions(run, agencies)
    _zones(run, agencies)
    _knowledge(run, agencies)
    _replies(run)
    city.forget()
    services_index()
    _count_clocks_anew(run)


def _count_clocks_anew(run: Loading) -> None:
    """Queue the clocks for a new count if the calendar changed with this loading."""
    newest = PublishedDefinition.objects.filter(kind="calendar").order_by("-version").first()
    if newest is not None and newest.published_at == run.at and newest.version > 1:
        recompute_clocks.enqueue(key="calendar")


def _versions(run: Loading, agencies: dict[str, Agency]) -> None:
    published = {
        (row.identifier, row.version): row
        for row in PublishedDefinition.objects.filter(kind="service")
    }
    offered = set()
    for position, body in enumerate(run.pack.bodies(Definition)):
        offered.add(body.id)
        files_keep(body, run.pack.read)
        version_keep(
            body,
            published[body.id, body.version],
            owner=agencies[body.owner],
            position=position,
            by=run.by,
            at=run.at,
        )
    Service.objects.exclude(code__in=offered).update(is_offered=False)
    run.counts["services"] = len(offered)


def _zones(run: Loading, agencies: dict[str, Agency]) -> None:
    rows: dict[str, dict[str, Any]] = {}
    for body in run.pack.bodies(kinds.Zones):
        shapes = {
            str(each["properties"]["id"]): to_wkb(shape(each["geometry"]))
            for each in features(run.pack.read(body.shapes))
        }
        for zone in body.zones:
            rows[zone.id] = {
                "kind": zone.kind,
                "name": dict(zone.name),
                "owner": agencies[zone.owner],
                "shape": shapes[zone.id],
                "detail": zone.detail,
                "position": len(rows),
            }
    for code, fields in rows.items():
        Zone.objects.update_or_create(code=code, defaults=fields)
    Zone.objects.exclude(code__in=rows).delete()


def _knowledge(run: Loading, agencies: dict[str, Agency]) -> None:
    """Enter questions that are new or that the pack says otherwise than it did before.

    What the centre changed or withdrew itself stays.
    """
    newest = {row.code: row for row in KnowledgeEntry.objects.order_by("number")}
    for body in run.pack.bodies(kinds.Knowledge):
        for question in body.questions:
            fields = {
                "question": dict(question.question),
                "answer": dict(question.answer),
                "agency": agencies[question.agency],
                "services": list(question.services),
                "keywords": list(question.keywords),
                "is_public": question.is_public,
            }
            row = newest.get(question.id)
            if row is not None and (row.changed_by_id or _holds(row, fields)):
                continue
            number = row.number + 1 if row else 1
            KnowledgeEntry.objects.filter(code=question.id, is_current=True).update(
                is_current=False
            )
            KnowledgeEntry.objects.create(
                code=question.id, number=number, changed_at=run.at, **fields
            )
    knowledge_index()


def _holds(row: KnowledgeEntry, fields: dict[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in fields.items())


def _replies(run: Loading) -> None:
    for body in run.pack.bodies(kinds.ReplyTemplates):
        for reply in body.replies:
            ReplyTemplate.objects.update_or_create(
                code=reply.id,
                defaults={
                    "title": dict(reply.title),
                    "text": dict(reply.text),
                    "services": list(reply.services),
                },
            )
