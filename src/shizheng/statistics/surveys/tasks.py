"""Background work of surveys: finding duplicates each night, and the end of keeping."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import daily, job
from shizheng.statistics.models import SurveyRound
from shizheng.statistics.surveys.actions.checking import duplicates_find
from shizheng.statistics.surveys.actions.closing import records_erase

log = structlog.get_logger()


@daily(at="04:10")
@job("statistics.sweep_surveys", retries=2)
def sweep_surveys() -> None:
    """Look for people counted twice in open surveys, and erase answers whose time is over."""
    now = timezone.now()
    for row in SurveyRound.objects.filter(state="open").order_by("code"):
        log.info("duplicates_found", survey=row.code, pairs=duplicates_find(
            survey=row, by=None, at=now))  # fmt: skip
    for row in SurveyRound.objects.filter(state="closed", erased_at=None).order_by("code"):
        erased = records_erase(survey=row, at=now)
        if erased:
            log.info("survey_records_erased", survey=row.code, records=erased)
