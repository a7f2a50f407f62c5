"""Enquiries about land for industry, with officer, answer and outcome."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet


class LandEnquiry(Keyed):
    """What an investor asks of a plot (用地媒合詢問)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for an answer")
        ANSWERED = "answered", _("Answered")
        MATCHED = "matched", _("Matched")
        REFUSED = "refused", _("Not matched")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    PERSONAL = ("company", "contact", "needs")

    plot = models.ForeignKey("places.Thing", on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    company = models.CharField(max_length=80)
    contact = models.CharField(max_length=200)
    needs = models.CharField(max_length=1000)
    officer = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    answer = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True, help_text="Why matched or not.")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "asked_at", "id"]

    def __str__(self) -> str:
        return f"{self.plot_id} {self.person_id}"
