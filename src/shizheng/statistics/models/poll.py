"""Satisfaction polls with their results, and figures of other cities beside the city's own."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.statistics.models.indicator import Indicator


class Signed(Keyed):
    """A row that one person entered and another signed off (填報與核章)."""

    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Poll(Signed):
    """A poll of what people think of the city's work (施政滿意度民意調查).

    Only results are kept here, never an answer of one person. Public once it is signed off; then
    it stays as it is: a correction is a new version under the same code, and counts from then on.
    """

    class Mode(models.TextChoices):
        TELEPHONE = "telephone", _("by telephone")
        FACE_TO_FACE = "face_to_face", _("face to face")
        WEB = "web", _("on the web")
        POST = "post", _("by post")
        MIXED = "mixed", _("in several ways")

    code = models.SlugField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    correction = models.TextField(blank=True, help_text="What a later version changes, and why.")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="polls")
    title = models.CharField(max_length=200)
    is_media = models.BooleanField(default=False, help_text="Of a newspaper or broadcaster.")
    source = models.CharField(max_length=500, blank=True, help_text="Where a media poll stands.")
    commissioned_by = models.CharField(max_length=200)
    conducted_by = models.CharField(max_length=200)
    questionnaire_version = models.CharField(max_length=40)
    questionnaire = models.TextField(help_text="The questions as they were asked.")
    frame = models.CharField(max_length=500, help_text="The list that the sample is drawn from.")
    mode = models.CharField(max_length=12, choices=Mode)
    fieldwork_from = models.DateField()
    fieldwork_to = models.DateField()
    contacted = models.PositiveIntegerField(null=True, blank=True, help_text="Sample size.")
    responses = models.PositiveIntegerField(help_text="Interviews that were completed.")
    weighting = models.CharField(max_length=1000)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-fieldwork_to", "code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="poll_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(signed_at=None), name="poll_is_open_once"
            ),
            models.CheckConstraint(
                condition=Q(version=1, correction="") | (Q(version__gt=1) & ~Q(correction="")),
                name="poll_correction_says_why",
                violation_error_message=_("A correction says what it changes, and why."),
            ),
            models.CheckConstraint(
                condition=Q(fieldwork_to__gte=F("fieldwork_from")),
                name="poll_ends_after_it_begins",
                violation_error_message=_("Fieldwork ends on the day it begins, or later."),
            ),
            models.CheckConstraint(
                condition=Q(contacted=None) | Q(contacted__gte=F("responses")),
                name="poll_has_no_more_responses_than_people",
                violation_error_message=_("No more people answer than are asked."),
            ),
            models.CheckConstraint(
                condition=Q(is_media=False) | ~Q(source=""),
                name="poll_of_media_has_source",
                violation_error_message=_("A media poll says where it stands."),
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None) | ~Q(signed_by=F("entered_by")),
                name="poll_signed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.code if self.version == 1 else f"{self.code} v{self.version}"


class PollResult(models.Model):
    """What share of those asked gave an answer (調查結果), in the city or in one district."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="results")
    topic = models.SlugField(max_length=60, help_text="The same code in every poll that asks it.")
    question = models.CharField(max_length=300, help_text="As it was asked.")
    answer = models.CharField(max_length=100)
    district = models.CharField(max_length=20, blank=True, help_text="Code; empty: the city.")
    share = models.DecimalField(max_digits=5, decimal_places=2, help_text="Per cent, weighted.")
    answers = models.PositiveIntegerField(help_text="How many people it rests on.")
    design_effect = models.DecimalField(max_digits=6, decimal_places=3, default=1)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["poll", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "topic", "answer", "district"], name="poll_result_once"
            ),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=100, answers__gte=2, design_effect__gte=1),
                name="poll_result_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll_id} {self.topic} {self.answer} {self.district}"


class PeerFigure(Signed):
    """A figure of another city beside an indicator (他市指標值); the newest that is signed counts.

    ``difference`` says where that city counts another thing; empty where it counts the same.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="peers")
    city = models.CharField(max_length=60)
    period = models.CharField(max_length=10)
    value = models.DecimalField(max_digits=30, decimal_places=6)
    source = models.CharField(max_length=300)
    published_on = models.DateField()
    difference = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["indicator", "city", "period", "entered_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_by=None) | ~Q(signed_by=F("entered_by")),
                name="peer_figure_signed_by_another",
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.city} {self.period}"
