"""The room's part of loading a pack: what is observed, as the pack declares it."""

from shizheng.core.loading import Loading, loaders
from shizheng.core.words import in_language
from shizheng.sensing.alerting import loading as _alerting  # noqa: F401 - registers its part
from shizheng.sensing.definitions import ObservedPropertyBody
from shizheng.sensing.demonstration.demo import play as _demo  # noqa: F401 - likewise
from shizheng.sensing.groundwater import loading as _groundwater  # noqa: F401 - likewise
from shizheng.sensing.models import ObservedProperty


@loaders.register("observed properties")
def observed_properties_load(run: Loading) -> None:
    """Bring the observed properties to what the pack says; those that left it stay."""
    bodies = run.pack.bodies(ObservedPropertyBody)
    for body in bodies:
        ObservedProperty.objects.update_or_create(
            code=body.id,
            defaults={
                "name": in_language(dict(body.name)),
                "description": in_language(dict(body.summary)),
                "definition": body.definition,
                "properties": {"name": dict(body.name)},
                "unit": body.unit.model_dump(),
                "conversions": {
                    symbol: [rule.factor, rule.offset] for symbol, rule in body.conversions.items()
                },
                "limits": body.limits.model_dump() if body.limits else {},
            },
        )
    run.counts["observed properties"] = len(bodies)
