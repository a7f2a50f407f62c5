"""Background work of figures."""

from datetime import timedelta

import structlog
from django.utils import timezone

from shizheng.core.demo_year import is_playing
from shizheng.core.jobs import Later, daily, job
from shizheng.statistics.indicators.making import indicators_make
from shizheng.statistics.indicators.warning import owners_warn

AFTER_THE_YEAR = timedelta(minutes=1)
log = structlog.get_logger()


@daily(at="05:30")
@job("statistics.make_indicators", retries=2)
def make_indicators() -> None:
    """Compute every indicator from the work as it stands.

    Raises:
        IndicatorsFailed: some could not be computed.
        Later: a demonstration is still being given its past, whose figures come first.
    """
    if is_playing():
        raise Later(timezone.now() + AFTER_THE_YEAR)
    run = indicators_make(at=timezone.now())
    log.info("indicators_made", indicators=run.indicators, vintages=run.vintages)
    run.raise_failures()


@daily(at="07:10")
@job("statistics.warn_owners", retries=2)
def warn_owners() -> None:
    """Tell owners which figures are late, missing or off target; once a week each."""
    told = owners_warn(at=timezone.now())
    log.info("owners_warned", notices=told)
