"""Who sees zones of groundwater: levels are public, licences and trials are not."""

from django.db.models import Q

from shizheng.core.access import EVERYTHING, Policy, Viewer, policies
from shizheng.sensing.access import MANAGE, VIEW


def _trials(viewer: Viewer) -> Q:
    return viewer.within(VIEW, agency="zone__owner") | viewer.within(MANAGE, agency="zone__owner")


policies.register("sensing.groundwaterzone")(
    Policy(view=lambda _viewer: EVERYTHING, agency="owner")
)
policies.register("sensing.pumpingtrial")(Policy(view=_trials, agency="zone__owner"))
