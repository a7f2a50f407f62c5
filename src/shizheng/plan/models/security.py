"""Information security (資通安全): systems, findings and drills, and the software that runs.

All of it is restricted (限閱): the policies let nobody see a row without the permission.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shizheng.core.access import VisibleQuerySet
from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed
from shizheng.plan.security.domain.levels import Exercise, FindingKind, Protection, Severity


class ProtectionChoice(models.TextChoices):
    """Protection levels in words (防護需求等級)."""

    HIGH = Protection.HIGH.value, _("High protection")
    MODERATE = Protection.MODERATE.value, _("Moderate protection")
    LOW = Protection.LOW.value, _("Ordinary protection")


class FindingKindChoice(models.TextChoices):
    """Kinds of findings in words (發現來源)."""

    WEAKNESS = FindingKind.WEAKNESS.value, _("Weakness")
    AUDIT = FindingKind.AUDIT.value, _("Audit finding")


class RiskChoice(models.TextChoices):
    """Severities in words (風險程度)."""

    CRITICAL = Severity.CRITICAL.value, _("Critical")
    HIGH = Severity.HIGH.value, _("High risk")
    MEDIUM = Severity.MEDIUM.value, _("Medium risk")
    LOW = Severity.LOW.value, _("Low risk")


class ExerciseChoice(models.TextChoices):
    """Backups and drills in words (備份與演練)."""

    BACKUP = Exercise.BACKUP.value, _("Backup")
    RESTORE = Exercise.RESTORE.value, _("Restore test")
    SOCIAL = Exercise.SOCIAL.value, _("Social engineering drill")
    REPORTING = Exercise.REPORTING.value, _("Reporting drill")
    CONTINUITY = Exercise.CONTINUITY.value, _("Continuity drill")


class SecuritySeries(models.Model):
    """The last number given in a series (編號序列)."""

    name = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class InformationSystem(Keyed):
    """An information system of an agency (資通系統) with the protection that it needs.

    ``version`` counts the acts, so that nobody acts on what they have not seen.
    """

    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="security_systems")
    protection = models.CharField(max_length=8, choices=ProtectionChoice)
    is_core = models.BooleanField(default=False, help_text="Core system (核心資通系統).")
    in_use_since = models.DateField(null=True, blank=True)
    retired_on = models.DateField(null=True, blank=True)
    is_synthetic = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number


class SecurityFinding(Keyed):
    """A weakness of a system, or a finding of an audit (弱點、稽核發現), with who mends it by when.

    ``control`` is a number of ISO/IEC 27001:2022 Annex A. The first due date stays; a later one
    is set by the security chief with a reason, which the journal keeps.
    """

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=8, choices=FindingKindChoice)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="security_findings")
    system = models.ForeignKey(
        InformationSystem, null=True, blank=True, on_delete=models.PROTECT, related_name="findings"
    )
    title = models.CharField(max_length=200)
    severity = models.CharField(max_length=8, choices=RiskChoice)
    control = models.CharField(max_length=8, blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    found_on = models.DateField()
    first_due_on = models.DateField()
    due_on = models.DateField()
    fixed_on = models.DateField(null=True, blank=True)
    fix_note = models.TextField(blank=True)
    warned_on = models.DateField(null=True, blank=True, help_text="The chief was told.")
    is_synthetic = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("found_on"), first_due_on__gte=F("found_on")),
                name="security_finding_due_after_found",
                violation_error_message=_("A finding is due on the day it is found, or later."),
            ),
            models.CheckConstraint(
                condition=Q(kind="audit") | Q(system__isnull=False),
                name="security_weakness_has_system",
                violation_error_message=_("A weakness is one of a system."),
            ),
        ]
        indexes = [models.Index(fields=["fixed_on", "due_on"], name="security_finding_by_due")]

    def __str__(self) -> str:
        return self.number


class SecurityExercise(Keyed):
    """A backup, a test or a drill that was held (備份及演練紀錄); never changed."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="security_exercises")
    system = models.ForeignKey(
        InformationSystem, null=True, blank=True, on_delete=models.PROTECT, related_name="exercises"
    )
    kind = models.CharField(max_length=10, choices=ExerciseChoice)
    held_on = models.DateField()
    is_passed = models.BooleanField()
    result = models.TextField()
    people = models.PositiveIntegerField(null=True, blank=True, help_text="Who took part.")
    failed_people = models.PositiveIntegerField(null=True, blank=True)
    is_synthetic = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-recorded_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(people=None, failed_people=None)
                | Q(people__gte=F("failed_people"), people__gt=0),
                name="security_exercise_people",
                violation_error_message=_("No more people fail than take part."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.held_on}"


class SoftwareList(Keyed):
    """The software of a system as a tool listed it (軟體清單); the newest list holds."""

    system = models.ForeignKey(
        InformationSystem, on_delete=models.PROTECT, related_name="software_lists"
    )
    number = models.PositiveIntegerField()
    is_current = models.BooleanField(default=True)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file that was sent.")
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["system", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "number"], name="software_list_number_is_unique"
            ),
            models.UniqueConstraint(
                fields=["system"], condition=Q(is_current=True), name="software_list_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system_id} {self.number}"


class SoftwareComponent(Keyed):
    """A piece of software in a list (軟體元件)."""

    software_list = models.ForeignKey(
        SoftwareList, on_delete=models.PROTECT, related_name="components"
    )
    kind = models.CharField(max_length=24)
    name = models.CharField(max_length=200)
    search_name = models.CharField(max_length=420, help_text="Name and group, folded.")
    version = models.CharField(max_length=120, blank=True)
    group = models.CharField(max_length=200, blank=True)
    purl = models.CharField(max_length=500, blank=True)
    licence = models.CharField(max_length=200, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["name", "version", "id"]
        indexes = [models.Index(fields=["search_name"], name="software_component_by_name")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
