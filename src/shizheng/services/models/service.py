"""Services as published: each version unchangeable, the newest one in force."""

from django.db import models

from shizheng.core.models import Agency, PublishedDefinition
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet


class Service(Keyed):
    """A service of the city (服務) by its code; names are those of the version in force."""

    code = models.CharField(max_length=60, unique=True)
    name = models.JSONField(help_text="Language to name.")
    category = models.CharField(max_length=12)
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="services")
    current = models.ForeignKey(
        "ServiceVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_offered = models.BooleanField(default=True, help_text="The pack still holds it.")
    position = models.PositiveIntegerField(default=0)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code


class ServiceVersion(Keyed):
    """One published version of a service (服務版本); a case is pinned to it."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.OneToOneField(
        PublishedDefinition, on_delete=models.PROTECT, related_name="service_version"
    )
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["service_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "number"], name="service_version_number_is_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.service_id} v{self.number}"


class PackFile(models.Model):
    """A file that published definitions name (範本檔案), kept by its digest as it was then."""

    digest = models.CharField(primary_key=True, max_length=64, help_text="SHA-256.")
    name = models.CharField(max_length=300)
    content = models.BinaryField()

    class Meta:
        ordering = ["digest"]

    def __str__(self) -> str:
        return f"{self.name} {self.digest[:8]}"


class Zone(Keyed):
    """Where an owner of assets answers (權管範圍)."""

    code = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=50)
    name = models.JSONField(help_text="Language to name.")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="zones")
    shape = models.BinaryField(help_text="WKB, longitude and latitude (EPSG:4326).")
    detail = models.JSONField(default=dict, help_text="Of works: contract, contractor, days.")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code


class MigrationReport(Keyed):
    """What publishing a version did to the open cases of older ones (移轉報告)."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="migrations")
    before = models.ForeignKey(ServiceVersion, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(ServiceVersion, on_delete=models.PROTECT, related_name="+")
    fate = models.CharField(max_length=7, help_text="stay or migrate, as declared.")
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    moved = models.PositiveIntegerField(default=0)
    stayed = models.PositiveIntegerField(default=0)
    left = models.JSONField(default=list, help_text="Cases that could not move, with the reason.")

    class Meta:
        ordering = ["-started_at", "-id"]

    def __str__(self) -> str:
        return f"{self.service_id} {self.started_at:%Y-%m-%d}"
