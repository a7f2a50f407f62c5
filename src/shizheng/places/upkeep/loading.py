"""The part of loading a pack that is about looking after things; inspections and orders stay."""

from shizheng.core.loading import Loading
from shizheng.core.models import Agency, PublishedDefinition
from shizheng.places.models import Register, SparePart, Upkeep
from shizheng.places.upkeep.actions.scheduling import checks_refresh
from shizheng.places.upkeep.definitions import UpkeepBody


def upkeep_load(run: Loading) -> None:
    """Bring what is looked after, and how, to what the pack says."""
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    registers = {register.code: register for register in Register.objects.all()}
    published = {
        (row.identifier, row.version): row
        for row in PublishedDefinition.objects.filter(kind="upkeep")
    }
    bodies = run.pack.bodies(UpkeepBody)
    for position, body in enumerate(bodies):
        row, _ = Upkeep.objects.update_or_create(
            code=body.id,
            defaults={
                "register": registers[body.register_],
                "current": published[body.id, body.version],
                "agency": agencies[body.agency],
                "name": dict(body.name),
                "is_kept": True,
                "position": position,
            },
        )
        for part in body.parts:
            SparePart.objects.get_or_create(upkeep=row, code=part.id)
        checks_refresh(upkeep=row, at=run.at)
    Upkeep.objects.exclude(code__in=[body.id for body in bodies]).update(is_kept=False)
    run.counts["upkeep"] = len(bodies)
