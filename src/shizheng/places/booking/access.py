"""Who sees what of booking: times are public, persons are for themselves and the owner agency."""

from django.db.models import Q

from shizheng.core.access import EVERYTHING, NOTHING, Policy, Viewer, policies

MANAGE = "places.manage_booking"


def _own_or_managed(viewer: Viewer) -> Q:
    mine = NOTHING if viewer.person.pk is None else viewer.own("person")
    return mine | viewer.within(MANAGE, agency="bookable__owner")


policies.register("places.bookable")(Policy(view=lambda _viewer: EVERYTHING, agency="owner"))
policies.register("places.closure")(
    Policy(view=lambda _viewer: EVERYTHING, agency="bookable__owner")
)
policies.register("places.slottally")(
    Policy(view=lambda _viewer: EVERYTHING, agency="bookable__owner")
)
policies.register("places.booking")(Policy(view=_own_or_managed, agency="bookable__owner"))


def _member(viewer: Viewer) -> Q:
    mine = NOTHING if viewer.person.pk is None else viewer.own("person")
    return mine | viewer.within(MANAGE, agency="agency")


policies.register("places.groupmember")(Policy(view=_member, agency="agency"))
policies.register("places.waiting")(Policy(view=_own_or_managed, agency="bookable__owner"))
