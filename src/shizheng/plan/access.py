"""Who may see and do what in the plan register. Adopted editions are public; drafts are not."""

from django.db.models import Q

from shizheng.core.access import EVERYTHING, Policy, Viewer, policies
from shizheng.plan.models import Edition


def _settled_or_prepared(viewer: Viewer) -> Q:
    if viewer.scopes("plan.import_outline"):
        return EVERYTHING
    return ~Q(status=Edition.Status.DRAFT)


policies.register("plan.edition")(Policy(view=_settled_or_prepared, agency=None))
policies.register("plan.commitment")(Policy(view=lambda viewer: EVERYTHING))
policies.register("plan.milestone")(
    Policy(view=lambda viewer: EVERYTHING, agency="commitment__agency")
)
