"""The room's part of loading a pack: its registers, each at the version in force."""

from shizheng.core.loading import Loading, loaders
from shizheng.core.models import Agency, PublishedDefinition
from shizheng.places.booking import loading as _booking  # noqa: F401 - registers its part
from shizheng.places.definitions import RegisterBody
from shizheng.places.models import Register
from shizheng.places.upkeep.loading import upkeep_load


@loaders.register("registers")
def registers_load(run: Loading) -> None:
    """Bring the registers to what the pack says; their things stay."""
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    published = {
        (row.identifier, row.version): row
        for row in PublishedDefinition.objects.filter(kind="register")
    }
    bodies = run.pack.bodies(RegisterBody)
    for position, body in enumerate(bodies):
        Register.objects.update_or_create(
            code=body.id,
            defaults={
                "current": published[body.id, body.version],
                "owner": agencies[body.owner],
                "name": dict(body.name),
                "geometry": body.geometry.kind,
                "seen_by": body.seen_by,
                "proposals_by": body.proposals_by,
                "tells_district": body.tells_district,
                "is_kept": True,
                "position": position,
            },
        )
    Register.objects.exclude(code__in=[body.id for body in bodies]).update(is_kept=False)
    run.counts["registers"] = len(bodies)


loaders.register("upkeep")(upkeep_load)  # after the registers, whose things it is about
