"""Who sees what of a survey: everybody that it is held; its people know what they must know."""

from django.db.models import Q

from shizheng.core.access import EVERYTHING, NOTHING, Policy, Viewer, policies

MANAGE = "statistics.manage_survey"
ENUMERATE = "statistics.enumerate_survey"
READ = "statistics.read_survey_record"


def _of_mine(viewer: Viewer, way: str) -> Q:
    """Return what lies in the areas that the viewer visits now, while the survey is open."""
    if not viewer.scopes(ENUMERATE) or not viewer.person.pk:
        return NOTHING
    return Q(**{
        f"{way}assignments__person": viewer.person.pk,
        f"{way}assignments__ended_at": None,
    })  # fmt: skip


def _areas(viewer: Viewer) -> Q:
    return viewer.within(MANAGE, agency="round__owner") | _of_mine(viewer, "")


def _addresses(viewer: Viewer) -> Q:
    seen = viewer.within(MANAGE, agency="round__owner")
    seen |= Q(removed_at=None, is_sampled=True, round__state="open") & _of_mine(viewer, "area__")
    if viewer.scopes(ENUMERATE) and viewer.person.pk:
        seen |= Q(reinterviewer=viewer.person.pk, round__state="open")
    return seen


def _records(viewer: Viewer) -> Q:
    return viewer.within(READ, agency="address__round__owner")


policies.register("statistics.surveyround")(Policy(view=lambda viewer: EVERYTHING, agency="owner"))
policies.register("statistics.surveyarea")(Policy(view=_areas, agency="round__owner"))
policies.register("statistics.surveyaddress")(Policy(view=_addresses, agency="round__owner"))
policies.register("statistics.surveyrecord")(Policy(view=_records, agency="address__round__owner"))
policies.register("statistics.surveyduplicate")(
    Policy(view=lambda viewer: viewer.within(MANAGE, agency="round__owner"), agency="round__owner")
)
