"""The part of loading a pack that is about warnings: the rules at the version in force."""

from shizheng.core.loading import Loading, loaders
from shizheng.core.models import Agency, PublishedDefinition
from shizheng.sensing.alerting.definitions import WarningBody
from shizheng.sensing.models import WarningRule


@loaders.register("warnings")
def warnings_load(run: Loading) -> None:
    """Bring the rules to what the pack says; warnings stay with the version that raised them."""
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    published = {
        (row.identifier, row.version): row
        for row in PublishedDefinition.objects.filter(kind="warnings")
    }
    bodies = run.pack.bodies(WarningBody)
    for position, body in enumerate(bodies):
        WarningRule.objects.update_or_create(
            code=body.id,
            defaults={
                "current": published[body.id, body.version],
                "owner": agencies[body.owner],
                "name": dict(body.name),
                "is_public": body.is_public,
                "is_kept": True,
                "position": position,
            },
        )
    WarningRule.objects.exclude(code__in=[body.id for body in bodies]).update(is_kept=False)
    run.counts["warnings"] = len(bodies)
