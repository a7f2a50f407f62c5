"""Which agency gets a case: the first rule that is true."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shizheng.services.domain.answers import Choosable
from shizheng.services.domain.errors import NowhereToRoute
from shizheng.services.domain.facts import PlaceFacts

if TYPE_CHECKING:
    from shizheng.services.definitions import Service


def route(service: "Service", scope: Mapping[str, Any], place: PlaceFacts) -> str:
    """Return the code of the agency that is responsible (權責機關).

    A rule that leads to the owner of an asset, or to a district office, passes where there is
    none at that place.

    Raises:
        NowhereToRoute: no rule leads anywhere.
    """
    for rule in service.routing:
        if not service.vocabulary.truth(rule.when, scope):
            continue
        if rule.to_owner_of_asset:
            kind = rule.of_kind
            found = place.owners.get(kind, "") if kind else place.zone_owner
        elif rule.to_district_office:
            found = place.district_office
        else:
            found = rule.to or service.owner
        if found:
            return str(found)
    raise NowhereToRoute(service=Choosable(service.name))
