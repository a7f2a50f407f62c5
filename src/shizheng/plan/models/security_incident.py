"""Incidents of information security and what is told of them; hosts of the machine room."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.access import VisibleQuerySet
from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed
from shizheng.plan.models.security import InformationSystem
from shizheng.plan.security.domain.levels import IncidentLevel, IndicatorKind, Marking


class IncidentLevelChoice(models.TextChoices):
    """Levels of an incident in words (事件等級)."""

    ONE = IncidentLevel.ONE.value, _("Level 1")
    TWO = IncidentLevel.TWO.value, _("Level 2")
    THREE = IncidentLevel.THREE.value, _("Level 3")
    FOUR = IncidentLevel.FOUR.value, _("Level 4")


class IndicatorKindChoice(models.TextChoices):
    """Kinds of indicators in words (入侵指標種類)."""

    IPV4 = IndicatorKind.IPV4.value, _("IPv4 address")
    IPV6 = IndicatorKind.IPV6.value, _("IPv6 address")
    DOMAIN = IndicatorKind.DOMAIN.value, _("Domain")
    URL = IndicatorKind.URL.value, _("Link")
    SHA256 = IndicatorKind.SHA256.value, _("SHA-256 digest of a file")
    EMAIL = IndicatorKind.EMAIL.value, _("E-mail address")


class MarkingChoice(models.TextChoices):
    """Markings in words (燈號協定)."""

    WHITE = Marking.WHITE.value, _("TLP:WHITE, everybody")
    GREEN = Marking.GREEN.value, _("TLP:GREEN, the community")
    AMBER = Marking.AMBER.value, _("TLP:AMBER, who must act")
    RED = Marking.RED.value, _("TLP:RED, this agency alone")


class SecurityIncident(Keyed):
    """An incident (資通安全事件) from knowing of it to its closing report.

    The moments are those of the acts; a level that changes must be reported again, so
    ``reported_at`` is that of the level which holds.
    """

    number = models.CharField(max_length=20, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="security_incidents")
    system = models.ForeignKey(
        InformationSystem, null=True, blank=True, on_delete=models.PROTECT, related_name="incidents"
    )
    title = models.CharField(max_length=200)
    level = models.CharField(max_length=1, choices=IncidentLevelChoice)
    known_at = models.DateTimeField()
    level_since = models.DateTimeField()
    reported_at = models.DateTimeField(null=True, blank=True)
    contained_at = models.DateTimeField(null=True, blank=True)
    investigated_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    is_synthetic = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-known_at", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None)
                | Q(
                    reported_at__isnull=False,
                    contained_at__isnull=False,
                    investigated_at__isnull=False,
                ),
                name="security_incident_closed_when_done",
                violation_error_message=_("An incident is closed after its closing report."),
            ),
            models.CheckConstraint(
                condition=Q(opened_at__gte=F("known_at")),
                name="security_incident_known_before_opened",
                violation_error_message=_("An incident is known of before it is entered."),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class IncidentNote(Keyed):
    """What was done in an incident, as it was filed (事件處理紀錄); never changed.

    ``due_at``: until when it had to be done; None for what has no limit.
    """

    class Kind(models.TextChoices):
        """Kinds of notes in words (紀錄種類)."""

        OPENED = "opened", _("Opened")
        REPORTED = "reported", _("Reported")
        LEVELLED = "levelled", _("Level changed")
        CONTAINED = "contained", _("Damage under control")
        INVESTIGATED = "closing", _("Closing report")
        CLOSED = "closed", pgettext_lazy("plan", "Closed")

    incident = models.ForeignKey(SecurityIncident, on_delete=models.PROTECT, related_name="notes")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    level = models.CharField(max_length=1, choices=IncidentLevelChoice)
    text = models.TextField()
    reference = models.CharField(max_length=60, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["incident", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "number"], name="incident_note_number_is_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.number}"


class IncidentIndicator(Keyed):
    """A sign by which others can find the same attack (入侵指標)."""

    incident = models.ForeignKey(
        SecurityIncident, on_delete=models.PROTECT, related_name="indicators"
    )
    kind = models.CharField(max_length=8, choices=IndicatorKindChoice)
    value = models.CharField(max_length=2_000)
    marking = models.CharField(max_length=8, choices=MarkingChoice)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["incident", "kind", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "kind", "value"], name="incident_indicator_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class IndicatorShare(Keyed):
    """What the joint-defence group was told, word for word (聯防分享紀錄); never changed."""

    incident = models.ForeignKey(SecurityIncident, on_delete=models.PROTECT, related_name="shares")
    number = models.PositiveIntegerField()
    group = models.CharField(max_length=120)
    count = models.PositiveIntegerField()
    bundle = models.TextField(help_text="STIX 2.1, JSON.")
    digest = models.CharField(max_length=64)
    shared_at = models.DateTimeField()
    shared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["incident", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="indicator_share_once")
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.number}"


class CloudHost(Keyed):
    """A host that moved to the cloud machine room (雲端機房主機), with what it used before."""

    name = models.CharField(max_length=60, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="security_hosts")
    system = models.ForeignKey(
        InformationSystem, null=True, blank=True, on_delete=models.PROTECT, related_name="hosts"
    )
    moved_on = models.DateField()
    kwh_before = models.DecimalField(
        max_digits=10, decimal_places=2, help_text="Mean of a month before it moved."
    )
    is_synthetic = models.BooleanField(default=False)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kwh_before__gte=0),
                name="cloud_host_kwh_not_negative",
                violation_error_message=_("Energy is never below zero."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class HostMonth(Keyed):
    """Figures of a host in a month (主機月數據); a correction is another record."""

    host = models.ForeignKey(CloudHost, on_delete=models.PROTECT, related_name="months")
    month = models.DateField(help_text="First day of the month.")
    version = models.PositiveIntegerField()
    is_standing = models.BooleanField(default=True)
    utilisation = models.DecimalField(max_digits=5, decimal_places=2)
    availability = models.DecimalField(max_digits=5, decimal_places=2)
    kwh = models.DecimalField(max_digits=10, decimal_places=2)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["host", "-month", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["host", "month", "version"], name="host_month_version_is_unique"
            ),
            models.UniqueConstraint(
                fields=["host", "month"],
                condition=Q(is_standing=True),
                name="host_month_one_stands",
            ),
            models.CheckConstraint(
                condition=Q(
                    utilisation__gte=0, utilisation__lte=100, availability__gte=0,
                    availability__lte=100, kwh__gte=0,
                ),
                name="host_month_figures_in_range",
                violation_error_message=_("Shares are from 0 to 100, energy is not below zero."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.host_id} {self.month} {self.version}"
