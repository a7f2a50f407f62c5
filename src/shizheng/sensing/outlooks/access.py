"""Who sees outlooks: everybody the real ones, drills only who answers warnings of the agency."""

from django.db.models import Q

from shizheng.core.access import Policy, Viewer, policies
from shizheng.sensing.alerting.access import ANSWER


def _outlooks(viewer: Viewer) -> Q:
    return Q(is_drill=False) | viewer.within(ANSWER, agency="rule__owner")


policies.register("sensing.floodoutlook")(Policy(view=_outlooks, agency="rule__owner"))
