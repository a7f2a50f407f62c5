"""Who sees permits and samples: results are public, plant details are for the city's staff."""

from django.db.models import Q

from shizheng.core.access import EVERYTHING, NOTHING, Policy, Viewer, policies
from shizheng.sensing.access import VIEW


def _internal(viewer: Viewer) -> Q:
    return EVERYTHING if viewer.scopes(VIEW) else NOTHING


def _samples(viewer: Viewer) -> Q:
    return Q(released_at__isnull=False) | _internal(viewer)


policies.register("sensing.dischargepermit")(Policy(view=_internal, agency="owner"))
policies.register("sensing.exceedance")(Policy(view=_internal, agency="limit__permit__owner"))
policies.register("sensing.watersample")(Policy(view=_samples, agency="owner"))
