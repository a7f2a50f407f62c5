"""Warnings: rules at work, what they raised, who took it on, what was issued, who subscribed."""

from django.db import models
from django.db.models import Q

from shizheng.core.models import Agency, Area, PublishedDefinition, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet


class WarningRule(Keyed):
    """A rule of the pack by which warnings begin and end (警戒規則)."""

    code = models.CharField(max_length=60, unique=True)
    current = models.ForeignKey(PublishedDefinition, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="warning_rules")
    name = models.JSONField(help_text="Language to name.")
    is_public = models.BooleanField(default=True)
    is_kept = models.BooleanField(default=True, help_text="Still in the pack.")
    position = models.PositiveIntegerField(default=0)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code


class RuleState(models.Model):
    """How a rule stands for one subject (警戒狀態): a stream, or all streams of a district."""

    rule = models.ForeignKey(WarningRule, on_delete=models.CASCADE, related_name="states")
    subject = models.CharField(max_length=60, help_text="Stream number, or area: and its code.")
    level = models.PositiveSmallIntegerField(default=0)
    streaks = models.JSONField(default=list)
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["rule", "subject"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "subject"], name="rule_state_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.subject} {self.level}"


class Alert(Keyed):
    """A warning from its beginning to its end (警戒事件), with what it was decided on.

    ``is_drill`` is set when it is made and never changes: a drill cannot become real.
    """

    rule = models.ForeignKey(WarningRule, on_delete=models.PROTECT, related_name="alerts")
    version = models.ForeignKey(PublishedDefinition, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60)
    stream = models.BigIntegerField(null=True, help_text="Of a rule for single streams.")
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.JSONField(default=dict, help_text="Language to what the place is called.")
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    is_drill = models.BooleanField(default=False)
    level = models.PositiveSmallIntegerField(help_text="Now; 0 when it is over.")
    highest = models.PositiveSmallIntegerField()
    numbers = models.JSONField(default=dict, help_text="What the rule read when it last changed.")
    readings = models.JSONField(default=list, help_text="Sensor, time and value at the beginning.")
    began_at = models.DateTimeField()
    raised_at = models.DateTimeField(help_text="When the city knew.")
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, help_text="Acknowledge until then.")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    step = models.PositiveSmallIntegerField(default=0, help_text="Steps of escalation taken.")
    escalate_at = models.DateTimeField(null=True)
    called = models.ManyToManyField(
        Agency, related_name="+", help_text="Whose boards show it besides the owner's."
    )
    outlook = models.ForeignKey(
        "sensing.FloodOutlook", null=True, on_delete=models.PROTECT, related_name="alerts"
    )

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-began_at", "-id"]
        indexes = [models.Index(fields=["escalate_at"], name="alert_by_escalation")]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject", "is_drill"], condition=Q(ended_at=None),
                name="alert_open_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.rule_id} {self.subject} {self.began_at:%Y-%m-%d %H:%M}"


class AlertStep(Keyed):
    """One thing that happened to a warning (警戒處置紀錄); appended and never changed."""

    class Kind(models.TextChoices):
        RAISED = "raised"
        LEVEL = "level"
        ACKNOWLEDGED = "acknowledged"
        HANDED_OVER = "handed_over"
        ESCALATED = "escalated"
        NOTED = "noted"
        ENDED = "ended"

    PERSONAL = ("note",)

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=500, blank=True)
    numbers = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.kind}"


class AlertMessage(Keyed):
    """A CAP message as it left the city (示警訊息); what was sent is not changed."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="messages")
    identifier = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=6, help_text="Alert, Update or Cancel.")
    status = models.CharField(max_length=8, help_text="Actual, Exercise or Test.")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reference = models.CharField(max_length=300)
    content = models.TextField()
    is_signed = models.BooleanField(default=False)
    is_current = models.BooleanField(default=True, help_text="No later message replaces it.")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=("Actual", "Exercise", "Test")), name="alert_message_status"
            ),
        ]

    def __str__(self) -> str:
        return self.identifier


class Subscription(Keyed):
    """A place of which a person wants to be warned (示警訂閱), agreed to by themselves."""

    PERSONAL = ("longitude", "latitude")

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    radius_m = models.PositiveIntegerField(default=1_000)
    by_email = models.BooleanField(default=True)
    consented_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-consented_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=False)
                | (Q(longitude__isnull=False) & Q(latitude__isnull=False)),
                name="subscription_has_a_place",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SubscriptionNotice(Keyed):
    """A message that was given to a subscriber (示警通知); once, however often it is tried."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="notices")
    message = models.ForeignKey(AlertMessage, on_delete=models.PROTECT, related_name="notices")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "message"], name="subscription_told_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.message_id}"


class Maintenance(Keyed):
    """A time in which a stream is worked on and raises no warning (維護時段)."""

    stream = models.BigIntegerField()
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    why = models.CharField(max_length=200)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="maintenance_forwards"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.starts_at:%Y-%m-%d %H:%M}"
