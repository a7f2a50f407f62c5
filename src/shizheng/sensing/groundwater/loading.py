"""The part of loading a pack that is about zones of groundwater."""

from shizheng.core.loading import Loading, loaders
from shizheng.core.models import Agency, PublishedDefinition
from shizheng.sensing.groundwater.definitions import GroundwaterZoneBody
from shizheng.sensing.models import GroundwaterZone


@loaders.register("groundwater zones")
def zones_load(run: Loading) -> None:
    """Bring the zones to what the pack says; trials stay with the version they were made under."""
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    published = {
        (row.identifier, row.version): row
        for row in PublishedDefinition.objects.filter(kind="groundwater_zone")
    }
    bodies = run.pack.bodies(GroundwaterZoneBody)
    for position, body in enumerate(bodies):
        GroundwaterZone.objects.update_or_create(
            code=body.id,
            defaults={
                "current": published[body.id, body.version], "owner": agencies[body.owner],
                "name": dict(body.name), "is_kept": True, "position": position,
            },
        )  # fmt: skip
    GroundwaterZone.objects.exclude(code__in=[body.id for body in bodies]).update(is_kept=False)
    run.counts["groundwater zones"] = len(bodies)
