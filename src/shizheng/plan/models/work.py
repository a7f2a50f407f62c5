"""Public works: contract, planned curve, monthly reports, and what the rule says of them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.access import VisibleQuerySet
from shizheng.core.models import Agency, Area, User
from shizheng.core.models.keys import Keyed
from shizheng.plan.models.register import Item
from shizheng.plan.works.domain.alarms import AlarmKind, Level
from shizheng.plan.works.domain.stages import Stage


class StageChoice(models.TextChoices):
    """Stages in words (工程階段)."""

    PREPARATION = Stage.PREPARATION.value, _("In preparation")
    TENDER = Stage.TENDER.value, _("Out to tender")
    CONSTRUCTION = Stage.CONSTRUCTION.value, _("Under construction")
    COMPLETED = Stage.COMPLETED.value, _("Completed, to be accepted")
    ACCEPTED = Stage.ACCEPTED.value, pgettext_lazy("plan", "Accepted")
    TERMINATED = Stage.TERMINATED.value, _("Contract terminated")


class AlarmChoice(models.TextChoices):
    """Warnings in words (工程警示)."""

    PROGRESS = AlarmKind.PROGRESS.value, _("Behind its planned progress")
    SILENCE = AlarmKind.SILENCE.value, _("Not reported")
    MONEY = AlarmKind.MONEY.value, _("Paid ahead of the work done")
    OVERPAID = AlarmKind.OVERPAID.value, _("Paid more than the contract")
    OVERDUE = AlarmKind.OVERDUE.value, _("Past its planned end")


class LevelChoice(models.TextChoices):
    """Levels of a warning in words (警示等級)."""

    WATCH = Level.WATCH.value, _("Attention")
    BEHIND = Level.BEHIND.value, _("Behind")


class Contractor(Keyed):
    """A firm that carries out works (廠商), by its business number (統一編號)."""

    business_number = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=120)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "business_number"]

    def __str__(self) -> str:
        return self.business_number


class PublicWork(Keyed):
    """A public work of the city (公共工程), from its preparation to its acceptance.

    Contractor, amount and dates are those of the contract that holds; ``percent``, ``reported_for``
    and ``paid_twd`` those of the reports that stand; all of them kept for lists. ``version`` counts
    the acts, so that nobody acts on what they have not seen.
    """

    number = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    search_text = models.TextField(help_text="NFKC of number, name and address.")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="works")
    control = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="controlled_works")
    items = models.ManyToManyField(Item, blank=True, related_name="works")
    stage = models.CharField(max_length=12, choices=StageChoice, default=StageChoice.PREPARATION)
    address = models.CharField(max_length=200, blank=True)
    district = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    village = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    geometry = models.JSONField(null=True, blank=True, help_text="GeoJSON, EPSG:4326.")
    contractor = models.ForeignKey(
        Contractor, null=True, blank=True, on_delete=models.PROTECT, related_name="works"
    )
    contract_twd = models.PositiveBigIntegerField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="Planned, by the contract.")
    completed_on = models.DateField(null=True, blank=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    reported_for = models.DateField(null=True, blank=True, help_text="First day of the month.")
    paid_twd = models.PositiveBigIntegerField(default=0)
    is_synthetic = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100),
                name="public_work_percent_0_to_100",
                violation_error_message=_("A percentage is from 0 to 100."),
            ),
            models.CheckConstraint(
                condition=Q(contractor=None, contract_twd=None, starts_on=None, ends_on=None)
                | Q(
                    contractor__isnull=False,
                    contract_twd__isnull=False,
                    ends_on__gte=F("starts_on"),
                ),
                name="public_work_contract_is_whole",
                violation_error_message=_("A contract has its firm, amount, start and end."),
            ),
            models.CheckConstraint(
                condition=Q(completed_on=None, stage__in=["preparation", "tender", "construction"])
                | Q(completed_on__isnull=False, stage__in=["completed", "accepted"])
                | Q(stage="terminated"),
                name="public_work_completed_has_day",
                violation_error_message=_("A completed work has the day of its completion."),
            ),
        ]
        indexes = [models.Index(fields=["stage", "agency"], name="public_work_by_stage")]

    def __str__(self) -> str:
        return self.number


class WorkContract(Keyed):
    """The contract of a work, or a change of it (契約及變更設計); never changed itself."""

    work = models.ForeignKey(PublicWork, on_delete=models.PROTECT, related_name="contracts")
    version = models.PositiveIntegerField()
    contractor = models.ForeignKey(Contractor, on_delete=models.PROTECT, related_name="contracts")
    amount_twd = models.PositiveBigIntegerField()
    awarded_on = models.DateField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    days = models.PositiveIntegerField(help_text="Calendar days from start to planned end.")
    reason = models.TextField(blank=True, help_text="Why it was changed.")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["work", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["work", "version"], name="work_contract_version_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on"), starts_on__gte=F("awarded_on")),
                name="work_contract_days_in_order",
                violation_error_message=_("Award, start and end follow each other."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_id} {self.version}"


class CurveStatus(models.TextChoices):
    """States of a planned curve in words (預定進度狀態)."""

    PROPOSED = "proposed", _("Waiting for approval")
    ADOPTED = "adopted", _("Adopted")
    REFUSED = "refused", pgettext_lazy("plan", "Refused")


class PlannedCurve(Keyed):
    """One version of the planned progress of a work (預定進度曲線); once adopted it stays."""

    work = models.ForeignKey(PublicWork, on_delete=models.PROTECT, related_name="curves")
    version = models.PositiveIntegerField()
    points = models.JSONField(help_text="Pairs of day and per cent.")
    reason = models.TextField()
    status = models.CharField(max_length=8, choices=CurveStatus, default=CurveStatus.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_note = models.TextField(blank=True)

    class Meta:
        ordering = ["work", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["work", "version"], name="planned_curve_version_is_unique"
            ),
            models.UniqueConstraint(
                fields=["work"], condition=Q(status="proposed"), name="work_has_one_proposed_curve"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="planned_curve_decided_by_another",
                violation_error_message=_("Another person decides on a curve that you proposed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_id} {self.version}"


class WorkReport(Keyed):
    """Progress and payment of a work in a month (工程月報); a correction is another record.

    One report of a month stands: the newest version. Photos are attached to it.
    """

    work = models.ForeignKey(PublicWork, on_delete=models.PROTECT, related_name="reports")
    month = models.DateField(help_text="First day of the month.")
    version = models.PositiveIntegerField()
    is_standing = models.BooleanField(default=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    paid_twd = models.PositiveBigIntegerField(help_text="Paid in this month.")
    note = models.TextField(blank=True)
    reason = models.TextField(blank=True, help_text="Why an earlier version was corrected.")
    is_late = models.BooleanField()
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["work", "-month", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["work", "month", "version"], name="work_report_version_is_unique"
            ),
            models.UniqueConstraint(
                fields=["work", "month"],
                condition=Q(is_standing=True),
                name="work_report_one_stands",
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100),
                name="work_report_percent_0_to_100",
                violation_error_message=_("A percentage is from 0 to 100."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_id} {self.month} {self.version}"


class WorkWarning(Keyed):
    """What the rule found wrong with a work (工程警示), from the day it was found to its end.

    Agency and control unit are told once for each kind and level.
    """

    work = models.ForeignKey(PublicWork, on_delete=models.PROTECT, related_name="warnings")
    kind = models.CharField(max_length=8, choices=AlarmChoice)
    level = models.CharField(max_length=6, choices=LevelChoice)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    limit = models.DecimalField(max_digits=16, decimal_places=2)
    rule = models.CharField(max_length=60)
    rule_version = models.PositiveIntegerField()
    since_on = models.DateField()
    recorded_at = models.DateTimeField()
    ended_on = models.DateField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-since_on", "work", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["work", "kind"], condition=Q(ended_on=None), name="work_warned_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_id} {self.kind} {self.level}"
