"""Background work of the desk."""

from django.utils import timezone

from shizheng.core.jobs import job
from shizheng.services.desk.bulk import bulk_do
from shizheng.services.models import BulkAct


@job("services.bulk_act", retries=5)
def bulk_run(*, bulk: str) -> None:
    """Do an act on many cases, going on after the last one that is on record."""
    bulk_do(BulkAct.objects.select_related("by").get(pk=bulk), at=timezone.now())
