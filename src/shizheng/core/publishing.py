"""What publishing a pack would change in this installation, and what is open under old versions."""

from shizheng.core.models import PublishedDefinition, RoleGrant
from shizheng.kernel.registry import Registry
from shizheng.packs.pack import Pack
from shizheng.packs.publishing import CountOpen, Published, PublishPlan, publish_plan

open_counts: Registry[CountOpen] = Registry("Counts of what is open under a definition")
"""By kind: how many things are pinned to a published version. Each room enters its kinds."""


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
