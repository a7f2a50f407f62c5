"""Censuses and household surveys: rounds, enumeration areas, addresses, and what was answered."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.models import Agency, Area, PublishedDefinition, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet


class SurveyRound(Keyed):
    """One census or survey (調查), as the pack declares it; what comes before it closes counts.

    The definition is pinned when the round opens. ``risk`` is what was measured of the masked file
    before and after, ``estimates`` what a sample says of the whole; both are made at closing.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        OPEN = "open", _("in the field")
        CLOSED = "closed", pgettext_lazy("statistics", "closed")

    code = models.SlugField(max_length=50, unique=True)
    definition = models.ForeignKey(PublishedDefinition, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="surveys")
    name = models.JSONField(help_text="Language to name.")
    reference_on = models.DateField()
    release_at = models.DateTimeField(help_text="Results are nobody's before, but who makes them.")
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    kept_until = models.DateField(null=True, blank=True, help_text="Last day of the raw records.")
    erased_at = models.DateTimeField(null=True, blank=True)
    risk = models.JSONField(default=dict, blank=True)
    estimates = models.JSONField(default=list, blank=True)
    columns = models.JSONField(default=list, blank=True, help_text="Of the masked file, in order.")
    is_kept = models.BooleanField(default=True, help_text="The pack still declares it.")
    is_synthetic = models.BooleanField(default=False)

    objects = VisibleQuerySet.as_manager()

    WORDS = ("name",)

    class Meta:
        ordering = ["-reference_on", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="planned", opened_at=None)
                | Q(state="open", opened_at__isnull=False, closed_at=None)
                | Q(state="closed", opened_at__isnull=False, closed_at__isnull=False),
                name="survey_round_state_has_moments",
                violation_error_message=_("A round is opened before it is closed."),
            )
        ]

    def __str__(self) -> str:
        return self.code


class SurveyArea(Keyed):
    """An enumeration area (普查區): villages, or a part of one, whom one enumerator visits."""

    round = models.ForeignKey(SurveyRound, on_delete=models.PROTECT, related_name="areas")
    code = models.CharField(max_length=30)
    part = models.CharField(max_length=100, blank=True, help_text="Which part of the village.")
    villages = models.ManyToManyField(Area, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["round", "code"]
        constraints = [models.UniqueConstraint(fields=["round", "code"], name="survey_area_once")]

    def __str__(self) -> str:
        return self.code


class SurveyAssignment(Keyed):
    """That somebody visits an enumeration area (指派), from a moment until another follows."""

    area = models.ForeignKey(SurveyArea, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True, help_text="Why another follows.")
    ended_at = models.DateTimeField(null=True, blank=True)

    WORDS = ("reason",)

    class Meta:
        ordering = ["area", "-made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["area"], condition=Q(ended_at=None), name="survey_area_has_one_enumerator"
            )
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.person_id}"


class SurveyAddress(Keyed):
    """An address of an enumeration area (地址名冊), and how far it is."""

    class State(models.TextChoices):
        OPEN = "open", _("not visited")
        ABSENT = "absent", _("not at home")
        REFUSED = "refused", pgettext_lazy("statistics", "refused")
        VACANT = "vacant", _("nobody lives there")
        COMPLETE = "complete", _("complete")

    round = models.ForeignKey(SurveyRound, on_delete=models.PROTECT, related_name="addresses")
    area = models.ForeignKey(SurveyArea, on_delete=models.PROTECT, related_name="addresses")
    village = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=30, help_text="In the list of the round.")
    text = models.CharField(max_length=200, help_text="The address as it is written.")
    is_sampled = models.BooleanField(default=True, help_text="To be visited.")
    listed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True, help_text="No such address.")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    visit_count = models.PositiveIntegerField(default=0)
    completed_at = models.DateTimeField(null=True, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True, help_text="For a re-interview.")
    reinterviewer = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = VisibleQuerySet.as_manager()

    PERSONAL = ("text",)

    class Meta:
        ordering = ["round", "number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="survey_address_once"),
            models.CheckConstraint(
                condition=Q(drawn_at=None) | Q(reinterviewer__isnull=False),
                name="survey_address_drawn_has_interviewer",
            ),
        ]
        indexes = [models.Index(fields=["area", "number"], name="survey_address_of_area")]

    def __str__(self) -> str:
        return self.number


class SurveyRecord(Keyed):
    """What a tablet sent of one visit (訪查紀錄); never changed, counted once or set aside.

    ``conflict`` waits for a supervisor, ``late`` came after the closing; neither counts. Answers
    are erased at the end of keeping, and nothing else of the row.
    """

    class Outcome(models.TextChoices):
        COMPLETE = "complete", _("complete")
        REFUSED = "refused", pgettext_lazy("statistics", "refused")
        ABSENT = "absent", _("not at home")
        VACANT = "vacant", _("nobody lives there")

    class Standing(models.TextChoices):
        COUNTED = "counted", _("counted")
        CONFLICT = "conflict", _("answered twice")
        SET_ASIDE = "set_aside", _("set aside")
        LATE = "late", _("too late")
        CHECK = "check", _("re-interview")

    address = models.ForeignKey(SurveyAddress, on_delete=models.PROTECT, related_name="records")
    outcome = models.CharField(max_length=8, choices=Outcome)
    standing = models.CharField(max_length=9, choices=Standing)
    answers = models.JSONField(default=dict, help_text="By question; numbers of persons as hashes.")
    failed = models.JSONField(default=list, help_text="Ids of the edits that failed.")
    noted_at = models.DateTimeField(help_text="By the clock of the tablet.")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    offline_id = models.CharField(max_length=64, help_text="The number that the tablet gave.")
    sent_digest = models.CharField(max_length=64)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    PERSONAL = ("answers",)

    class Meta:
        ordering = ["address", "noted_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["sent_by", "offline_id"], name="survey_record_once"),
            models.UniqueConstraint(
                fields=["address"], condition=Q(outcome="complete", standing="counted"),
                name="survey_address_is_counted_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.address_id} {self.outcome}"


class SurveyPerson(Keyed):
    """One person of a counted household (受查人口): what tables and coverage need, and no name."""

    round = models.ForeignKey(SurveyRound, on_delete=models.PROTECT, related_name="people")
    record = models.ForeignKey(SurveyRecord, on_delete=models.PROTECT, related_name="people")
    village = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    pseudonym = models.CharField(max_length=64, blank=True, help_text="Keyed hash of the number.")
    sex = models.CharField(max_length=20, blank=True)
    age = models.PositiveSmallIntegerField(null=True, blank=True)
    age_band = models.CharField(max_length=10, blank=True)
    reference_on = models.DateField()
    is_counted = models.BooleanField(default=True)
    is_synthetic = models.BooleanField(default=False)

    PERSONAL = ("pseudonym", "age")

    class Meta:
        ordering = ["record", "number"]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="survey_person_once")
        ]
        indexes = [models.Index(fields=["round", "pseudonym"], name="survey_person_found")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.number}"


class SurveyDuplicate(Keyed):
    """Two records that may be of the same people (疑似重複), and what a supervisor decided."""

    class Reason(models.TextChoices):
        ADDRESS = "address", _("the same address")
        PERSON = "person", _("the same person")
        HOUSEHOLD = "household", _("a similar household")

    class Decision(models.TextChoices):
        KEEP_FIRST = "keep_first", _("The first counts")
        KEEP_SECOND = "keep_second", _("The second counts")
        KEEP_BOTH = "keep_both", _("They are different people: both count")

    round = models.ForeignKey(SurveyRound, on_delete=models.PROTECT, related_name="duplicates")
    first = models.ForeignKey(SurveyRecord, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(SurveyRecord, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=9, choices=Reason)
    found_at = models.DateTimeField()
    decision = models.CharField(max_length=11, choices=Decision, blank=True)
    why = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = VisibleQuerySet.as_manager()

    WORDS = ("why",)

    class Meta:
        ordering = ["round", "found_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="survey_duplicate_once"),
            models.CheckConstraint(
                condition=~Q(first=F("second")), name="survey_duplicate_of_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"


class SurveyTotal(models.Model):
    """How many people there are of an area, sex and age (母體人數); a sample is weighted to it."""

    round = models.ForeignKey(SurveyRound, on_delete=models.PROTECT, related_name="totals")
    area = models.CharField(max_length=20)
    sex = models.CharField(max_length=20)
    age_band = models.CharField(max_length=10)
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ["round", "area", "sex", "age_band"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "area", "sex", "age_band"], name="survey_total_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.sex} {self.age_band}"


class MaskedRow(models.Model):
    """One person of the masked file (去識別微資料); no name, number, address or key of a record."""

    round = models.ForeignKey(SurveyRound, on_delete=models.PROTECT, related_name="masked")
    position = models.PositiveIntegerField(help_text="Shuffled: it tells nothing of the list.")
    values = models.JSONField(help_text="By column; null where it was suppressed.")
    weight = models.DecimalField(max_digits=14, decimal_places=6, default=1)

    class Meta:
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "position"], name="masked_row_once")
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.position}"
