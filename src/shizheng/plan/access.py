"""Who may see and do what in the plan register. Adopted editions are public; drafts are not."""

from django.db.models import Q

from shizheng.core.access import EVERYTHING, NOTHING, Policy, Viewer, policies
from shizheng.core.visibility import Rule
from shizheng.plan.models import Edition


def _settled_or_prepared(viewer: Viewer) -> Q:
    if viewer.scopes("plan.import_outline"):
        return EVERYTHING
    return ~Q(status=Edition.Status.DRAFT)


def _anybody_with(permission: str) -> Rule:
    """An edition is the whole city's: whoever holds the permission anywhere may use it."""
    return lambda viewer: EVERYTHING if viewer.scopes(permission) else NOTHING


policies.register("plan.edition")(
    Policy(
        view=_settled_or_prepared,
        agency=None,
        acts={name: _anybody_with(name) for name in ("plan.import_outline", "plan.adopt_edition")},
    )
)
policies.register("plan.commitment")(Policy(view=lambda viewer: EVERYTHING))
policies.register("plan.milestone")(
    Policy(view=lambda viewer: EVERYTHING, agency="commitment__agency")
)
