"""Datasets that departments publish, and their versions: what was published stays as it was."""

from django.db import models
from django.db.models import Q

from shizheng.core.models import Agency, User
from shizheng.core.models.file import StoredFile
from shizheng.core.models.job import Job
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet


class Dataset(Keyed):
    """A table that a department publishes again and again (資料集)."""

    code = models.CharField(max_length=60, unique=True, help_text="In addresses.")
    title = models.JSONField(help_text="Language to title.")
    description = models.JSONField(help_text="Language to description.")
    keywords = models.JSONField(default=dict, help_text="Language to a list of words.")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="datasets")
    theme = models.CharField(max_length=4, help_text="EU data theme.")
    licence = models.CharField(max_length=20)
    frequency = models.CharField(max_length=10, help_text="EU frequency: what is promised.")
    contact = models.CharField(max_length=200, blank=True, help_text="Office, not a person.")
    source = models.JSONField(default=dict, help_text="Language to where the data are from.")
    source_url = models.URLField(max_length=500, blank=True)
    is_public = models.BooleanField(default=True)
    is_synthetic = models.BooleanField(default=False)
    key = models.JSONField(default=list, help_text="Names of the columns that tell rows apart.")
    declared = models.JSONField(default=list, help_text="What is said of columns.")
    encoding = models.CharField(max_length=10, blank=True, help_text="Stated, else found.")
    current = models.ForeignKey(
        "DatasetVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.TextField(blank=True, help_text="Folded, for the search of the list.")
    made_at = models.DateTimeField()
    late_told_for = models.PositiveIntegerField(
        default=0, help_text="Number of the version after which the owner was warned."
    )

    objects = VisibleQuerySet.as_manager()

    WORDS = ("title", "description")

    class Meta:
        ordering = ["code"]
        indexes = [models.Index(fields=["theme", "code"], name="dataset_by_theme")]

    def __str__(self) -> str:
        return self.code


class DatasetVersion(Keyed):
    """One state of a dataset (版本): the file as it came, and the table made of it.

    ``received`` waits for a worker; ``refused`` could not be read. What was read is ``profiled``,
    or in ``quarantined`` until a person says otherwise, and in the end ``published``, or ``erased``
    with its file and table where it held what nobody may keep. What was found is never changed.
    """

    class State(models.TextChoices):
        RECEIVED = "received"
        REFUSED = "refused"
        PROFILED = "profiled"
        QUARANTINED = "quarantined"
        PUBLISHED = "published"
        ERASED = "erased"

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=11, choices=State, default=State.RECEIVED)
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="As it came; none once it was erased.",
    )  # fmt: skip
    file_name = models.CharField(max_length=150)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file as it came.")
    note = models.CharField(max_length=500, blank=True, help_text="What is new in it.")
    publishes = models.BooleanField(default=False, help_text="At once, if nothing is found.")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    profiled_at = models.DateTimeField(null=True, blank=True)
    refusal = models.JSONField(null=True, blank=True, help_text="Code and parameters.")
    encoding = models.CharField(max_length=10, blank=True)
    row_count = models.PositiveBigIntegerField(null=True, blank=True)
    schema = models.JSONField(default=list, help_text="Columns in order, as they are read.")
    profile = models.JSONField(default=list, help_text="Per column: counts, least, most, top.")
    quality = models.JSONField(default=dict, help_text="Part to share, 0 to 1.")
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    problems = models.JSONField(default=list, help_text="Findings with row numbers.")
    difference = models.JSONField(default=dict, help_text="To the version published before.")
    rows_file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="The table as Parquet.",
    )  # fmt: skip
    csv_file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="The table as CSV, UTF-8.",
    )  # fmt: skip
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(
        max_length=500, blank=True, help_text="Why it left quarantine all the same, or was erased."
    )
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = VisibleQuerySet.as_manager()

    WORDS = ("note", "reason")

    class Meta:
        ordering = ["dataset", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="dataset_version_once"),
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(published_at__isnull=False, rows_file__isnull=False),
                name="dataset_version_published_has_rows",
            ),
            models.CheckConstraint(
                condition=(~Q(state="erased") & Q(file__isnull=False))
                | Q(
                    state="erased",
                    erased_at__isnull=False,
                    file=None,
                    rows_file=None,
                    csv_file=None,
                ),
                name="dataset_version_erased_has_no_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.number}"


class DatasetColumn(models.Model):
    """A column of a dataset's current version, for the dictionary of all (資料字典欄位)."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="columns")
    position = models.PositiveIntegerField()
    column = models.JSONField(help_text="How it is read.")
    said = models.JSONField(help_text="What it means.")
    words = models.TextField(help_text="Name, title, meaning and unit, folded.")

    class Meta:
        ordering = ["dataset", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "position"], name="dataset_column_has_its_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.position}"
