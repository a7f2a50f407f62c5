"""Joint reviews: what each agency was asked and answered, round by round."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.services.models.case import Case


class Review(Keyed):
    """One agency's part of a joint review in one round (會審意見)."""

    class Answer(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("services", "Waiting")
        AGREE = "agree", _("Agrees")
        CONDITIONS = "conditions", _("Agrees with conditions")
        OBJECT = "object", _("Objects")
        RETURN = "return", _("Returned for correction")
        SILENT = "silent", _("Said nothing in time")
        CLOSED = "closed", _("No longer asked")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reviews")
    review = models.CharField(max_length=50)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField(default=1)
    is_current = models.BooleanField(default=True, help_text="Of the newest round of this agency.")
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.WAITING)
    subject = models.JSONField(default=dict, help_text="Language to what it is asked.")
    amount = models.CharField(max_length=12)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opinion = models.TextField(blank=True)
    conditions = models.TextField(blank=True)

    objects = VisibleQuerySet.as_manager()

    WORDS = ("opinion", "conditions")

    class Meta:
        ordering = ["case_id", "review", "agency", "round"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "review", "agency", "round"], name="review_once_per_round"
            )
        ]
        indexes = [
            models.Index(
                fields=["agency", "due_at", "id"],
                condition=Q(answer="waiting"),
                name="review_waiting_by_agency",
            ),
            models.Index(
                fields=["due_at", "id"], condition=Q(answer="waiting"), name="review_waiting_by_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.review} {self.agency_id} {self.round}"
