"""The part of loading a pack that is about booking: what there is, at the version in force."""

from shizheng.core.loading import Loading, loaders
from shizheng.core.models import Agency, PublishedDefinition
from shizheng.places.booking.definitions import BookableBody
from shizheng.places.models import Bookable


@loaders.register("bookables")
def bookables_load(run: Loading) -> None:
    """Bring what can be booked to what the pack says; bookings stay."""
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    published = {
        (row.identifier, row.version): row
        for row in PublishedDefinition.objects.filter(kind="bookables")
    }
    bodies = run.pack.bodies(BookableBody)
    for position, body in enumerate(bodies):
        Bookable.objects.update_or_create(
            code=body.id,
            defaults={
                "current": published[body.id, body.version],
                "owner": agencies[body.owner],
                "name": dict(body.name),
                "is_kept": True,
                "position": position,
            },
        )
    Bookable.objects.exclude(code__in=[body.id for body in bodies]).update(is_kept=False)
    run.counts["bookables"] = len(bodies)
