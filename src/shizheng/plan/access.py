"""Who may see and do what in the plan register. Adopted editions are public; drafts are not."""

from django.db.models import Q

from shizheng.core.access import EVERYTHING, NOTHING, Policy, Viewer, policies
from shizheng.core.visibility import Rule
from shizheng.plan.models import Edition


def _prepares(viewer: Viewer) -> bool:
    """Drafts are for those who import them and those who write on them."""
    return bool(viewer.scopes("plan.import_outline") or viewer.scopes("plan.write_draft"))


def _settled_or_prepared(viewer: Viewer) -> Q:
    return EVERYTHING if _prepares(viewer) else ~Q(status=Edition.Status.DRAFT)


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
policies.register("plan.item")(
    Policy(
        view=lambda viewer: (
            EVERYTHING if _prepares(viewer) else ~Q(edition__status=Edition.Status.DRAFT)
        ),
        agency="chapter__agency",
    )
)
policies.register("plan.commitment")(Policy(view=lambda viewer: EVERYTHING))
policies.register("plan.midtermplan")(
    Policy(
        view=lambda viewer: EVERYTHING,
        agency=None,
        acts={"plan.import_outline": _anybody_with("plan.import_outline")},
    )
)
policies.register("plan.midtermgoal")(
    Policy(
        view=lambda viewer: EVERYTHING,
        agency=None,
        acts={"plan.import_outline": _anybody_with("plan.import_outline")},
    )
)
policies.register("plan.milestone")(
    Policy(view=lambda viewer: EVERYTHING, agency="commitment__agency")
)
