"""Devices that enforce: certificates, violation files with their custody, stops for alcohol."""

from django.db import models
from django.db.models import F, Q

from shizheng.core.models import Agency, Area, StoredFile, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet


class EnforcementDevice(Keyed):
    """A device whose measurement may cost somebody a fine (科技執法設備、酒精測試器)."""

    class Kind(models.TextChoices):
        GANTRY = "gantry"  # 門架式
        SECTION = "section"  # 區間測速
        RADAR = "radar"  # 固定測速
        BREATH = "breath"  # 呼氣酒精測試器

    code = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=7, choices=Kind)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    limit_kmh = models.PositiveSmallIntegerField(null=True, blank=True)
    distance_m = models.DecimalField(
        max_digits=9, decimal_places=2, null=True, blank=True,
        help_text="Shortest way between the gates, as declared.",
    )  # fmt: skip
    distance_tolerance_m = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="section") | Q(distance_m__gt=0, limit_kmh__isnull=False),
                name="section_has_a_length_and_a_limit",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CalibrationCertificate(Keyed):
    """A certificate of a device (檢定合格證書): from its first to its last day, unless revoked.

    ``revoked_from`` is the moment from which it does not hold, which may lie before the day on
    which that became known.
    """

    device = models.ForeignKey(
        EnforcementDevice, on_delete=models.PROTECT, related_name="certificates"
    )
    number = models.CharField(max_length=60)
    issuer = models.CharField(max_length=120)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64, help_text="Of the file of the certificate.")
    valid_from = models.DateField()
    valid_until = models.DateField(help_text="Its last day.")
    added_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    revoked_from = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_why = models.CharField(max_length=300, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["device", "-valid_from", "number"]
        constraints = [
            models.UniqueConstraint(fields=["device", "number"], name="certificate_once"),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="certificate_forwards"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ViolationFile(Keyed):
    """What a device recorded of one violation (違規舉發檔), until it is issued or given up."""

    class Kind(models.TextChoices):
        RED_LIGHT = "red_light"
        SPEED = "speed"
        SECTION_SPEED = "section_speed"

    class State(models.TextChoices):
        RECORDED = "recorded"  # 待審核
        ISSUED = "issued"  # 已舉發
        DROPPED = "dropped"  # 不予舉發

    PERSONAL = ("plate",)

    number = models.CharField(max_length=30, unique=True)
    device = models.ForeignKey(
        EnforcementDevice, on_delete=models.PROTECT, related_name="violations"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=13, choices=Kind)
    occurred_at = models.DateTimeField()
    entered_at = models.DateTimeField(null=True, blank=True, help_text="At the first gate.")
    place = models.CharField(max_length=200)
    plate = models.CharField(max_length=12)
    time_source = models.CharField(max_length=80, help_text="What set the device's clock.")
    clock_offset_ms = models.IntegerField(help_text="Off that source when last compared.")
    clock_checked_at = models.DateTimeField()
    limit_kmh = models.PositiveSmallIntegerField(null=True, blank=True)
    measured_kmh = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    counted_kmh = models.DecimalField(
        max_digits=5, decimal_places=1, null=True, blank=True,
        help_text="What is left after every tolerance, in the driver's favour.",
    )  # fmt: skip
    arithmetic = models.JSONField(default=dict)
    certificate = models.ForeignKey(
        CalibrationCertificate, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    certificate_sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.RECORDED)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=300, blank=True)
    refused_count = models.PositiveSmallIntegerField(default=0, help_text="Times it could not.")
    erase_on = models.DateField(help_text="Pictures and plate are erased after this day.")
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_at", "number"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="issued")
                | Q(certificate__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="violation_issued_with_certificate",
            ),
        ]
        indexes = [models.Index(fields=["state", "occurred_at"], name="violation_by_state")]

    def __str__(self) -> str:
        return self.number


class ViolationImage(Keyed):
    """A picture of a violation (違規影像) with the digest of its bytes as they came."""

    violation = models.ForeignKey(ViolationFile, on_delete=models.PROTECT, related_name="images")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=150)
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)

    class Meta:
        ordering = ["violation", "position"]
        constraints = [
            models.UniqueConstraint(fields=["violation", "position"], name="image_position_once"),
        ]

    def __str__(self) -> str:
        return self.name


class CustodyEntry(Keyed):
    """One step of the chain of custody (證據監管鏈): each holds the hash of the one before."""

    violation = models.ForeignKey(ViolationFile, on_delete=models.PROTECT, related_name="custody")
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    told = models.TextField(help_text="Canonical JSON of what was so.")
    previous = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["violation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["violation", "number"], name="custody_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.act}"


class Checkpoint(Keyed):
    """A checkpoint against drunk driving (取締酒駕路檢點): planned, then held or not."""

    class State(models.TextChoices):
        PLANNED = "planned"
        HELD = "held"
        NOT_HELD = "not_held"

    number = models.CharField(max_length=30, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200)
    reason = models.CharField(max_length=300, help_text="Why here and then.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    held_from = models.DateTimeField(null=True, blank=True)
    held_to = models.DateTimeField(null=True, blank=True)
    stopped_count = models.PositiveIntegerField(default=0, help_text="Vehicles looked at.")
    why_not = models.CharField(max_length=300, blank=True)
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="checkpoint_forwards"
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | Q(held_to__gt=F("held_from")),
                name="checkpoint_held_forwards",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class AlcoholStop(Keyed):
    """A driver who was stopped and tested for alcohol (酒測攔查紀錄).

    ``subject`` is a keyed digest of the national number: by it, and by nothing else, the city
    knows that it is the same person again.
    """

    class Outcome(models.TextChoices):
        SOBER = "sober"
        WARNED = "warned"
        FINE = "fine"
        CRIMINAL = "criminal"
        REFUSED = "refused"
        UNUSABLE = "unusable"

    PERSONAL = ("plate", "name", "subject")

    number = models.CharField(max_length=30, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    checkpoint = models.ForeignKey(
        Checkpoint, null=True, blank=True, on_delete=models.PROTECT, related_name="stops"
    )
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    place = models.CharField(max_length=200)
    stopped_at = models.DateTimeField()
    device = models.ForeignKey(
        EnforcementDevice, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    certificate = models.ForeignKey(
        CalibrationCertificate, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    certificate_sha256 = models.CharField(max_length=64, blank=True)
    mg_l = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome)
    earlier_count = models.PositiveSmallIntegerField(
        default=0, help_text="Earlier offences within the years of the pack."
    )
    plate = models.CharField(max_length=12, blank=True)
    name = models.CharField(max_length=60, blank=True)
    subject = models.CharField(max_length=64, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField(null=True, blank=True)
    erase_on = models.DateField(help_text="What names the person is erased after this day.")
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-stopped_at", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(issued_at=None)
                | Q(outcome="refused")
                | Q(outcome__in=["fine", "criminal"], certificate__isnull=False),
                name="alcohol_issued_with_certificate",
            ),
        ]
        indexes = [models.Index(fields=["subject", "stopped_at"], name="alcohol_by_subject")]

    def __str__(self) -> str:
        return self.number


class Crash(Keyed):
    """A traffic accident as the effect of checkpoints needs it (交通事故); no person in it."""

    number = models.CharField(max_length=60, unique=True)
    occurred_on = models.DateField()
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    deaths = models.PositiveSmallIntegerField(default=0)
    injuries = models.PositiveSmallIntegerField(default=0)
    is_alcohol = models.BooleanField()

    class Meta:
        ordering = ["occurred_on", "number"]
        verbose_name_plural = "crashes"
        indexes = [models.Index(fields=["occurred_on", "is_alcohol"], name="crash_by_day")]

    def __str__(self) -> str:
        return self.number
