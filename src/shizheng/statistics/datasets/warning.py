"""Warning owners whose dataset is later than they promised."""

from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from shizheng.core import journal, outbox
from shizheng.core.words import in_language, language_tag
from shizheng.services.notices.telling import Telling, people_tell
from shizheng.statistics.datasets.selectors import lateness_of, publishers_of
from shizheng.statistics.models import Dataset


def late_warn(*, at: datetime) -> int:
    """Tell of each late dataset once per version: its publishers, its contact, and an event.

    Returns:
        How many owners were told.
    """
    today, told = timezone.localdate(at), 0
    rows = Dataset.objects.filter(current__isnull=False).select_related("current")
    for dataset in rows.exclude(late_told_for=F("current__number")).order_by("code"):
        late = lateness_of(dataset, today)
        if late is not None and _tell(dataset, late.days, at):
            told += 1
    return told


@transaction.atomic
def _tell(dataset: Dataset, days: int, at: datetime) -> bool:
    number = dataset.current.number if dataset.current else 0
    unread = Dataset.objects.filter(pk=dataset.pk).exclude(late_told_for=number)
    if not unread.update(late_told_for=number):
        return False
    journal.record("statistics.dataset.late", dataset, by=None, at=at, now={"days": days})
    outbox.publish(
        "statistics.dataset.late", dataset, at=at,
        payload={"dataset": dataset.code, "version": number, "days": days},
    )  # fmt: skip
    with override(settings.LANGUAGE_CODE):
        title = in_language(dataset.title).replace("\n", " ")
        subject = _("The dataset “%(title)s” is late") % {"title": title}
        text = _(
            "The next version of “%(title)s” (%(code)s) is %(days)s days late. People see this on "
            "its page. Send the new version, or change how often you promise one."
        ) % {"title": title, "code": dataset.code, "days": days}
        address = settings.SITE_URL + reverse("datasets:send", args=[dataset.code])
    people_tell(
        tellings=[
            Telling(
                person=person, key=f"statistics.dataset_late:{dataset.pk}:{number}:{person.pk}",
                template="statistics.dataset_late", language=language_tag(settings.LANGUAGE_CODE),
                subject=subject, text=f"{text}\n{address}",
            )
            for person in publishers_of(dataset, at=at)
        ],
        at=at,
    )  # fmt: skip
    if "@" in dataset.contact:
        transaction.on_commit(
            lambda: send_mail(subject, text, None, [dataset.contact], fail_silently=True)
        )
    return True
