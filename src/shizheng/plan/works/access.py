"""Who sees public works and who may act on them: works are public, audit notes internal."""

from django.db.models import Q

from shizheng.core.access import EVERYTHING, NOTHING, Policy, Viewer, policies


def _internal(viewer: Viewer) -> Q:
    """All staff who may see the plan's internal records, whatever their agency."""
    return EVERYTHING if viewer.scopes("plan.view_internal") else NOTHING


def _rounds(viewer: Viewer) -> Q:
    """Rounds are secret to all but their auditors until they are published."""
    return Q(published_at__isnull=False) | viewer.within("plan.audit_works", agency="control")


BY_CONTROL = ("plan.adopt_curve", "plan.audit_works")

policies.register("plan.publicwork")(
    Policy(
        view=lambda viewer: EVERYTHING,
        agency="agency",
        acts={
            name: lambda viewer, name=name: viewer.within(name, agency="control")  # type: ignore[misc]  # bound now
            for name in BY_CONTROL
        },
    )
)
policies.register("plan.workreport")(Policy(view=lambda viewer: EVERYTHING, agency="work__agency"))
policies.register("plan.workwarning")(Policy(view=_internal, agency="work__agency"))
policies.register("plan.auditround")(Policy(view=_rounds, agency="control"))
policies.register("plan.workaudit")(Policy(view=_internal, agency="work__control"))
policies.register("plan.auditfault")(Policy(view=_internal, agency="audit__work__control"))
policies.register("plan.faultcorrection")(
    Policy(view=_internal, agency="fault__audit__work__control")
)
