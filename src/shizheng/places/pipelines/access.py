"""Who sees and does what with leaks: who reported them and the agencies that were told (限閱)."""

from django.db.models import Q

from shizheng.core.access import NOTHING, Policy, Viewer, policies
from shizheng.places.pipelines.models import LeakNotice

REPORT, RECEIVE = "places.report_leak", "places.receive_leak"


def _leak(viewer: Viewer) -> Q:
    mine = NOTHING if viewer.person.pk is None else viewer.own("reported_by")
    told = LeakNotice.objects.filter(viewer.within(RECEIVE, agency="agency"))
    return mine | Q(pk__in=told.values("leak"))


def _notice(viewer: Viewer) -> Q:
    mine = NOTHING if viewer.person.pk is None else viewer.own("leak__reported_by")
    return mine | viewer.within(RECEIVE, agency="agency")


policies.register("places.leakreport")(
    Policy(view=_leak, agency="agency", acts={RECEIVE: _leak, REPORT: _leak})
)
policies.register("places.leaknotice")(Policy(view=_notice, agency="agency"))
