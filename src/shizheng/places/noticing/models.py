"""Letters about things: to whom, in which words, under which version of the declaration."""

from django.db import models

from shizheng.core.models import PublishedDefinition
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.places.models.register import Thing


class ThingNotice(Keyed):
    """The owner agency wrote to somebody about a thing (通知紀錄), once for each occasion.

    ``occasion`` is ``made``, or days before or after the last day, such as ``before:7``.
    """

    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="notices")
    definition = models.ForeignKey(PublishedDefinition, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=50, help_text="Id of the notice in the register.")
    occasion = models.CharField(max_length=12)
    term_on = models.DateField(help_text="The last day; the day of the state where there is none.")
    addressee = models.CharField(max_length=200, help_text="As the register names it.")
    subject = models.JSONField(help_text="Language to text.")
    text = models.JSONField(help_text="Language to text.")
    told_count = models.PositiveIntegerField(
        default=0, help_text="People told on the site; of none a letter is to be posted."
    )
    made_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["thing", "code", "occasion", "term_on"], name="thing_notice_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.occasion}"
