"""What other systems hold and sent: keys of programs, and rows of files already taken in."""

from django.db import models

from shizheng.core.models import User
from shizheng.core.models.keys import Keyed
from shizheng.services.models.case import Case
from shizheng.services.models.service import Service


class ClientKey(Keyed):
    """A key with which a program reports cases (介接金鑰); only its digest is kept."""

    name = models.CharField(max_length=60, unique=True, help_text="Whose program it is.")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the key.")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ImportedRow(Keyed):
    """A row of a file that became a case (已匯入之列), so that the same file changes nothing."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64, help_text="SHA-256 of the row's own key or content.")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="imported_row")
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["-imported_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["service", "key"], name="imported_row_comes_once")
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.key[:12]}"
