"""What publishing a pack would change in this installation, and what is open under old versions."""

from collections.abc import Callable, Mapping
from typing import Any

from shizheng.core.models import PublishedDefinition, RoleGrant
from shizheng.kernel.registry import Registry
from shizheng.packs.pack import Pack
from shizheng.packs.publishing import (
    CountOpen,
    NewVersion,
    Published,
    PublishPlan,
    publish_plan,
)

open_counts: Registry[CountOpen] = Registry("Counts of what is open under a definition")
"""By kind: how many things are pinned to a published version. Each room enters its kinds."""


Touch = Callable[[NewVersion], Mapping[str, Any]]
touches: Registry[Touch] = Registry("What publishing a new version would touch")
"""By kind: what a new version would do to what was begun under older ones, as JSON values."""


def touched(plan: PublishPlan) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return by kind and id what the raised versions of a plan would touch; nothing is written."""
    return {
        (each.definition.kind, each.definition.id): touches[each.definition.kind](each)
        for each in plan.raised
        if each.definition.kind in touches
    }


@open_counts.register("role")
def _grants_in_force(published: Published) -> int:
    """Grants of the role that have not ended."""
    return RoleGrant.objects.filter(role__code=published.id, valid_to=None).count()


def publication(pack: Pack) -> PublishPlan:
    """Return what publishing ``pack`` would do here; nothing is written."""
    published = [
        Published(row.kind, row.identifier, row.version, row.digest, row.body)
        for row in PublishedDefinition.objects.all()
    ]
    return publish_plan(published, pack, open_counts)
