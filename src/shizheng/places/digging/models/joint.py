"""The year's digs that owners plan, the joint plan made of them, and what was proposed."""

from django.db import models
from django.db.models import F, Q

from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.places.digging.models.permits import WorksRecord


class PlannedDig(Keyed):
    """A dig that an owner plans for a year (年度預定挖掘), before it has a permit.

    It may be open from ``earliest`` to ``latest``, both days included, for ``days`` days.
    """

    class State(models.TextChoices):
        OPEN = "open"  # 待整合
        PROPOSED = "proposed"  # 已通知建議期間
        AGREED = "agreed"  # 已同意建議期間
        WITHDRAWN = "withdrawn"  # 已撤回

    LIVE = (State.OPEN, State.PROPOSED, State.AGREED)

    number = models.CharField(max_length=80, unique=True)
    owner = models.CharField(max_length=50, help_text="Id of the owner in the pack.")
    title = models.CharField(max_length=200)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    sections = models.JSONField(help_text="Keys of the road sections.")
    earliest = models.DateField()
    latest = models.DateField()
    days = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    first = models.DateField(null=True, blank=True, help_text="As agreed.")
    last = models.DateField(null=True, blank=True)
    record = models.ForeignKey(
        WorksRecord, null=True, blank=True, on_delete=models.PROTECT, related_name="planned"
    )
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["earliest", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latest__gte=F("earliest"), days__gte=1), name="planned_dig_has_a_day"
            ),
        ]
        indexes = [models.Index(fields=["state", "earliest"], name="planned_dig_by_day")]

    def __str__(self) -> str:
        return self.number


class DigPlan(Keyed):
    """A joint plan of a year (年度聯合挖掘計畫): made by a job, whole or not at all.

    ``asked`` is what it was made of, as it was then; ``result`` what came out, with the figures.
    """

    class State(models.TextChoices):
        WAITING = "waiting"  # 排程中
        DONE = "done"  # 已完成
        FAILED = "failed"  # 無法成立
        ACCEPTED = "accepted"  # 已採行

    number = models.CharField(max_length=30, unique=True)
    year = models.PositiveSmallIntegerField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    pins = models.JSONField(default=dict, help_text="starts, together and apart, by number.")
    asked = models.JSONField(help_text="Requests and standing works, as they were.")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    result = models.JSONField(default=dict)
    openings_before = models.PositiveIntegerField(null=True, help_text="First come, first served.")
    openings_after = models.PositiveIntegerField(null=True)
    problems = models.JSONField(default=list, help_text="What the independent check found.")
    failure = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "number"]

    def __str__(self) -> str:
        return self.number


class DigProposal(Keyed):
    """Days that a plan proposes to the owner of a planned dig (建議施工期間)."""

    class State(models.TextChoices):
        WAITING = "waiting"
        AGREED = "agreed"
        REFUSED = "refused"

    plan = models.ForeignKey(DigPlan, on_delete=models.PROTECT, related_name="proposals")
    planned = models.ForeignKey(PlannedDig, on_delete=models.PROTECT, related_name="proposals")
    first = models.DateField()
    last = models.DateField()
    partners = models.JSONField(default=list, help_text="Numbers of who shares the opening.")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    made_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["first", "planned__number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "planned"], name="dig_proposal_once"),
            models.CheckConstraint(
                condition=Q(last__gte=F("first")), name="dig_proposal_has_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.number} {self.planned.number}"
