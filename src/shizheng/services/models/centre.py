"""The call centre: calls, what they were answered from, and the versioned knowledge base."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.services.models.case import Case


class KnowledgeEntry(Keyed):
    """A question and its answer (知識條目) in one version; only the newest is current."""

    code = models.CharField(max_length=60)
    number = models.PositiveIntegerField(default=1, help_text="Version.")
    is_current = models.BooleanField(default=True)
    is_public = models.BooleanField(default=True)
    question = models.JSONField(help_text="Language to text.")
    answer = models.JSONField(help_text="Language to text.")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    services = models.JSONField(default=list, help_text="Codes of services.")
    keywords = models.JSONField(default=list)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)
    use_count = models.PositiveIntegerField(default=0)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-number"]
        verbose_name_plural = "knowledge entries"
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="knowledge_version_is_unique"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(is_current=True), name="knowledge_has_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.number}"


class Call(Keyed):
    """One contact with the call centre (來電): waited how long, solved how.

    Who called is personal: shown to the call-taker of this call alone, emptied by retention.
    ``handoff_count`` counts how often the caller was handed on to somebody else.
    """

    class Channel(models.TextChoices):
        PHONE = "phone", _("Telephone")
        TEXT = "text", _("Text message")
        CHAT = "chat", _("Chat")

    class Result(models.TextChoices):
        OPEN = "open", _("Going on")
        ANSWERED = "answered", _("Answered at once")
        CASE = "case", _("Case opened")
        JOINED = "joined", _("Joined to a case")
        ABANDONED = "abandoned", _("Hung up")

    agent = models.ForeignKey(User, on_delete=models.PROTECT, related_name="calls")
    channel = models.CharField(max_length=5, choices=Channel)
    language = models.CharField(max_length=10)
    started_at = models.DateTimeField()
    wait_seconds = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=9, choices=Result, default=Result.OPEN)
    entries = models.ManyToManyField(KnowledgeEntry, blank=True, related_name="calls")
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="calls"
    )
    topic = models.CharField(max_length=120, blank=True)
    caller_name = models.CharField(max_length=80, blank=True, help_text="Personal.")
    caller_phone = models.CharField(max_length=30, blank=True, help_text="Personal.")
    handoff_count = models.PositiveSmallIntegerField(default=0)
    handed_to = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    satisfaction = models.PositiveSmallIntegerField(null=True, blank=True, help_text="1 to 5.")

    objects = VisibleQuerySet.as_manager()

    PERSONAL = ("topic", "caller_name", "caller_phone")

    class Meta:
        ordering = ["-started_at", "-id"]
        indexes = [models.Index(fields=["agent", "-started_at"], name="call_of_agent")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | ~Q(result="open"),
                name="call_ended_has_result",
                violation_error_message=_("A call that has ended has a result."),
            ),
            models.UniqueConstraint(
                fields=["agent"],
                condition=Q(ended_at=None, channel="phone"),
                name="agent_is_on_one_telephone_call",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction=None) | Q(satisfaction__range=(1, 5)),
                name="call_satisfaction_is_1_to_5",
                violation_error_message=_("Satisfaction is 1 to 5."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.channel}"


class ReplyTemplate(Keyed):
    """A text that officers start an answer from (答覆範本)."""

    code = models.CharField(max_length=60, unique=True)
    title = models.JSONField(help_text="Language to text.")
    text = models.JSONField(help_text="Language to text.")
    services = models.JSONField(default=list)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class SavedView(Keyed):
    """A list as somebody likes it (自訂清單): its name and its address."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1_000)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["person_id", "position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="saved_view_name_is_unique")
        ]

    def __str__(self) -> str:
        return self.name
