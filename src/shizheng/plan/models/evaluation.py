"""Evaluation rounds with their scores, and findings with their corrections."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.core.access import VisibleQuerySet
from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed
from shizheng.plan.models.register import Item
from shizheng.plan.models.work_audit import FaultStateChoice


class EvaluationRound(Keyed):
    """One evaluation of agencies by criteria (施政考核), internal until it closes."""

    number = models.PositiveIntegerField(unique=True)
    type = models.CharField(max_length=60, help_text="Id of the pack's evaluation_type.")
    type_version = models.PositiveIntegerField()
    type_name = models.JSONField(help_text="Language to the name of the type at that time.")
    title = models.CharField(max_length=200)
    control = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="evaluation_rounds")
    items = models.ManyToManyField(Item, blank=True, related_name="evaluation_rounds")
    criteria = models.JSONField(help_text="Code, name and weight of each, as of the opening.")
    least_reviews = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    self_due_on = models.DateField()
    review_due_on = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    conclusion = models.TextField(blank=True)
    is_synthetic = models.BooleanField(default=False)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return str(self.number)


class EvaluationSubject(Keyed):
    """An agency reviewed in a round (受考核機關), with its result once the round is closed."""

    round = models.ForeignKey(EvaluationRound, on_delete=models.PROTECT, related_name="subjects")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="evaluations")
    self_total = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    mean = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    gap = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    spread = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    reviews_count = models.PositiveIntegerField(default=0)
    rank = models.PositiveIntegerField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["round", "rank", "agency__position", "agency__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "agency"], name="evaluation_subject_once_per_round"
            )
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.agency_id}"


class EvaluationReviewer(Keyed):
    """A person named to score in a round (考核委員)."""

    round = models.ForeignKey(EvaluationRound, on_delete=models.PROTECT, related_name="reviewers")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["round", "person__username"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "person"], name="evaluation_reviewer_once_per_round"
            )
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.person_id}"


class SelfAssessment(Keyed):
    """How an agency scores itself, with its evidence (自評), as it was submitted."""

    subject = models.OneToOneField(
        EvaluationSubject, on_delete=models.PROTECT, related_name="self_assessment"
    )
    scores = models.JSONField(help_text="Code of each criterion to its score, as text.")
    evidence = models.JSONField(help_text="Code of each criterion to what shows it.")
    items = models.ManyToManyField(Item, blank=True, related_name="+")
    total = models.DecimalField(max_digits=5, decimal_places=2)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["subject"]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.total}"


class EvaluationReview(Keyed):
    """What one reviewer gave one agency, or why he may not score it (評分或利益迴避)."""

    subject = models.ForeignKey(EvaluationSubject, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    conflict = models.TextField(blank=True, help_text="The conflict declared; empty if none.")
    scores = models.JSONField(default=dict, help_text="Code of each criterion to its score.")
    comment = models.TextField(blank=True)
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    submitted_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["subject", "submitted_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "reviewer"], name="evaluation_review_once_per_reviewer"
            ),
            models.CheckConstraint(
                condition=Q(conflict="", total__isnull=False) | (~Q(conflict="") & Q(total=None)),
                name="evaluation_review_scores_or_conflict",
                violation_error_message=_("A review is a score, or a conflict of interest."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.reviewer_id}"


class FindingSource(models.TextChoices):
    """Where a finding comes from (缺失來源)."""

    EVALUATION = "evaluation", _("Evaluation")
    CONTROL = "control", _("Internal control")
    AUDIT = "audit", _("Project audit")


class ControlFinding(Keyed):
    """A fault of an agency that evaluation, internal control or audit found (缺失)."""

    number = models.PositiveIntegerField(unique=True)
    source = models.CharField(max_length=10, choices=FindingSource)
    round = models.ForeignKey(
        EvaluationRound, null=True, blank=True, on_delete=models.PROTECT, related_name="findings"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="control_findings")
    control = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    items = models.ManyToManyField(Item, blank=True, related_name="control_findings")
    code = models.CharField(max_length=20)
    name = models.JSONField(help_text="Language to the words of the list at that time.")
    text = models.TextField()
    found_on = models.DateField()
    first_due_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=9, choices=FaultStateChoice, default=FaultStateChoice.OPEN)
    closed_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_synthetic = models.BooleanField(default=False)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False)
                | (~Q(state="closed") & Q(closed_on=None)),
                name="control_finding_closed_has_day",
                violation_error_message=_("A closed finding has the day of its re-check."),
            )
        ]

    def __str__(self) -> str:
        return str(self.number)


class FindingCorrection(Keyed):
    """What an agency did about a finding, and what the re-check found (改善及複查)."""

    finding = models.ForeignKey(
        ControlFinding, on_delete=models.PROTECT, related_name="corrections"
    )
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
        ordering = ["finding", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "number"], name="finding_correction_number_is_unique"
            ),
            models.UniqueConstraint(
                fields=["finding"],
                condition=Q(is_accepted=None),
                name="finding_has_one_correction_to_check",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.number}"

    @property
    def is_late(self) -> bool:
        """Whether it came after its last day."""
        return self.filed_on > self.due_on
