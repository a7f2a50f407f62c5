"""Sending what waits; each notice by the gateway of its channel."""

from django.utils import timezone

from shizheng.core.jobs import every, job


@job("services.send_notice", retries=13)
def send_notice(*, notice: str) -> None:
    """Send one notice; tried for about a day."""
    from shizheng.services.notices.sending import notice_send

    notice_send(notice)


@every(minutes=10)
@job("services.resume_notices")
def notices_resume() -> None:
    """Queue notices that wait, or are half sent, without a job."""
    from shizheng.services.notices.sending import stuck_enqueue

    stuck_enqueue(timezone.now())
