"""Who may see and do what with figures. Public indicators are everybody's, once released."""

from django.db.models import Q

from shizheng.core.access import EVERYTHING, Policy, Viewer, policies


def _public_or_internal(viewer: Viewer) -> Q:
    return EVERYTHING if viewer.scopes("statistics.view_internal") else Q(is_public=True)


policies.register("statistics.indicator")(Policy(view=_public_or_internal, agency="owner"))
