"""Who sees what of property: what there is is public; values, parties and people are not."""

from django.db.models import Q

from shizheng.core.access import EVERYTHING, NOTHING, Policy, Viewer, policies

MANAGE = "places.manage_property"
LAND = "places.answer_land_enquiry"
VALUES = "places.view_internal"


def _own(viewer: Viewer, lookup: str) -> Q:
    return NOTHING if viewer.person.pk is None else viewer.own(lookup)


def _managed(agency: str, own: str = "", permission: str = MANAGE) -> Policy:
    """Return the policy of what the agency in charge sees, and the person named at ``own``."""

    def view(viewer: Viewer) -> Q:
        mine = _own(viewer, own) if own else NOTHING
        return mine | viewer.within(permission, agency=agency)

    return Policy(view=view, agency=agency)


def _valued(agency: str) -> Policy:
    """Return the policy of figures that the city's staff reads."""

    def view(viewer: Viewer) -> Q:
        return EVERYTHING if viewer.scopes(VALUES) else viewer.within(MANAGE, agency=agency)

    return Policy(view=view, agency=agency)


def _space(viewer: Viewer) -> Q:
    return Q(state__in=("offered", "lent")) | viewer.within(MANAGE, agency="agency")


def _of_space(viewer: Viewer) -> Q:
    return _own(viewer, "application__person") | viewer.within(MANAGE, agency="space__agency")


for _name, _policy in {
    "propertyitem": Policy(view=lambda _viewer: EVERYTHING, agency="agency"),
    "propertyentry": _valued("agency"),
    "accountingfigure": _valued("agency"),
    "lease": _managed("item__agency", "person"),
    "rentdue": _managed("lease__item__agency", "lease__person"),
    "occupation": _managed("item__agency"),
    "salehousehold": _managed("agency", "person"),
    "salenotice": _managed("household__agency", "household__person"),
    "stockround": _managed("agency"),
    "stockfinding": _managed("round__agency"),
    "space": Policy(view=_space, agency="agency"),
    "spaceapplication": _managed("space__agency", "person"),
    "spaceuse": Policy(view=_of_space, agency="space__agency"),
    "landenquiry": _managed("agency", "person", LAND),
}.items():
    policies.register(f"places.{_name}")(_policy)
