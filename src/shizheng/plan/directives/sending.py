"""Once-only forms: a form sent twice acts once and answers the same (防止重複送出)."""

from datetime import datetime, timedelta
from uuid import UUID

from shizheng.core.models import User
from shizheng.plan.models import SentForm

KEPT = timedelta(days=7)


def result_of(token: str, *, person: User, address: str) -> str | None:
    """Return where a form that was sent before led to, or None for a fresh one."""
    try:
        key = UUID(token)
    except ValueError:
        return None
    sent = SentForm.objects.filter(pk=key, person=person, address=address)
    return sent.values_list("result", flat=True).first()


def remember(token: UUID, *, person: User, address: str, result: str, at: datetime) -> None:
    """Note that a form was sent, inside the transaction of its act.

    A second one of the same moment waits here for the first and is then refused by the database.

    Raises:
        IntegrityError: the form was sent already.
    """
    SentForm(token=token, person=person, address=address, result=result, sent_at=at).save(
        force_insert=True
    )


def forget_old(*, at: datetime) -> int:
    """Forget forms sent more than a week ago; return how many."""
    return SentForm.objects.filter(sent_at__lt=at - KEPT).delete()[0]
