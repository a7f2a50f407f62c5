"""Who may see what of registers: first whether a thing is known of at all, then how much of it.

A viewer has a level in each register: ``public`` for everybody, ``internal`` for the city's
staff, ``restricted`` for those of the owner agency who edit it or need to know.
"""

from collections.abc import Callable

from django.db.models import Q

from shizheng.core.access import NOTHING, Person, Policy, Viewer, acts_open_to, policies
from shizheng.places.definitions import AUDIENCES, Audience
from shizheng.places.models import Register

VIEW, NEED, EDIT = "places.view_internal", "places.view_restricted", "places.edit_register"
DECIDE, IMPORT = "places.decide_proposal", "places.import_register"


def _known(to_register: str) -> Callable[[Viewer], Q]:
    """Return the rule of what is known of at all, from a row to its register."""

    def rule(viewer: Viewer) -> Q:
        owner = f"{to_register}owner"
        seen = Q(**{f"{to_register}seen_by": "public"})
        if viewer.scopes(VIEW):
            seen |= Q(**{f"{to_register}seen_by": "internal"})
        return seen | viewer.within(NEED, agency=owner) | viewer.within(EDIT, agency=owner)

    return rule


def _own_or_deciding(viewer: Viewer) -> Q:
    mine = NOTHING if viewer.person.pk is None else viewer.own("proposed_by")
    return mine | viewer.within(DECIDE, agency="register__owner")


policies.register("places.register")(Policy(view=_known(""), agency="owner"))
policies.register("places.thing")(Policy(view=_known("register__"), agency="register__owner"))
policies.register("places.feature")(Policy(view=_known("register__"), agency="register__owner"))
policies.register("places.registertally")(
    Policy(view=_known("register__"), agency="register__owner")
)
policies.register("places.proposal")(Policy(view=_own_or_deciding, agency="register__owner"))
policies.register("places.importrun")(
    Policy(
        view=lambda viewer: viewer.within(IMPORT, agency="register__owner"),
        agency="register__owner",
    )
)


def level_of(person: Person, register: Register) -> Audience:
    """Return how much a person sees of a register that they may know of (檢視層級)."""
    viewer = Viewer(person)
    held = [permission for permission in (NEED, EDIT) if viewer.scopes(permission)]
    if held and acts_open_to(person, register, *held):
        return "restricted"
    return "internal" if viewer.scopes(VIEW) else "public"


def sees(level: Audience, needed: Audience) -> bool:
    """Whether somebody of a level sees what is for ``needed``."""
    return AUDIENCES.index(level) >= AUDIENCES.index(needed)
