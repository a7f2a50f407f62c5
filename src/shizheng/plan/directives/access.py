"""Who sees a directive and who may act on it: residents, staff, the agencies concerned, control."""

from django.db.models import Q

from shizheng.core.access import NOTHING, Policy, Viewer, policies
from shizheng.plan.directives.domain.flow import Confidentiality
from shizheng.plan.models import Directive


def seen_by(viewer: Viewer) -> Q:
    """Return the directives a viewer may see (可見範圍).

    Public ones: everyone. Internal ones: all staff of the city who may see internal records,
    whatever their agency. Restricted ones: need-to-know, only who holds ``plan.view_restricted``
    for the lead, a partner or the control unit.
    """
    shown = Q(confidentiality=Confidentiality.PUBLIC)
    if viewer.scopes("plan.view_internal"):
        shown |= Q(confidentiality=Confidentiality.INTERNAL)
    concerned = (
        viewer.within("plan.view_restricted", agency="lead")
        | viewer.within("plan.view_restricted", agency="partners")
        | viewer.within("plan.view_restricted", agency="control")
    )
    return shown | (Q(confidentiality=Confidentiality.RESTRICTED) & concerned)


def reports_seen_by(viewer: Viewer) -> Q:
    """Return the reports a viewer may see: staff, of the directives that they may see."""
    if not viewer.scopes("plan.view_internal"):
        return NOTHING
    seen = Directive.objects.filter(seen_by(viewer)).values("pk")
    return Q(directive__in=seen)


BY_CONTROL = (
    "plan.issue_directive",
    "plan.return_report",
    "plan.decide_extension",
    "plan.release_directive",
    "plan.reopen_directive",
    "plan.lock_period",
)


policies.register("plan.directive")(
    Policy(
        view=seen_by,
        agency="lead",
        acts={
            "plan.countersign_report": lambda viewer: viewer.within(
                "plan.countersign_report", agency="partners"
            ),
            **{
                name: lambda viewer, name=name: viewer.within(name, agency="control")  # type: ignore[misc]  # bound now
                for name in BY_CONTROL
            },
        },
    )
)
policies.register("plan.directivereport")(Policy(view=reports_seen_by, agency="directive__lead"))
