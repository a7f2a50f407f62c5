"""What officers do with notices: send again one that did not go out."""

from datetime import datetime

from django.db import transaction

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.services.models import Notice
from shizheng.services.notices.errors import NotToRepeat

REPEATABLE = (Notice.Status.FAILED, Notice.Status.DROPPED)


@transaction.atomic
def notice_repeat(*, notice: Notice, by: User, at: datetime) -> None:
    """Send a notice again that failed or was dropped (重送通知); with the same key.

    Raises:
        NotPermitted: ``by`` may not act on the case.
        NotToRepeat: it went out, waits or is being sent.
    """
    from shizheng.services.notices.tasks import send_notice

    require(by, "services.act_on_case", notice.case, at=at)
    again = Notice.objects.filter(pk=notice.pk, status__in=REPEATABLE).update(
        status=Notice.Status.WAITING, send_at=at, attempt_count=0, problem=""
    )
    if not again:
        raise NotToRepeat
    now = {"channel": notice.channel, "template": notice.template, "notice": str(notice.pk)}
    journal.record("services.notice.repeated", notice.case or notice, by=by, at=at, now=now)
    send_notice.enqueue(key=str(notice.pk), notice=str(notice.pk))
