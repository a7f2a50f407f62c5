"""Who sees requests and consents: the person, and who answers for the agency."""

from django.db.models import Q

from shizheng.core.access import Policy, Viewer, policies

ANSWER = "statistics.answer_person"


def _own_or_answered(viewer: Viewer) -> Q:
    return viewer.own("person") | viewer.within(ANSWER, agency="agency")


for name in ("datarequest", "dataconsent"):
    policies.register(f"statistics.{name}")(Policy(view=_own_or_answered, agency="agency"))
