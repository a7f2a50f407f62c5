"""Background work of warnings: the clock, escalation, messages, mail to subscribers."""

from uuid import UUID

from django.utils import timezone

from shizheng.core.jobs import daily, every, job


@every(minutes=1)
@job("sensing.warning_clock", retries=0, is_urgent=True)
def warning_clock() -> int:
    """Notice silence and ended holds; call the next where nobody answers."""
    from shizheng.sensing.alerting.actions import alert_escalate
    from shizheng.sensing.alerting.evaluating import clock_moved
    from shizheng.sensing.alerting.waiting import all_judged
    from shizheng.sensing.models import Alert
    from shizheng.sensing.outlooks.actions import outlooks_expire

    now = timezone.now()
    changed = all_judged() + clock_moved(at=now) + outlooks_expire(at=now)
    for alert in Alert.objects.filter(escalate_at__lte=now).select_related("rule__owner"):
        alert_escalate(alert=alert, at=now)
    return changed


@job("sensing.judge_waiting", retries=3, is_urgent=True)
def judge_waiting(turn: int) -> int:
    """Ask the rules that watch streams with new readings."""
    from shizheng.sensing.alerting.waiting import waiting_judged

    return waiting_judged(turn)


@every(minutes=20)
@job("sensing.sample_clocks", retries=0)
def sample_clocks() -> int:
    """Keep when readings were measured and when they came, for the drift of clocks."""
    from shizheng.sensing.checking.together import clocks_sample

    return clocks_sample(at=timezone.now())


@daily(at="04:20")
@job("sensing.fit_levels", retries=0)
def fit_levels() -> int:
    """Fit the forecasts of gauges anew, and set warnings beside what happened."""
    from shizheng.sensing.judging.actions import incidents_match
    from shizheng.sensing.judging.forecasts import models_fit

    now = timezone.now()
    incidents_match(at=now)
    return models_fit(at=now)


@job("sensing.issue_message", retries=8, is_urgent=True)
def issue_message(step: str) -> None:
    """Issue the message of a step."""
    from shizheng.sensing.alerting.issuing import message_issue
    from shizheng.sensing.models import AlertStep

    rows = AlertStep.objects.select_related("alert__rule__owner", "alert__version", "alert__area")
    message_issue(step=rows.get(pk=UUID(step)), at=timezone.now())


@job("sensing.broadcast_message", retries=8, is_urgent=True)
def broadcast_message(message: str, way: str) -> None:
    """Give a message to one way to everybody; tried again where that fails."""
    from shizheng.sensing.alerting.channels import broadcasts
    from shizheng.sensing.models import AlertMessage

    broadcasts[way](AlertMessage.objects.get(pk=UUID(message)))


@job("sensing.tell_subscribers", retries=5)
def tell_subscribers(message: str) -> None:
    """Mail those who subscribed to the place of a message, each once."""
    from shizheng.sensing.alerting.subscribing import subscribers_tell
    from shizheng.sensing.models import AlertMessage

    rows = AlertMessage.objects.select_related("alert__rule__owner", "alert__version")
    subscribers_tell(message=rows.get(pk=UUID(message)), now=timezone.now)
