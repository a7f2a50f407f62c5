"""Audits of public works: rounds by draw, audits, faults and their corrections."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.access import VisibleQuerySet
from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed
from shizheng.plan.models.work import Contractor, PublicWork
from shizheng.plan.works.domain.faults import FaultState, Severity


class SeverityChoice(models.TextChoices):
    """Severities in words (缺失程度)."""

    MINOR = Severity.MINOR.value, _("Minor")
    MODERATE = Severity.MODERATE.value, _("Moderate")
    SERIOUS = Severity.SERIOUS.value, _("Serious")


class FaultStateChoice(models.TextChoices):
    """States of a fault in words (缺失改善狀態)."""

    OPEN = FaultState.OPEN.value, _("To be corrected")
    CORRECTED = FaultState.CORRECTED.value, _("Corrected, to be checked")
    CLOSED = FaultState.CLOSED.value, pgettext_lazy("plan", "Closed")


class AuditRound(Keyed):
    """A choice of works to audit (查核選案), secret until it is published.

    The digest of the seed is public from the day of the draw, the seed with the picks once
    published, so that everybody can repeat the draw.
    """

    number = models.PositiveIntegerField(unique=True)
    control = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="audit_rounds")
    seed = models.CharField(max_length=200)
    seed_digest = models.CharField(max_length=64)
    rule = models.CharField(max_length=60)
    rule_version = models.PositiveIntegerField()
    candidates = models.JSONField(help_text="Every work in the draw with its facts.")
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    is_synthetic = models.BooleanField(default=False)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return str(self.number)


class AuditPick(Keyed):
    """A work picked in a round, with its score and why (選案結果)."""

    round = models.ForeignKey(AuditRound, on_delete=models.PROTECT, related_name="picks")
    position = models.PositiveIntegerField()
    work = models.ForeignKey(PublicWork, on_delete=models.PROTECT, related_name="picks")
    score = models.DecimalField(max_digits=6, decimal_places=1)
    reasons = models.JSONField()
    is_random = models.BooleanField()

    class Meta:
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "work"], name="audit_pick_once_per_round")
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.position}"


class WorkAudit(Keyed):
    """An audit of a work on the spot (工程施工查核): its grade is public, its notes internal."""

    work = models.ForeignKey(PublicWork, on_delete=models.PROTECT, related_name="audits")
    round = models.ForeignKey(
        AuditRound, null=True, blank=True, on_delete=models.PROTECT, related_name="audits"
    )
    contractor = models.ForeignKey(Contractor, on_delete=models.PROTECT, related_name="audits")
    number = models.PositiveIntegerField()
    audited_on = models.DateField()
    score = models.DecimalField(max_digits=5, decimal_places=2)
    grade = models.CharField(max_length=10)
    team = models.CharField(max_length=300)
    note = models.TextField(blank=True)
    rule = models.CharField(max_length=60)
    rule_version = models.PositiveIntegerField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["work", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["work", "number"], name="work_audit_number_is_unique"),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=100),
                name="work_audit_score_0_to_100",
                violation_error_message=_("A score is from 0 to 100."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_id} {self.number}"


class AuditFault(Keyed):
    """A fault that an audit found (查核缺失), until a check on the spot closes it."""

    audit = models.ForeignKey(WorkAudit, on_delete=models.PROTECT, related_name="faults")
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=20)
    name = models.JSONField(help_text="Language to the words of the list at that time.")
    severity = models.CharField(max_length=8, choices=SeverityChoice)
    note = models.TextField()
    found_on = models.DateField()
    first_due_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=9, choices=FaultStateChoice, default=FaultStateChoice.OPEN)
    closed_on = models.DateField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["audit", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "number"], name="audit_fault_number_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False)
                | (~Q(state="closed") & Q(closed_on=None)),
                name="audit_fault_closed_has_day",
                violation_error_message=_("A closed fault has the day of its check."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.number}"


class FaultCorrection(Keyed):
    """What the contractor did about a fault, and what the check found (缺失改善及複查)."""

    fault = models.ForeignKey(AuditFault, on_delete=models.PROTECT, related_name="corrections")
    number = models.PositiveIntegerField()
    text = models.TextField()
    due_on = models.DateField(help_text="The last day for it.")
    filed_on = models.DateField()
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_accepted = models.BooleanField(null=True, blank=True)
    check_note = models.TextField(blank=True)
    checked_on = models.DateField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["fault", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["fault", "number"], name="fault_correction_number_is_unique"
            ),
            models.UniqueConstraint(
                fields=["fault"],
                condition=Q(is_accepted=None),
                name="fault_has_one_correction_to_check",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fault_id} {self.number}"

    @property
    def is_late(self) -> bool:
        """Whether it came after its last day."""
        return self.filed_on > self.due_on
