"""Background work of emissions: readings are held to permits."""

from django.utils import timezone

from shizheng.core.jobs import job


@job("sensing.judge_discharge", retries=3)
def judge_discharge(things: list[int], first_us: int, last_us: int) -> int:
    """Hold what monitors sent in a span to their permits."""
    from shizheng.sensing import moments
    from shizheng.sensing.water.judging import readings_judge

    return readings_judge(things, moments.moment(first_us), moments.moment(last_us), timezone.now())
