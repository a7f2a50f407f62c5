"""Progress reports on directives: versions, evidence, countersigns and locked periods."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.models import Agency, Attachment, User
from shizheng.core.models.keys import Keyed
from shizheng.plan.directives.domain.flow import ReportStatus
from shizheng.plan.directives.domain.periods import ReportPeriod
from shizheng.plan.models.directive import CadenceChoice, Directive
from shizheng.plan.models.register import Item


class ReportStatusChoice(models.TextChoices):
    """States of a report in words (回報狀態)."""

    FILED = ReportStatus.FILED.value, _("Filed")
    RETURNED = ReportStatus.RETURNED.value, _("Returned for correction")
    REPLACED = ReportStatus.REPLACED.value, _("Replaced by a newer version")
    ACCEPTED = ReportStatus.ACCEPTED.value, pgettext_lazy("plan", "Accepted")


class DirectiveReport(Keyed):
    """One version of the lead agency's report for one period (執行情形回報)."""

    directive = models.ForeignKey(Directive, on_delete=models.PROTECT, related_name="reports")
    term = models.PositiveIntegerField(default=0)
    period_first = models.DateField()
    period_end = models.DateField(help_text="The first day after the period.")
    version = models.PositiveIntegerField()
    status = models.CharField(
        max_length=8, choices=ReportStatusChoice, default=ReportStatusChoice.FILED
    )
    percent = models.PositiveSmallIntegerField()
    text = models.TextField()
    is_final = models.BooleanField(default=False)
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    decision_note = models.TextField(
        blank=True, help_text="Why it was returned, or accepted without a countersign."
    )
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["directive", "-term", "-period_first", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "term", "period_first", "version"],
                name="directive_report_version_is_unique",
            ),
            models.UniqueConstraint(
                fields=["directive", "term", "period_first"],
                condition=Q(status__in=["filed", "accepted"]),
                name="directive_report_one_stands",
            ),
            models.CheckConstraint(
                condition=Q(percent__lte=100),
                name="directive_report_percent_at_most_100",
                violation_error_message=_("A percentage is at most 100."),
            ),
            models.CheckConstraint(
                condition=Q(period_end__gt=F("period_first")),
                name="directive_report_period_in_order",
                violation_error_message=_("A period ends after it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.directive_id} {self.period_first} {self.version}"

    @property
    def period(self) -> ReportPeriod:
        """The span it reports on."""
        return ReportPeriod(self.period_first, self.period_end)


class EvidenceKind(models.TextChoices):
    """Kinds of evidence (佐證種類)."""

    LINK = "link", _("Link")
    FILE = "file", _("File")
    PLAN_ITEM = "plan_item", _("Plan item")


class DirectiveEvidence(Keyed):
    """What shows that a report is true (佐證): a file, a link or a plan item's evidence."""

    report = models.ForeignKey(DirectiveReport, on_delete=models.PROTECT, related_name="evidence")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=EvidenceKind)
    label = models.CharField(max_length=200)
    address = models.URLField(max_length=500, blank=True)
    item = models.ForeignKey(
        Item, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    attachment = models.ForeignKey(
        Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["report", "position"]
        verbose_name_plural = "directive evidence"
        constraints = [
            models.UniqueConstraint(
                fields=["report", "position"], name="directive_evidence_position_is_unique"
            ),
            models.CheckConstraint(
                condition=(Q(kind="link", item=None, attachment=None) & ~Q(address=""))
                | Q(kind="file", item=None, attachment__isnull=False, address="")
                | Q(kind="plan_item", item__isnull=False, attachment=None, address=""),
                name="directive_evidence_is_one_thing",
                violation_error_message=_("Evidence is a file, a link or a plan item."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class DirectiveCountersign(Keyed):
    """A partner agency puts its name to a version of a report (會簽)."""

    report = models.ForeignKey(
        DirectiveReport, on_delete=models.PROTECT, related_name="countersigns"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    remark = models.TextField(blank=True)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["report", "signed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "agency"], name="directive_report_countersigned_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.agency_id}"


class ReportPeriodLock(Keyed):
    """A period that the control unit closed (期別鎖定) for all directives of its cadence."""

    control = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    cadence = models.CharField(max_length=10, choices=CadenceChoice)
    period_first = models.DateField()
    period_end = models.DateField(help_text="The first day after the period.")
    grace_until = models.DateField(
        null=True, blank=True, help_text="Last day on which a returned report may be refiled."
    )
    locked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    locked_at = models.DateTimeField()

    class Meta:
        ordering = ["-period_first", "cadence", "control"]
        constraints = [
            models.UniqueConstraint(
                fields=["control", "cadence", "period_first"],
                name="report_period_is_locked_once",
                violation_error_message=_("This period is locked already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.cadence} {self.period_first}"
