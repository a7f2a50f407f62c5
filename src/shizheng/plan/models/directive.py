"""Directives: what a meeting or a superior decided, followed until the control unit lets go."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.access import VisibleQuerySet
from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed
from shizheng.plan.directives.domain.flow import Confidentiality, Source, Status
from shizheng.plan.directives.domain.periods import Cadence
from shizheng.plan.models.register import Item


class SourceChoice(models.TextChoices):
    """Sources in words (列管來源)."""

    CITY_MEETING = Source.CITY_MEETING.value, _("City meeting")
    WORKS_MEETING = Source.WORKS_MEETING.value, _("Works supervision meeting")
    MAYORS_LIST = Source.MAYORS_LIST.value, _("Mayor's list")
    INTERPELLATION = Source.INTERPELLATION.value, _("Council interpellation")
    CONTROL_YUAN = Source.CONTROL_YUAN.value, _("Control Yuan")
    SPECIAL_MEETING = Source.SPECIAL_MEETING.value, _("Special meeting")


class StatusChoice(models.TextChoices):
    """States in words (列管狀態)."""

    OPEN = Status.OPEN.value, _("Followed")
    RELEASE_REQUESTED = Status.RELEASE_REQUESTED.value, _("Release requested")
    RELEASED = Status.RELEASED.value, _("Released")


class ConfidentialityChoice(models.TextChoices):
    """Levels in words (機密等級)."""

    PUBLIC = Confidentiality.PUBLIC.value, _("Public")
    INTERNAL = Confidentiality.INTERNAL.value, _("Internal")
    RESTRICTED = Confidentiality.RESTRICTED.value, _("Restricted")


class CadenceChoice(models.TextChoices):
    """Reporting cadences in words (回報週期)."""

    BIWEEKLY = Cadence.BIWEEKLY.value, _("Every two weeks")
    MONTHLY = Cadence.MONTHLY.value, _("Monthly")
    QUARTERLY = Cadence.QUARTERLY.value, _("Quarterly")


class DirectiveSeries(models.Model):
    """The last number given to a directive on one day (流水號); whoever takes the next locks it."""

    day = models.DateField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["day"]
        verbose_name_plural = "directive series"

    def __str__(self) -> str:
        return f"{self.day} {self.last}"


class Directive(Keyed):
    """A decision that an agency must carry out and report on (列管事項).

    The database refuses to change ``number``, ``wording`` and ``first_due_on``. ``due_on`` is the
    date that holds now, ``percent`` that of the report that stands, both kept for lists;
    ``version`` counts the acts, so that nobody acts on what they have not seen. ``term`` counts
    the reopenings.
    """

    number = models.CharField(max_length=40, unique=True)
    source = models.CharField(max_length=20, choices=SourceChoice)
    source_reference = models.CharField(max_length=120)
    source_on = models.DateField()
    wording = models.TextField(help_text="Verbatim, as decided.")
    search_text = models.TextField(help_text="NFKC of number, reference and wording.")
    lead = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="led_directives")
    partners = models.ManyToManyField(Agency, blank=True, related_name="partner_directives")
    control = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="controlled_directives"
    )
    items = models.ManyToManyField(Item, blank=True, related_name="directives")
    cadence = models.CharField(max_length=10, choices=CadenceChoice)
    first_due_on = models.DateField()
    due_on = models.DateField()
    status = models.CharField(max_length=20, choices=StatusChoice, default=StatusChoice.OPEN)
    confidentiality = models.CharField(
        max_length=10, choices=ConfidentialityChoice, default=ConfidentialityChoice.INTERNAL
    )
    concerns_personnel = models.BooleanField(default=False)
    is_synthetic = models.BooleanField(default=False)
    percent = models.PositiveSmallIntegerField(default=0)
    term = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    issued_at = models.DateTimeField()
    issued_on = models.DateField()
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    released_on = models.DateField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__lte=100),
                name="directive_percent_at_most_100",
                violation_error_message=_("A percentage is at most 100."),
            ),
            models.CheckConstraint(
                condition=Q(status=Status.RELEASED.value, released_on__isnull=False)
                | (~Q(status=Status.RELEASED.value) & Q(released_on=None)),
                name="directive_released_has_date",
                violation_error_message=_("A released directive has the date of its release."),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "due_on"], name="directive_by_due"),
            models.Index(fields=["lead", "status"], name="directive_by_lead"),
        ]

    def __str__(self) -> str:
        return self.number


class DecisionKind(models.TextChoices):
    """Kinds of decision on a directive (核定種類)."""

    RELEASED = "released", _("Released")
    RELEASE_REFUSED = "release_refused", _("Release refused")
    REOPENED = "reopened", _("Reopened")


class DirectiveDecision(Keyed):
    """What the control unit decided on a directive (核定), in its words; never changed."""

    directive = models.ForeignKey(Directive, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=DecisionKind)
    text = models.TextField()
    reference = models.CharField(max_length=120, blank=True)
    decided_on = models.DateField()
    due_on = models.DateField(null=True, blank=True, help_text="The new date of a reopening.")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["directive", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "number"], name="directive_decision_number_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(kind="reopened", due_on__isnull=False)
                | (~Q(kind="reopened") & Q(due_on=None)),
                name="directive_reopening_has_due",
                violation_error_message=_("A reopening, and nothing else, sets a new due date."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.directive_id} {self.number}"


class ReleaseRequest(Keyed):
    """The lead agency asks to be let go (申請解除列管)."""

    directive = models.ForeignKey(
        Directive, on_delete=models.PROTECT, related_name="release_requests"
    )
    reason = models.TextField()
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decision = models.OneToOneField(
        DirectiveDecision,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="release_request",
    )

    class Meta:
        ordering = ["directive", "requested_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["directive"],
                condition=Q(decision=None),
                name="directive_has_one_release_request",
            )
        ]

    def __str__(self) -> str:
        return f"{self.directive_id} {self.requested_at}"


class ExtensionChoice(models.TextChoices):
    """States of a request for more time, in words (展延狀態)."""

    PENDING = "pending", _("Waiting for a decision")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", pgettext_lazy("plan", "Refused")


class DirectiveExtension(Keyed):
    """A request for more time and what was decided on it (展延); the first date stays."""

    directive = models.ForeignKey(Directive, on_delete=models.PROTECT, related_name="extensions")
    number = models.PositiveIntegerField()
    status = models.CharField(
        max_length=8, choices=ExtensionChoice, default=ExtensionChoice.PENDING
    )
    was_due_on = models.DateField(help_text="The date that held when it was requested.")
    wanted_on = models.DateField()
    reason = models.TextField()
    requested_on = models.DateField()
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    granted_on = models.DateField(null=True, blank=True, help_text="The new due date.")
    late_note = models.TextField(blank=True, help_text="Why a late request was admitted.")
    note = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["directive", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "number"], name="directive_extension_number_is_unique"
            ),
            models.UniqueConstraint(
                fields=["directive"],
                condition=Q(status="pending"),
                name="directive_has_one_pending_extension",
            ),
            models.CheckConstraint(
                condition=Q(status="granted", granted_on__gt=F("was_due_on"))
                | (~Q(status="granted") & Q(granted_on=None)),
                name="directive_extension_extends",
                violation_error_message=_("An extension gives a later date."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.directive_id} {self.number}"

    @property
    def is_late(self) -> bool:
        """Whether it was requested after the date it wants to move."""
        return self.requested_on > self.was_due_on


class DirectiveEscalation(Keyed):
    """An overdue directive climbed to a post (逾期層報); once for each level and due date."""

    directive = models.ForeignKey(Directive, on_delete=models.PROTECT, related_name="escalations")
    level = models.CharField(max_length=60)
    to = models.JSONField(help_text="Language to the post that is told.")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    overdue_working_days = models.PositiveIntegerField()
    escalated_on = models.DateField()
    recorded_at = models.DateTimeField()
    rule = models.CharField(max_length=120)
    rule_version = models.PositiveIntegerField()

    class Meta:
        ordering = ["directive", "recorded_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "due_on", "level"], name="directive_climbs_once_per_level"
            )
        ]

    def __str__(self) -> str:
        return f"{self.directive_id} {self.level}"
