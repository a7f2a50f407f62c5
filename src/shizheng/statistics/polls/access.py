"""Who sees a poll: everybody once it is signed off; before, who enters or signs for its agency."""

from django.db.models import Q

from shizheng.core.access import Policy, Viewer, policies
from shizheng.statistics.indicators.actions import ENTER, SIGN


def _signed_or_own(viewer: Viewer) -> Q:
    own = viewer.within(ENTER, agency="agency") | viewer.within(SIGN, agency="agency")
    return Q(signed_at__isnull=False) | own


policies.register("statistics.poll")(Policy(view=_signed_or_own, agency="agency"))
