"""The room's part of loading a pack: its indicators, each at the version in force."""

from shizheng.core.loading import Loading, loaders
from shizheng.core.models import Agency, PublishedDefinition
from shizheng.statistics import demo  # noqa: F401 - enters its chapter
from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.demonstration import playing  # noqa: F401 - likewise
from shizheng.statistics.models import Indicator
from shizheng.statistics.searchable import indicators_index
from shizheng.statistics.surveys import demo as surveys_demo  # noqa: F401 - likewise
from shizheng.statistics.surveys.loading import surveys_load


@loaders.register("statistics")
def statistics_load(run: Loading) -> None:
    """Bring the indicators to what the pack says; figures that were made stay."""
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    published = {
        (row.identifier, row.version): row
        for row in PublishedDefinition.objects.filter(kind="indicator")
    }
    kept = []
    for position, body in enumerate(run.pack.bodies(Definition)):
        kept.append(body.id)
        Indicator.objects.update_or_create(
            code=body.id,
            defaults={
                "current": published[body.id, body.version],
                "owner": agencies[body.owner],
                "name": dict(body.name),
                "unit_name": dict(body.unit_name),
                "frequency": body.every.value,
                "is_public": body.is_public,
                "is_kept": True,
                "position": position,
            },
        )
    Indicator.objects.exclude(code__in=kept).update(is_kept=False)
    indicators_index()
    run.counts["indicators"] = len(kept)
    run.counts["surveys"] = surveys_load(run.pack)
