"""Who may see which things and streams, who may change them, and which device may send what."""

from collections.abc import Callable
from typing import TypeAlias

from django.db.models import Q

from shizheng.core.access import EVERYTHING, Policy, Viewer, policies, require
from shizheng.core.models import Agency, User
from shizheng.core.permissions import in_words
from shizheng.kernel.errors import NotPermitted
from shizheng.sensing.models import Gateway

VIEW, MANAGE = "sensing.view_internal", "sensing.manage_things"
Actor: TypeAlias = User | Gateway | None
"""A person, a gateway with its key, or None: the system itself."""


def _seen(to_thing: str) -> Callable[[Viewer], Q]:
    """Return the rule from a row to the thing or place that says who may know of it."""

    def rule(viewer: Viewer) -> Q:
        seen = Q(**{f"{to_thing}seen_by": "public"})
        if viewer.scopes(VIEW):
            seen |= Q(**{f"{to_thing}seen_by": "internal"})
        return seen | viewer.within(MANAGE, agency=f"{to_thing}owner")

    return rule


for _name, _path in {
    "thing": "", "location": "", "featureofinterest": "", "datastream": "thing__",
    "historicallocation": "thing__",
}.items():  # fmt: skip
    policies.register(f"sensing.{_name}")(Policy(view=_seen(_path), agency=f"{_path}owner"))
for _name in ("sensor", "observedproperty"):
    policies.register(f"sensing.{_name}")(Policy(view=lambda viewer: EVERYTHING, agency="owner"))
policies.register("sensing.gateway")(
    Policy(view=lambda viewer: viewer.within(MANAGE, agency="owner"), agency="owner")
)


def require_keeper(by: Actor, owner: Agency | None) -> None:
    """Do nothing if ``by`` may keep the things of an agency; of no agency, who may of any.

    Raises:
        NotPermitted: they may not.
    """
    if by is None:
        return
    if isinstance(by, Gateway):
        if not (by.may_register and owner is not None and by.owner_id == owner.pk):
            raise NotPermitted(permission=in_words(MANAGE))
        return
    require(by, MANAGE, owner)
