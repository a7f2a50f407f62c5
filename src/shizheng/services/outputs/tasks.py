"""Background work of documents: files that are still to be made, and those that run out."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import daily, job
from shizheng.services.models import Output
from shizheng.services.outputs.actions.keeping import output_prepare, outputs_expire

log = structlog.get_logger()


@job("services.make_output", retries=10)
def make_output(output: str) -> None:
    """Make the file of one document; done again, nothing happens.

    Raises:
        TimestampUnavailable: it is tried again later.
    """
    row = Output.objects.select_related("case").get(pk=output)
    if row.status == Output.Status.PREPARING:
        output_prepare(output=row, at=timezone.now())


@daily(at="00:10")
@job("services.expire_outputs", retries=3)
def expire_outputs() -> None:
    """Note the documents whose last day was yesterday."""
    now = timezone.now()
    count = outputs_expire(on=timezone.localdate(now), at=now)
    if count:
        log.info("outputs_expired", count=count)
