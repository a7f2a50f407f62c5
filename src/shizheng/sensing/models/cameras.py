"""Security cameras: how long they saw each day, their repairs, footage asked for and let go."""

from django.db import models
from django.db.models import F, Q

from shizheng.core.models import Agency, StoredFile, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet


class CameraDay(Keyed):
    """How long a camera gave a picture on a day (攝影機妥善時間), counted from its heartbeats."""

    camera = models.CharField(max_length=80, help_text="Its key in the register.")
    precinct = models.CharField(max_length=60)
    day = models.DateField()
    expected_s = models.PositiveIntegerField(help_text="Seconds of the day it should have seen.")
    up_s = models.PositiveIntegerField(help_text="Seconds of these that heartbeats vouch for.")

    class Meta:
        ordering = ["day", "camera"]
        constraints = [
            models.UniqueConstraint(fields=["camera", "day"], name="camera_day_once"),
            models.CheckConstraint(
                condition=Q(up_s__lte=F("expected_s")), name="camera_day_not_above_all"
            ),
        ]
        indexes = [models.Index(fields=["day", "precinct"], name="camera_day_by_precinct")]

    def __str__(self) -> str:
        return f"{self.camera} {self.day}"


class CameraRepair(Keyed):
    """A repair of a camera (攝影機維修) beside its precinct; counted from the work orders."""

    order = models.UUIDField(unique=True, help_text="Key of the work order.")
    camera = models.CharField(max_length=80)
    precinct = models.CharField(max_length=60)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at", "camera"]
        indexes = [models.Index(fields=["precinct", "done_at"], name="camera_repair_by_precinct")]

    def __str__(self) -> str:
        return f"{self.camera} {self.opened_at:%Y-%m-%d}"


class CameraStill(Keyed):
    """The newest picture of a camera that was released for operation (值勤畫面); no older one."""

    camera = models.CharField(max_length=80, unique=True)
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["camera"]

    def __str__(self) -> str:
        return self.camera


class FootageRequest(Keyed):
    """Somebody asks for recordings (調閱影像申請): for which case, why, which cameras, when.

    ``owner`` is the agency of the cameras: its approver decides, its keeper hands out.
    """

    class State(models.TextChoices):
        ASKED = "asked"  # 待核准
        APPROVED = "approved"  # 已核准
        REFUSED = "refused"  # 未核准
        WITHDRAWN = "withdrawn"  # 已撤回
        DONE = "done"  # 已提供

    PERSONAL = ("purpose",)

    number = models.CharField(max_length=30, unique=True)
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case_number = models.CharField(max_length=60)
    ground = models.CharField(max_length=60, help_text="Id of the purpose in the pack.")
    purpose = models.CharField(max_length=500)
    cameras = models.JSONField(help_text="Keys of the cameras.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    face_policy = models.CharField(
        max_length=60, blank=True, help_text="Number of the policy record, if faces are searched."
    )
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=500, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="footage_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")) | Q(state="withdrawn"),
                name="footage_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class FootageRelease(Keyed):
    """A marked copy that was handed out (提供之影像); the digests stay when its bytes are gone.

    ``came_sha256`` is of what the keeper gave, ``sha256`` of the marked copy that was kept.
    """

    class Mark(models.TextChoices):
        PIXELS = "pixels"  # 浮水印燒入畫面
        PAGES = "pages"  # 每頁轉為圖片並燒入浮水印
        TRAILER = "trailer"  # 檔尾識別標記，畫面未加浮水印

    request = models.ForeignKey(FootageRequest, on_delete=models.PROTECT, related_name="releases")
    camera = models.CharField(max_length=80)
    name = models.CharField(max_length=150)
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    came_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    mark = models.CharField(max_length=7, choices=Mark)
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_count = models.PositiveIntegerField(default=0)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_sha256 = models.CharField(
        max_length=64, blank=True, help_text="Of the bytes as they lay there; missing: none did."
    )
    proven_at = models.DateTimeField(null=True, blank=True, help_text="No bytes are left.")
    why_deleted = models.CharField(max_length=200, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["released_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(proven_at=None) | Q(deleted_at__isnull=False, file=None),
                name="footage_proven_after_deletion",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="footage_by_expiry")]

    def __str__(self) -> str:
        return self.name
