"""Large projects and their advance review before the budget (先期作業)."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.core.access import VisibleQuerySet
from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed
from shizheng.plan.models.register import Item


class AdvanceStatus(models.TextChoices):
    """Where a project stands (先期作業狀態)."""

    UNDER_REVIEW = "under_review", _("Under review")
    MAY_ENTER_BUDGET = "may_enter_budget", _("May enter the budget")
    FAILED = "failed", _("Did not pass")


class AdvanceProject(Keyed):
    """A project so large that it is reviewed before it may enter the budget (先期作業計畫)."""

    number = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=200)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="advance_projects")
    control = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    items = models.ManyToManyField(Item, blank=True, related_name="advance_projects")
    status = models.CharField(
        max_length=16, choices=AdvanceStatus, default=AdvanceStatus.UNDER_REVIEW
    )
    is_synthetic = models.BooleanField(default=False)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return str(self.number)


class AdvanceVersion(Keyed):
    """One submission of a project (計畫書版次) with the criteria that it is reviewed by."""

    project = models.ForeignKey(AdvanceProject, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    cost_twd = models.PositiveBigIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    summary = models.TextField()
    midterm_goal = models.TextField(help_text="The goal of the mid-term plan that it serves.")
    midterm_from = models.DateField()
    midterm_to = models.DateField(help_text="The first day after the mid-term plan.")
    rule = models.CharField(max_length=60)
    rule_version = models.PositiveIntegerField()
    criteria = models.JSONField()
    pass_mark = models.DecimalField(max_digits=5, decimal_places=2)
    least_reviews = models.PositiveIntegerField()
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    is_passed = models.BooleanField(null=True, blank=True)
    conditions = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["project", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"], name="advance_version_number_is_unique"
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(is_passed=None),
                name="advance_project_has_one_version_in_review",
            ),
            models.CheckConstraint(
                condition=Q(is_passed=None)
                | Q(is_passed=False)
                | Q(is_passed=True, score__gte=models.F("pass_mark")),
                name="advance_version_passes_by_score",
                violation_error_message=_("A project passes with the pass mark or more."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.number}"

    @property
    def midterm_last_on(self) -> date:
        """The last day of the mid-term plan."""
        return self.midterm_to - timedelta(days=1)


class AdvanceReview(Keyed):
    """What one reviewer gave one version of a project (先期審查評分)."""

    version = models.ForeignKey(AdvanceVersion, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    scores = models.JSONField()
    comment = models.TextField(blank=True)
    total = models.DecimalField(max_digits=5, decimal_places=2)
    submitted_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["version", "submitted_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "reviewer"], name="advance_review_once_per_reviewer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.reviewer_id}"
