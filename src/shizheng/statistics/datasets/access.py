"""Who sees a dataset: everybody once it is public and published; before, its owner alone."""

from django.db.models import Q

from shizheng.core.access import Policy, Viewer, policies

PUBLISH = "statistics.publish_dataset"


def _published_or_own(viewer: Viewer) -> Q:
    published = Q(current__isnull=False)
    if not viewer.scopes("statistics.view_internal"):
        published &= Q(is_public=True)
    return published | viewer.within(PUBLISH, agency="owner")


def _version_published_or_own(viewer: Viewer) -> Q:
    published = Q(state="published")
    if not viewer.scopes("statistics.view_internal"):
        published &= Q(dataset__is_public=True)
    return published | viewer.within(PUBLISH, agency="dataset__owner")


policies.register("statistics.dataset")(Policy(view=_published_or_own, agency="owner"))
policies.register("statistics.datasetversion")(
    Policy(view=_version_published_or_own, agency="dataset__owner")
)
