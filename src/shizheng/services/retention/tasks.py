"""Removing personal data day by day, case by case."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import daily, job, report_progress

log = structlog.get_logger()


@daily(at="02:15")
@job("services.remove_personal_data")
def remove_personal_data() -> None:
    """Anonymise closed cases whose time is over; one that fails keeps none of the others."""
    from shizheng.services import city
    from shizheng.services.models import Case
    from shizheng.services.retention.actions import case_anonymise
    from shizheng.services.retention.files import sweep
    from shizheng.services.retention.selectors import endings

    now, count, failed = timezone.now(), 0, 0
    today = timezone.localdate(now, city.zone())
    for ending in list(endings(Case.objects.all(), on=today)):
        if ending.kept:
            continue
        try:
            count += case_anonymise(case=ending.case, at=now)
        except Exception:
            log.exception("case_not_anonymised", number=ending.case.number)
            failed += 1
        report_progress(0.5, str(count))
    removed = sweep(now)
    log.info("personal_data_removed", cases=count, files=removed, failed=failed)
    if failed:
        raise RuntimeError(f"{failed} cases could not be anonymised; the log names them")
