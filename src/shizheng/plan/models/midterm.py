"""The mid-term plan that the plans of its years serve: its goals, and the items that carry them."""

from datetime import date, timedelta

from django.db import models
from django.urls import reverse

from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed
from shizheng.core.words import in_language
from shizheng.plan.models.register import Item


class MidtermPlan(Keyed):
    """What a city wants to reach in several years (中程施政計畫)."""

    code = models.SlugField(unique=True)
    title = models.JSONField(help_text="Language to title.")
    period_from = models.DateField()
    period_to = models.DateField(help_text="The first day after the period.")
    source = models.JSONField(default=dict, help_text="Language to where it is from.")
    note = models.JSONField(default=dict, help_text="Language to what a reader must know.")

    class Meta:
        ordering = ["-period_from", "code"]

    def __str__(self) -> str:
        return self.code

    @property
    def last_on(self) -> date:
        """The last day of the period."""
        return self.period_to - timedelta(days=1)

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("plan:midterm", args=(self.code,))


class MidtermGoal(Keyed):
    """One goal of a mid-term plan (中程目標), with the items of plans that carry it."""

    midterm = models.ForeignKey(MidtermPlan, on_delete=models.PROTECT, related_name="goals")
    code = models.CharField(max_length=20)
    name = models.JSONField(help_text="Language to sentence.")
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="midterm_goals"
    )
    source = models.CharField(max_length=300, blank=True)
    is_proposed = models.BooleanField(default=True)
    is_written = models.BooleanField(
        default=False, help_text="Written here: a pack leaves it alone."
    )
    revision = models.PositiveIntegerField(default=1, help_text="Rises with every change.")
    items = models.ManyToManyField(Item, through="GoalItem", related_name="midterm_goals")

    class Meta:
        ordering = ["midterm", "code"]
        constraints = [
            models.UniqueConstraint(fields=["midterm", "code"], name="midterm_goal_code_is_unique")
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        """Its code and its sentence in the language of the reader."""
        return f"{self.code} {in_language(self.name)}"

    def get_absolute_url(self) -> str:
        """Return the address of the goal's page."""
        return reverse("plan:midterm_goal", args=(self.midterm.code, self.code))


class GoalItem(Keyed):
    """An item that carries a goal (目標對應項目), and who said so."""

    goal = models.ForeignKey(MidtermGoal, on_delete=models.PROTECT, related_name="links")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="goal_links")
    linked_at = models.DateTimeField()
    linked_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="None: the pack.",
    )  # fmt: skip

    class Meta:
        ordering = ["goal", "item"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "item"], name="goal_item_is_linked_once")
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.item_id}"
