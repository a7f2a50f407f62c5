"""The case and what it was made of: its events, its answers, who belongs to it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import Agency, Area, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.services.models.service import Service, ServiceVersion


class CaseSeries(models.Model):
    """The last case number given on one day (流水號)."""

    day = models.DateField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["day"]
        verbose_name_plural = "case series"

    def __str__(self) -> str:
        return f"{self.day} {self.last}"


class Case(Keyed):
    """One file about one matter (案件): where it is, who holds it, when it is due.

    A projection: every field can be made again from the events of the case. ``revision`` counts
    the events, so that nobody acts on what they have not seen. The ``*_seconds`` are how long
    each holder had it up to ``held_since``. ``due_at`` is that of its main clock.
    """

    class Holder(models.TextChoices):
        OFFICE = "office", _("Office")
        APPLICANT = "applicant", _("Applicant")
        AGENCY = "agency", _("Other agency")
        NOBODY = "nobody", _("Nobody")

    class AccessClass(models.TextChoices):
        NORMAL = "normal", _("Normal")
        PERSONAL = "personal", _("Personal")

    number = models.CharField(max_length=40, unique=True)
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    version = models.ForeignKey(ServiceVersion, on_delete=models.PROTECT, related_name="cases")
    state = models.CharField(max_length=50)
    holder = models.CharField(max_length=10, choices=Holder)
    is_open = models.BooleanField(default=True)
    outcome = models.CharField(max_length=20, blank=True)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    assignee = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="assigned_cases"
    )
    access_class = models.CharField(max_length=10, choices=AccessClass)
    channel = models.CharField(max_length=10)
    title = models.CharField(max_length=120, help_text="One line, without personal data.")
    description = models.TextField(blank=True)
    address = models.CharField(max_length=200, blank=True)
    district = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    village = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    geometry = models.JSONField(null=True, blank=True, help_text="GeoJSON, EPSG:4326.")
    zones = models.JSONField(default=list, help_text="Codes of the zones in which it lies.")
    answers = models.JSONField(default=dict, help_text="Without personal ones.")
    calculated = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    held_since = models.DateTimeField()
    office_seconds = models.PositiveBigIntegerField(default=0)
    applicant_seconds = models.PositiveBigIntegerField(default=0)
    agency_seconds = models.PositiveBigIntegerField(default=0)
    is_late = models.BooleanField(default=False, help_text="Its main clock ran out.")
    reopened_count = models.PositiveSmallIntegerField(default=0)
    wrong_handoff_count = models.PositiveSmallIntegerField(default=0)
    satisfaction = models.PositiveSmallIntegerField(null=True, blank=True, help_text="1 to 5.")
    reporter = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="own_cases",
        db_index=False,
    )  # fmt: skip
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    revision = models.PositiveIntegerField(default=1)
    is_synthetic = models.BooleanField(default=False)
    is_on_hold = models.BooleanField(default=False, help_text="Kept beyond its retention.")
    anonymised_at = models.DateTimeField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_open=True, closed_at=None, outcome="")
                | (Q(is_open=False, closed_at__isnull=False) & ~Q(outcome="")),
                name="case_closed_has_outcome_and_moment",
                violation_error_message=_("A closed case has an outcome and a moment."),
            ),
            models.CheckConstraint(
                condition=Q(satisfaction=None) | Q(satisfaction__range=(1, 5)),
                name="case_satisfaction_is_1_to_5",
                violation_error_message=_("Satisfaction is 1 to 5."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "due_at", "id"],
                condition=Q(is_open=True),
                name="case_open_by_agency",
            ),
            models.Index(
                fields=["assignee", "due_at", "id"],
                condition=Q(is_open=True),
                name="case_open_by_assignee",
            ),
            models.Index(
                fields=["service", "due_at", "id"],
                condition=Q(is_open=True),
                name="case_open_by_service",
            ),
            models.Index(
                fields=["due_at", "id"], condition=Q(is_open=True), name="case_open_by_due"
            ),
            models.Index(fields=["-opened_at", "-id"], name="case_by_opening"),
            models.Index(fields=["agency", "-opened_at", "-id"], name="case_by_agency"),
            models.Index(fields=["service", "-opened_at", "-id"], name="case_by_service"),
            models.Index(fields=["closed_at"], condition=Q(is_open=False), name="case_by_closing"),
            models.Index(
                fields=["agency", "closed_at"],
                condition=Q(is_open=False),
                name="case_closed_by_agency",
            ),
            models.Index(fields=["-updated_at", "-id"], name="case_by_update"),
            models.Index(fields=["reporter", "-opened_at"], name="case_by_reporter"),
            models.Index(
                fields=["version", "outcome", "closed_at"],
                condition=Q(is_open=False, anonymised_at=None),
                name="case_closed_with_persons",
            ),
            models.Index(
                fields=["service", "longitude", "latitude"],
                condition=Q(is_open=True, longitude__isnull=False),
                name="case_open_by_place",
            ),
            models.Index(
                fields=["service", "longitude", "latitude"],
                condition=Q(is_open=False, longitude__isnull=False),
                name="case_closed_by_place",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CaseEvent(Keyed):
    """Something that happened to a case (案件歷程), appended and never changed.

    Only at the end of its retention what is personal is taken out of it (``retention``).

    ``changes`` are the fields of the projection that it set. ``act`` holds what the act was given
    beside personal data. ``visibility`` says who may read ``note``.
    """

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Everybody")
        PARTY = "party", _("Applicant and office")
        INTERNAL = "internal", _("Office")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events", db_index=False)
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="case_events"
    )
    on_behalf_of = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    as_party = models.ForeignKey(
        "CaseParty", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    action = models.CharField(max_length=60)
    from_state = models.CharField(max_length=50, blank=True)
    to_state = models.CharField(max_length=50)
    changes = models.JSONField(default=dict)
    act = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.INTERNAL)

    WORDS = ("note",)

    class Meta:
        ordering = ["case_id", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "sequence"], name="case_event_sequence_is_unique"
            )
        ]
        indexes = [models.Index(fields=["at"], name="case_event_by_time")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.sequence} {self.action}"


class AnswerSet(Keyed):
    """What was answered at one hand-in (答案版本); a correction is a new one.

    ``personal`` holds the personal answers alone; retention empties it.
    """

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="answer_sets", db_index=False
    )
    number = models.PositiveIntegerField()
    answers = models.JSONField(default=dict)
    personal = models.JSONField(default=dict)
    calculated = models.JSONField(default=dict)
    version = models.ForeignKey(ServiceVersion, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField()

    PERSONAL = ("personal",)

    class Meta:
        ordering = ["case_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="answer_set_number_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.number}"


class CaseParty(Keyed):
    """Somebody who belongs to a case (當事人): applicant, reporter, proxy, helper, follower.

    Who was appointed as a proxy and has not confirmed (``invited``) has no part in it yet.

    ``secret`` opens the case to a party without an account; only its hash is kept.
    """

    class Role(models.TextChoices):
        APPLICANT = "applicant", _("Applicant")
        PROXY = "proxy", _("Proxy")
        HELPER = "helper", _("Helper")
        FOLLOWER = "follower", _("Follower")
        INVITED = "invited", _("Appointed as proxy, not confirmed")

    class NoticeBy(models.TextChoices):
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("Text message")
        LINE = "line", _("LINE")
        NONE = "none", _("No notices")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=10, choices=Role)
    person = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="case_parties",
        db_index=False,
    )  # fmt: skip
    acts_for = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="proxies"
    )
    name = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    line_id = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=10, blank=True)
    notice_by = models.CharField(max_length=5, choices=NoticeBy, default=NoticeBy.EMAIL)
    secret = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the follow code.")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    PERSONAL = ("name", "email", "phone", "line_id", "secret")

    class Meta:
        ordering = ["case_id", "added_at", "id"]
        verbose_name_plural = "case parties"
        indexes = [models.Index(fields=["person", "case"], name="case_party_of_person")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.role}"


class CaseStanding(models.Model):
    """An agency that must know a case beside the one responsible (知悉機關): why and since when."""

    class Reason(models.TextChoices):
        REVIEW = "review", _("Reviews it")
        OWNER = "owner", _("Looks after the service")
        CREW = "crew", _("Its crew is sent")
        STEP = "step", _("Gives a permit of it")
        FORMER = "former", _("Had it before")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="standings")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=8, choices=Reason)
    since = models.DateTimeField()

    class Meta:
        ordering = ["case_id", "agency"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "case"], name="case_standing_once_per_agency")
        ]
        indexes = [
            models.Index(
                fields=["agency", "case"],
                condition=~Q(reason="owner"),
                name="case_standing_beside_owner",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.agency_id}"


class CaseLink(Keyed):
    """How two cases belong together (案件關聯): both stay; a link can be taken back.

    A duplicate is one of ``case``; ``to`` is its master. ``before`` is how the duplicate stood
    when it was linked, so that undoing puts it back. A link that came about because the master
    became a duplicate itself names the link ``moved_with`` and the one it ``replaces``.
    """

    class Kind(models.TextChoices):
        DUPLICATE = "duplicate", _("Duplicate")
        CHILD = "child", _("Part")
        FOLLOW_ON = "follow_on", _("Follow-on")
        RELATED = "related", _("Related")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links")
    to = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="linked_from")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=200, blank=True)
    score = models.FloatField(null=True, blank=True)
    before = models.JSONField(default=dict, help_text="State, holder and clocks when linked.")
    moved_with = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="moved"
    )
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_reason = models.CharField(max_length=200, blank=True)

    WORDS = ("reason", "undone_reason")

    class Meta:
        ordering = ["case_id", "made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "to", "kind"],
                condition=Q(undone_at=None),
                name="case_link_is_made_once",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(undone_at=None, kind="duplicate"),
                name="case_duplicates_one_other",
            ),
            models.CheckConstraint(
                condition=~Q(case=F("to")),
                name="case_is_not_linked_to_itself",
                violation_error_message=_("A case cannot be linked to itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.to_id}"


class CaseMessage(Keyed):
    """A message about a case (訊息), for the parties, the office or everybody."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    visibility = models.CharField(max_length=8, choices=CaseEvent.Visibility)
    text = models.TextField()
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    as_party = models.ForeignKey(
        CaseParty, null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    PERSONAL = ("text",)

    class Meta:
        ordering = ["case_id", "sent_at", "id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.sent_at:%Y-%m-%d %H:%M}"


class CaseDocument(Keyed):
    """A file of a case (文件): one version of what was handed in under a field, or a photo.

    ``field`` is the id of the form's field, or ``attachment``; ``number`` counts its versions.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    field = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    number = models.PositiveIntegerField(default=1)
    visibility = models.CharField(
        max_length=8, choices=CaseEvent.Visibility, default=CaseEvent.Visibility.PARTY
    )
    name = models.CharField(max_length=150)
    sheet_count = models.PositiveIntegerField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True, help_text="Where a photo was taken.")
    latitude = models.FloatField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    sequence = models.PositiveIntegerField(help_text="Of the event with which it came.")
    added_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    PERSONAL = ("name", "longitude", "latitude", "taken_at")

    class Meta:
        ordering = ["case_id", "field", "position", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "field", "position", "number"],
                name="case_document_version_is_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.field} v{self.number}"


class SheetMark(Keyed):
    """A reviewer's mark on one sheet of one version of a drawing (圖說註記).

    ``number`` counts the marks of a case and never changes. The applicant sees a mark once it was
    handed over with a returned round. ``settled_in`` is the later version that answers it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="marks")
    number = models.PositiveIntegerField()
    document = models.ForeignKey(CaseDocument, on_delete=models.PROTECT, related_name="marks")
    sheet = models.PositiveIntegerField(help_text="From 1.")
    x = models.FloatField(help_text="Share of the width, 0 to 1, from the left.")
    y = models.FloatField(help_text="Share of the height, 0 to 1, from the top.")
    text = models.TextField()
    round = models.PositiveSmallIntegerField(default=1)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    handed_over_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_in = models.ForeignKey(
        CaseDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = VisibleQuerySet.as_manager()

    WORDS = ("text",)

    class Meta:
        ordering = ["case_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="sheet_mark_number_is_unique"),
            models.CheckConstraint(
                condition=Q(x__gte=0, x__lte=1, y__gte=0, y__lte=1),
                name="sheet_mark_lies_on_sheet",
                violation_error_message=_("A mark lies on the sheet."),
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(withdrawn_at=None),
                name="sheet_mark_is_settled_or_withdrawn",
                violation_error_message=_("A mark is settled or withdrawn, not both."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.number}"


class Confirmation(Keyed):
    """An act that waits for a second person (雙人覆核), with what it was given."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="confirmations")
    action = models.CharField(max_length=60)
    revision = models.PositiveIntegerField()
    given = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    is_confirmed = models.BooleanField(null=True, blank=True)

    PERSONAL = ("given", "note")

    class Meta:
        ordering = ["case_id", "asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(settled_at=None),
                name="case_has_one_open_confirmation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.action}"


class Draft(Keyed):
    """A form being filled in (草稿), resumable by a link; pinned to a version.

    ``answers`` are kept as they were typed, right or wrong; ``person`` is who fills it in. One
    that corrects a case ends in its ``action``, on the case as it was at ``revision``.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="drafts")
    version = models.ForeignKey(ServiceVersion, on_delete=models.PROTECT, related_name="drafts")
    person = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="drafts"
    )
    secret = models.CharField(max_length=64, help_text="SHA-256 of the link's key.")
    answers = models.JSONField(default=dict, help_text="As typed, by field.")
    files = models.JSONField(default=dict, help_text="Field to the keys of its attachments.")
    description = models.TextField(blank=True)
    contact = models.JSONField(default=dict)
    place = models.JSONField(default=dict)
    channel = models.CharField(max_length=10)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    parts_done = models.JSONField(default=list, help_text="Parts that were saved once.")
    changed_note = models.JSONField(default=list, help_text="What a new version changed.")
    sent_case = models.OneToOneField(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="draft"
    )
    corrects = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    action = models.CharField(max_length=60, blank=True)
    revision = models.PositiveIntegerField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-saved_at", "-id"]

    def __str__(self) -> str:
        return f"{self.service_id} {self.saved_at:%Y-%m-%d}"
