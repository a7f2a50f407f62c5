"""Background work of the personal data service: making copies, mail, ends of keeping."""

from uuid import UUID

from django.utils import timezone

from shizheng.core.jobs import daily, every, job


@job("statistics.make_copy", retries=3)
def make_copy(copy: str) -> None:
    """Make a copy that somebody asked for."""
    from shizheng.statistics.models import DataCopy
    from shizheng.statistics.personal.copying import copy_make

    row = DataCopy.objects.select_related("person").get(pk=UUID(copy))
    copy_make(copy=row, now=timezone.now)


@job("statistics.mail_person", retries=5)
def mail_person(person: str, subject: str, text: str) -> None:
    """Send somebody an e-mail that says where to look; never what stands there."""
    from django.core.mail import send_mail

    from shizheng.core.models import User

    row = User.objects.filter(pk=UUID(person), is_active=True).first()
    if row is not None and row.email:
        send_mail(subject, text, None, [row.email])


@every(minutes=30)
@job("statistics.remove_copies")
def remove_copies() -> None:
    """Remove copies whose time is over."""
    from shizheng.statistics.personal.keeping import copies_remove

    copies_remove(at=timezone.now())


@daily(at="02:45")
@job("statistics.forget_requests")
def forget_requests() -> None:
    """Delete answered requests whose time is over."""
    from shizheng.statistics.personal.keeping import requests_forget

    requests_forget(at=timezone.now())
