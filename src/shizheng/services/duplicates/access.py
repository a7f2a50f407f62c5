"""Who may link cases: with the right over the one that is linked, and sight of the other."""

from shizheng.core.access import Viewer
from shizheng.core.models import User
from shizheng.core.permissions import in_words
from shizheng.core.visibility import Person, Scope
from shizheng.kernel.errors import NotPermitted
from shizheng.services.models import Case

LINK = "services.link_cases"


def may_link(person: Person, case: Case) -> bool:
    """Whether somebody may link a case: staff of its agency, of its service's, of its district."""
    scopes = Viewer(person).scopes(LINK)
    if not any(_covers(scope, case) for scope in scopes):
        return False
    return Case.objects.visible_to(person).filter(pk=case.pk).exists()


def _covers(scope: Scope, case: Case) -> bool:
    agencies, areas = scope.agencies, scope.areas
    of_agency = agencies is None or not agencies.isdisjoint((case.agency_id, case.service.owner_id))
    of_area = areas is None or case.district_id in areas or case.village_id in areas
    return of_agency and of_area


def require_link(person: User, case: Case) -> None:
    """Do nothing if ``person`` may link ``case``.

    Raises:
        NotPermitted: they may not.
    """
    if not may_link(person, case):
        raise NotPermitted(permission=in_words(LINK))
