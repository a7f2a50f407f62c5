"""Who sees how a rule did: everybody, of public rules, as the city answers for its warnings."""

from django.db.models import Q

from shizheng.core.access import Policy, Viewer, policies
from shizheng.sensing.alerting.access import ANSWER


def _tests(viewer: Viewer) -> Q:
    return Q(rule__is_public=True) | viewer.within(ANSWER, agency="rule__owner")


policies.register("sensing.backtest")(Policy(view=_tests, agency="rule__owner"))
