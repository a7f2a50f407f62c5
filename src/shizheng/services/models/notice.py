"""Notices: each written with the act it tells of, and sent once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.models import User
from shizheng.core.models.keys import Keyed
from shizheng.services.models.case import Case, CaseParty


class Notice(Keyed):
    """One notice to one person by one channel (通知).

    Written in the transaction of the act; ``key`` makes it one however often the act is tried.
    ``SENDING`` is set before it goes out, so that a killed process leaves a trace, and the key of
    the notice goes with it, so that a gateway drops a second one.
    """

    class Channel(models.TextChoices):
        IN_APP = "in_app", _("On the site")
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("Text message")
        LINE = "line", _("LINE")
        WEBHOOK = "webhook", _("Webhook")

    class Status(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("services", "Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", pgettext_lazy("services", "Sent")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Not sent")

    key = models.CharField(max_length=120, unique=True)
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    party = models.ForeignKey(
        CaseParty, null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    person = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="notices",
        db_index=False,
    )  # fmt: skip
    channel = models.CharField(max_length=7, choices=Channel)
    template = models.CharField(max_length=60)
    template_version = models.PositiveIntegerField()
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    status = models.CharField(max_length=7, choices=Status, default=Status.WAITING)
    send_at = models.DateTimeField(help_text="Not before; later in quiet hours.")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)

    PERSONAL = ("subject", "text")

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [
            models.Index(
                fields=["send_at", "id"],
                condition=Q(status__in=["waiting", "sending"]),
                name="notice_to_send",
            ),
            models.Index(fields=["person", "-made_at"], name="notice_of_person"),
        ]

    def __str__(self) -> str:
        return self.key
